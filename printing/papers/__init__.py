"""One file a legal paper."""
