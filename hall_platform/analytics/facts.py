"""What an event amounts to: the facts that are counted of it.

A pure function of the event and of what is written about its case, so that figures can be computed
again from the events that are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, select

from hall_platform.analytics import measures as m
from hall_platform.analytics.measures import Fact, Measure
from hall_platform.business.tables import cases
from hall_platform.calendar import WorkingCalendar, shipped_calendar
from hall_platform.clock import day_of
from hall_platform.events.following import Happening

_LEVELS = {"best": 1, "good": 2, "fair": 3, "poor": 4, "worst": 5}

Reading = Callable[[Connection, Happening], list[Fact]]


def of(connection: Connection, happening: Happening) -> list[Fact]:
    """The facts of an event of one of the kinds in `KINDS`."""
    return _READINGS[happening.kind](connection, happening)


def _of_ticket(measure: Measure, member: str = "") -> Reading:
    """A ticket's event; `member` of its body is the value."""

    def read(_connection: Connection, happening: Happening) -> list[Fact]:
        body = happening.body
        value = int(body.get(member) or 0) if member else 0
        return [
            Fact(
                measure,
                str(body.get("service") or ""),
                str(body.get("window") or ""),
                str(body.get("number") or ""),
                value,
            )
        ]

    return read


def _of_case(measure: Measure) -> Reading:
    def read(_connection: Connection, happening: Happening) -> list[Fact]:
        return [_case_fact(measure, happening.body, 0)]

    return read


def _decision(connection: Connection, happening: Happening) -> list[Fact]:
    """How many working days it took, and by how many it was late."""
    row = connection.execute(
        select(cases.c.accepted_on, cases.c.due_on, cases.c.decided_on).where(
            cases.c.id == happening.subject
        )
    ).one_or_none()
    if row is None:
        return []
    decided_on = date.fromisoformat(row.decided_on) if row.decided_on else day_of(happening.at)
    accepted_on = date.fromisoformat(row.accepted_on) if row.accepted_on else decided_on
    found = [_case_fact(m.DECIDED, happening.body, working_days(accepted_on, decided_on))]
    if row.due_on and row.due_on < decided_on.isoformat():
        late = working_days(date.fromisoformat(row.due_on), decided_on)
        found.append(_case_fact(m.LATE, happening.body, late))
    return found


def _rating(_connection: Connection, happening: Happening) -> list[Fact]:
    body = happening.body
    level = _LEVELS.get(str(body.get("level")))
    if level is None:
        return []
    service, window = str(body.get("service") or ""), str(body.get("window") or "")
    return [Fact(m.RATED, service, window, "", level)]


def _case_fact(measure: Measure, body: Mapping[str, Any], value: int) -> Fact:
    return Fact(
        measure,
        str(body.get("item") or ""),
        str(body.get("window") or ""),
        str(body.get("number") or ""),
        value,
    )


def working_days(after: date, until: date) -> int:
    """Working days after the first day up to the last; 0 on the same day."""
    calendar = _calendar()
    span = range(1, (until - after).days + 1)
    return sum(calendar.is_working_day(after + timedelta(days=step)) for step in span)


@cache
def _calendar() -> WorkingCalendar:
    return shipped_calendar()


_READINGS: Mapping[str, Reading] = {
    "ticket-taken": _of_ticket(m.TAKEN),
    "ticket-called": _of_ticket(m.WAIT, "waited"),
    "ticket-finished": _of_ticket(m.SERVICE, "served"),
    "ticket-passed": _of_ticket(m.PASSED),
    "ticket-recalled": _of_ticket(m.RECALLED),
    "ticket-transferred": _of_ticket(m.TRANSFERRED),
    "ticket-parked": _of_ticket(m.PARKED),
    "ticket-void": _of_ticket(m.VOIDED),
    "case-accepted": _of_case(m.ACCEPTED),
    "case-acceptance-refused": _of_case(m.REFUSED),
    "case-decided": _decision,
    "case-closed": _of_case(m.CLOSED),
    "rating-given": _rating,
}
KINDS = tuple(_READINGS)
