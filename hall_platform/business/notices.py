"""Until when what a notice of correction asked for (补正告知) is to be handed in.

The day stands in the notice's line of the timeline and counts while it is waited for.
"""

from __future__ import annotations

import json
from datetime import date, timedelta

from sqlalchemy import Connection, select

from hall_platform.business import life
from hall_platform.business.tables import case_events
from hall_platform.problems import invalid

NOTICE = "notify-missing"
LONGEST = timedelta(days=366)


def checked(day: str | None, told_on: date) -> str | None:
    """The day a notice names: not before the notice, and at most a year after it.

    Problem("invalid-request").
    """
    if day is None:
        return None
    if not told_on <= date.fromisoformat(day) <= told_on + LONGEST:
        raise invalid("body.correct_by", "not within a year from the day of the notice")
    return day


def correct_by(connection: Connection, county: str, case: str, state: str) -> str | None:
    """The last day for the corrections a case waits for; None where it waits for none."""
    if state != life.TO_CORRECT:
        return None
    details = connection.execute(
        select(case_events.c.details)
        .where(case_events.c.county == county)
        .where(case_events.c.case_id == case)
        .where(case_events.c.act == NOTICE)
        .order_by(case_events.c.position.desc())
        .limit(1)
    ).scalar_one_or_none()
    day = day_of_notice(details or "{}")
    return day.isoformat() if day is not None else None


def day_of_notice(details: str) -> date | None:
    """The day in a notice's line; None where it has none, or none that the calendar has."""
    try:
        return date.fromisoformat(json.loads(details).get("correct_by") or "")
    except ValueError:
        return None
