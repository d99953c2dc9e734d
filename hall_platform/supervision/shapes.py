"""Shapes of supervision."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from hall_platform.shapes import Code, DayText, FilledText, Shape

Colour = Literal["remind", "yellow", "red"]
AlertState = Literal["open", "acknowledged", "closed"]
SubjectKind = Literal["case", "ticket", "service", "window", "instruction"]
RuleId = Annotated[str, StringConstraints(pattern=r"^[a-z-]{1,32}$")]
Threshold = Annotated[int, Field(ge=-60, le=100_000)]
Reason = Annotated[FilledText, StringConstraints(max_length=500)]


class Thresholds(Shape):
    """From which value on a rule has a colour; null where it never has it."""

    remind: Threshold | None = None
    yellow: Threshold | None = None
    red: Threshold | None = None


class Rule(Shape):
    """A rule as it stands, or as it stood in an earlier version; 0 is what ships."""

    id: str
    title: str
    about: Literal["case", "queue", "instruction"]
    measures: str
    unit: Literal["working_days", "minutes", "times"]
    thresholds: Thresholds
    regimes: list[str]
    items: list[str]
    enabled: bool
    version: int
    reason: str
    changed_at: str
    changed_by: str
    etag: str


class ChangeRuleAct(Shape):
    """The supervisor changes a rule of the own hall and says why."""

    act: Literal["change-rule"]
    thresholds: Thresholds
    regimes: Annotated[list[Code], Field(max_length=20)]
    items: Annotated[list[Code], Field(max_length=500)]
    enabled: bool
    reason: Reason


class AcknowledgeAct(Shape):
    """The supervisor has seen it."""

    act: Literal["acknowledge-alert"]


class CloseAct(Shape):
    """The supervisor closes it and says why."""

    act: Literal["close-alert"]
    reason: Reason


class Addressee(Shape):
    """A department by its credit code, or a clerk by the account's identifier."""

    kind: Literal["department", "operator"]
    code: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,36}$")]


class InstructAct(Shape):
    """The supervisor's instruction (督办), to be answered by a day."""

    act: Literal["give-instruction"]
    to: Addressee
    text: Reason
    due_on: DayText


class AnswerAct(Shape):
    """The reply to an instruction."""

    act: Literal["answer-instruction"]
    text: Reason


class Instruction(Shape):
    """An instruction and its reply."""

    id: str
    number: str
    alert: str
    to: Addressee
    text: str
    due_on: str
    given_at: str
    given_by: str
    state: Literal["given", "answered"]
    late: bool
    answer: str
    answered_at: str | None
    answered_by: str | None


class AlertShown(Shape):
    """An alert: by which rule, about what, in which colour, and the evidence.

    `value` is in the rule's unit. `over_at` is when what was wrong ended, null while it lasts.
    """

    id: str
    number: str
    rule: str
    rule_title: str
    subject_kind: SubjectKind
    subject: str
    subject_number: str
    item: str
    department: str
    colour: Colour
    value: int
    unit: Literal["working_days", "minutes", "times"]
    evidence: dict[str, Any]
    state: AlertState
    raised_at: str
    changed_at: str
    over_at: str | None
    closed_at: str | None
    etag: str


class AlertStep(Shape):
    """What became of an alert; without operator the platform did it."""

    at: str
    act: Literal[
        "raised", "upgraded", "again", "over", "acknowledged", "instructed", "answered", "closed"
    ]
    colour: Colour
    rule_version: int
    operator: str
    text: str
    evidence: dict[str, Any]


class AlertWhole(AlertShown):
    """An alert with all that became of it."""

    steps: list[AlertStep]
    instructions: list[Instruction]


class Alerts(Shape):
    """A page of alerts, the newest first."""

    alerts: list[AlertShown]
    next: str | None


class Instructions(Shape):
    """Instructions, those to be answered first coming first."""

    instructions: list[Instruction]


class ByColour(Shape):
    """How many of each colour."""

    remind: int
    yellow: int
    red: int


class RuleCount(Shape):
    """How many alerts of a rule are not closed."""

    rule: str
    title: str
    counts: ByColour


class Counts(Shape):
    """What is not closed yet, by colour and by rule; what waits for somebody."""

    at: str
    open: ByColour
    acknowledged: ByColour
    rules: list[RuleCount]
    instructions_waiting: int
    instructions_late: int


class BodyFigures(Shape):
    """What was found at one department in a period; the windows' own where it is empty."""

    department: str
    title: str
    raised: ByColour
    lasting: int
    closed: int
    instructions: int
    answered_in_time: int
    answered_late: int
    unanswered: int


class BodyStatistics(Shape):
    """Statistics by body, those with the gravest first."""

    first: str
    last: str
    bodies: list[BodyFigures]
