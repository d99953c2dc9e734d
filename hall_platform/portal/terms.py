"""In how many working days a letter is answered: the rule by kind, where a county has set no own.

Five for a question, fifteen for a suggestion or a complaint: what government websites and the 12345
lines usually promise. No national rule fixes the days (国办发〔2020〕53号 leaves them to each
place), so a county sets its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from hall_platform.acts import Delivery
from hall_platform.calendar import WorkingCalendar
from hall_platform.clock import day_of, stamp
from hall_platform.portal.letter_shapes import SetTerm
from hall_platform.portal.tables import letter_terms

DAYS: Mapping[str, int] = {"consultation": 5, "suggestion": 15, "complaint": 15}


def all_of(connection: Connection, county: str) -> list[dict[str, Any]]:
    """The term of each kind in the county."""
    rows = connection.execute(select(letter_terms).where(letter_terms.c.county == county))
    own = {row.kind: row.days for row in rows}
    return [
        {"kind": kind, "days": own.get(kind, days), "own": kind in own}
        for kind, days in DAYS.items()
    ]


def days_of(connection: Connection, county: str, kind: str) -> int:
    """In how many working days the county answers a letter of that kind that comes now."""
    terms = {one["kind"]: int(one["days"]) for one in all_of(connection, county)}
    return terms[kind]


def due(at: datetime, days: int, calendar: WorkingCalendar) -> dict[str, Any]:
    """The last day to answer what came at that moment, and whether it is provisional."""
    due_on, provisional = calendar.due_date(day_of(at), days, "working")
    return {"due_on": due_on.isoformat(), "due_provisional": provisional}


def set_term(connection: Connection, act: SetTerm, delivery: Delivery) -> dict[str, Any]:
    """The county's own term, for letters that come from now on."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    county = delivery.caller.county
    values = {
        "days": act.days,
        "set_at": stamp(delivery.received_at),
        "set_by": delivery.caller.operator,
    }
    connection.execute(
        dialect.insert(letter_terms)
        .values(county=county, kind=act.kind, **values)
        .on_conflict_do_update(index_elements=["county", "kind"], set_=values)
    )
    return {"terms": all_of(connection, county)}
