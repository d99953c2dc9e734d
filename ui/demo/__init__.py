"""The demonstration: a seeded platform, simulated devices, and the counter, on a bare machine."""
