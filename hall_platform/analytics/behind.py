"""The rows behind a figure: each fact by itself, of the own hall, without personal data."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from hall_platform.access import Caller, of_county, of_hall
from hall_platform.analytics import periodic
from hall_platform.analytics.figures import Figure
from hall_platform.analytics.periods import Period
from hall_platform.analytics.tables import figure_rows
from hall_platform.cursors import cursor_after, key_of
from hall_platform.problems import Problem

_DAY = 10


def rows(
    connection: Connection,
    caller: Caller,
    figure: Figure,
    period: Period,
    *,
    service: str | None,
    window: str | None,
    hour: int | None,
    cursor: str | None,
    limit: int,
    kept_from: date,
) -> dict[str, Any]:
    """A page of the facts a figure of the own hall is made of, as far back as they are kept.

    Problems: invalid-request, rows-forgotten (of none of the days they are kept).
    """
    if period.last < kept_from:
        raise Problem("rows-forgotten", kept_from=kept_from.isoformat())
    period = replace(period, first=max(period.first, kept_from))
    known, after = figure_rows.c, key_of(cursor)
    query = (
        select(figure_rows)
        .where(of_county(caller, known.county))
        .where(of_hall(caller, known.hall))
        .where(known.measure == figure.measure.number)
        .where(known.day.between(*period.texts))
        .where(known.day >= after[:_DAY])
        .where((known.day + known.id) > after)
        .order_by(known.day, known.id)
        .limit(limit + 1)
    )
    for column, wanted in ((known.service, service), (known.window, window), (known.hour, hour)):
        if wanted is not None:
            query = query.where(column == wanted)
    found = connection.execute(query).all()
    more = len(found) > limit
    return {
        "definition": periodic.defined(figure),
        "value": figure.measure.value,
        "value_in_english": figure.measure.value_in_english,
        "kept_from": kept_from.isoformat(),
        "rows": [
            {
                "at": row.at,
                "subject": row.subject,
                "number": row.number,
                "service": row.service,
                "window": row.window,
                "hour": row.hour,
                "value": row.value,
            }
            for row in found[:limit]
        ],
        "next": cursor_after(found[limit - 1].day + found[limit - 1].id) if more else None,
    }
