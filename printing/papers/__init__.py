"""One file a legal paper; the facts of each stand in `counter_app.domain.papers`."""
