"""Cases as read back."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from hall_platform.access import Caller, of_county
from hall_platform.business.tables import (
    case_events,
    case_materials,
    case_papers,
    cases,
)


def seen_by(caller: Caller) -> ColumnElement[bool]:
    """Cases the caller's county received, and those that are its own."""
    return of_county(caller, cases.c.county, cases.c.for_county)


def of_person(connection: Connection, caller: Caller, number: str) -> list[dict[str, Any]]:
    """A person's cases as far as the caller's county sees them, newest first."""
    rows = connection.execute(
        select(
            cases.c.id.label("case"),
            cases.c.number,
            cases.c.item,
            cases.c.item_name,
            cases.c.state,
            cases.c.accepted_at,
            cases.c.due_on,
        )
        .where(seen_by(caller))
        .where(cases.c.applicant_number == number)
        .order_by(cases.c.accepted_at.desc(), cases.c.number)
    )
    return [dict(row) for row in rows.mappings()]


def case(
    connection: Connection, caller: Caller, identifier: str
) -> tuple[dict[str, Any], int] | None:
    """One whole case and its version, if it is there for the caller's county."""
    row = connection.execute(
        select(cases).where(seen_by(caller)).where(cases.c.id == identifier)
    ).one_or_none()
    if row is None:
        return None
    materials = connection.execute(
        select(
            case_materials.c.material,
            case_materials.c.met_by,
            case_materials.c.reference,
            case_materials.c.trust_grade,
            case_materials.c.paper_reason,
        )
        .where(case_materials.c.county == row.county)
        .where(case_materials.c.case_id == identifier)
        .order_by(case_materials.c.position)
    ).mappings()
    papers = connection.execute(
        select(case_papers.c.kind, case_papers.c.number)
        .where(case_papers.c.county == row.county)
        .where(case_papers.c.case_id == identifier)
        .order_by(case_papers.c.kind)
    ).mappings()
    events = connection.execute(
        select(
            case_events.c.at,
            case_events.c.act,
            case_events.c.operator,
            case_events.c.window,
            case_events.c.from_state.label("from"),
            case_events.c.to_state.label("to"),
            case_events.c.reason,
        )
        .where(case_events.c.county == row.county)
        .where(case_events.c.case_id == identifier)
        .order_by(case_events.c.position)
    ).mappings()
    found = {
        "case": row.id,
        "number": row.number,
        "provisional_number": row.provisional_number,
        "item": row.item,
        "item_name": row.item_name,
        "item_version": row.item_version,
        "state": row.state,
        "accepted_at": row.accepted_at,
        "received_at": row.received_at,
        "due_on": row.due_on,
        "due_provisional": row.due_provisional,
        "applicant": json.loads(row.applicant),
        "materials": [dict(material) for material in materials],
        "papers": [dict(paper) for paper in papers],
        "timeline": [dict(happening) for happening in events],
    }
    return found, row.version
