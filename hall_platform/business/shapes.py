"""Shapes of pre-applications, numbers, acceptance, receipts and cases."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from hall_platform.licences.shapes import Licence
from hall_platform.shapes import (
    ActingOperator,
    Code,
    DayText,
    FilledText,
    Holder,
    HolderKind,
    Moment,
    Name,
    Number,
    Shape,
    Text,
    Version,
)

Grade = Literal["A", "B", "C", "D"]
Means = Literal[
    "identity_card",
    "licence",
    "shared_data",
    "upload",
    "earlier_case",
    "scan",
    "original_seen",
]
OfficialNumber = Annotated[str, StringConstraints(pattern=r"^[0-9]{21}$")]
ProvisionalNumber = Annotated[str, StringConstraints(pattern=r"^L-[0-9A-Za-z-]{1,40}$")]
QueryCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{8}$")]
SmallText = Annotated[Text, StringConstraints(max_length=64)]

# pre-applications 网上申请 ----------------------------------------------------------------------


class PreapplicationQuery(Shape):
    """A person's pre-applications, or the one of a code; either, never both."""

    holder: Holder | None = None
    code: Annotated[str | None, StringConstraints(pattern=r"^YS[0-9A-Z]{1,30}$")] = None
    purpose: FilledText

    @model_validator(mode="after")
    def one_of_both(self) -> Self:
        """Refuse both or neither."""
        if (self.holder is None) == (self.code is None):
            raise ValueError("give either holder or code")
        return self


class OnlineApplicant(Shape):
    """Who applied online."""

    kind: str
    name: str
    number: str
    mobile: str


class Upload(Shape):
    """A file uploaded for a material: grade C a copy of something, D made by the applicant."""

    material: str
    file_name: str
    sha256: str
    pages: int
    trust_grade: Literal["C", "D"]


class ClaimedBy(Shape):
    """The window that works on it."""

    window: str
    at: str


class Preapplication(Shape):
    """An online pre-application; `etag` is what If-Match takes."""

    id: str
    code: str
    item: str
    item_name: str
    submitted_at: str
    state: Literal["submitted", "checked", "to_correct", "claimed", "accepted", "withdrawn"]
    note: str
    applicant: OnlineApplicant
    form_complete: bool
    uploads: list[Upload]
    claimed_by: ClaimedBy | None
    etag: str


class PreapplicationAnswer(Shape):
    """What was found, newest first."""

    preapplications: list[Preapplication]


class ClaimAct(Shape):
    """Take a pre-application to a window (调取)."""

    act: Literal["claim"]
    operator: ActingOperator
    window: Code


class ReleaseAct(Shape):
    """Give it back (退回)."""

    act: Literal["release"]
    operator: ActingOperator
    window: Code


# numbers 办件编号 -------------------------------------------------------------------------------


class LeaseAct(Shape):
    """Lease official numbers ahead of need, so that a paper printed offline bears its own."""

    act: Literal["lease-numbers"]
    window: Code
    count: Annotated[int, Field(strict=True, ge=1, le=200)]
    date: DayText | None = None


class NumberBlock(Shape):
    """A block of numbers; no number is ever in two blocks."""

    block: str
    window: str
    numbers: list[str]


# acceptance 受理 --------------------------------------------------------------------------------


class Party(Shape):
    """The applicant or their agent, as the counter has them."""

    kind: HolderKind
    name: Name
    number: Number
    sex: SmallText = ""
    nation: SmallText = ""
    born: DayText | Literal[""] | None = None
    address: Text = ""
    source: SmallText = ""
    sam_id: SmallText = ""
    mobile: SmallText = ""


class MaterialMet(Shape):
    """By what a material is met.

    With `earlier_case` the reference is that case's number. `purpose` is what the material was
    given for, the case's item where nothing is said; `expires` its last day, where one is known.
    """

    material: Code
    met_by: Means
    reference: Text = ""
    trust_grade: Grade
    paper_reason: Text = ""
    purpose: Text = ""
    expires: DayText | None = None


class Paper(Shape):
    """The paper that went out with the act."""

    kind: Literal["acceptance_notice"]
    number: SmallText


class AcceptAct(Shape):
    """Accept a case. `number` is leased, or null with a provisional one on the paper.

    `for_county` is whose case it is when it is another county's (异地代收); `bundle` joins cases
    from one form and one set of materials (一件事).
    """

    act: Literal["accept"]
    case: UUID
    number: OfficialNumber | None = None
    provisional_number: ProvisionalNumber | None = None
    query_code: QueryCode
    item: Code
    item_version: Version
    applicant: Party
    agent: Party | None = None
    preapplication: UUID | None = None
    materials: Annotated[list[MaterialMet], Field(max_length=100)]
    accepted_at: Moment
    for_county: Annotated[str | None, StringConstraints(pattern=r"^[0-9]{6}$")] = None
    bundle: UUID | None = None
    operator: ActingOperator
    window: Code
    device: SmallText = ""
    paper: Paper

    @model_validator(mode="after")
    def some_number(self) -> Self:
        """A case has an official number or a provisional one."""
        if self.number is None and self.provisional_number is None:
            raise ValueError("give number or provisional_number")
        return self


class Receipt(Shape):
    """The platform's word that an act is durable. `duplicate_of` only flags."""

    key: str
    case: str
    number: str
    state: Literal["accepted"]
    accepted_at: str
    due_on: str | None
    due_provisional: bool
    query_code: str
    received_at: str
    body_sha256: str
    duplicate_of: list[str]


class ReceiptAnswer(Shape):
    """Receipts of the keys asked for, and the keys the platform has never seen."""

    receipts: list[Receipt]
    unknown: list[str]


# cases 办件 -------------------------------------------------------------------------------------


class CaseQuery(Shape):
    """A person's cases, and why they are looked at."""

    holder: Holder
    purpose: FilledText


class CaseSummary(Shape):
    """A case in a list. Until it is accepted, `accepted_at` is when it was received."""

    case: str
    number: str
    item: str
    item_name: str
    state: str
    accepted_at: str
    due_on: str | None


class CaseAnswer(Shape):
    """The person's cases, newest first."""

    cases: list[CaseSummary]


class ReceptionAnswer(Shape):
    """What a window needs of a person before an item is chosen; licences without their contents."""

    preapplications: list[Preapplication]
    licences: list[Licence]
    cases: list[CaseSummary]


class CasePaper(Shape):
    """A paper that was issued."""

    kind: str
    number: str
