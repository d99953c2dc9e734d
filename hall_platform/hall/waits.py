"""Expected waits: those ahead × the mean service time ÷ the windows open for the service.

The mean is that of the last services finished today; of the service's standard time while there
are too few. The answer says which, from how many, and for how many windows.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from hall_platform.hall.tables import hall_services, hall_windows, tickets, window_services

SAMPLES = 20
FEWEST = 5
STANDARD_S = 600  # of a service that is offered no more


_RECENT = (
    select(tickets.c.served)
    .where(tickets.c.county == bindparam("county"))
    .where(tickets.c.hall == bindparam("hall"))
    .where(tickets.c.day == bindparam("day"))
    .where(tickets.c.service == bindparam("service"))
    .where(tickets.c.ended_at.is_not(None))
    .where(tickets.c.served.is_not(None))
    .order_by(tickets.c.ended_at.desc())
    .limit(SAMPLES)
)
_STANDARD = (
    select(hall_services.c.mean_service_s)
    .where(hall_services.c.county == bindparam("county"))
    .where(hall_services.c.hall == bindparam("hall"))
    .where(hall_services.c.code == bindparam("service"))
)
_OPEN_WINDOWS = (
    select(func.count())
    .select_from(window_services)
    .join(
        hall_windows,
        (hall_windows.c.county == window_services.c.county)
        & (hall_windows.c.hall == window_services.c.hall)
        & (hall_windows.c.window == window_services.c.window),
    )
    .where(window_services.c.county == bindparam("county"))
    .where(window_services.c.hall == bindparam("hall"))
    .where(window_services.c.service == bindparam("service"))
    .where(hall_windows.c.state == "open")
)


def expected(connection: Connection, ticket: Any, ahead: int) -> dict[str, Any]:
    """The expected wait of who has so many ahead, for the ticket's hall, day and service."""
    return expected_of(
        connection, ticket.county, ticket.hall, ticket.day, service=ticket.service, ahead=ahead
    )


def expected_of(
    connection: Connection, county: str, hall: str, day: str, *, service: str, ahead: int
) -> dict[str, Any]:
    """The expected wait in a service's line, in the contract's shape."""
    offered = {"county": county, "hall": hall, "service": service}
    recent = list(connection.execute(_RECENT, {**offered, "day": day}).scalars())
    enough = len(recent) >= FEWEST
    if enough:
        mean = round(sum(recent) / len(recent))
    else:
        mean = connection.execute(_STANDARD, offered).scalar_one_or_none() or STANDARD_S
    windows: int = connection.execute(_OPEN_WINDOWS, offered).scalar_one()
    return {
        "seconds": ahead * mean // max(1, windows),
        "mean_service_s": mean,
        "basis": "recent" if enough else "standard",
        "samples": len(recent),
        "open_windows": windows,
    }
