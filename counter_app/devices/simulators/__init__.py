"""The devices of a counter without hardware; shipped, chosen in settings."""
