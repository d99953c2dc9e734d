"""A picture in, facts out."""
