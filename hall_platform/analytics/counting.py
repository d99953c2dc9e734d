"""Counts facts as they happen: one in a histogram of today, one as a row behind the figures."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from functools import cache

from sqlalchemy import Connection, Executable
from sqlalchemy.dialects import postgresql, sqlite

from hall_platform.analytics.measures import LARGEST, Fact
from hall_platform.analytics.tables import figure_rows, figure_tallies
from hall_platform.clock import HALL_ZONE, stamp
from hall_platform.events.following import Happening
from hall_platform.statements import put

KEY = ("county", "hall", "day", "measure", "hour", "service", "window", "value")

Tally = tuple[str, str, str, int, int, str, str, int]  # as KEY names them


def count(connection: Connection, happening: Happening, facts: Iterable[Fact]) -> None:
    """Count what the happening amounts to, in the transaction in which it happens."""
    for fact in facts:
        tally = tally_of(happening, fact)
        _add_one(connection, tally)
        put(connection, figure_rows, **row_of(happening, fact, tally))


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
        "subject": happening.subject,
        "number": fact.number,
    }


def _add_one(connection: Connection, tally: Tally) -> None:
    one = dict(zip(KEY, tally, strict=True)) | {"count": 1}
    connection.execute(_one_more(connection.dialect.name), one)


@cache
def _one_more(dialect_name: str) -> Executable:
    dialect = postgresql if dialect_name == "postgresql" else sqlite
    one_more: Executable = dialect.insert(figure_tallies).on_conflict_do_update(
        index_elements=list(KEY), set_={"count": figure_tallies.c.count + 1}
    )
    return one_more


def _identifier(at: datetime) -> str:
    """Unique, and sorts by the time."""
    return f"{int(at.timestamp() * 1000):012x}{secrets.token_hex(10)}"
