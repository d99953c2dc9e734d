"""Values and rules of the counter; pure: no I/O, no clock."""
