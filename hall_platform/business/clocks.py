"""Limits that can stand still: clock A until acceptance, clock B until the decision.

Counting begins on the day after (行政许可法 第八十二条, 民法典 第二百零一条). A day on which a
clock stood still, be it for an hour, is not counted; while it stands there is no due date. The
vectors both sides of the contract meet: `docs/api/vectors/due_dates_with_stops.json`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

ONE_DAY = timedelta(days=1)


class Calendar(Protocol):
    """What counting needs of the table of working days."""

    @property
    def years(self) -> frozenset[int]:
        """The announced years."""
        ...

    def is_working_day(self, day: date) -> bool:
        """Whether one works on that day."""
        ...


@dataclass(frozen=True)
class Stop:
    """Days on which a clock stood still, both included; without an end it stands still now."""

    from_on: date
    until_on: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the clock stood still on that day."""
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)


@dataclass(frozen=True)
class Due:
    """The last day of a limit; None while its clock stands still.

    `provisional` when it touches a year whose days off are not announced.
    """

    on: date | None
    provisional: bool


def due(
    calendar: Calendar, begun_on: date, days: int, day_kind: str, stops: Iterable[Stop] = ()
) -> Due:
    """The end of a limit of `days` that began on a day, leaving out the days it stood still.

    `day_kind` is "working" or "calendar"; a calendar limit that ends on a day off runs to the next
    working day (民法典 第二百零三条). 0 days end on the day itself, or on that on which the clock
    went on.
    """
    held = tuple(stops)
    if any(stop.until_on is None for stop in held):
        return Due(None, provisional=False)
    day = _counted(calendar, begun_on, days, day_kind, held)
    spanned = range(begun_on.year, day.year + 1)
    return Due(day, provisional=not calendar.years.issuperset(spanned))


def _counted(
    calendar: Calendar, begun_on: date, days: int, day_kind: str, stops: Sequence[Stop]
) -> date:
    day = begun_on
    if not days:
        for stop in sorted(stops, key=lambda stop: stop.from_on):
            day = max(day, stop.until_on or day) if stop.holds(day) else day
        return day

    def stands(on: date) -> bool:
        return any(stop.holds(on) for stop in stops)

    left = days
    while left:
        day += ONE_DAY
        counts = day_kind == "calendar" or calendar.is_working_day(day)
        left -= counts and not stands(day)
    while stands(day) or (day_kind == "calendar" and not calendar.is_working_day(day)):
        day += ONE_DAY
    return day
