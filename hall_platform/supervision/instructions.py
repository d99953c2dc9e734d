"""Instructions (督办): given to a department or a clerk, answered by it, watched until then."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, insert, or_, select, update

from hall_platform.access import CLERK, REVIEWER, SUPERVISOR, Caller, of_county, of_hall
from hall_platform.acts import Delivery
from hall_platform.calendar import WorkingCalendar
from hall_platform.clock import day_of, stamp
from hall_platform.events.log import emit
from hall_platform.identity.tables import halls, operators
from hall_platform.problems import Problem, invalid
from hall_platform.supervision import alerts
from hall_platform.supervision.findings import Finding, Subject, distance, found
from hall_platform.supervision.rules import RuleTables
from hall_platform.supervision.shapes import Addressee, AnswerAct, InstructAct
from hall_platform.supervision.tables import instructions


def give(connection: Connection, act: InstructAct, delivery: Delivery) -> dict[str, Any]:
    """The supervisor instructs who is to set it right, and by when to answer.

    Problems: not-found, alert-closed, addressee-unknown, invalid-request.
    """
    caller, now = delivery.caller, delivery.received_at
    row = alerts.of_head(connection, delivery)
    if row.state == "closed":
        raise Problem("alert-closed", closed_at=row.closed_at)
    _check_day(act.due_on, day_of(now))
    _check_addressee(connection, caller, act.to)
    identifier = str(uuid.uuid4())
    connection.execute(
        insert(instructions).values(
            county=caller.county,
            id=identifier,
            number=alerts.next_number(connection, caller.county, "DB", now),
            hall=caller.hall,
            alert=row.id,
            to_kind=act.to.kind,
            addressee=act.to.code,
            text=act.text,
            due_on=act.due_on,
            given_at=stamp(now),
            given_by=caller.operator,
            state="given",
            answer="",
        )
    )
    values = {"state": "acknowledged"}
    text = f"{act.text}（{act.due_on} 前答复）"
    alerts.change(connection, row, "instructed", now, values, text=text, operator=caller.operator)
    return _told(connection, caller.county, identifier, "instruction-given", now)


def answer(connection: Connection, act: AnswerAct, delivery: Delivery) -> dict[str, Any]:
    """Who was instructed answers, once. Problems: not-found, instruction-answered."""
    caller, now = delivery.caller, delivery.received_at
    row = connection.execute(
        select(instructions)
        .where(of_county(caller, instructions.c.county))
        .where(_to(caller))
        .where(instructions.c.id == delivery.subject)
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise Problem("not-found")
    if row.state == "answered":
        raise Problem("instruction-answered", answered_at=row.answered_at)
    connection.execute(
        update(instructions)
        .where(instructions.c.county == row.county)
        .where(instructions.c.id == row.id)
        .values(
            state="answered",
            answer=act.text,
            answered_at=stamp(now),
            answered_by=caller.operator,
        )
    )
    alert = alerts.held(connection, row.county, row.alert)
    alerts.change(connection, alert, "answered", now, {}, text=act.text, operator=caller.operator)
    return _told(connection, row.county, row.id, "instruction-answered", now)


def seen_by(
    connection: Connection, caller: Caller, state: str | None, today: date
) -> list[dict[str, Any]]:
    """What the caller gave as supervisor, or has to answer, in the order of the days."""
    query = select(instructions).where(of_county(caller, instructions.c.county)).where(_of(caller))
    if state is not None:
        query = query.where(instructions.c.state == state)
    rows = connection.execute(query.order_by(instructions.c.due_on, instructions.c.id).limit(500))
    return [shown(row, today) for row in rows]


def of_alert(connection: Connection, alert: Row[Any], today: date) -> list[dict[str, Any]]:
    """The instructions about an alert, in the order they were given."""
    rows = connection.execute(
        select(instructions)
        .where(instructions.c.county == alert.county)
        .where(instructions.c.alert == alert.id)
        .order_by(instructions.c.given_at, instructions.c.id)
    )
    return [shown(row, today) for row in rows]


def shown(row: Row[Any], today: date) -> dict[str, Any]:
    """An instruction in the contract's shape."""
    kept = (
        *("id", "number", "alert", "text", "due_on", "given_at", "given_by", "state", "answer"),
        *("answered_at", "answered_by"),
    )
    until = row.answered_at[:10] if row.answered_at else today.isoformat()
    return {name: getattr(row, name) for name in kept} | {
        "to": {"kind": row.to_kind, "code": row.addressee},
        "late": until > row.due_on,
    }


def findings(
    connection: Connection, tables: RuleTables, calendar: WorkingCalendar, now: datetime
) -> Iterator[Finding]:
    """Instructions whose day has passed without an answer."""
    today = day_of(now)
    rows = connection.execute(
        select(instructions)
        .where(instructions.c.state == "given")
        .where(instructions.c.due_on <= today.isoformat())
    )
    for row in rows:
        rule = tables.of(row.county, row.hall)["instruction-late"]
        department = row.addressee if row.to_kind == "department" else ""
        subject = Subject(
            row.county, row.hall, "instruction", row.id, row.number, department=department
        )
        evidence = {"due_on": row.due_on, "given_at": row.given_at, "on": today.isoformat()}
        value = distance(calendar, date.fromisoformat(row.due_on), today)
        if rule.enabled:
            yield from found(subject, rule, value, evidence)


def _of(caller: Caller) -> ColumnElement[bool]:
    mine = [_to(caller)]
    if SUPERVISOR in caller.roles:
        mine.append(of_hall(caller, instructions.c.hall))
    return or_(*mine)


def _to(caller: Caller) -> ColumnElement[bool]:
    """What is for the caller to answer."""
    known = instructions.c
    mine = [and_(known.to_kind == "operator", known.addressee == caller.operator)]
    if REVIEWER in caller.roles and caller.body:
        mine.append(and_(known.to_kind == "department", known.addressee == caller.body))
    return or_(*mine)


def _check_day(text: str, today: date) -> None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise invalid("body.due_on", "not a date") from None
    if day < today:
        raise invalid("body.due_on", "before today")


def _check_addressee(connection: Connection, caller: Caller, to: Addressee) -> None:
    """Somebody can read it: a reviewer of the department in the county, or a clerk of the hall."""
    query = (
        select(operators.c.roles)
        .join(halls, halls.c.code == operators.c.hall)
        .where(operators.c.active.is_(True))
        .where(of_county(caller, halls.c.county))
    )
    if to.kind == "department":
        wanted, query = REVIEWER, query.where(operators.c.body == to.code)
    else:
        wanted = CLERK
        query = query.where(operators.c.id == to.code).where(of_hall(caller, operators.c.hall))
    known = connection.execute(query).scalars()
    if not any(wanted in json.loads(roles) for roles in known):
        raise Problem("addressee-unknown")


def _told(
    connection: Connection, county: str, identifier: str, kind: str, now: datetime
) -> dict[str, Any]:
    row = connection.execute(
        select(instructions)
        .where(instructions.c.county == county)
        .where(instructions.c.id == identifier)
    ).one()
    emit(
        connection,
        kind,
        at=now,
        county=row.county,
        hall=row.hall,
        subject=row.id,
        body={
            "instruction": row.id,
            "number": row.number,
            "alert": row.alert,
            "to_kind": row.to_kind,
            "addressee": row.addressee,
            "due_on": row.due_on,
            "state": row.state,
        },
    )
    return shown(row, day_of(now))
