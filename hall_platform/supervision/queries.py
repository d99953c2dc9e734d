"""What is asked about alerts: lists, one with all that became of it, counts, statistics."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, func, or_, select

from hall_platform.access import REVIEWER, SUPERVISOR, Caller, of_county, of_hall
from hall_platform.catalogue.tables import items
from hall_platform.clock import stamp
from hall_platform.cursors import cursor_after, key_of
from hall_platform.problems import Problem
from hall_platform.supervision import alerts as alerting
from hall_platform.supervision import instructions as instructing
from hall_platform.supervision import rules
from hall_platform.supervision.tables import alert_steps, alerts, instructions

GRAVEST_FIRST = ("red", "yellow", "remind")


def seen_by(caller: Caller) -> ColumnElement[bool]:
    """A supervisor sees the own hall's, a reviewer the own department's in the county."""
    mine = []
    if SUPERVISOR in caller.roles:
        mine.append(of_hall(caller, alerts.c.hall))
    if REVIEWER in caller.roles and caller.body:
        mine.append(alerts.c.department == caller.body)
    return and_(of_county(caller, alerts.c.county), or_(*mine))


@dataclass(frozen=True)
class Wanted:
    """Which alerts; everything where nothing is named."""

    colour: str | None = None
    state: str | None = None
    rule: str | None = None
    kind: str | None = None
    department: str | None = None
    item: str | None = None
    lasting: bool | None = None

    def where(self) -> list[ColumnElement[bool]]:
        """As conditions."""
        known = alerts.c
        named = {
            known.colour: self.colour,
            known.state: self.state,
            known.rule: self.rule,
            known.subject_kind: self.kind,
            known.department: self.department,
            known.item: self.item,
        }
        found = [column == value for column, value in named.items() if value is not None]
        if self.lasting is not None:
            found.append(known.over_at.is_(None) if self.lasting else known.over_at.is_not(None))
        return found


def listed(
    connection: Connection, caller: Caller, wanted: Wanted, cursor: str | None, limit: int
) -> dict[str, Any]:
    """A page of alerts, the newest first. Problem("invalid-request")."""
    key = alerts.c.raised_at + alerts.c.id
    query = select(alerts).where(seen_by(caller), *wanted.where())
    after = key_of(cursor)
    if after:
        query = query.where(key < after)
    rows = connection.execute(query.order_by(key.desc()).limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return {
        "alerts": [alerting.shown(row) for row in rows[:limit]],
        "next": cursor_after(last.raised_at + last.id) if last is not None else None,
    }


def whole(connection: Connection, caller: Caller, identifier: str, today: date) -> Any:
    """One alert with its steps and instructions, and its row. Problem("not-found")."""
    row = connection.execute(
        select(alerts).where(seen_by(caller)).where(alerts.c.id == identifier)
    ).one_or_none()
    if row is None:
        raise Problem("not-found")
    steps = connection.execute(
        select(alert_steps)
        .where(alert_steps.c.county == row.county)
        .where(alert_steps.c.alert == row.id)
        .order_by(alert_steps.c.position)
    )
    return alerting.shown(row) | {
        "steps": [
            {
                "at": step.at,
                "act": step.act,
                "colour": step.colour,
                "rule_version": step.rule_version,
                "operator": step.operator,
                "text": step.text,
                "evidence": json.loads(step.evidence),
            }
            for step in steps
        ],
        "instructions": instructing.of_alert(connection, row, today),
    }


def counts(connection: Connection, caller: Caller, now: datetime) -> dict[str, Any]:
    """What is not closed in the own hall."""
    today = now.date().isoformat()
    waiting = connection.execute(
        select(
            func.count().label("all"),
            func.coalesce(func.sum(case((instructions.c.due_on < today, 1), else_=0)), 0).label(
                "late"
            ),
        )
        .where(of_county(caller, instructions.c.county))
        .where(of_hall(caller, instructions.c.hall))
        .where(instructions.c.state == "given")
    ).one()
    by_state = {
        state: _by_colour(alerting.count_of(connection, caller.county, caller.hall, state))
        for state in ("open", "acknowledged")
    }
    return {
        "at": stamp(now),
        **by_state,
        "rules": _by_rule(connection, caller),
        "instructions_waiting": waiting.all,
        "instructions_late": waiting.late,
    }


def _by_rule(connection: Connection, caller: Caller) -> list[dict[str, Any]]:
    rows = connection.execute(
        select(alerts.c.rule, alerts.c.colour, func.count().label("number"))
        .where(of_county(caller, alerts.c.county))
        .where(of_hall(caller, alerts.c.hall))
        .where(alerts.c.state != "closed")
        .group_by(alerts.c.rule, alerts.c.colour)
    )
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row.rule, {})[row.colour] = row.number
    return [
        {"rule": rule.id, "title": rule.title, "counts": _by_colour(found[rule.id])}
        for rule in rules.RULES.values()
        if rule.id in found
    ]


def _by_colour(found: Mapping[str, int]) -> dict[str, int]:
    return {colour: found.get(colour, 0) for colour in rules.COLOURS}


def by_body(connection: Connection, caller: Caller, first: date, last: date) -> dict[str, Any]:
    """What was raised in the own hall in a period, by department, those with most red first."""
    span = (first.isoformat(), (last + timedelta(days=1)).isoformat())
    raised = _raised(connection, caller, span)
    given = _given(connection, caller, span)
    titles = _bodies(connection)
    bodies = [
        {
            "department": body,
            "title": titles.get(body, body) if body else "窗口和排队",
            **raised.get(body, {"raised": _by_colour({}), "lasting": 0, "closed": 0}),
            **given.get(body, dict.fromkeys(_ANSWERS, 0)),
        }
        for body in sorted({*raised, *given})
    ]
    bodies.sort(key=lambda one: [-one["raised"][colour] for colour in GRAVEST_FIRST])
    return {"first": span[0], "last": last.isoformat(), "bodies": bodies}


def _raised(connection: Connection, caller: Caller, span: tuple[str, str]) -> dict[str, Any]:
    rows = connection.execute(
        select(
            alerts.c.department,
            alerts.c.colour,
            func.count().label("number"),
            func.sum(case((alerts.c.over_at.is_(None), 1), else_=0)).label("lasting"),
            func.sum(case((alerts.c.state == "closed", 1), else_=0)).label("closed"),
        )
        .where(of_county(caller, alerts.c.county))
        .where(of_hall(caller, alerts.c.hall))
        .where(alerts.c.raised_at >= span[0])
        .where(alerts.c.raised_at < span[1])
        .group_by(alerts.c.department, alerts.c.colour)
    )
    found: dict[str, Any] = {}
    for row in rows:
        one = found.setdefault(
            row.department, {"raised": _by_colour({}), "lasting": 0, "closed": 0}
        )
        one["raised"][row.colour] += row.number
        one["lasting"] += row.lasting
        one["closed"] += row.closed
    return found


_ANSWERS = ("instructions", "answered_in_time", "answered_late", "unanswered")


def _given(connection: Connection, caller: Caller, span: tuple[str, str]) -> dict[str, Any]:
    """Instructions by the department of their alert, and how they were answered."""
    rows = connection.execute(
        select(instructions, alerts.c.department)
        .join(
            alerts,
            (alerts.c.county == instructions.c.county) & (alerts.c.id == instructions.c.alert),
        )
        .where(of_county(caller, instructions.c.county))
        .where(of_hall(caller, instructions.c.hall))
        .where(instructions.c.given_at >= span[0])
        .where(instructions.c.given_at < span[1])
    )
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        body = row.addressee if row.to_kind == "department" else row.department
        one = found.setdefault(body, dict.fromkeys(_ANSWERS, 0))
        one["instructions"] += 1
        one[_answered(row)] += 1
    return found


def _answered(row: Row[Any]) -> str:
    if row.answered_at is None:
        return "unanswered"
    return "answered_in_time" if row.answered_at[:10] <= row.due_on else "answered_late"


def _bodies(connection: Connection) -> dict[str, str]:
    """The departments by their codes, as the catalogue names them."""
    rows = connection.execute(select(items.c.body_code, items.c.body).where(items.c.is_current))
    found: dict[str, str] = {}
    for row in rows:
        if row.body_code not in found:
            found[row.body_code] = json.loads(row.body)["body"]["name"]
    return found
