"""What this counter must not lose."""
