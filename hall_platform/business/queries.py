"""Cases and receipts as read back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from hall_platform.tables import (
    case_events,
    case_materials,
    case_papers,
    cases,
    idempotency_keys,
)


def receipts(connection: Connection, keys: Sequence[str]) -> tuple[list[dict[str, Any]], list[str]]:
    """Receipts of acceptances by their keys, and the keys that are not known."""
    rows = connection.execute(
        select(idempotency_keys.c.key, idempotency_keys.c.answer)
        .where(idempotency_keys.c.key.in_(list(keys)))
        .where(idempotency_keys.c.act == "accept")
    )
    known = {row.key: json.loads(row.answer) for row in rows}
    found = [known[key] for key in keys if key in known]
    return found, [key for key in keys if key not in known]


def of_person(connection: Connection, number: str) -> list[dict[str, Any]]:
    """A person's cases, newest first."""
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
        .where(cases.c.applicant_number == number)
        .order_by(cases.c.accepted_at.desc(), cases.c.number)
    )
    return [dict(row) for row in rows.mappings()]


def case(connection: Connection, identifier: str) -> tuple[dict[str, Any], int] | None:
    """One whole case and its version, if it is there."""
    row = connection.execute(select(cases).where(cases.c.id == identifier)).one_or_none()
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
        .where(case_materials.c.case_id == identifier)
        .order_by(case_materials.c.position)
    ).mappings()
    papers = connection.execute(
        select(case_papers.c.kind, case_papers.c.number)
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
