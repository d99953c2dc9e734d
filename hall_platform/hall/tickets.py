"""Tickets (号): taken with a number of their own, kept on paper or not, given up, and shown.

Numbers are counted under one row a hall, day and prefix letter in the ticket's own transaction:
what is undone gives its number back, so there is no gap and no number twice.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hall_platform.access import Caller
from hall_platform.clock import day_of, stamp
from hall_platform.events.log import emit
from hall_platform.hall import line
from hall_platform.hall.tables import (
    hall_services,
    in_hand,
    queue_places,
    ticket_serials,
    ticket_steps,
    tickets,
    visits,
)
from hall_platform.problems import Problem

OPEN = ("later", "held", "waiting", "called", "serving", "parked", "passed")
AT_WINDOW = ("called", "serving")


def actor(caller: Caller) -> str:
    """Who did it, as the steps of a ticket name them."""
    return caller.operator or caller.device or caller.citizen


def seconds_between(begins: str, ends: datetime) -> int:
    """Whole seconds from a stamp to a moment."""
    return max(0, int((ends - datetime.fromisoformat(begins)).total_seconds()))


def next_number(
    connection: Connection, county: str, hall: str, day: str, prefix: str
) -> tuple[int, str]:
    """The next number of a prefix: its serial, and as it is printed (A012)."""
    counter = {"county": county, "hall": hall, "day": day, "prefix": prefix, "last": 1}
    serial: int = connection.execute(_counted(connection.dialect.name), counter).scalar_one()
    return serial, f"{prefix}{serial:03d}"


@cache
def _counted(dialect: str) -> Any:
    made = (postgresql if dialect == "postgresql" else sqlite).insert(ticket_serials)
    return made.on_conflict_do_update(
        index_elements=["county", "hall", "day", "prefix"],
        set_={"last": ticket_serials.c.last + 1},
    ).returning(ticket_serials.c.last)


_HELD = (
    select(tickets, visits.c.name, visits.c.holder_key, visits.c.paper, visits.c.source)
    .join(visits, (visits.c.county == tickets.c.county) & (visits.c.id == tickets.c.visit))
    .where(tickets.c.county == bindparam("county"))
    .where(tickets.c.hall == bindparam("hall"))
    .where(tickets.c.id == bindparam("ticket"))
    .with_for_update(of=tickets)
)
_CHANGE = (
    update(tickets)
    .where(tickets.c.county == bindparam("its_county"))
    .where(tickets.c.id == bindparam("its_id"))
)
_STEP = insert(ticket_steps).values(
    position=select(func.coalesce(func.max(ticket_steps.c.position) + 1, 0))
    .where(ticket_steps.c.county == bindparam("its_county"))
    .where(ticket_steps.c.ticket == bindparam("its_id"))
    .scalar_subquery()
)
_LET_GO = (
    delete(in_hand)
    .where(in_hand.c.county == bindparam("its_county"))
    .where(in_hand.c.ticket == bindparam("its_id"))
)
_FOLLOWING = (
    select(tickets)
    .where(tickets.c.county == bindparam("county"))
    .where(tickets.c.visit == bindparam("visit"))
    .where(tickets.c.state == "later")
    .order_by(tickets.c.position)
    .limit(1)
    .with_for_update()
)


def held(connection: Connection, county: str, hall: str, ticket: str) -> Row[Any]:
    """A ticket of the hall, its place first, so that nobody else changes it meanwhile.

    Problem("not-found").
    """
    line.hold_place(connection, county, ticket)
    wanted = {"county": county, "hall": hall, "ticket": ticket}
    row = connection.execute(_HELD, wanted).one_or_none()
    if row is None:
        raise Problem("not-found")
    return row


def check_state(row: Row[Any], *allowed: str) -> None:
    """Problem("ticket-state") unless the ticket is in one of the states."""
    if row.state not in allowed:
        raise Problem("ticket-state", number=row.number, state=row.state)


def change(connection: Connection, row: Row[Any], **values: Any) -> None:
    """Change a held ticket."""
    connection.execute(_CHANGE, {"its_county": row.county, "its_id": row.id, **values})


def step(
    connection: Connection,
    row: Any,
    *,
    act: str,
    at: datetime,
    by: str,
    to_state: str,
    window: str = "",
    service: str = "",
    reason: str = "",
) -> None:
    """Write down what was done to a ticket."""
    connection.execute(
        _STEP,
        {
            "its_county": row.county,
            "its_id": row.id,
            "county": row.county,
            "ticket": row.id,
            "at": stamp(at),
            "act": act,
            "by": by,
            "window": window,
            "service": service or row.service,
            "to_state": to_state,
            "reason": reason,
        },
    )


def tell(connection: Connection, kind: str, row: Any, at: datetime, **more: Any) -> None:
    """Tell what happened to a ticket to those who listen in its hall."""
    body = {"ticket": row.id, "number": row.number, "service": row.service, **more}
    emit(
        connection,
        kind,
        at=at,
        county=row.county,
        hall=row.hall,
        subject=row.id,
        body=body,
    )


def end(connection: Connection, row: Row[Any], state: str, at: datetime, **values: Any) -> None:
    """A held ticket is over, and nobody has it in hand any more."""
    line.leave(connection, row.county, row.id)
    let_go(connection, row)
    change(connection, row, state=state, open_key=None, ended_at=stamp(at), **values)


def let_go(connection: Connection, row: Row[Any]) -> None:
    """No window has the ticket in hand."""
    connection.execute(_LET_GO, {"its_county": row.county, "its_id": row.id})


def enter_line(
    connection: Connection, row: Any, *, at: datetime, by: str, source: str, act: str
) -> None:
    """A ticket joins the queue for the first time: from here its wait counts."""
    change(connection, row, state="waiting", queued_at=stamp(at))
    line.join(connection, row)
    step(connection, row, act=act, at=at, by=by, to_state="waiting")
    tell(
        connection,
        "ticket-taken",
        row,
        at,
        source=source,
        priority="priority" if row.priority else "ordinary",
    )


def go_on(connection: Connection, row: Row[Any], at: datetime, by: str) -> str | None:
    """The next service of a visit is queued, now that the one before it is over; its ticket.

    While the visit's paper has failed it is held as the others are.
    """
    wanted = {"county": row.county, "visit": row.visit}
    following = connection.execute(_FOLLOWING, wanted).one_or_none()
    if following is None:
        return None
    change(connection, following, place=line.place_at(at))
    ready = connection.execute(_by_id(row.county, following.id)).one()
    if row.paper == "failed":
        change(connection, ready, state="held")
        step(connection, ready, act="next-of-visit", at=at, by=by, to_state="held")
    else:
        enter_line(connection, ready, at=at, by=by, source=row.source, act="next-of-visit")
    return str(following.id)


def _by_id(county: str, ticket: str) -> Any:
    return select(tickets).where(tickets.c.county == county).where(tickets.c.id == ticket)


# shown -------------------------------------------------------------------------------------------


def shown_tickets() -> Any:
    """The rows `shown` wants; add what is asked for."""
    return (
        select(
            tickets,
            visits.c.name,
            visits.c.source,
            visits.c.priority_reason,
            visits.c.paper,
            visits.c.preapplication,
            hall_services.c.name.label("service_name"),
            queue_places.c.window.label("to_window"),
        )
        .join(visits, (visits.c.county == tickets.c.county) & (visits.c.id == tickets.c.visit))
        .outerjoin(
            hall_services,
            (hall_services.c.county == tickets.c.county)
            & (hall_services.c.hall == tickets.c.hall)
            & (hall_services.c.code == tickets.c.service),
        )
        .outerjoin(
            queue_places,
            (queue_places.c.county == tickets.c.county) & (queue_places.c.ticket == tickets.c.id),
        )
    )


def shown(row: Row[Any]) -> dict[str, Any]:
    """A ticket in the contract's shape."""
    return {
        "ticket": row.id,
        "number": row.number,
        "service": row.service,
        "service_name": row.service_name or row.service,
        "state": row.state,
        "day": row.day,
        "name": row.name,
        "source": row.source,
        "priority": row.priority,
        "priority_reason": row.priority_reason,
        "visit": row.visit,
        "position": row.position,
        "paper": row.paper,
        "preapplication": row.preapplication,
        "window": row.window,
        "to_window": row.to_window or "",
        "calls": row.calls,
        "passes": row.passes,
        "queued_at": row.queued_at,
        "called_at": row.called_at,
        "ended_at": row.ended_at,
        "waited": row.waited,
        "served": row.served,
    }


_ONE = (
    shown_tickets()
    .where(tickets.c.county == bindparam("county"))
    .where(tickets.c.id == bindparam("ticket"))
)
_OF_VISIT = (
    shown_tickets()
    .where(tickets.c.county == bindparam("county"))
    .where(tickets.c.visit == bindparam("visit"))
    .order_by(tickets.c.position)
)


def one(connection: Connection, county: str, ticket: str) -> dict[str, Any]:
    """One ticket, shown."""
    return shown(connection.execute(_ONE, {"county": county, "ticket": ticket}).one())


def of_visit(connection: Connection, county: str, visit: str) -> list[Row[Any]]:
    """The tickets of a visit in their order."""
    return list(connection.execute(_OF_VISIT, {"county": county, "visit": visit}))


def new_id() -> str:
    """An identifier nobody can guess."""
    return str(uuid.uuid4())


def hall_day(moment: datetime) -> str:
    """The day a ticket of this moment belongs to."""
    return day_of(moment).isoformat()
