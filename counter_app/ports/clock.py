"""What the counter asks of a clock."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The time; aware, in the hall's zone."""

    def now(self) -> datetime:
        """The present moment, aware."""
        ...
