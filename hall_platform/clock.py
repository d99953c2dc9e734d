"""The time as a port: aware, in the hall's zone, and playable."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Protocol

HALL_ZONE = timezone(timedelta(hours=8), "Asia/Shanghai")  # one zone, no summer time since 1992


class Clock(Protocol):
    """What the platform asks of a clock."""

    def now(self) -> datetime:
        """The present moment, aware, at +08:00."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment, aware, at +08:00."""
        return datetime.now(UTC).astimezone(HALL_ZONE)


@dataclass
class PlayedClock:
    """A clock that stands still until it is moved; years can be played."""

    moment: datetime

    def now(self) -> datetime:
        """The moment it was set to."""
        return self.moment.astimezone(HALL_ZONE)

    def advance(self, by: timedelta) -> None:
        """Move forward."""
        self.moment += by


@dataclass(frozen=True)
class ShiftedClock:
    """A clock that was set to another moment when it began and goes on from there."""

    began_at: datetime
    monotonic: float

    @classmethod
    def starting_at(cls, moment: datetime) -> ShiftedClock:
        """Begins now."""
        return cls(moment, time.monotonic())

    def now(self) -> datetime:
        """The moment it was set to and what has passed since."""
        passed = timedelta(seconds=time.monotonic() - self.monotonic)
        return (self.began_at + passed).astimezone(HALL_ZONE)


def stamp(moment: datetime) -> str:
    """RFC 3339 at +08:00 with milliseconds: sorts as text, and is what the contract carries."""
    return moment.astimezone(HALL_ZONE).isoformat(timespec="milliseconds")


def day_of(moment: datetime) -> date:
    """The hall's calendar day of a moment."""
    return moment.astimezone(HALL_ZONE).date()
