"""Counts facts as they happen: one in a histogram of today, one as a row behind the figures."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from functools import cache

from sqlalchemy import Connection, Executable, insert
from sqlalchemy.dialects import postgresql, sqlite

from hall_platform.analytics.measures import LARGEST, Fact
from hall_platform.analytics.tables import figure_rows, figure_tallies
from hall_platform.clock import HALL_ZONE, stamp
from hall_platform.events.following import Happening

KEY = ("county", "hall", "day", "measure", "hour", "service", "window", "value")

Tally = tuple[str, str, str, int, int, str, str, int]  # as KEY names them


_ROW = insert(figure_rows)


def count(connection: Connection, happening: Happening, facts: Iterable[Fact]) -> None:
    """Count what the happening amounts to, in the transaction in which it happens."""
    for fact in facts:
        tally = tally_of(happening, fact)
        connection.execute(
            _one_more(connection.dialect.name), dict(zip(KEY, tally, strict=True)) | {"count": 1}
        )
        connection.execute(_ROW, row_of(happening, fact, tally))


def tally_of(happening: Happening, fact: Fact) -> Tally:
    """Where a fact is counted: at its own day and hour."""
    at = happening.at.astimezone(HALL_ZONE)
    value = min(max(fact.value, 0), LARGEST)
    where = (happening.county, happening.hall, at.date().isoformat())
    return (*where, fact.measure.number, at.hour, fact.service, fact.window, value)


def row_of(happening: Happening, fact: Fact, tally: Tally) -> dict[str, str | int]:
    """The fact by itself, as a row behind the figures."""
    return {
        **dict(zip(KEY, tally, strict=True)),
        "id": _identifier(happening.at),
        "at": stamp(happening.at),
        # Nothing leads from a rating to who gave it.
        "subject": "" if fact.measure.about == "ratings" else happening.subject,
        "number": fact.number,
    }


@cache
def _one_more(store: str) -> Executable:
    """One more of a tally, the first or a further one."""
    dialect = postgresql if store == "postgresql" else sqlite
    one_more: Executable = dialect.insert(figure_tallies).on_conflict_do_update(
        index_elements=list(KEY), set_={"count": figure_tallies.c.count + 1}
    )
    return one_more


def _identifier(at: datetime) -> str:
    """Unique, and sorts by the time."""
    return identifier_at(at) + secrets.token_hex(10)


def identifier_at(at: datetime) -> str:
    """What the id of a row of that moment begins with."""
    return f"{int(at.timestamp() * 1000):012x}"
