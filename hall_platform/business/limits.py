"""The due days of a case: clock A, clock B by promise and by law, and delivery."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from hall_platform.business import clocks, life
from hall_platform.business.clocks import Calendar, Due, Stop
from hall_platform.business.regimes import REGIMES
from hall_platform.business.tables import case_stops

ACCEPTANCE = "acceptance"  # clock A
HANDLING = "handling"  # clock B


def due_days(
    connection: Connection, row: Mapping[str, Any], item: Mapping[str, Any], calendar: Calendar
) -> dict[str, Any]:
    """The columns of the case's due days, counted anew from all that began and stood still."""
    clock_a = acceptance_due(connection, row, calendar)
    promised, legal = handling_due(connection, row, item, calendar)
    known = [one for one in (clock_a, promised, legal) if one is not None]
    return {
        "acceptance_due_on": _text(clock_a),
        "due_on": _text(promised),
        "legal_due_on": _text(legal),
        "due_provisional": any(one.provisional for one in known),
    }


def acceptance_due(
    connection: Connection, row: Mapping[str, Any], calendar: Calendar
) -> Due | None:
    """The last day for deciding on acceptance; None where there is no such limit or it is over."""
    days = REGIMES[row["regime"]].acceptance_days
    if days is None or row["clock_from"] is None or row["state"] not in life.BEFORE_ACCEPTANCE:
        return None
    began = date.fromisoformat(row["clock_from"])
    return clocks.due(calendar, began, days, "working", stops(connection, row, ACCEPTANCE))


def handling_due(
    connection: Connection, row: Mapping[str, Any], item: Mapping[str, Any], calendar: Calendar
) -> tuple[Due, Due] | tuple[None, None]:
    """The promised and the legal last day; none before acceptance."""
    if row["accepted_on"] is None:
        return None, None
    began = date.fromisoformat(row["accepted_on"])
    held = stops(connection, row, HANDLING)
    more, kind = row["extension_days"], item["day_kind"]
    promised = 0 if item["case_type"] == "immediate" else item["promised_days"]
    return (
        clocks.due(calendar, began, promised + more, kind, held),
        clocks.due(calendar, began, max(item["legal_days"], promised) + more, kind, held),
    )


def delivery_due(row: Mapping[str, Any], calendar: Calendar) -> Due | None:
    """The last day for delivering the decision; None where the law sets none."""
    days = REGIMES[row["regime"]].delivery_days
    if days is None or row["decided_on"] is None:
        return None
    return clocks.due(calendar, date.fromisoformat(row["decided_on"]), days, "working")


def stops(connection: Connection, row: Mapping[str, Any], clock: str) -> list[Stop]:
    """When a clock of the case stood still; a case that has just begun never did."""
    if row["version"] == 1:
        return []
    rows = connection.execute(
        select(case_stops.c.from_on, case_stops.c.until_on)
        .where(case_stops.c.county == row["county"])
        .where(case_stops.c.case_id == row["id"])
        .where(case_stops.c.clock == clock)
        .order_by(case_stops.c.position)
    )
    return [
        Stop(date.fromisoformat(began), date.fromisoformat(ended) if ended else None)
        for began, ended in rows
    ]


def last_receipt(connection: Connection, row: Mapping[str, Any]) -> str:
    """The day the materials, or what was corrected of them, were last received."""
    ended = [
        stop.until_on.isoformat()
        for stop in stops(connection, row, ACCEPTANCE)
        if stop.until_on is not None
    ]
    return str(max([row["clock_from"] or row["filed_on"], *ended]))


def _text(due: Due | None) -> str | None:
    return due.on.isoformat() if due is not None and due.on is not None else None
