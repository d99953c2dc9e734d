"""Watches cases: what each rule finds about a case, from its row, its steps and its clocks.

Nothing but what is written counts, so that looking again finds the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, or_, select

from hall_platform.business import life, limits, notices
from hall_platform.business.tables import case_events, case_stops, cases
from hall_platform.calendar import WorkingCalendar
from hall_platform.clock import day_of
from hall_platform.supervision.findings import Finding, Subject, distance, found, working_days
from hall_platform.supervision.rules import Rule, Table

WATCHED = (*sorted(life.UNDECIDED), life.DECIDED, life.CLOSED)

_REFUSALS = ("refuse-acceptance", "decide-case")


@dataclass(frozen=True)
class Case:
    """A case with what is written about it."""

    row: Mapping[str, Any]
    steps: Sequence[Any]
    stops: Sequence[Any]

    @property
    def subject(self) -> Subject:
        """How alerts name it."""
        row = self.row
        return Subject(
            row["county"],
            row["hall"],
            "case",
            row["id"],
            row["number"],
            row["item"],
            row["department"],
        )

    def entered_on(self, state: str) -> date | None:
        """The day on which it last came into a state."""
        entered = [
            step.at for step in self.steps if step.to_state == state and step.from_state != state
        ]
        return day_of(datetime.fromisoformat(entered[-1])) if entered else None

    def stood_still(self, clock: str, day: date) -> bool:
        """Whether a clock stood still on a day."""
        text = day.isoformat()
        return any(
            stop.clock == clock
            and stop.from_on <= text
            and (stop.until_on is None or text <= stop.until_on)
            for stop in self.stops
        )


def read(connection: Connection, county: str, identifiers: Sequence[str]) -> list[Case]:
    """Cases of a county with their steps and stops."""
    rows = (
        connection.execute(
            select(cases).where(cases.c.county == county).where(cases.c.id.in_(list(identifiers)))
        )
        .mappings()
        .all()
    )
    steps = _by_case(connection, case_events, county, identifiers)
    stops = _by_case(connection, case_stops, county, identifiers)
    return [Case(dict(row), steps.get(row["id"], ()), stops.get(row["id"], ())) for row in rows]


def _by_case(
    connection: Connection, table: Any, county: str, identifiers: Sequence[str]
) -> dict[str, list[Any]]:
    found_rows: dict[str, list[Any]] = {}
    for row in connection.execute(
        select(table)
        .where(table.c.county == county)
        .where(table.c.case_id.in_(list(identifiers)))
        .order_by(table.c.case_id, table.c.position)
    ):
        found_rows.setdefault(row.case_id, []).append(row)
    return found_rows


def pages(connection: Connection, today: date, size: int) -> Iterator[tuple[str, list[str]]]:
    """Counties with pages of the cases that time may do something to."""
    horizon = (today + timedelta(days=31)).isoformat()
    rows = connection.execute(
        select(cases.c.county, cases.c.id)
        .where(cases.c.state.in_(WATCHED))
        .where(or_(cases.c.due_on.is_(None), cases.c.due_on <= horizon))
        .order_by(cases.c.county, cases.c.id)
    ).all()
    for start in range(0, len(rows), size):
        page: dict[str, list[str]] = {}
        for row in rows[start : start + size]:
            page.setdefault(row.county, []).append(row.id)
        yield from page.items()


def findings(case: Case, rules: Table, calendar: WorkingCalendar, today: date) -> Iterator[Finding]:
    """What every rule finds about the case today."""
    for name, look in _LOOKS.items():
        rule = rules[name]
        if rule.applies(case.row["regime"], case.row["item"]):
            yield from look(case, rule, calendar, today)


Look = Callable[[Case, Rule, WorkingCalendar, date], list[Finding]]


def _due(column: str) -> Look:
    def look(case: Case, rule: Rule, calendar: WorkingCalendar, today: date) -> list[Finding]:
        row = case.row
        if row["state"] not in life.IN_HAND or row[column] is None:
            return []
        due_on = date.fromisoformat(row[column])
        value = distance(calendar, due_on, today)
        at_once = row[column] == row["accepted_on"]  # a case for the same day is due at its birth
        if at_once and value <= 0:
            return []
        evidence = {
            "state": row["state"],
            "accepted_on": row["accepted_on"],
            "due_on": row[column],
            "due_provisional": row["due_provisional"],
            "on": today.isoformat(),
        }
        return found(case.subject, rule, value, evidence)

    return look


def _acceptance(case: Case, rule: Rule, calendar: WorkingCalendar, today: date) -> list[Finding]:
    row = case.row
    if row["state"] != life.RECEIVED or row["clock_from"] is None:
        return []
    began = date.fromisoformat(row["clock_from"])
    counted = [
        began + timedelta(days=step)
        for step in range(1, (today - began).days + 1)
        if not case.stood_still(limits.ACCEPTANCE, began + timedelta(days=step))
    ]
    value = sum(calendar.is_working_day(day) for day in counted)
    evidence = {
        "filed_on": row["filed_on"],
        "clock_from": row["clock_from"],
        "acceptance_due_on": row["acceptance_due_on"],
        "on": today.isoformat(),
    }
    return found(case.subject, rule, value, evidence)


def _deemed(case: Case, rule: Rule, _calendar: WorkingCalendar, _today: date) -> list[Finding]:
    happened = [step for step in case.steps if step.act == "deem-accepted"]
    if not happened:
        return []
    evidence = {
        "filed_on": case.row["filed_on"],
        "accepted_on": case.row["accepted_on"],
        "deemed_at": happened[0].at,
    }
    return found(case.subject, rule, len(happened), evidence)


def _unreasoned(case: Case, rule: Rule, _calendar: WorkingCalendar, _today: date) -> list[Finding]:
    refused = case.row["state"] == life.REFUSED or case.row["outcome"] == "refused"
    without = [step for step in case.steps if step.act in _REFUSALS and not step.reason.strip()]
    if not (refused and without):
        return []
    evidence = {"act": without[0].act, "at": without[0].at, "paper": without[0].paper}
    return found(case.subject, rule, len(without), evidence)


def _noticed(case: Case, rule: Rule, _calendar: WorkingCalendar, _today: date) -> list[Finding]:
    told = [step.at for step in case.steps if step.act == notices.NOTICE]
    return found(case.subject, rule, len(told), {"notices_at": told})


def _correction(case: Case, rule: Rule, calendar: WorkingCalendar, today: date) -> list[Finding]:
    if case.row["state"] != life.TO_CORRECT:
        return []
    told = [step for step in case.steps if step.act == notices.NOTICE]
    due_on = notices.day_of_notice(told[-1].details) if told else None
    if due_on is None:
        return []
    evidence = {
        "notified_at": told[-1].at,
        "correct_by": due_on.isoformat(),
        "on": today.isoformat(),
    }
    return found(case.subject, rule, distance(calendar, due_on, today), evidence)


def _charged(case: Case, rule: Rule, _calendar: WorkingCalendar, _today: date) -> list[Finding]:
    """Notices of more than the item's table asks for, whatever the reason given."""
    noticed = [(step, json.loads(step.details)) for step in case.steps if step.act == "notice-fee"]
    over = [
        (step, said)
        for step, said in noticed
        if said.get("listed_cents") is not None and said["cents"] > said["listed_cents"]
    ]
    if not over:
        return []
    step, said = over[-1]
    evidence = {
        "cents": said["cents"],
        "listed_cents": said["listed_cents"],
        "at": step.at,
        "paper": step.paper,
    }
    return found(case.subject, rule, len(over), evidence)


def _stays(states: str, clock_from: str = "") -> Look:
    """How long a case has been in a state; a stopped handling clock does not count."""

    def look(case: Case, rule: Rule, calendar: WorkingCalendar, today: date) -> list[Finding]:
        if case.row["state"] != states:
            return []
        since = case.row[clock_from] if clock_from else None
        began = date.fromisoformat(since) if since else case.entered_on(states)
        if began is None:
            return []
        span = (began + timedelta(days=step) for step in range(1, (today - began).days + 1))
        value = sum(
            calendar.is_working_day(day) and not case.stood_still(limits.HANDLING, day)
            for day in span
        )
        evidence = {
            "state": states,
            "since": began.isoformat(),
            "due_on": case.row["due_on"],
            "on": today.isoformat(),
        }
        return found(case.subject, rule, value, evidence)

    return look


def _special(case: Case, rule: Rule, calendar: WorkingCalendar, today: date) -> list[Finding]:
    running = [
        stop for stop in case.stops if stop.clock == limits.HANDLING and stop.until_on is None
    ]
    if not running or running[-1].expected_days is None:
        return []
    began = date.fromisoformat(running[-1].from_on)
    taken = working_days(calendar, began, today)
    evidence = {
        "kind": running[-1].kind,
        "since": running[-1].from_on,
        "expected_days": running[-1].expected_days,
        "taken_days": taken,
        "on": today.isoformat(),
    }
    return found(case.subject, rule, taken - running[-1].expected_days, evidence)


def _delivery(case: Case, rule: Rule, calendar: WorkingCalendar, today: date) -> list[Finding]:
    if case.row["state"] not in (life.DECIDED, life.CLOSED):
        return []
    due = limits.delivery_due(case.row, calendar)
    if due is None or due.on is None:
        return []
    evidence = {
        "decided_on": case.row["decided_on"],
        "due_on": due.on.isoformat(),
        "due_provisional": due.provisional,
        "on": today.isoformat(),
    }
    return found(case.subject, rule, distance(calendar, due.on, today), evidence)


_LOOKS: Mapping[str, Look] = {
    "case-due": _due("due_on"),
    "legal-due": _due("legal_due_on"),
    "acceptance-late": _acceptance,
    "deemed-accepted": _deemed,
    "refusal-unreasoned": _unreasoned,
    "charge-unlisted": _charged,
    "second-notice": _noticed,
    "correction-overdue": _correction,
    "handover-late": _stays(life.ACCEPTED, "accepted_on"),
    "handling-late": _stays(life.HANDED_OVER),
    "decision-late": _stays(life.REVIEWED),
    "special-long": _special,
    "delivery-late": _delivery,
}
