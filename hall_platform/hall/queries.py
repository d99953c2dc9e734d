"""What the faces of a hall ask: workbench, queue, board, one's own number, a day's list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, case, func, select

from hall_platform.access import Caller
from hall_platform.clock import stamp
from hall_platform.cursors import cursor_after
from hall_platform.hall import arrangement, line, switching, waits
from hall_platform.hall.tables import (
    hall_services,
    in_hand,
    queue_places,
    ticket_steps,
    tickets,
    visits,
    window_services,
)
from hall_platform.hall.tickets import (
    hall_day,
    seconds_between,
    shown,
    shown_tickets,
)
from hall_platform.identity.tables import halls, windows

BOARD_CALLS = 5
NEXT_FEW = 5


def _waiting_by_service(
    connection: Connection, county: str, hall: str, day: str
) -> Sequence[Row[Any]]:
    """Every service with how many wait for it, in the order of the hall's list."""
    counted = (
        select(
            queue_places.c.service,
            func.count().label("waiting"),
            func.sum(case((queue_places.c.priority, 1), else_=0)).label("priority_waiting"),
        )
        .where(queue_places.c.county == county)
        .where(queue_places.c.hall == hall)
        .where(queue_places.c.day == day)
        .group_by(queue_places.c.service)
        .subquery()
    )
    return connection.execute(
        select(hall_services, counted.c.waiting, counted.c.priority_waiting)
        .outerjoin(counted, counted.c.service == hall_services.c.code)
        .where(hall_services.c.county == county)
        .where(hall_services.c.hall == hall)
        .order_by(hall_services.c.position, hall_services.c.code)
    ).all()


def queue_now(connection: Connection, caller: Caller, now: datetime) -> dict[str, Any]:
    """The queue by service: how many, the longest wait, what a newcomer has to expect."""
    county, hall, day = caller.county, caller.hall, hall_day(now)
    longest = _longest_waits(connection, county, hall, day)
    on = switching.windows_on(connection, county, hall)
    found = []
    for row in _waiting_by_service(connection, county, hall, day):
        waiting = row.waiting or 0
        since = longest.get(row.code)
        found.append(
            {
                "service": row.code,
                "name": row.name,
                "prefix": row.prefix,
                "taking": row.taking and on.get(row.code) != 0,
                "windows_on": on.get(row.code, 0),
                "waiting": waiting,
                "priority_waiting": row.priority_waiting or 0,
                "longest_wait_s": seconds_between(since, now) if since else 0,
                "expected": waits.expected_of(
                    connection, county, hall, day, service=row.code, ahead=waiting
                ),
            }
        )
    return {
        "at": stamp(now),
        "waiting": sum(one["waiting"] for one in found),
        "held": _held(connection, county, hall, day),
        "services": found,
    }


def _held(connection: Connection, county: str, hall: str, day: str) -> int:
    """How many numbers are not called because their paper did not come out."""
    count: int = connection.execute(
        select(func.count())
        .select_from(tickets)
        .where(tickets.c.county == county)
        .where(tickets.c.hall == hall)
        .where(tickets.c.day == day)
        .where(tickets.c.state == "held")
    ).scalar_one()
    return count


def _longest_waits(connection: Connection, county: str, hall: str, day: str) -> dict[str, str]:
    """Since when the one who waits longest for each service has been waiting."""
    rows = connection.execute(
        select(queue_places.c.service, func.min(tickets.c.queued_at).label("since"))
        .join(
            tickets,
            (tickets.c.county == queue_places.c.county) & (tickets.c.id == queue_places.c.ticket),
        )
        .where(queue_places.c.county == county)
        .where(queue_places.c.hall == hall)
        .where(queue_places.c.day == day)
        .group_by(queue_places.c.service)
    )
    return {row.service: row.since for row in rows}


def board(connection: Connection, caller: Caller, now: datetime) -> dict[str, Any]:
    """The last five calls, newest first, and who waits."""
    county, hall, day = caller.county, caller.hall, hall_day(now)
    calls = connection.execute(
        select(tickets, visits.c.name, windows.c.name.label("window_name"))
        .join(visits, (visits.c.county == tickets.c.county) & (visits.c.id == tickets.c.visit))
        .outerjoin(
            windows, (windows.c.hall == tickets.c.hall) & (windows.c.code == tickets.c.window)
        )
        .where(tickets.c.county == county)
        .where(tickets.c.hall == hall)
        .where(tickets.c.day == day)
        .where(tickets.c.called_at.is_not(None))
        .where(tickets.c.window != "")
        .order_by(tickets.c.called_at.desc(), tickets.c.number)
        .limit(BOARD_CALLS)
    )
    name = connection.execute(select(halls.c.name).where(halls.c.code == hall)).scalar_one()
    return {
        "at": stamp(now),
        "hall": hall,
        "hall_name": name,
        "calls": [
            {
                "ticket": row.id,
                "number": row.number,
                "window": row.window,
                "window_name": row.window_name or row.window,
                "service": row.service,
                "name": row.name,
                "call": max(1, row.calls),
                "at": row.called_at,
            }
            for row in calls
        ],
        "waiting": _counts(_waiting_by_service(connection, county, hall, day)),
    }


def _counts(rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    return [
        {
            "service": row.code,
            "name": row.name,
            "prefix": row.prefix,
            "waiting": row.waiting or 0,
        }
        for row in rows
    ]


def workbench(connection: Connection, caller: Caller, now: datetime) -> dict[str, Any]:
    """The caller's own window: in hand, waiting by service, the next few, put aside, passed."""
    county, hall, day = caller.county, caller.hall, hall_day(now)
    (window,) = arrangement.windows_of(connection, county, hall, caller.window)
    held = connection.execute(
        shown_tickets()
        .join(in_hand, (in_hand.c.county == tickets.c.county) & (in_hand.c.ticket == tickets.c.id))
        .where(in_hand.c.county == county)
        .where(in_hand.c.hall == hall)
        .where(in_hand.c.window == caller.window)
    ).one_or_none()
    mine = set(window["services"])
    counts = [
        one
        for one in _counts(_waiting_by_service(connection, county, hall, day))
        if one["service"] in mine
    ]
    return {
        "at": stamp(now),
        "window": window,
        "in_hand": shown(held) if held is not None else None,
        "waiting": sum(one["waiting"] for one in counts),
        "services": counts,
        "next": _next_few(connection, caller, day, now),
        "parked": _aside(connection, caller, day, "parked", mine),
        "passed": _aside(connection, caller, day, "passed", mine),
    }


def _next_few(
    connection: Connection, caller: Caller, day: str, now: datetime
) -> list[dict[str, Any]]:
    """Who comes next by the time they have; the rule of priority mixes them as it is called."""
    taken = (
        select(window_services.c.service)
        .where(window_services.c.county == caller.county)
        .where(window_services.c.hall == caller.hall)
        .where(window_services.c.window == caller.window)
    )
    rows = connection.execute(
        select(queue_places, tickets.c.number, tickets.c.queued_at)
        .join(
            tickets,
            (tickets.c.county == queue_places.c.county) & (tickets.c.id == queue_places.c.ticket),
        )
        .where(queue_places.c.county == caller.county)
        .where(queue_places.c.hall == caller.hall)
        .where(queue_places.c.day == day)
        .where(
            (queue_places.c.window == caller.window)
            | ((queue_places.c.window == "") & queue_places.c.service.in_(taken))
        )
        .order_by(
            queue_places.c.window.desc(),
            queue_places.c.priority.desc(),
            queue_places.c.place,
            queue_places.c.serial,
        )
        .limit(NEXT_FEW)
    )
    return [
        {
            "ticket": row.ticket,
            "number": row.number,
            "service": row.service,
            "priority": row.priority,
            "waited_s": seconds_between(row.queued_at, now),
        }
        for row in rows
    ]


def _aside(
    connection: Connection, caller: Caller, day: str, state: str, services: set[str]
) -> list[dict[str, Any]]:
    rows = connection.execute(
        shown_tickets()
        .where(tickets.c.county == caller.county)
        .where(tickets.c.hall == caller.hall)
        .where(tickets.c.day == day)
        .where(tickets.c.state == state)
        .order_by(tickets.c.called_at.desc())
    )
    return [shown(row) for row in rows if row.window == caller.window or row.service in services]


def position(
    connection: Connection, county: str, hall: str, number: str, now: datetime
) -> dict[str, Any] | None:
    """Where a number of today stands, if there is one."""
    row = connection.execute(
        shown_tickets()
        .where(tickets.c.county == county)
        .where(tickets.c.hall == hall)
        .where(tickets.c.day == hall_day(now))
        .where(tickets.c.number == number)
    ).one_or_none()
    if row is None:
        return None
    ahead = line.ahead_of(connection, row) if row.state == "waiting" else 0
    return {
        "number": row.number,
        "service": row.service,
        "service_name": row.service_name or row.service,
        "state": row.state,
        "window": row.window,
        "ahead": ahead,
        "expected": waits.expected(connection, row, ahead),
    }


def of_holder(connection: Connection, caller: Caller, key: str, day: str) -> list[dict[str, Any]]:
    """The tickets of a person's day in this hall."""
    rows = connection.execute(
        shown_tickets()
        .where(visits.c.county == caller.county)
        .where(visits.c.hall == caller.hall)
        .where(visits.c.day == day)
        .where(visits.c.holder_key == key)
        .order_by(tickets.c.number)
    )
    return [shown(row) for row in rows]


def history(connection: Connection, caller: Caller, ticket: str) -> dict[str, Any] | None:
    """A ticket of the hall with everything that was done to it."""
    row = connection.execute(
        shown_tickets()
        .where(tickets.c.county == caller.county)
        .where(tickets.c.hall == caller.hall)
        .where(tickets.c.id == ticket)
    ).one_or_none()
    if row is None:
        return None
    steps = connection.execute(
        select(ticket_steps)
        .where(ticket_steps.c.county == caller.county)
        .where(ticket_steps.c.ticket == ticket)
        .order_by(ticket_steps.c.position)
    )
    members = ("at", "act", "by", "window", "service", "to_state", "reason")
    return {
        "ticket": shown(row),
        "steps": [{name: getattr(one, name) for name in members} for one in steps],
    }


def of_day(
    connection: Connection,
    caller: Caller,
    day: str,
    *,
    state: str | None,
    service: str | None,
    limit: int,
    after: str,
) -> dict[str, Any]:
    """A page of a day's tickets, in the order of their numbers."""
    wanted = (
        shown_tickets()
        .where(tickets.c.county == caller.county)
        .where(tickets.c.hall == caller.hall)
        .where(tickets.c.day == day)
        .where(tickets.c.number > after)
        .order_by(tickets.c.number)
        .limit(limit + 1)
    )
    if state is not None:
        wanted = wanted.where(tickets.c.state == state)
    if service is not None:
        wanted = wanted.where(tickets.c.service == service)
    rows = connection.execute(wanted).all()
    more = len(rows) > limit
    return {
        "tickets": [shown(row) for row in rows[:limit]],
        "next": cursor_after(rows[limit - 1].number) if more else None,
    }
