"""Shapes of a whole case, and of questions about cases."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from pydantic import Field, model_validator

from hall_platform.business.life_answers import CaseDocument, CasePoint
from hall_platform.business.shapes import CasePaper, MaterialMet, Party
from hall_platform.shapes import Digest, FilledText, Shape


class CaseEvent(Shape):
    """One step in the life of a case; without an operator it was the law's."""

    at: str
    act: str
    operator: str
    hall: str
    window: str
    department: str
    from_state: str = Field(alias="from")
    to_state: str = Field(alias="to")
    reason: str
    paper: str
    details: dict[str, Any]


class Case(Shape):
    """A case with everything that belongs to it.

    Until it is accepted, `accepted_at` is when it was received. `papers` are those issued,
    `documents` those owed too. `handling_county` is where it may be acted on. `correct_by`
    is the last day for the corrections it waits for.
    """

    case: str
    number: str
    provisional_number: str | None
    item: str
    item_name: str
    item_version: int
    regime: str
    bundle: str | None
    state: str
    filed_at: str
    accepted: bool
    accepted_at: str
    received_at: str
    acceptance_due_on: str | None
    correct_by: str | None
    due_on: str | None
    legal_due_on: str | None
    due_provisional: bool
    county: str
    for_county: str
    handling_county: str
    outcome: Literal["", "granted", "refused"]
    fee: Literal["none", "noticed", "paid", "waived"]
    fee_cents: int | None
    result_licence: str | None
    applicant: Party
    agent: Party | None
    materials: list[MaterialMet]
    papers: list[CasePaper]
    documents: list[CaseDocument]
    points: list[CasePoint]
    timeline: list[CaseEvent]


class CaseMaterial(Shape):
    """A material with where it came from and how far it is trusted (国办函〔2016〕108号)."""

    position: int
    material: str
    met_by: str
    reference: str
    trust_grade: Literal["A", "B", "C", "D"]
    origin: str
    upload: str | None
    added_at: str
    verified_by: str | None
    verified_at: str | None
    purpose: str
    expires: str | None


class CaseMaterials(Shape):
    """The materials of a case, in the order in which they came."""

    case: str
    materials: list[CaseMaterial]


class UploadKept(Shape):
    """A file as it is kept; `new` unless the county had it already."""

    sha256: Digest
    media_type: str
    length: int
    new: bool


class UploadQuery(Shape):
    """Which file of which case or pre-application, and why."""

    sha256: Digest
    case: UUID | None = None
    preapplication: UUID | None = None
    purpose: FilledText

    @model_validator(mode="after")
    def of_one_thing(self) -> UploadQuery:
        """A file is looked at as part of something."""
        if (self.case is None) == (self.preapplication is None):
            raise ValueError("give either case or preapplication")
        return self
