"""The line of those who wait: joining it, leaving it, and whose turn it is.

Whose turn it is: who was sent to this very window, then by the rule m:n of priority and ordinary
tickets; within the kind the service of the smaller rank, then who waits longest. Only the heads of
the window's services are looked at, one step into an index each, however many wait. On PostgreSQL
a head that another window is just taking is passed by without waiting for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, select

from hall_platform.hall.arrangement_shapes import QueueRules
from hall_platform.hall.tables import hall_services, queue_places, window_services
from hall_platform.statements import put

MICROSECONDS = 1_000_000
_ROUNDS = 3  # looks at the heads, should others be quicker each time

_places = queue_places.c
_HERE = (
    (_places.county == bindparam("county"))
    & (_places.hall == bindparam("hall"))
    & (_places.day == bindparam("day"))
)
_BY_PLACE = (_places.place, _places.serial)


def _head(*, priority: bool) -> Any:
    return (
        select(_places.place)
        .where(_HERE)
        .where(_places.window == "")
        .where(_places.service == window_services.c.service)
        .where(_places.priority.is_(priority))
        .order_by(*_BY_PLACE)
        .limit(1)
        .correlate(window_services)
        .scalar_subquery()
    )


_HEADS = (
    select(
        window_services.c.service,
        hall_services.c.rank,
        _head(priority=True).label("priority"),
        _head(priority=False).label("ordinary"),
    )
    .join(
        hall_services,
        (hall_services.c.county == window_services.c.county)
        & (hall_services.c.hall == window_services.c.hall)
        & (hall_services.c.code == window_services.c.service),
    )
    .where(window_services.c.county == bindparam("county"))
    .where(window_services.c.hall == bindparam("hall"))
    .where(window_services.c.window == bindparam("window"))
)
_FIRST = (
    select(queue_places)
    .where(_HERE)
    .where(_places.window == "")
    .where(_places.service == bindparam("service"))
    .where(_places.priority == bindparam("priority"))
    .order_by(*_BY_PLACE)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_SENT_HERE = (
    select(queue_places)
    .where(_HERE)
    .where(_places.window == bindparam("window"))
    .order_by(*_BY_PLACE)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_LEAVE = (
    delete(queue_places)
    .where(_places.county == bindparam("its_county"))
    .where(_places.ticket == bindparam("its_ticket"))
)

_HOLD = (
    select(queue_places)
    .where(_places.county == bindparam("its_county"))
    .where(_places.ticket == bindparam("its_ticket"))
    .with_for_update()
)


def _ahead(*, priority: bool) -> Any:
    before = (_places.place < bindparam("place")) | (
        (_places.place == bindparam("place")) & (_places.serial < bindparam("serial"))
    )
    same = _places.priority.is_(priority) & before
    return (
        select(func.count())
        .select_from(queue_places)
        .where(_HERE)
        .where(_places.service == bindparam("service"))
        .where(same if priority else _places.priority.is_(True) | same)
    )


_AHEAD = {priority: _ahead(priority=priority) for priority in (True, False)}


def place_at(moment: datetime, head_start_s: int = 0) -> int:
    """The place in the line of who joins at a moment: the time in microseconds."""
    return int(moment.timestamp() * 1000) * 1000 - head_start_s * MICROSECONDS


def join(connection: Connection, ticket: Row[Any], window: str = "") -> None:
    """The ticket waits from now on; `window` where it was sent to one."""
    put(
        connection,
        queue_places,
        county=ticket.county,
        ticket=ticket.id,
        hall=ticket.hall,
        day=ticket.day,
        window=window,
        service=ticket.service,
        priority=ticket.priority,
        place=ticket.place,
        serial=ticket.serial,
    )


def leave(connection: Connection, county: str, ticket: str) -> bool:
    """The ticket waits no more; whether it did."""
    left = connection.execute(_LEAVE, {"its_county": county, "its_ticket": ticket})
    return left.rowcount == 1


def hold_place(connection: Connection, county: str, ticket: str) -> Row[Any] | None:
    """The ticket's place, held for this transaction; None for one that does not wait."""
    wanted = {"its_county": county, "its_ticket": ticket}
    return connection.execute(_HOLD, wanted).one_or_none()


def next_for(
    connection: Connection, window: Row[Any], day: str, rules: QueueRules
) -> tuple[Row[Any], int] | None:
    """Whose turn it is at a window, held for this transaction, and the window's turn after it."""
    here = {"county": window.county, "hall": window.hall, "day": day}
    sent = connection.execute(_SENT_HERE, {**here, "window": window.window}).one_or_none()
    if sent is not None:
        return sent, window.turn
    turns = rules.priority_turns + rules.ordinary_turns
    turn = window.turn % turns
    prefers = turn < rules.priority_turns
    for _ in range(_ROUNDS):
        heads = connection.execute(_HEADS, {**here, "window": window.window}).all()
        candidates = [*_in_order(heads, priority=prefers), *_in_order(heads, priority=not prefers)]
        if not candidates:
            return None
        for service, priority in candidates:
            wanted = {**here, "service": service, "priority": priority}
            found = connection.execute(_FIRST, wanted).one_or_none()
            if found is not None:
                return found, (turn + 1) % turns if priority == prefers else turn
    return None


def _in_order(heads: Any, *, priority: bool) -> Iterator[tuple[str, bool]]:
    column = "priority" if priority else "ordinary"
    there = [row for row in heads if getattr(row, column) is not None]
    for row in sorted(there, key=lambda one: (one.rank, getattr(one, column), one.service)):
        yield row.service, priority


def place_behind(connection: Connection, ticket: Row[Any], count: int, now: datetime) -> int:
    """A place behind the first `count` of the ticket's own line, or behind all of them."""
    line = (
        select(_places.place)
        .where(_places.county == ticket.county)
        .where(_places.hall == ticket.hall)
        .where(_places.day == ticket.day)
        .where(_places.window == "")
        .where(_places.service == ticket.service)
        .where(_places.priority == ticket.priority)
    )
    first = list(connection.execute(line.order_by(*_BY_PLACE).limit(count)).scalars())
    if not first:
        return place_at(now)
    # Those who were put behind the same place before stand in front; a millisecond has room.
    behind = line.where(_places.place >= first[-1]).where(_places.place < first[-1] + 1000)
    last: int = connection.execute(select(func.max(behind.subquery().c.place))).scalar_one()
    return last + 1


def ahead_of(connection: Connection, ticket: Row[Any]) -> int:
    """How many of the same service stand before a waiting ticket."""
    members = ("county", "hall", "day", "service", "place", "serial")
    wanted = {name: getattr(ticket, name) for name in members}
    count: int = connection.execute(_AHEAD[ticket.priority], wanted).scalar_one()
    return count
