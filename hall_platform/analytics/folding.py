"""Folds the tallies of past days into whole histograms, by day, month and year, hall to city.

What is folded leaves the tallies in the same transaction, so that a figure, which is the sum of
both, is the same before and after. Folding again adds what came late.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, cast

import numpy as np
from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from hall_platform.analytics import histograms
from hall_platform.analytics.histograms import Codes, Counts, Entries
from hall_platform.analytics.tables import figure_cells, figure_tallies
from hall_platform.clock import day_of
from hall_platform.context import Context

CITY_DIGITS = 4

_KEY = ("county", "place", "grain", "hours", "cut", "period", "service", "window")
_WRITTEN_TOGETHER = 500

Key = tuple[str, str, str, int, str, str, str, str]


@dataclass(frozen=True)
class Cut:
    """A way of keeping histograms: for which places, at which grain, split by what."""

    of_hall: bool
    grain: str
    cut: str
    hours: int


# A hall's day is small: its hours are always kept and put together when they are not asked for.
CUTS = (
    *(Cut(True, grain, cut, 1) for grain in ("day", "month") for cut in ("window", "service")),
    *(Cut(True, grain, "all", 1) for grain in ("day", "month", "year")),
    *(Cut(True, grain, "all", 0) for grain in ("month", "year")),
    *(Cut(True, "year", "service", hours) for hours in (0, 1)),
    Cut(True, "year", "window", 0),
    *(
        Cut(False, grain, cut, hours)
        for grain in ("day", "month", "year")
        for cut in ("service", "all")
        for hours in (0, 1)
    ),
)
KEPT = frozenset(CUTS)


def hours_to_read(*, of_hall: bool, grain: str, cut: str, by_hour: bool) -> int:
    """Which variant to read: hours apart where asked for or where nothing else is kept."""
    return int(by_hour or Cut(of_hall, grain, cut, 0) not in KEPT)


def fold_past_days(context: Context) -> None:
    """Fold every day before today, a county's day at a time, so that no write waits for long."""
    today = day_of(context.clock.now()).isoformat()
    with context.store.read() as connection:
        waiting = connection.execute(
            select(figure_tallies.c.county, figure_tallies.c.day)
            .where(figure_tallies.c.day < today)
            .distinct()
            .order_by(figure_tallies.c.day, figure_tallies.c.county)
        ).all()
    for county, day in waiting:
        context.store.write(partial(fold, county=county, day=day))


def fold(connection: Connection, county: str, day: str) -> None:
    """Move one county's tallies of one day into its cells and those of its city."""
    rows = connection.execute(
        delete(figure_tallies)
        .where(figure_tallies.c.county == county)
        .where(figure_tallies.c.day == day)
        .returning(
            figure_tallies.c.hall,
            figure_tallies.c.measure,
            figure_tallies.c.hour,
            figure_tallies.c.service,
            figure_tallies.c.window,
            figure_tallies.c.value,
            figure_tallies.c.count,
        )
    ).all()
    if rows:
        columns = Columns.of_rows(rows, county, date.fromisoformat(day))
        merge(connection, dict(columns.cells()))


@dataclass(frozen=True)
class Columns:
    """Counted facts as columns; halls, services, windows and days as places in their lists."""

    county: str
    halls: Sequence[str]
    services: Sequence[str]
    windows: Sequence[str]
    days: Sequence[date]
    hall: Any
    service: Any
    window: Any
    day: Any
    codes: Codes
    counts: Counts

    @classmethod
    def of_rows(cls, rows: Sequence[Any], county: str, day: date) -> Columns:
        """The rows of one county's day."""
        halls, hall = np.unique([row.hall for row in rows], return_inverse=True)
        services, service = np.unique([row.service for row in rows], return_inverse=True)
        windows, window = np.unique([row.window for row in rows], return_inverse=True)
        codes = histograms.codes_of(
            [row.measure for row in rows], [row.hour for row in rows], [row.value for row in rows]
        )
        return cls(
            county,
            halls.tolist(),
            services.tolist(),
            windows.tolist(),
            [day],
            hall,
            service,
            window,
            np.zeros(len(rows), np.int64),
            codes,
            np.asarray([row._mapping["count"] for row in rows], np.uint32),
        )

    @classmethod
    def of_cells(cls, rows: Sequence[Any], county: str) -> Columns:
        """The facts in one county's days, read from its cells split by window."""
        halls, hall = np.unique([row.place for row in rows], return_inverse=True)
        services, service = np.unique([row.service for row in rows], return_inverse=True)
        windows, window = np.unique([row.window for row in rows], return_inverse=True)
        days, day = np.unique([row.period for row in rows], return_inverse=True)
        entries = [histograms.unpacked(row.histogram) for row in rows]
        lengths = [codes.size for codes, _ in entries]
        return cls(
            county,
            halls.tolist(),
            services.tolist(),
            windows.tolist(),
            [date.fromisoformat(text) for text in days.tolist()],
            np.repeat(hall, lengths),
            np.repeat(service, lengths),
            np.repeat(window, lengths),
            np.repeat(day, lengths),
            np.concatenate([codes for codes, _ in entries]),
            np.concatenate([counts for _, counts in entries]),
        )

    def cells(self, cuts: Sequence[Cut] = CUTS) -> Iterator[tuple[Key, Entries]]:
        """Every histogram the facts amount to, by its key."""
        for cut in cuts:
            for county, place, chosen in self._places(cut):
                yield from self._of(cut, county, place, chosen)

    def _places(self, cut: Cut) -> Iterator[tuple[str, str, Any]]:
        if not cut.of_hall:
            for region in (self.county, self.county[:CITY_DIGITS]):
                yield region, place_of_region(region), slice(None)
            return
        for number, hall in enumerate(self.halls):
            yield self.county, hall, np.flatnonzero(self.hall == number)

    def _of(self, cut: Cut, county: str, place: str, chosen: Any) -> Iterator[tuple[Key, Entries]]:
        """Group the chosen facts by period, service and window as the cut says."""
        periods = [period_of(day, cut.grain) for day in self.days]
        names, period = np.unique(periods, return_inverse=True)
        group = period[self.day[chosen]].astype(np.int64)
        service = self.service[chosen] if cut.cut != "all" else None
        window = self.window[chosen] if cut.cut == "window" else None
        if service is not None:
            group = group * len(self.services) + service
        if window is not None:
            group = group * len(self.windows) + window
        codes = self.codes[chosen]
        if not cut.hours:
            codes = histograms.without_hours(codes)
        for number, found in _grouped(group, codes, self.counts[chosen]):
            rest, window_name, service_name = number, "", ""
            if window is not None:
                rest, position = divmod(rest, len(self.windows))
                window_name = self.windows[position]
            if service is not None:
                rest, position = divmod(rest, len(self.services))
                service_name = self.services[position]
            key = (
                *(county, place, cut.grain, cut.hours, cut.cut),
                *(str(names[rest]), service_name, window_name),
            )
            yield key, found


def place_of_region(region: str) -> str:
    """The place of a county or a city; no hall's code can have a colon."""
    return f":{region}"


def period_of(day: date, grain: str) -> str:
    """The day, month or year a day is in, as its first part of an ISO date."""
    return day.isoformat()[: {"day": 10, "month": 7, "year": 4}[grain]]


def _grouped(group: Any, codes: Codes, counts: Counts) -> Iterator[tuple[int, Entries]]:
    """A histogram a group."""
    if not group.size:
        return
    both = (group.astype(np.uint64) << np.uint64(32)) | codes
    order = np.argsort(both, kind="stable")
    both, counts = both[order], counts[order]
    starts = np.flatnonzero(np.concatenate(([True], both[1:] != both[:-1])))
    sums = np.add.reduceat(counts, starts, dtype=np.uint32)
    both = both[starts]
    groups, codes = (both >> np.uint64(32)).astype(np.int64), both.astype(np.uint32)
    edges = np.flatnonzero(np.concatenate(([True], groups[1:] != groups[:-1], [True])))
    for first, last in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        yield int(groups[first]), (codes[first:last], sums[first:last])


def merge(connection: Connection, cells: dict[Key, Entries]) -> None:
    """Add each histogram to what is kept under its key."""
    known = _known(connection, cells)
    rows = []
    for key, new in cells.items():
        added = new
        if key in known:
            added = histograms.together(histograms.unpacked(known[key]), new)
        rows.append(dict(zip(_KEY, key, strict=True), histogram=histograms.packed(*added)))
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    put = dialect.insert(figure_cells)
    put = put.on_conflict_do_update(
        index_elements=list(_KEY), set_={"histogram": put.excluded.histogram}
    )
    for start in range(0, len(rows), _WRITTEN_TOGETHER):
        connection.execute(put, rows[start : start + _WRITTEN_TOGETHER])


def _known(connection: Connection, keys: Iterable[Key]) -> dict[Key, bytes]:
    """What is kept already, held for this transaction."""
    spans: dict[tuple[Any, ...], tuple[str, str]] = {}
    for key in keys:
        first, last = spans.get(key[:5], (key[5], key[5]))
        spans[key[:5]] = (min(first, key[5]), max(last, key[5]))
    found: dict[Key, bytes] = {}
    for head, span in spans.items():
        query = select(figure_cells).where(figure_cells.c.period.between(*span)).with_for_update()
        for name, value in zip(_KEY, head, strict=False):
            query = query.where(figure_cells.c[name] == value)
        for *columns, kept in connection.execute(query):
            found[cast("Key", tuple(columns))] = kept
    return found
