"""Lines of a case's timeline as letters to the province need them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from hall_platform.business.tables import case_events
from hall_platform.identity.tables import operators


def event_of(connection: Connection, letter: Row[Any]) -> Row[Any] | None:
    """The line a letter tells of."""
    return connection.execute(
        select(case_events)
        .where(case_events.c.county == letter.county)
        .where(case_events.c.case_id == letter.case_id)
        .where(case_events.c.position == letter.case_event)
    ).one_or_none()


def last(
    connection: Connection, case: Row[Any], act: str, before: int | None = None
) -> Row[Any] | None:
    """The newest line of that act, of those before a position; None where there is none."""
    wanted = (
        select(case_events)
        .where(case_events.c.county == case.county)
        .where(case_events.c.case_id == case.id)
        .where(case_events.c.act == act)
        .order_by(case_events.c.position.desc())
        .limit(1)
    )
    if before is not None:
        wanted = wanted.where(case_events.c.position < before)
    return connection.execute(wanted).one_or_none()


def who(connection: Connection, event: Row[Any] | None) -> str:
    """The name of who did it; "" for what the law did by itself."""
    if event is None or not event.operator:
        return ""
    name = connection.execute(
        select(operators.c.name).where(operators.c.id == event.operator)
    ).scalar_one_or_none()
    return name or ""
