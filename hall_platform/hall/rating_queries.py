"""Ratings as they are read: by the head of the hall, and by the clerk they are about."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Row, select

from hall_platform.access import Caller
from hall_platform.cursors import cursor_after
from hall_platform.hall.rating import appeal_of, appeal_shown
from hall_platform.hall.rating_levels import DETAIL_CODES, LEVELS, NEEDS_DETAILS
from hall_platform.hall.tables import ratings, service_records
from hall_platform.problems import invalid

OWN_SHOWN = 100


def scale() -> dict[str, Any]:
    """What a rating screen shows."""
    return {
        "levels": [
            {"level": level, "text": text, "details_required": level in NEEDS_DETAILS}
            for level, text in LEVELS.items()
        ],
        "details": [
            {"code": code, "text": text, "levels": list(levels)}
            for code, (text, levels) in DETAIL_CODES.items()
        ],
    }


def _rows(caller: Caller) -> Any:
    return (
        select(
            ratings,
            service_records.c.case_id,
            service_records.c.service_number,
            service_records.c.kind,
            service_records.c.window,
            service_records.c.service,
        )
        .join(
            service_records,
            (service_records.c.county == ratings.c.county)
            & (service_records.c.id == ratings.c.record),
        )
        .where(ratings.c.county == caller.county)
        .where(ratings.c.hall == caller.hall)
        .order_by(ratings.c.at.desc(), ratings.c.record.desc())
    )


def page(
    connection: Connection,
    caller: Caller,
    *,
    since: str,
    until: str,
    limit: int,
    after: str,
) -> dict[str, Any]:
    """A page of the hall's ratings of some days, newest first."""
    wanted = (
        _rows(caller)
        .where(ratings.c.at >= since)
        .where(ratings.c.at < f"{until}T24")  # behind the day in every collation
        .limit(limit + 1)
    )
    if after:
        at, separator, record = after.partition(" ")
        if not separator:
            raise invalid("query.cursor", "not a cursor of this platform")
        older = (ratings.c.at < at) | ((ratings.c.at == at) & (ratings.c.record < record))
        wanted = wanted.where(older)
    rows = connection.execute(wanted).all()
    following = None
    if len(rows) > limit:
        last = rows[limit - 1]
        following = cursor_after(f"{last.at} {last.record}")
    return {"ratings": [_shown(connection, row) for row in rows[:limit]], "next": following}


def _shown(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    appealed = appeal_of(connection, row.county, row.record) if row.outcome == "rated" else None
    return {
        "rating": row.record,
        "case": row.case_id,
        "service_number": row.service_number,
        "kind": row.kind,
        "hall": row.hall,
        "window": row.window,
        "service": row.service,
        "operator": row.operator,
        "outcome": row.outcome,
        "level": row.level,
        "details": json.loads(row.details),
        "text": row.text,
        "channel": row.channel,
        "standing": row.standing,
        "at": row.at,
        "appeal": appeal_shown(appealed) if appealed is not None else None,
    }


def own(connection: Connection, caller: Caller, today: str) -> dict[str, Any]:
    """What people gave the clerk on earlier days, without the time and the case."""
    rows = connection.execute(
        _rows(caller)
        .where(ratings.c.operator == caller.operator)
        .where(ratings.c.outcome == "rated")
        .where(ratings.c.at < today)
        .limit(OWN_SHOWN)
    ).all()
    found = [
        {
            "rating": row.record,
            "day": row.at[:10],
            "window": row.window,
            "level": row.level,
            "details": json.loads(row.details),
            "text": row.text,
            "standing": row.standing,
        }
        for row in rows
    ]
    # Within a day the order would tell whose it was.
    return {"ratings": sorted(found, key=lambda one: (one["day"], one["rating"]), reverse=True)}
