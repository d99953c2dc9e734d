"""Shapes of the exchange: directory, purpose-bound query, own uses, corrections, rules."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from hall_platform.shapes import Code, FilledText, Holder, Name, Named, PublicBody, Shape, Text

Library = Literal["population", "legal_persons", "geography", "credit", "licences"]
ResourceCode = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,62}$")]
FieldCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Value = str | int | None

# directory 信息资源目录 -------------------------------------------------------------------------


class ResourceField(Shape):
    """A field (信息项): what it means and how sensitive it is (个人信息保护法 第二十八条)."""

    code: FieldCode
    title: Name
    meaning: Text
    sensitivity: Literal["general", "personal", "sensitive"]


class Resource(Shape):
    """A resource of the directory, as GB/T 21063.4 lists them, and whether it is answered."""

    code: str
    library: Library
    title: str
    body: Named
    fields: list[ResourceField]
    update_cycle: Literal["realtime", "daily", "monthly", "yearly"]
    sharing: Literal["unconditional", "conditional", "none"]
    sharing_condition: str
    correction_days: int
    standing: Literal["open", "stopped"]
    stopped_at: str | None
    stop_reason: str | None
    etag: str


class ResourcePage(Shape):
    """A page of the directory."""

    resources: list[Resource]
    next: str | None


class ResourceChange(Shape):
    """Describe a resource (编目). `connector` is "records", "registers", "licences" or a source."""

    act: Literal["describe-resource"]
    library: Library
    title: Name
    body: PublicBody
    fields: Annotated[list[ResourceField], Field(min_length=1, max_length=100)]
    update_cycle: Literal["realtime", "daily", "monthly", "yearly"]
    sharing: Literal["unconditional", "conditional", "none"]
    sharing_condition: Text = ""
    connector: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,32}$")]
    correction_days: Annotated[int, Field(strict=True, ge=1, le=60)]


class Stopping(Shape):
    """Stop a resource at once, and why."""

    act: Literal["stop-resource"]
    reason: FilledText


class Reopening(Shape):
    """Answer it again, and why."""

    act: Literal["reopen-resource"]
    reason: FilledText


# queries 数据查询 -------------------------------------------------------------------------------


class ExchangeQuery(Shape):
    """What of whom, for which item and case, and why. Who asks, the session says."""

    resource: ResourceCode
    holder: Holder
    item: Code
    case: UUID | None = None
    preapplication: UUID | None = None
    reason: FilledText


class SharedRecord(Shape):
    """A record of the resource; `record` is what a report of an error names."""

    record: str
    values: dict[str, Value]


class ExchangeAnswer(Shape):
    """The fields the item needs, nothing else; `query` is the number of the record of this look."""

    query: str
    resource: str
    title: str
    source: Named
    fields: list[str]
    records: list[SharedRecord]
    answered_at: str
    trust_grade: Literal["A"]


# uses 数据使用记录 ------------------------------------------------------------------------------


class UseQuery(Shape):
    """The uses of the data of a person who is present at the window."""

    holder: Holder
    purpose: FilledText
    limit: Annotated[int, Field(strict=True, ge=1, le=200)] = 50
    cursor: Annotated[str | None, StringConstraints(max_length=200)] = None


class AskedBy(Shape):
    """Who looked: a hall, the person online, or this platform for another one. No names."""

    kind: Literal["hall", "online", "platform"]
    hall: str | None
    body: str | None


class Use(Shape):
    """A look at the person's data. `seen` are titles of fields, or types of e-licences."""

    id: str
    at: str
    by: AskedBy
    resource: str
    title: str
    why: str
    item: str | None
    item_name: str | None
    for_case: bool
    seen: list[str]
    outcome: Literal["answered", "nothing", "unavailable"]


class UsePage(Shape):
    """A page of uses, newest first."""

    uses: list[Use]
    next: str | None


# corrections 校核 -------------------------------------------------------------------------------


class Report(Shape):
    """A record is wrong: which field of which record, what it should say, and on what grounds.

    A person at the online hall names the county whose hall follows it; a window is in its own.
    """

    act: Literal["report-error"]
    county: Annotated[str | None, StringConstraints(pattern=r"^[0-9]{6}$")] = None
    resource: ResourceCode
    holder: Holder
    record: Code
    field: FieldCode
    should_be: FilledText
    grounds: FilledText


class PassOn(Shape):
    """Pass the report to the body whose record it is."""

    act: Literal["pass-correction-on"]
    note: Text = ""


class Settlement(Shape):
    """The source body's answer: corrected to `value`, or upheld for a reason.

    `document` is the body's written answer, needed where not the body itself enters it.
    """

    act: Literal["settle-correction"]
    outcome: Literal["corrected", "upheld"]
    value: Text | None = None
    reason: FilledText
    document: Text = ""


class CorrectionStep(Shape):
    """A step of a correction."""

    at: str
    state: Literal["reported", "with_source", "corrected", "upheld"]
    reason: str
    document: str


class Correction(Shape):
    """A reported error as its followers see it: nothing in it says whose record it is."""

    correction: str
    resource: str
    title: str
    body: Named
    field: str
    field_title: str
    state: Literal["reported", "with_source", "corrected", "upheld"]
    reported_at: str
    due_on: str
    due_provisional: bool
    overdue: bool
    reply: str
    steps: list[CorrectionStep]
    etag: str


class CorrectionPage(Shape):
    """A page of corrections, newest first."""

    corrections: list[Correction]
    next: str | None


class CorrectionReading(Shape):
    """Why somebody wants to see the person and the values of a correction."""

    purpose: FilledText


class CorrectionContent(Shape):
    """What a correction is about, person and values; the look is on record."""

    query: str
    correction: Correction
    holder: Holder
    record: str
    is_now: Value
    should_be: str
    grounds: str


# unusual looks 数据使用异常 ---------------------------------------------------------------------


class UseRule(Shape):
    """When looks are unusual: more than `most` within `minutes`, by one operator."""

    code: str
    title: str
    scope: Literal["exchange", "all"]
    without_case: bool
    measure: Literal["looks", "persons"]
    most: int
    minutes: int
    active: bool


class UseRules(Shape):
    """All rules."""

    rules: list[UseRule]


class RuleChange(Shape):
    """Set a rule's limits."""

    act: Literal["set-use-rule"]
    most: Annotated[int, Field(strict=True, ge=1, le=100_000)]
    minutes: Annotated[int, Field(strict=True, ge=1, le=10_080)]
    active: bool


class UnusualUse(Shape):
    """Looks of one operator that were unusual."""

    id: str
    at: str
    since: str
    rule: str
    title: str
    operator: str
    counted: int


class UnusualUsePage(Shape):
    """A page of them, newest first."""

    unusual: list[UnusualUse]
    next: str | None
