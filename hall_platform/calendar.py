"""Working days and due dates (工作日、办结期限).

The table is data (`resources/calendars/china.json`): per announced year the days off and the
week-end days that are worked instead. Counting begins on the next working day after acceptance;
a year not announced counts week-ends only, and every date that touches it is provisional. The
vectors both sides of the contract meet: `docs/api/vectors/due_dates.json`.
"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkingCalendar:
    """Announced days off and worked week-end days; `published` is the document as given out."""

    off: frozenset[date]
    work: frozenset[date]
    years: frozenset[int]
    published: dict[str, Any]
    etag: str

    def is_working_day(self, day: date) -> bool:
        """Whether one works on that day; Monday to Friday in a year not announced."""
        if day in self.work:
            return True
        return day not in self.off and day.weekday() < 5

    def due_date(self, accepted_on: date, days: int, day_kind: str) -> tuple[date, bool]:
        """The last day of a limit and whether it is provisional.

        `day_kind` is "working" or "calendar". A calendar limit that ends on a day off runs to the
        next working day (民法典 第二百零三条); 0 days end on the day of acceptance.
        """
        day = accepted_on
        if day_kind == "calendar":
            day += days * ONE_DAY
            while days and not self.is_working_day(day):
                day += ONE_DAY
        else:
            left = days
            while left:
                day += ONE_DAY
                left -= self.is_working_day(day)
        spanned = range(accepted_on.year, day.year + 1)
        return day, not self.years.issuperset(spanned)


def calendar_from(document: dict[str, Any]) -> WorkingCalendar:
    """A calendar of a table in the form of china.json."""
    years = document["years"]
    published = {
        "version": document["version"],
        "years": {
            year: {"source": table["source"], "off": table["off"], "work": table["work"]}
            for year, table in years.items()
        },
    }
    digest = hashlib.sha256(json.dumps(published, sort_keys=True).encode()).hexdigest()
    return WorkingCalendar(
        off=frozenset(date.fromisoformat(day) for table in years.values() for day in table["off"]),
        work=frozenset(
            date.fromisoformat(day) for table in years.values() for day in table["work"]
        ),
        years=frozenset(int(year) for year in years),
        published=published,
        etag=f'"calendar-{digest[:16]}"',
    )


def resources_folder() -> Path:
    """Where the data files lie: beside the packages, or inside the frozen program."""
    frozen = getattr(sys, "_MEIPASS", None)
    root = Path(frozen) if frozen else Path(__file__).resolve().parent.parent
    return root / "resources"


def shipped_calendar() -> WorkingCalendar:
    """The calendar that ships with the program."""
    path = resources_folder() / "calendars" / "china.json"
    return calendar_from(json.loads(path.read_text(encoding="utf-8")))
