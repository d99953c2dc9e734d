"""The platform over HTTP; the only place that knows its addresses."""
