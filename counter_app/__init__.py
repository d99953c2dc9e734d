"""What a counter does (综合窗口): values, rules, services, devices, the store. No Qt in it."""

__version__ = "0.1.0"
