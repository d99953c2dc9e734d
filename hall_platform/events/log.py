"""The log of events: written with what happened, numbered without gaps in the order of commits.

Numbers are given at the end of a write, under one row that is held until the commit: on
PostgreSQL too, nobody ever sees an event before all that have smaller numbers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from itertools import takewhile
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable, Row, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from hall_platform.clock import stamp
from hall_platform.events.following import Happening, followers
from hall_platform.events.kinds import kinds
from hall_platform.events.tables import event_serial, events
from hall_platform.waking import notify

__all__ = ["Happening", "after", "emit", "forget", "last_number", "reaches_back", "settling"]

Answer = TypeVar("Answer")

_WAITING = "events to be numbered"
_SERIAL = "events"
_INTO = insert(events)


def emit(
    connection: Connection,
    kind: str,
    *,
    at: datetime,
    county: str,
    hall: str,
    subject: str,
    body: Mapping[str, Any],
) -> None:
    """Tell those who listen, if and when this write is committed.

    `kind` is one of the kinds the modules name; `subject` is what it is about (a case, a ticket).
    `body` goes to everyone of the hall or county whose role the kind is open to, so it holds no
    more of a person than a hall may read on its wall. Modules that follow the kind do so now: write
    what happened before telling of it.
    """
    if kind not in kinds():
        raise ValueError(f"no module names the event {kind}")
    connection.info.setdefault(_WAITING, []).append(
        {
            "at": stamp(at),
            "kind": kind,
            "county": county,
            "hall": hall,
            "subject": subject,
            "body": json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        }
    )
    happening = Happening(kind, at, county, hall, subject, body)
    for follow in followers().get(kind, ()):
        follow(connection, happening)


def settling(work: Callable[[Connection], Answer]) -> Callable[[Connection], tuple[Answer, bool]]:
    """The work, then what it emitted; its answer, and whether it emitted anything."""

    def whole(connection: Connection) -> tuple[Answer, bool]:
        connection.info.pop(_WAITING, None)  # of work that was undone
        answer = work(connection)
        waiting = connection.info.pop(_WAITING, [])
        if waiting:
            _number(connection, waiting)
        return answer, bool(waiting)

    return whole


def _number(connection: Connection, waiting: list[dict[str, Any]]) -> None:
    count = len(waiting)
    moved = connection.execute(_moved(connection.dialect.name), {"name": _SERIAL, "last": count})
    first = moved.scalar_one() - count + 1
    connection.execute(_INTO, [{"id": first + place, **one} for place, one in enumerate(waiting)])
    notify(connection)


@cache
def _moved(dialect_name: str) -> Executable:
    """Moves the serial on by `last`, and tells where it then is."""
    dialect = postgresql if dialect_name == "postgresql" else sqlite
    first = dialect.insert(event_serial)
    moved: Executable = first.on_conflict_do_update(
        index_elements=["name"], set_={"last": event_serial.c.last + first.excluded.last}
    ).returning(event_serial.c.last)
    return moved


def last_number(connection: Connection) -> int:
    """The number of the newest event; 0 before the first."""
    last = connection.execute(
        select(event_serial.c.last).where(event_serial.c.name == _SERIAL)
    ).scalar_one_or_none()
    return last or 0


def reaches_back(connection: Connection, number: int) -> bool:
    """Whether everything after that number is still kept."""
    oldest = connection.execute(select(func.min(events.c.id))).scalar_one()
    return number + 1 >= (last_number(connection) + 1 if oldest is None else oldest)


def forget(connection: Connection, before: str, limit: int) -> bool:
    """Forget the oldest events from before a moment, some at a time; True when more may be left."""
    oldest = connection.execute(
        select(events.c.id, events.c.at).order_by(events.c.id).limit(limit)
    ).all()
    old = list(takewhile(lambda row: row.at < before, oldest))
    if old:
        connection.execute(delete(events).where(events.c.id <= old[-1].id))
    return len(old) == limit


def after(connection: Connection, number: int, limit: int) -> list[Row[Any]]:
    """The events after a number, oldest first."""
    return list(
        connection.execute(
            select(events).where(events.c.id > number).order_by(events.c.id).limit(limit)
        )
    )
