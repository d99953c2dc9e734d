"""Shapes of e-licences (GB/T 36903, 36904), of the questions for them and of what is done."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Base64Bytes, Field, StringConstraints, model_validator

from hall_platform.shapes import (
    ActingOperator,
    CatalogueCode,
    Code,
    DayText,
    EndDayText,
    FilledText,
    Holder,
    HolderKind,
    Name,
    Named,
    Number,
    PublicBody,
    Shape,
    Text,
)

Identifier = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z.]{1,160}$")]
TypeCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{21}$")]
Label = Annotated[FilledText, StringConstraints(max_length=40)]
Content = Annotated[dict[Label, Text], Field(max_length=60)]
PresentationCode = Annotated[str, StringConstraints(pattern=r"^YZ[0-9A-Z]{26}$")]


class LicenceQuery(Shape):
    """Whose licences, for which item and case, and why. Without an item only the directory."""

    holder: Holder
    item: Code | None
    purpose: FilledText
    case: UUID | None = None


class CaseLicenceQuery(Shape):
    """The licences of a case's parties that its item needs, and those it led to."""

    case: UUID
    purpose: FilledText


class LicenceHolder(Shape):
    """The holder as the licence names them."""

    kind: str
    name: str
    number: str


class Licence(Shape):
    """An e-licence. In the bare directory `number` and `summary` are empty."""

    identifier: str
    type_code: str
    type_name: str
    number: str
    issuer: Named
    issued_on: str
    valid_from: str
    valid_to: str | None
    status: Literal["valid", "expired", "revoked", "suspended"]
    holder: LicenceHolder
    trust_grade: Literal["A", "B", "C", "D"]
    summary: str


class LicenceAnswer(Shape):
    """The licences, and the number under which the look at them is recorded."""

    query: str
    licences: list[Licence]


class CaseLicenceAnswer(LicenceAnswer):
    """What the parties hold, and what the case led to."""

    results: list[Licence]


class LicenceTypeShown(Shape):
    """A type of licence: who defined it, for how long it is, which bodies issue it."""

    code: str
    name: str
    definer: Named
    years: int | None
    issuers: list[str]


class LicenceTypes(Shape):
    """The directory of types (证照目录)."""

    types: list[LicenceTypeShown]


class VerificationQuery(Shape):
    """A licence somebody shows, to be verified (核验)."""

    identifier: Identifier
    purpose: FilledText


class Verification(Shape):
    """What is known of a licence of that identifier, without its holder.

    A check character that does not hold is a warning: codes that broke the rule are in use.
    `successor` is the version that took its place.
    """

    identifier: str
    check_holds: bool
    known: bool
    status: Literal["valid", "expired", "revoked", "suspended", "superseded"] | None
    type_name: str | None
    issuer: Named | None
    issued_on: str | None
    valid_from: str | None
    valid_to: str | None
    version: int | None
    successor: str | None
    changed_at: str | None
    reason: str | None


class FileQuery(Shape):
    """A licence as a file: PDF made for this purpose, or the OFD as it was issued.

    It goes out because the item needs it of that holder, because it belongs to the case, or because
    its holder presented it (`presentation`, the number a code was redeemed under).
    """

    identifier: Identifier
    format: Literal["pdf", "ofd"]
    holder: Holder | None = None
    item: Code | None = None
    case: UUID | None = None
    presentation: UUID | None = None
    purpose: FilledText

    @model_validator(mode="after")
    def some_ground(self) -> Self:
        """An item and the holder, a case, or a presentation."""
        of_item = self.item is not None and self.holder is not None
        if not of_item and self.case is None and self.presentation is None:
            raise ValueError("give holder and item, case or presentation")
        return self


# issuing 签发 -----------------------------------------------------------------------------------


class NamedHolder(Shape):
    """The holder of a licence to be issued."""

    kind: HolderKind
    number: Number
    name: Name


class IssueAct(Shape):
    """Issue a licence (签发). `ofd` is the issuer's own file, sealed where it seals."""

    act: Literal["issue-licence"]
    type_code: TypeCode
    issuer: PublicBody
    holder: NamedHolder
    number: Annotated[FilledText, StringConstraints(max_length=100)] | None = None
    valid_from: DayText
    valid_to: EndDayText | None
    content: Content
    ofd: Base64Bytes | None = None


class ChangeAct(Shape):
    """Issue the next version of a licence (变更)."""

    act: Literal["change-licence"]
    identifier: Identifier
    reason: FilledText
    valid_from: DayText
    valid_to: EndDayText | None
    content: Content
    ofd: Base64Bytes | None = None


class RevokeAct(Shape):
    """End a licence (注销、撤销、吊销)."""

    act: Literal["revoke-licence"]
    identifier: Identifier
    reason: FilledText


class Standing(Shape):
    """A licence after it was issued, changed or revoked."""

    identifier: str
    version: int
    status: Literal["valid", "expired", "revoked", "suspended", "superseded"]
    supersedes: str | None


# presenting 亮证 --------------------------------------------------------------------------------


class OwnLicences(Shape):
    """What a citizen, and the organisations they act for, hold."""

    licences: list[Licence]


class PresentAct(Shape):
    """Let one window see these licences once, within minutes, for this purpose (用证码)."""

    act: Literal["present-licences"]
    licences: Annotated[list[Identifier], Field(min_length=1, max_length=10)]
    purpose: FilledText
    consent: Literal[True]


class Presentation(Shape):
    """A code to show; whoever has it within its minutes sees what it stands for."""

    presentation: str
    code: str
    purpose: str
    licences: list[str]
    expires_at: str


class CancelAct(Shape):
    """Take a code back that nobody has used."""

    act: Literal["cancel-presentation"]


class PresentationState(Shape):
    """What became of a code."""

    presentation: str
    state: Literal["open", "expired", "cancelled", "redeemed"]
    expires_at: str
    redeemed_at: str | None
    hall: str | None
    window: str | None


class RedeemAct(Shape):
    """Use a code that the applicant shows (扫用证码)."""

    act: Literal["redeem-presentation"]
    operator: ActingOperator
    window: Code
    code: PresentationCode
    item: CatalogueCode | None = None
    case: UUID | None = None


class Redeemed(Shape):
    """The licences that were presented, and those alone."""

    presentation: str
    query: str
    purpose: str
    licences: list[Licence]
