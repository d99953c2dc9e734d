"""A city's peak played against a running platform: what the machine under it holds."""
