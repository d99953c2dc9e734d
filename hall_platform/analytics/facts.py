"""What an event amounts to: the facts that are counted of it.

A pure function of the event and of what is written about its case, so that figures can be computed
again from the events that are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, select

from hall_platform.analytics import measures as m
from hall_platform.analytics.measures import Fact, Measure
from hall_platform.business import limits
from hall_platform.business.clocks import Stop
from hall_platform.business.tables import cases
from hall_platform.calendar import WorkingCalendar
from hall_platform.catalogue.working_days import newest
from hall_platform.clock import day_of
from hall_platform.events.following import Happening

# What a level counts as in an average, 1 being the best (docs/api/vectors/rating_scales.json).
LEVELS = {"best": 1, "good": 2, "fair": 3, "poor": 4, "worst": 5}

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
    row = (
        connection.execute(
            select(cases)
            .where(cases.c.county == happening.county)
            .where(cases.c.id == happening.subject)
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        return []
    calendar = newest(connection)
    decided_on = date.fromisoformat(row["decided_on"] or day_of(happening.at).isoformat())
    accepted_on = date.fromisoformat(row["accepted_on"] or decided_on.isoformat())
    stops = limits.stops(connection, dict(row), limits.HANDLING)
    taken = _working_days(calendar, accepted_on, decided_on, stops)
    found = [_case_fact(m.DECIDED, happening.body, taken)]
    if row["due_on"] and row["due_on"] < decided_on.isoformat():
        late = _working_days(calendar, date.fromisoformat(row["due_on"]), decided_on)
        found.append(_case_fact(m.LATE, happening.body, late))
    return found


def _struck(connection: Connection, happening: Happening) -> list[Fact]:
    """A rating that was taken back after an appeal."""
    if happening.body.get("standing") != "struck":
        return []
    return [replace(fact, measure=m.STRUCK) for fact in _rating(connection, happening)]


def _rating(_connection: Connection, happening: Happening) -> list[Fact]:
    body = happening.body
    level = LEVELS.get(str(body.get("level")))
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


def _working_days(
    calendar: WorkingCalendar, after: date, until: date, stops: Sequence[Stop] = ()
) -> int:
    """Working days after the first day up to the last on which the clock did not stand still."""
    days = (after + timedelta(days=step) for step in range(1, (until - after).days + 1))
    return sum(
        calendar.is_working_day(day) and not any(stop.holds(day) for stop in stops) for day in days
    )


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
    "rating-reviewed": _struck,
}
KINDS = tuple(_READINGS)
