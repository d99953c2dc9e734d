"""Cases as read back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, select

from hall_platform.access import CLERK, REVIEWER, Caller, of_county
from hall_platform.business import notices, papers
from hall_platform.business.tables import (
    case_events,
    case_materials,
    case_points,
    cases,
)
from hall_platform.etags import tag


def seen_by(caller: Caller) -> ColumnElement[bool]:
    """Cases the caller's county received, and those that are its own; a reviewer's department's."""
    here = of_county(caller, cases.c.county, cases.c.for_county)
    if REVIEWER in caller.roles and CLERK not in caller.roles:
        return and_(here, cases.c.department == caller.body)
    return here


_ACCEPTED_AT = func.coalesce(cases.c.accepted_at, cases.c.filed_at).label("accepted_at")


def of_person(connection: Connection, caller: Caller, number: str) -> list[dict[str, Any]]:
    """A person's cases as far as the caller's county sees them, newest first."""
    rows = connection.execute(
        select(
            cases.c.id.label("case"),
            cases.c.number,
            cases.c.item,
            cases.c.item_name,
            cases.c.state,
            _ACCEPTED_AT,
            cases.c.due_on,
        )
        .where(seen_by(caller))
        .where(cases.c.applicant_number == number)
        .order_by(cases.c.filed_at.desc(), cases.c.number)
    )
    return [dict(row) for row in rows.mappings()]


def row_of(connection: Connection, caller: Caller, identifier: str) -> dict[str, Any] | None:
    """The case's row, if it is there for the caller; the caller's own before another county's."""
    rows = (
        connection.execute(select(cases).where(seen_by(caller)).where(cases.c.id == identifier))
        .mappings()
        .all()
    )
    return dict(min(rows, key=lambda row: row["county"] != caller.county)) if rows else None


def case(
    connection: Connection, caller: Caller, identifier: str
) -> tuple[dict[str, Any], int] | None:
    """One whole case and its version, if it is there for the caller's county."""
    row = row_of(connection, caller, identifier)
    if row is None:
        return None
    county = row["county"]
    documents = papers.of_case(connection, county, identifier)
    found = {
        "case": row["id"],
        "number": row["number"],
        "provisional_number": row["provisional_number"],
        "item": row["item"],
        "item_name": row["item_name"],
        "item_version": row["item_version"],
        "regime": row["regime"],
        "bundle": row["bundle"],
        "state": row["state"],
        "filed_at": row["filed_at"],
        "accepted": row["accepted_at"] is not None,
        "accepted_at": row["accepted_at"] or row["filed_at"],
        "received_at": row["received_at"],
        "acceptance_due_on": row["acceptance_due_on"],
        "correct_by": notices.correct_by(connection, row["county"], row["id"], row["state"]),
        "due_on": row["due_on"],
        "legal_due_on": row["legal_due_on"],
        "due_provisional": row["due_provisional"],
        "county": county,
        "for_county": row["for_county"],
        "handling_county": row["handling_county"],
        "outcome": row["outcome"],
        "fee": row["fee"],
        "fee_cents": row["fee_cents"],
        "result_licence": row["result_licence"],
        "applicant": json.loads(row["applicant"]),
        "agent": json.loads(row["agent"]) if row["agent"] else None,
        "materials": _materials(connection, county, identifier),
        "papers": [
            {"kind": one["kind"], "number": one["number"]}
            for one in documents
            if one["state"] == papers.ISSUED
        ],
        "documents": documents,
        "points": _points(connection, county, identifier),
        "timeline": _timeline(connection, county, identifier),
    }
    return found, row["version"]


def _materials(connection: Connection, county: str, identifier: str) -> list[dict[str, Any]]:
    rows = connection.execute(
        select(
            case_materials.c.material,
            case_materials.c.met_by,
            case_materials.c.reference,
            case_materials.c.trust_grade,
            case_materials.c.paper_reason,
            case_materials.c.purpose,
            case_materials.c.expires,
        )
        .where(case_materials.c.county == county)
        .where(case_materials.c.case_id == identifier)
        .order_by(case_materials.c.position)
    )
    return [dict(row) for row in rows.mappings()]


def _points(connection: Connection, county: str, identifier: str) -> list[dict[str, Any]]:
    rows = connection.execute(
        select(
            case_points.c.code,
            case_points.c.material,
            case_points.c.what,
            case_points.c.basis,
            case_points.c.form,
            case_points.c.notices,
            case_points.c.met_at,
        )
        .where(case_points.c.county == county)
        .where(case_points.c.case_id == identifier)
        .order_by(case_points.c.code)
    )
    return [dict(row) for row in rows.mappings()]


def _timeline(connection: Connection, county: str, identifier: str) -> list[dict[str, Any]]:
    rows = connection.execute(
        select(
            case_events.c.at,
            case_events.c.act,
            case_events.c.operator,
            case_events.c.hall,
            case_events.c.window,
            case_events.c.department,
            case_events.c.from_state.label("from"),
            case_events.c.to_state.label("to"),
            case_events.c.reason,
            case_events.c.paper,
            case_events.c.details,
        )
        .where(case_events.c.county == county)
        .where(case_events.c.case_id == identifier)
        .order_by(case_events.c.position)
    )
    return [{**row, "details": json.loads(row["details"])} for row in rows.mappings()]


def of_bundle(connection: Connection, caller: Caller, bundle: str) -> list[dict[str, Any]]:
    """The cases of one thing (一件事), as far as the caller sees them."""
    rows = connection.execute(
        select(cases)
        .where(seen_by(caller))
        .where(cases.c.bundle == bundle)
        .order_by(cases.c.number)
    )
    return [dict(row) for row in rows.mappings()]


def of_department(
    connection: Connection, caller: Caller, state: str, limit: int, after: str
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of the department's cases in a state, by their ids; where the next one begins."""
    rows = (
        connection.execute(
            select(cases)
            .where(seen_by(caller))
            .where(cases.c.handling_county == caller.county)
            .where(cases.c.department == caller.body)
            .where(cases.c.state == state)
            .where(cases.c.id > after)
            .order_by(cases.c.id)
            .limit(limit + 1)
        )
        .mappings()
        .all()
    )
    found = [
        {
            "case": row["id"],
            "number": row["number"],
            "item": row["item"],
            "item_name": row["item_name"],
            "state": row["state"],
            "accepted_at": row["accepted_at"],
            "due_on": row["due_on"],
            "legal_due_on": row["legal_due_on"],
            "etag": tag(row["id"], row["version"]),
        }
        for row in rows[:limit]
    ]
    return found, (rows[limit - 1]["id"] if len(rows) > limit else None)


def by_query_code(connection: Connection, number: str, query_code: str) -> dict[str, Any] | None:
    """The case of a number, official or provisional, and its query code."""
    rows = connection.execute(select(cases).where(cases.c.query_code == query_code)).mappings()
    fitting = [row for row in rows if number in (row["number"], row["provisional_number"])]
    return dict(fitting[0]) if len(fitting) == 1 else None


def progress(connection: Connection, row: Mapping[str, Any]) -> dict[str, Any]:
    """What the person is told of their case: no names, no numbers of people."""
    points = _points(connection, row["county"], row["id"])
    documents = papers.of_case(connection, row["county"], row["id"])
    return {
        "steps": _timeline(connection, row["county"], row["id"]),
        "to_correct": [one["what"] for one in points if one["met_at"] is None],
        "correct_by": notices.correct_by(connection, row["county"], row["id"], row["state"]),
        "papers": [one["title"] for one in documents if one["state"] == papers.OWED],
    }


def overdue_for_acceptance(connection: Connection, today: date) -> list[tuple[str, str]]:
    """Cases whose clock A has run out without a decision: county and id."""
    rows = connection.execute(
        select(cases.c.county, cases.c.id)
        .where(cases.c.state == "received")
        .where(cases.c.acceptance_due_on < today.isoformat())
    )
    return [(row.county, row.id) for row in rows]


def provisional(connection: Connection) -> list[tuple[str, str]]:
    """Cases in hand whose due days touch a year that was not announced: county and id."""
    rows = connection.execute(
        select(cases.c.county, cases.c.id)
        .where(cases.c.due_provisional.is_(True))
        .where(cases.c.state.notin_(["delivered", "refused", "withdrawn", "terminated"]))
    )
    return [(row.county, row.id) for row in rows]
