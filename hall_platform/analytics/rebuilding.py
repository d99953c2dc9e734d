"""Figures computed again from the events that are kept, and compared with those that were counted.

The events are the truth; the figures are kept so that nobody has to read them all. `differences`
says where both part, `rebuild` makes the figures anew. Events are forgotten after a time and
figures are not: of days before `whole_since` the figures are all there is, and stay as they are.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from hall_platform.analytics import counting, facts, folding, histograms
from hall_platform.analytics.counting import Tally
from hall_platform.analytics.folding import Key
from hall_platform.analytics.histograms import Entries
from hall_platform.analytics.measures import Fact
from hall_platform.analytics.tables import figure_cells, figure_rows, figure_tallies
from hall_platform.clock import HALL_ZONE, day_of
from hall_platform.database import Store
from hall_platform.events import log
from hall_platform.events.following import Happening
from hall_platform.events.tables import event_serial, events

NO_DAY = date.max.isoformat()
_PAGE = 2_000


def rebuild(store: Store) -> int:
    """Make the figures anew from the events, in one transaction; gives how many facts there are.

    Days whose events are no longer all there keep what was counted, and the sums over days are made
    of both. Past days are folded when the chores are done next; figures are the same before.
    """

    def work(connection: Connection) -> int:
        # Whoever tells something waits for its number until this is done.
        connection.execute(select(event_serial.c.last).with_for_update())
        since = whole_since(connection)
        days = _folded_days(connection)
        for table in (figure_tallies, figure_rows):
            connection.execute(delete(table).where(table.c.day >= since))
        connection.execute(delete(figure_cells))
        for county, cells in groupby(days, key=lambda row: row.county):
            earlier = [row for row in cells if row.period < since]
            if earlier:
                folding.merge(connection, dict(folding.Columns.of_cells(earlier, county).cells()))
        tallies: Counter[Tally] = Counter()
        rows: list[dict[str, str | int]] = []
        for happening, fact in _facts(connection):
            tally = counting.tally_of(happening, fact)
            if _day(tally) < since:
                continue
            tallies[tally] += 1
            rows.append(counting.row_of(happening, fact, tally))
            if len(rows) == _PAGE:
                connection.execute(insert(figure_rows), rows)
                rows.clear()
        if rows:
            connection.execute(insert(figure_rows), rows)
        if tallies:
            connection.execute(
                insert(figure_tallies),
                [
                    dict(zip(counting.KEY, tally, strict=True)) | {"count": count}
                    for tally, count in tallies.items()
                ],
            )
        return tallies.total()

    return store.write(work)


def differences(store: Store) -> list[str]:
    """A line for each count that the events do not bear out, and each sum not of its parts.

    Counts are compared from `whole_since` on, sums of all days.
    """
    with store.read() as connection:
        steady(connection)
        since = whole_since(connection)
        happened: Counter[Tally] = Counter(
            tally
            for tally in (counting.tally_of(*one) for one in _facts(connection))
            if _day(tally) >= since
        )
        days = _folded_days(connection)
        kept = Counter(
            {
                tally: count
                for tally, count in _counted(connection, days).items()
                if _day(tally) >= since
            }
        )
        found = [
            f"{' '.join(map(str, key))}: {kept[key]} kept, {happened[key]} happened"
            for key in sorted(happened.keys() | kept.keys())
            if happened[key] != kept[key]
        ]
        return found + _sums_apart(connection, days)


def whole_since(connection: Connection) -> str:
    """The first day of which every event is still kept; "" where none was forgotten.

    NO_DAY where they all were.
    """
    if log.reaches_back(connection, 0):
        return ""
    oldest = connection.execute(select(events.c.at).order_by(events.c.id).limit(1)).scalar()
    if oldest is None:
        return NO_DAY
    return (day_of(datetime.fromisoformat(oldest)) + timedelta(days=1)).isoformat()


def _day(tally: Tally) -> str:
    return tally[2]


def _folded_days(connection: Connection) -> Sequence[Any]:
    """The days that were folded, as fine as they are kept, by county."""
    return connection.execute(
        select(figure_cells)
        .where(figure_cells.c.grain == "day")
        .where(figure_cells.c.cut == "window")
        .order_by(figure_cells.c.county)
    ).all()


def steady(connection: Connection) -> None:
    """All that is read from here on is of one moment, whatever others commit (PostgreSQL)."""
    if connection.dialect.name == "postgresql":
        connection.execution_options(isolation_level="REPEATABLE READ")


def _facts(connection: Connection) -> Iterator[tuple[Happening, Fact]]:
    """Every fact of every event, in the order in which it became true."""
    last = 0
    while True:
        page = connection.execute(
            select(events)
            .where(events.c.id > last)
            .where(events.c.kind.in_(facts.KINDS))
            .order_by(events.c.id)
            .limit(_PAGE)
        ).all()
        for row in page:
            at = datetime.fromisoformat(row.at).astimezone(HALL_ZONE)
            body = json.loads(row.body)
            happening = Happening(row.kind, at, row.county, row.hall, row.subject, body)
            for fact in facts.of(connection, happening):
                yield happening, fact
        if len(page) < _PAGE:
            return
        last = page[-1].id


def _counted(connection: Connection, days: Sequence[Any]) -> Counter[Tally]:
    """What is kept: the tallies, and the days that were folded."""
    found: Counter[Tally] = Counter()
    for *key, count in connection.execute(select(figure_tallies)):
        found[tuple(key)] += count
    for row in days:
        codes, counts = histograms.unpacked(row.histogram)
        for code, count in zip(codes.tolist(), counts.tolist(), strict=True):
            measure, hour, value = histograms.parts_of(code)
            where = (row.county, row.place, row.period)
            found[(*where, measure, hour, row.service, row.window, value)] += count
    return found


def _sums_apart(connection: Connection, days: Sequence[Any]) -> list[str]:
    """Histograms that are not the sum of the days they are made of."""
    expected: dict[Key, Entries] = {}
    for county, rows in groupby(days, key=lambda row: row.county):
        for key, entries in folding.Columns.of_cells(list(rows), county).cells():
            known = expected.get(key)
            expected[key] = histograms.together(known, entries) if known else entries
    found = []
    for *columns, kept in connection.execute(select(figure_cells)):
        key = tuple(columns)
        if key not in expected or histograms.packed(*expected.pop(key)) != kept:
            found.append(f"{' '.join(map(str, columns))}: not the sum of its days")
    return found + [f"{' '.join(map(str, key))}: missing" for key in expected]
