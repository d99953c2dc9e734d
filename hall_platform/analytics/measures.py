"""What is counted: one measure a kind of fact, each with a whole number as its value.

A measure's number is part of what is kept and never changes. What a value means stands in
figures.py with the figures made of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

About = Literal["queue", "cases", "ratings"]

LARGEST = (1 << 23) - 1  # of a value; 97 days in seconds


@dataclass(frozen=True)
class Measure:
    """A kind of fact; `service` of its rows is a queue's service or an item, as `about` says.

    `title` names it, `counted` how many there are, `value` its value, in English, too; `events` it
    comes from.
    """

    number: int
    name: str
    about: About
    title: str
    counted: str
    value: str
    events: tuple[str, ...]
    value_in_english: str = "none, always 0"


_NONE = "无，恒为 0"

TAKEN = Measure(0, "taken", "queue", "取号", "取号数", _NONE, ("ticket-taken",))
WAIT = Measure(
    1, "wait", "queue", "等候", "叫号数", "等候秒数", ("ticket-called",), "seconds waited"
)
SERVICE = Measure(
    2, "service", "queue", "办理", "办结号数", "办理秒数", ("ticket-finished",), "seconds served"
)
PASSED = Measure(3, "passed", "queue", "过号", "过号数", _NONE, ("ticket-passed",))
RECALLED = Measure(4, "recalled", "queue", "重呼", "重呼次数", _NONE, ("ticket-recalled",))
TRANSFERRED = Measure(5, "transferred", "queue", "转号", "转号次数", _NONE, ("ticket-transferred",))
PARKED = Measure(6, "parked", "queue", "暂存", "暂存次数", _NONE, ("ticket-parked",))
VOIDED = Measure(7, "void", "queue", "作废", "作废号数", _NONE, ("ticket-void",))
ACCEPTED = Measure(8, "accepted", "cases", "受理", "受理件数", _NONE, ("case-accepted",))
REFUSED = Measure(
    9, "refused", "cases", "不予受理", "不予受理件数", _NONE, ("case-acceptance-refused",)
)
DECIDED = Measure(
    10,
    "decided",
    "cases",
    "决定",
    "决定件数",
    "自受理次日起的工作日数，特别程序期间不计",
    ("case-decided",),
    "working days from the day after acceptance, special procedures left out",
)
LATE = Measure(
    11,
    "late",
    "cases",
    "逾期决定",
    "逾期决定件数",
    "逾期工作日数",
    ("case-decided",),
    "working days late",
)
CLOSED = Measure(12, "closed", "cases", "办结", "办结件数", _NONE, ("case-closed",))
RATED = Measure(
    13,
    "rated",
    "ratings",
    "评价",
    "评价数",
    "满意度（1 非常满意 至 5 非常不满意）",
    ("rating-given",),
    "level (1 very satisfied to 5 very dissatisfied)",
)
STRUCK = Measure(
    14,
    "struck",
    "ratings",
    "撤销评价",
    "撤销评价数",
    "原满意度级别",
    ("rating-reviewed",),
    "the level it had",
)

MEASURES = (
    *(TAKEN, WAIT, SERVICE, PASSED, RECALLED, TRANSFERRED, PARKED, VOIDED),
    *(ACCEPTED, REFUSED, DECIDED, LATE, CLOSED, RATED, STRUCK),
)
BY_NAME = {measure.name: measure for measure in MEASURES}


@dataclass(frozen=True)
class Fact:
    """One thing that counts: of which measure, where, and its value."""

    measure: Measure
    service: str
    window: str
    number: str  # of the ticket or the case, as people read it
    value: int = 0
