"""A period cut into the largest pieces that are kept: whole years, whole months, and days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

_ONE = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """Days from the first to the last, both in it."""

    first: date
    last: date

    @property
    def texts(self) -> tuple[str, str]:
        """Both days as the store keeps them."""
        return self.first.isoformat(), self.last.isoformat()

    def pieces(self, grains: Sequence[str]) -> Iterator[tuple[str, str, str]]:
        """(grain, first period, last period), without gap or overlap, rising in time."""
        day = self.first
        while day <= self.last:
            grain, end = self._largest(day, grains)
            yield grain, day.isoformat()[: _DIGITS[grain]], end.isoformat()[: _DIGITS[grain]]
            day = end + _ONE

    def _largest(self, day: date, grains: Sequence[str]) -> tuple[str, date]:
        """The longest run from `day` on that is whole in the largest grain that fits."""
        for grain in ("year", "month"):
            if grain in grains and _begins(day, grain):
                end = self._last_whole(day, grain)
                if end is not None:
                    return grain, end
        return "day", min(self.last, _days_until(day, grains, self.last))

    def _last_whole(self, day: date, grain: str) -> date | None:
        """The end of the last whole year or month that begins at `day` or goes on from it."""
        end: date | None = None
        begin = day
        while (closes := _end_of(begin, grain)) <= self.last:
            end, begin = closes, closes + _ONE
            if grain == "month" and begin.month == 1:
                break  # a whole year may begin here
        return end


_DIGITS = {"day": 10, "month": 7, "year": 4}


def _begins(day: date, grain: str) -> bool:
    return day.day == 1 and (grain == "month" or day.month == 1)


def _end_of(day: date, grain: str) -> date:
    if grain == "year":
        return date(day.year, 12, 31)
    following = day.replace(day=28) + timedelta(days=4)
    return following.replace(day=1) - _ONE


def _days_until(day: date, grains: Sequence[str], last: date) -> date:
    """The last day to be read by days: the end of its month where months are kept."""
    return _end_of(day, "month") if "month" in grains else last
