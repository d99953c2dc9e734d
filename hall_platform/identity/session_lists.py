"""Sessions that go on, as those who may see them see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select

from hall_platform.clock import stamp
from hall_platform.identity.tables import sessions

MOST_OWN = 200

_SHOWN = (
    *("id", "kind", "operator", "device", "citizen", "hall", "window"),
    *("factor", "started_at", "ends_at"),
)


def going_on(
    connection: Connection,
    which: ColumnElement[bool],
    now: datetime,
    *,
    after: str = "",
    limit: int = MOST_OWN,
) -> list[Row[Any]]:
    """Sessions neither ended nor run out, by their ids."""
    return list(
        connection.execute(
            select(*(sessions.c[name] for name in _SHOWN))
            .where(which)
            .where(sessions.c.ended_at.is_(None))
            .where(sessions.c.ends_at > stamp(now))
            .where(sessions.c.id > after)
            .order_by(sessions.c.id)
            .limit(limit)
        )
    )


def shown(found: Sequence[Row[Any]], current: str) -> list[dict[str, Any]]:
    """In the contract's shape."""
    return [{**row._asdict(), "current": row.id == current} for row in found]
