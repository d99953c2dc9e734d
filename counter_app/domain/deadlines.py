"""Working days (工作日), promised and legal dates.

Counting starts on the next working day after acceptance; holidays are left out
(行政许可法 第八十二条).
A year whose holidays the State Council has not announced yet counts week-ends only, and a date that
touches it is provisional: shown as such and computed again later, never an error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class YearTable:
    """One announced year: days off on weekdays, and working days at week-ends (调休)."""

    off: frozenset[date]
    work: frozenset[date]
    source: str = ""


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """The versioned table of working days."""

    version: str
    years: Mapping[int, YearTable]

    def newer_than(self, other: WorkingDays) -> bool:
        """True when its version ("2026.1") is a later one, part by part as numbers."""
        return _parts(self.version) > _parts(other.version)

    def is_working_day(self, day: date) -> bool:
        """True on a working day; in a year not announced, Monday to Friday."""
        table = self.years.get(day.year)
        if table is not None and day in table.off:
            return False
        if table is not None and day in table.work:
            return True
        return day.weekday() < 5

    def announced(self, day: date) -> bool:
        """True when the holidays of that year are known."""
        return day.year in self.years


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"[0-9]{1,9}", version))


@dataclass(frozen=True, slots=True)
class DueDate:
    """The day by which a case must be done; `provisional` while its year is not announced."""

    on: date
    provisional: bool


def due_date(accepted_on: date, days: int, *, day_kind: str, calendar: WorkingDays) -> DueDate:
    """The last day of a limit of `days` that began with acceptance on `accepted_on`.

    `day_kind` is "working" or "calendar"; a calendar limit that ends on a day off runs to the next
    working day. A limit of 0 days ends on the day of acceptance.
    """
    day = accepted_on
    provisional = not calendar.announced(day)
    if day_kind == "calendar":
        day += timedelta(days=days)
        while days and not calendar.is_working_day(day):
            day += timedelta(days=1)
        return DueDate(day, provisional or not calendar.announced(day))
    left = days
    while left > 0:
        day += timedelta(days=1)
        provisional = provisional or not calendar.announced(day)
        left -= calendar.is_working_day(day)
    return DueDate(day, provisional)
