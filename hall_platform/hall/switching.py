"""A window switched off and on again (停用、启用窗口), as a system administrator does it.

Nobody signs in at a window that is off and nobody is called to it. What it has done stays in the
figures, and its device still delivers what the counter had not sent. Who was sent to this window is
called by any that takes the service; where no window that is on takes it, the tickets keep their
places until one does, and the service gives out no more numbers.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update

from hall_platform.access import of_county
from hall_platform.acts import Delivery
from hall_platform.clock import stamp
from hall_platform.hall import arrangement
from hall_platform.hall.arrangement_shapes import SwitchWindowAct
from hall_platform.hall.tables import hall_services, tickets, window_services
from hall_platform.hall.tickets import AT_WINDOW, OPEN, hall_day
from hall_platform.identity import audit
from hall_platform.identity import queries as identity
from hall_platform.identity.tables import halls, sessions, windows
from hall_platform.problems import Problem, invalid


def switch(connection: Connection, act: SwitchWindowAct, delivery: Delivery) -> dict[str, Any]:
    """Off: closed, everybody signed in there is out at once. On: closed until somebody opens it.

    Problems: invalid-request (no such hall in the county), not-found, ticket-in-hand,
    waiting-only-here with the services, unless the act says that they may wait.
    """
    caller, now = delivery.caller, delivery.received_at
    county = _county(connection, act, delivery)
    row = arrangement.window_to_change(connection, county, act.hall, act.code)
    ended, left = 0, []
    if not act.active:
        left = _left_waiting(connection, row, hall_day(now))
        if left and not act.leave_waiting:
            raise Problem("waiting-only-here", services=left)
        arrangement.clear_to_close(connection, row)
    connection.execute(
        update(windows)
        .where(windows.c.hall == row.hall)
        .where(windows.c.code == row.window)
        .values(active=act.active)
    )
    if not act.active:  # after the update, which who signs in at this moment waits for
        ended = identity.end_sessions(connection, _at(row), now)
    audit.record(
        connection,
        audit.by(
            caller,
            "window-changed",
            now,
            row.window,
            of_hall=row.hall,
            what="switched-on" if act.active else "switched-off",
            sessions_ended=ended,
        ),
    )
    shown = arrangement.changed(
        connection,
        delivery,
        row,
        state="closed",
        reason="" if act.active else act.reason,
        operator=None,
        since=stamp(now),
    )
    return {"window": shown, "sessions_ended": ended, "left_waiting": left}


def _county(connection: Connection, act: SwitchWindowAct, delivery: Delivery) -> str:
    county = connection.execute(
        select(halls.c.county)
        .where(halls.c.code == act.hall)
        .where(of_county(delivery.caller, halls.c.county))
    ).scalar_one_or_none()
    if county is None:
        raise invalid("body.hall", "no such hall in this county")
    return str(county)


def _at(row: Row[Any]) -> Any:
    """People signed in at the window; its device is no person."""
    here = (sessions.c.hall == row.hall) & (sessions.c.window == row.window)
    return here & (sessions.c.kind == "operator")


def _left_waiting(connection: Connection, row: Row[Any], day: str) -> list[dict[str, Any]]:
    """Of each service that only this window takes, how many numbers of the day are open."""
    mine = (
        select(window_services.c.service)
        .where(window_services.c.county == row.county)
        .where(window_services.c.hall == row.hall)
        .where(window_services.c.window == row.window)
    )
    others = (
        select(window_services.c.service)
        .join(windows, _same_window())
        .where(window_services.c.county == row.county)
        .where(window_services.c.hall == row.hall)
        .where(window_services.c.window != row.window)
        .where(windows.c.active.is_(True))
    )
    found = connection.execute(
        select(hall_services.c.code, hall_services.c.name, func.count().label("open"))
        .join(
            tickets,
            (tickets.c.county == hall_services.c.county)
            & (tickets.c.hall == hall_services.c.hall)
            & (tickets.c.service == hall_services.c.code),
        )
        .where(hall_services.c.county == row.county)
        .where(hall_services.c.hall == row.hall)
        .where(hall_services.c.code.in_(mine))
        .where(hall_services.c.code.not_in(others))
        .where(tickets.c.day == day)
        .where(tickets.c.state.in_([state for state in OPEN if state not in AT_WINDOW]))
        .group_by(hall_services.c.code, hall_services.c.name)
        .order_by(hall_services.c.code)
    )
    return [{"service": one.code, "name": one.name, "open": one.open} for one in found]


# which services are still taken ------------------------------------------------------------------


def _same_window() -> Any:
    return (windows.c.hall == window_services.c.hall) & (windows.c.code == window_services.c.window)


_ARRANGED = (
    select(window_services.c.service, windows.c.active, func.count().label("number"))
    .join(windows, _same_window())
    .where(window_services.c.county == bindparam("county"))
    .where(window_services.c.hall == bindparam("hall"))
    .group_by(window_services.c.service, windows.c.active)
)
_ARRANGED_FOR = _ARRANGED.where(window_services.c.service == bindparam("service"))


def is_switched_off(connection: Connection, county: str, hall: str, service: str) -> bool:
    """Whether a service has windows and all of them are off."""
    rows = connection.execute(
        _ARRANGED_FOR, {"county": county, "hall": hall, "service": service}
    ).all()
    return bool(rows) and not any(row.active for row in rows)


def windows_on(connection: Connection, county: str, hall: str) -> dict[str, int]:
    """By service that has windows how many of them are on."""
    found: dict[str, int] = {}
    for row in connection.execute(_ARRANGED, {"county": county, "hall": hall}):
        found[row.service] = found.get(row.service, 0) + (row.number if row.active else 0)
    return found
