"""Shapes of what is answered about the life of a case."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from hall_platform.business.shapes import (
    QueryCode,
)
from hall_platform.shapes import (
    Shape,
)


class PaperStep(Shape):
    """A paper the act brought with it."""

    kind: str
    number: str
    state: Literal["owed", "issued"]


class CaseStep(Shape):
    """What an act led to; `etag` is what If-Match takes. Due days are null while a clock stands."""

    case: str
    number: str
    state: str
    was: str
    at: str
    acceptance_due_on: str | None
    due_on: str | None
    legal_due_on: str | None
    due_provisional: bool
    papers: list[PaperStep]
    result_licence: str | None
    etag: str


class ReceivedStep(CaseStep):
    """A receipt of what was received. `duplicate_of` only flags."""

    key: str
    query_code: str
    body_sha256: str
    duplicate_of: list[str]


class AllowedAct(Shape):
    """Whether an act is allowed now; `reason` and `why` say why not, or under which condition."""

    act: str
    title: str
    allowed: bool
    reason: str
    why: str
    basis: str
    roles: list[str]


class DueDay(Shape):
    """A limit: its last day (null while its clock stands still), how it is counted, its source."""

    kind: Literal["acceptance", "promised", "legal", "delivery"]
    on: str | None
    days: int
    day_kind: Literal["working", "calendar"]
    provisional: bool
    stopped: bool
    source: str


class AllowedActs(Shape):
    """What may be done with a case now, and by when what has to be done."""

    case: str
    number: str
    state: str
    state_title: str
    regime: str
    regime_title: str
    deemed_accepted: bool
    etag: str
    acts: list[AllowedAct]
    due: list[DueDay]


class CaseDocument(Shape):
    """A paper with what became of it."""

    kind: str
    title: str
    number: str
    state: Literal["owed", "issued"]
    owed_at: str
    issued_at: str | None
    signed_at: str | None


class CasePoint(Shape):
    """A point the applicant was told to correct."""

    code: str
    material: str | None
    what: str
    basis: str
    form: str
    notices: int
    met_at: str | None


class DepartmentCase(Shape):
    """A case in a department's list; nothing of the person."""

    case: str
    number: str
    item: str
    item_name: str
    state: str
    accepted_at: str | None
    due_on: str | None
    legal_due_on: str | None
    etag: str


class DepartmentPage(Shape):
    """A page of a department's cases, by their ids."""

    cases: list[DepartmentCase]
    next: str | None


class BundledCase(Shape):
    """A case of one thing (一件事)."""

    case: str
    number: str
    item: str
    item_name: str
    state: str
    due_on: str | None


class CaseBundle(Shape):
    """Cases from one form and one set of materials."""

    bundle: str
    cases: list[BundledCase]


class CaseProgressQuery(Shape):
    """The number on the paper, official or provisional, and its query code."""

    number: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]{6,64}$")]
    query_code: QueryCode


class CaseProgressStep(Shape):
    """A step as the person is told of it."""

    at: str
    act: str
    title: str
    state: str
    state_title: str


class CaseProgress(Shape):
    """How far a case is; nothing of the person.

    `to_correct` is what was notified and is not corrected yet, `correct_by` the last day for it.
    """

    number: str
    item_name: str
    state: str
    state_title: str
    filed_at: str
    accepted_at: str | None
    due_on: str | None
    due_provisional: bool
    steps: list[CaseProgressStep]
    to_correct: list[str]
    correct_by: str | None
    papers: list[str]
