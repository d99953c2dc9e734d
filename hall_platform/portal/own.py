"""What is a citizen's own: pre-applications and cases, as their applicant or who applied for them.

By number only for an account whose document somebody has seen; anybody else sees what was applied
for with their account.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, false, func, or_, select

from hall_platform.business import notices
from hall_platform.business import preapplications as claims
from hall_platform.business.tables import (
    case_events,
    case_papers,
    case_points,
    cases,
    preapplications,
)
from hall_platform.clock import day_of
from hall_platform.context import Context
from hall_platform.etags import tag
from hall_platform.hall import appointments as booked
from hall_platform.hall.tables import appointments, ratings, service_records
from hall_platform.identity.tables import halls
from hall_platform.portal import people
from hall_platform.portal.people import Person
from hall_platform.portal.tables import drafts, preapplication_points, preapplication_steps
from hall_platform.problems import Problem

MOST_APPOINTMENTS = 200
CHECK_DAYS = 2  # working days until a pre-application is looked through


def all_preapplications(
    connection: Connection, who: Person, context: Context
) -> list[dict[str, Any]]:
    """All of the person's own, newest first."""
    rows = connection.execute(
        _preapplications(connection, who, context).order_by(
            preapplications.c.submitted_at.desc(), preapplications.c.id
        )
    ).all()
    return [_preapplication(connection, row, context) for row in rows]


def preapplication(
    connection: Connection, who: Person, context: Context, identifier: str
) -> dict[str, Any]:
    """One of the person's own. Problem("not-found")."""
    row = connection.execute(
        _preapplications(connection, who, context).where(preapplications.c.id == identifier)
    ).one_or_none()
    if row is None:
        raise Problem("not-found")
    return _preapplication(connection, row, context)


def _preapplications(connection: Connection, who: Person, context: Context) -> Select[Any]:
    mine = _by_number(connection, who, context, preapplications.c.applicant_number) | (
        drafts.c.citizen == who.citizen
    )
    return (
        select(preapplications, drafts.c.form)
        .select_from(preapplications)
        .outerjoin(
            drafts,
            and_(drafts.c.county == preapplications.c.county, drafts.c.id == preapplications.c.id),
        )
        .where(mine)
    )


def _by_number(
    connection: Connection, who: Person, context: Context, number: ColumnElement[str]
) -> ColumnElement[bool]:
    """What is kept under the person's number, or under that of an organisation they stand for."""
    if not who.verified:
        return false()
    return number.in_([who.number, *sorted(people.represented(connection, who, context))])


def check_due(connection: Connection, row: Row[Any], context: Context) -> str | None:
    """The day by which a submitted one is looked through (预审): a promise, no rule of law."""
    if row.state != "submitted":
        return None
    since = connection.execute(
        select(func.max(preapplication_steps.c.at))
        .where(preapplication_steps.c.county == row.county)
        .where(preapplication_steps.c.preapplication == row.id)
        .where(preapplication_steps.c.state == "submitted")
    ).scalar_one()
    day = day_of(datetime.fromisoformat(since or row.submitted_at))
    return context.calendar.due_date(day, CHECK_DAYS, "working")[0].isoformat()


def _preapplication(connection: Connection, row: Row[Any], context: Context) -> dict[str, Any]:
    points = []
    if row.state == "to_correct":
        points = points_of(connection, row.county, row.id)
    return {
        **claims.shown(row),
        "county": row.county,
        "check_due_on": check_due(connection, row, context),
        "case": row.case_id,
        "form": json.loads(row.form) if row.form else None,
        "points": points,
        "steps": steps_of(connection, row.county, row.id),
    }


def steps_of(connection: Connection, county: str, identifier: str) -> list[dict[str, Any]]:
    """What became of a pre-application, oldest first."""
    rows = connection.execute(
        select(preapplication_steps.c.at, preapplication_steps.c.state, preapplication_steps.c.note)
        .where(preapplication_steps.c.county == county)
        .where(preapplication_steps.c.preapplication == identifier)
        .order_by(preapplication_steps.c.position)
    )
    return [dict(row) for row in rows.mappings()]


def points_of(connection: Connection, county: str, identifier: str) -> list[dict[str, str]]:
    """What the newest look found to correct."""
    points = connection.execute(
        select(preapplication_points.c.points)
        .where(preapplication_points.c.county == county)
        .where(preapplication_points.c.preapplication == identifier)
        .order_by(preapplication_points.c.position.desc())
        .limit(1)
    ).scalar_one_or_none()
    found: list[dict[str, str]] = json.loads(points) if points else []
    return found


def all_cases(connection: Connection, who: Person, context: Context) -> list[dict[str, Any]]:
    """All of the person's own, newest first, wherever they were received."""
    rows = connection.execute(
        _cases(connection, who, context).order_by(cases.c.received_at.desc(), cases.c.id)
    ).all()
    return [_case(connection, row) for row in rows]


def case(connection: Connection, who: Person, context: Context, identifier: str) -> dict[str, Any]:
    """One of the person's own. Problem("not-found")."""
    return _case(connection, case_row(connection, who, context, identifier))


def case_row(connection: Connection, who: Person, context: Context, identifier: str) -> Row[Any]:
    """The row of one of the person's own cases. Problem("not-found")."""
    row = connection.execute(
        _cases(connection, who, context).where(cases.c.id == identifier)
    ).one_or_none()
    if row is None:
        raise Problem("not-found")
    return row


def _cases(connection: Connection, who: Person, context: Context) -> Select[Any]:
    applied = select(drafts.c.id).where(drafts.c.citizen == who.citizen)
    mine = or_(
        _by_number(connection, who, context, cases.c.applicant_number),
        cases.c.preapplication.in_(applied),
    )
    return _with_hall().where(mine)


def _with_hall() -> Select[Any]:
    return select(cases, halls.c.name.label("hall_name")).join(halls, halls.c.code == cases.c.hall)


def _case(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    papers = connection.execute(
        select(case_papers.c.kind, case_papers.c.number)
        .where(case_papers.c.county == row.county)
        .where(case_papers.c.case_id == row.id)
        .where(case_papers.c.state == "issued")
        .order_by(case_papers.c.position)
    ).mappings()
    return {
        "case": row.id,
        "county": row.handling_county,
        "number": row.number,
        "provisional_number": row.provisional_number,
        "query_code": row.query_code,
        "item": row.item,
        "item_name": row.item_name,
        "state": row.state,
        "accepted_at": row.accepted_at,
        "due_on": row.due_on,
        "due_provisional": row.due_provisional,
        "correct_by": notices.correct_by(connection, row.county, row.id, row.state),
        "hall": row.hall,
        "hall_name": row.hall_name,
        "window": row.window,
        "applicant_name": json.loads(row.applicant)["name"],
        "preapplication": row.preapplication,
        "papers": [dict(paper) for paper in papers],
        "points": _points(connection, row),
        "services": _services(connection, row),
        "timeline": timeline(connection, row.county, row.id),
        "etag": tag(row.id, row.version),
    }


def _points(connection: Connection, row: Row[Any]) -> list[dict[str, Any]]:
    """What the applicant was told to correct."""
    rows = connection.execute(
        select(case_points)
        .where(case_points.c.county == row.county)
        .where(case_points.c.case_id == row.id)
        .order_by(case_points.c.code)
    )
    return [
        {
            "code": one.code,
            "material": one.material,
            "what": one.what,
            "basis": one.basis,
            "met": one.met_at is not None,
        }
        for one in rows
    ]


def _services(connection: Connection, row: Row[Any]) -> list[dict[str, Any]]:
    """The services given for a case; each can be rated once."""
    rows = connection.execute(
        select(service_records, ratings.c.record.label("rating"))
        .outerjoin(
            ratings,
            and_(
                ratings.c.county == service_records.c.county,
                ratings.c.record == service_records.c.id,
            ),
        )
        .where(service_records.c.case_id == row.id)
        .order_by(service_records.c.finished_at, service_records.c.id)
    )
    return [
        {
            "service": one.id,
            "service_number": one.service_number,
            "kind": one.kind,
            "finished_at": one.finished_at,
            "rated": one.rating is not None,
        }
        for one in rows
    ]


def timeline(connection: Connection, county: str, case_id: str) -> list[dict[str, Any]]:
    """The steps of a case, oldest first, without who in the hall took them."""
    rows = connection.execute(
        select(
            case_events.c.at,
            case_events.c.act,
            case_events.c.from_state.label("from"),
            case_events.c.to_state.label("to"),
            case_events.c.reason,
        )
        .where(case_events.c.county == county)
        .where(case_events.c.case_id == case_id)
        .order_by(case_events.c.position)
    )
    return [dict(row) for row in rows.mappings()]


def all_appointments(connection: Connection, who: Person) -> list[dict[str, Any]]:
    """The appointments booked with the account, in the order of their days."""
    rows = connection.execute(
        booked.rows().where(appointments.c.citizen == who.citizen).limit(MOST_APPOINTMENTS)
    ).all()
    return [booked.shown(connection, row) for row in rows]


def progress(connection: Connection, number: str, query_code: str) -> dict[str, Any] | None:
    """How far the case of a receipt is, with nothing of a person in it."""
    rows: Sequence[Row[Any]] = connection.execute(
        _with_hall()
        .where(cases.c.query_code == query_code)
        .where(or_(cases.c.number == number, cases.c.provisional_number == number))
    ).all()
    if len(rows) != 1:  # provisional numbers are given by each window alone
        return None
    row = rows[0]
    return {
        "number": row.number,
        "item_name": row.item_name,
        "state": row.state,
        "accepted_at": row.accepted_at,
        "due_on": row.due_on,
        "due_provisional": row.due_provisional,
        "correct_by": notices.correct_by(connection, row.county, row.id, row.state),
        "hall_name": row.hall_name,
        "timeline": [{**step, "reason": ""} for step in timeline(connection, row.county, row.id)],
    }
