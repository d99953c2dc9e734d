"""What a rule found about one subject: the value it measured, and how it came by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from hall_platform.calendar import WorkingCalendar
from hall_platform.supervision.rules import Colour, Rule

SubjectKind = Literal["case", "ticket", "service", "window", "instruction"]


@dataclass(frozen=True)
class Subject:
    """What is watched, and whom it is counted for. `number` is how people read it."""

    county: str
    hall: str
    kind: SubjectKind
    id: str
    number: str
    item: str = ""
    department: str = ""


@dataclass(frozen=True)
class Finding:
    """A rule has a colour for a subject; the evidence holds dates and numbers, nothing personal."""

    subject: Subject
    rule: Rule
    colour: Colour
    value: int
    evidence: Mapping[str, Any]


def found(subject: Subject, rule: Rule, value: int, evidence: Mapping[str, Any]) -> list[Finding]:
    """The finding, if the value has reached a threshold."""
    colour = rule.colour(value)
    if colour is None:
        return []
    said = {
        **evidence,
        "value": value,
        "unit": rule.unit,
        "threshold": rule.thresholds[colour],
        "measures": rule.measures,
        "rule_version": rule.version,
    }
    return [Finding(subject, rule, colour, value, said)]


def working_days(calendar: WorkingCalendar, after: date, until: date) -> int:
    """Working days after the first day up to the last."""
    return sum(
        calendar.is_working_day(after + timedelta(days=step))
        for step in range(1, (until - after).days + 1)
    )


def distance(calendar: WorkingCalendar, due: date, today: date) -> int:
    """How far a last day is passed: 0 on the day itself, before it negative, after it positive.

    After a last day it is at least 1, also on the days off that follow.
    """
    if today <= due:
        return -working_days(calendar, today, due)
    return max(1, working_days(calendar, due, today))
