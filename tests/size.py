"""How much of a test is run: short in `make test`, full in `make faults` and `make fuzz`."""

import os

VARIABLE = "HALL_COUNTER_SIZE"  # tools/full_size.py sets it to "full"
FULL = os.environ.get(VARIABLE) == "full"


def size(*, short: int, full: int) -> int:
    """The number for this run."""
    return full if FULL else short
