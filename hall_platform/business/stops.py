"""When a clock of a case stands still, and goes on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from hall_platform.business.tables import case_stops


def begin_stop(
    connection: Connection,
    row: Mapping[str, Any],
    clock: str,
    on: date,
    *,
    kind: str,
    reason: str = "",
    expected_days: int | None = None,
) -> None:
    """The clock stands still from that day on."""
    position = connection.execute(
        select(func.count())
        .select_from(case_stops)
        .where(case_stops.c.county == row["county"])
        .where(case_stops.c.case_id == row["id"])
    ).scalar_one()
    connection.execute(
        insert(case_stops).values(
            county=row["county"],
            case_id=row["id"],
            position=position,
            clock=clock,
            kind=kind,
            reason=reason,
            expected_days=expected_days,
            from_on=on.isoformat(),
        )
    )


def end_stop(connection: Connection, row: Mapping[str, Any], clock: str, on: date) -> None:
    """The clock goes on after that day, but not before the day on which it stopped."""
    began = connection.execute(
        select(func.max(case_stops.c.from_on))
        .where(case_stops.c.county == row["county"])
        .where(case_stops.c.case_id == row["id"])
        .where(case_stops.c.clock == clock)
        .where(case_stops.c.until_on.is_(None))
    ).scalar_one()
    connection.execute(
        update(case_stops)
        .where(case_stops.c.county == row["county"])
        .where(case_stops.c.case_id == row["id"])
        .where(case_stops.c.clock == clock)
        .where(case_stops.c.until_on.is_(None))
        .values(until_on=max(on.isoformat(), began or ""))
    )
