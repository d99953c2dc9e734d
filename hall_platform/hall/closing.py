"""The end of a day: what was left open is over, and who had the tickets is forgotten."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from hall_platform.hall import tickets as one_by_one
from hall_platform.hall.tables import tickets

A_TIME = 200  # tickets in one transaction, so that no counter waits long


def close_earlier_days(connection: Connection, now: datetime) -> int:
    """Tickets of earlier days that are still open are void (当日有效); how many this time."""
    today = one_by_one.hall_day(now)
    found = connection.execute(
        select(tickets.c.county, tickets.c.hall, tickets.c.id)
        .where(tickets.c.day < today)
        .where(tickets.c.state.in_(one_by_one.OPEN))
        .order_by(tickets.c.county, tickets.c.id)
        .limit(A_TIME)
    ).all()
    for left in found:
        row = one_by_one.held(connection, left.county, left.hall, left.id)
        if row.state not in one_by_one.OPEN:
            continue
        one_by_one.end(connection, row, "void", now)
        one_by_one.step(connection, row, act="close-day", at=now, by="platform", to_state="void")
        one_by_one.tell(connection, "ticket-void", row, now, window=row.window)
    return len(found)
