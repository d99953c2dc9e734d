"""Expected waits: those ahead × the mean service time ÷ the windows open for the service.

The mean is that of the last services finished today; of the service's standard time while there
are too few. The answer says which, from how many, and for how many windows.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select

from hall_platform.hall.tables import hall_services, hall_windows, tickets, window_services

SAMPLES = 20
FEWEST = 5
STANDARD_S = 600  # of a service that is offered no more


def expected(connection: Connection, ticket: Any, ahead: int) -> dict[str, Any]:
    """The expected wait of who has so many ahead, for the ticket's hall, day and service."""
    return expected_of(
        connection, ticket.county, ticket.hall, ticket.day, service=ticket.service, ahead=ahead
    )


def expected_of(
    connection: Connection, county: str, hall: str, day: str, *, service: str, ahead: int
) -> dict[str, Any]:
    """The expected wait in a service's line, in the contract's shape."""
    recent = list(
        connection.execute(
            select(tickets.c.served)
            .where(tickets.c.county == county)
            .where(tickets.c.hall == hall)
            .where(tickets.c.day == day)
            .where(tickets.c.service == service)
            .where(tickets.c.ended_at.is_not(None))
            .where(tickets.c.served.is_not(None))
            .order_by(tickets.c.ended_at.desc())
            .limit(SAMPLES)
        ).scalars()
    )
    enough = len(recent) >= FEWEST
    usual = 0 if enough else _standard(connection, county, hall, service)
    mean = round(sum(recent) / len(recent)) if enough else usual
    windows = _open_windows(connection, county, hall, service)
    return {
        "seconds": ahead * mean // max(1, windows),
        "mean_service_s": mean,
        "basis": "recent" if enough else "standard",
        "samples": len(recent),
        "open_windows": windows,
    }


def _standard(connection: Connection, county: str, hall: str, service: str) -> int:
    known = connection.execute(
        select(hall_services.c.mean_service_s)
        .where(hall_services.c.county == county)
        .where(hall_services.c.hall == hall)
        .where(hall_services.c.code == service)
    ).scalar_one_or_none()
    return STANDARD_S if known is None else int(known)


def _open_windows(connection: Connection, county: str, hall: str, service: str) -> int:
    count: int = connection.execute(
        select(func.count())
        .select_from(window_services)
        .join(
            hall_windows,
            (hall_windows.c.county == window_services.c.county)
            & (hall_windows.c.hall == window_services.c.hall)
            & (hall_windows.c.window == window_services.c.window),
        )
        .where(window_services.c.county == county)
        .where(window_services.c.hall == hall)
        .where(window_services.c.service == service)
        .where(hall_windows.c.state == "open")
    ).scalar_one()
    return count
