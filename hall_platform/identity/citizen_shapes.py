"""Shapes of the online hall's accounts: registering, signing in, verifying, organisations."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import StringConstraints

from hall_platform.identity.shapes import NewPassword, OneTimeCode, Secret
from hall_platform.shapes import (
    ActingOperator,
    Code,
    EndDayText,
    FilledText,
    Name,
    Number,
    Printable,
    Shape,
)

PersonKind = Literal["resident", "permit", "foreigner_2017", "foreigner_2023"]
Mobile = Annotated[str, StringConstraints(pattern=r"^1[0-9]{10}$")]
CreditCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-HJ-NPQRTUWXY]{18}$")]
RefreshToken = Annotated[Printable, StringConstraints(min_length=1, max_length=200)]


class Registration(Shape):
    """Who wants an account; the code goes to the mobile."""

    kind: PersonKind
    number: Number
    name: Name
    mobile: Mobile
    password: NewPassword


class CodeSent(Shape):
    """What a code confirms; one was sent if what was given is right."""

    id: UUID
    expires_at: str


class Confirmation(Shape):
    """A registration with the code from the mobile."""

    registration: UUID
    code: OneTimeCode


class PasswordReset(Shape):
    """Whose password was forgotten."""

    kind: PersonKind
    number: Number
    mobile: Mobile


class PasswordResetCompletion(Shape):
    """The code from the mobile and the new password."""

    reset: UUID
    code: OneTimeCode
    new_password: NewPassword


class CitizenSignIn(Shape):
    """Number and password."""

    kind: PersonKind = "resident"
    number: Number
    password: Secret


class CitizenRefresh(Shape):
    """The newest refresh token of a session; each works once."""

    refresh_token: RefreshToken


class CitizenAccount(Shape):
    """One's account; `level` 2 once a window has seen the document."""

    id: UUID
    kind: PersonKind
    number: str
    name: str
    mobile: str
    level: Literal[1, 2]
    registered_at: str
    verified_at: str | None


class CitizenSession(Shape):
    """A citizen's session with its tokens."""

    session: UUID
    access_token: str
    access_expires_at: str
    refresh_token: str
    citizen: CitizenAccount


class Agency(Shape):
    """For which organisation somebody acts."""

    id: UUID
    organisation: str
    name: str
    capacity: Literal["legal_representative", "agent"]
    bound_at: str
    ends_on: str | None


class AgencyList(Shape):
    """The organisations one acts for today."""

    organisations: list[Agency]


# at a window ------------------------------------------------------------------------------------


class SeenDocument(Shape):
    """The document a clerk has read or seen: by the card reader, or by eye."""

    source: Literal["card", "eye"]
    sam_id: Annotated[Printable, StringConstraints(max_length=40)] = ""
    valid_to: EndDayText | None = None  # of a document without an end there is none


class Verify(Shape):
    """A clerk verifies the person of an account by their document (实名核验)."""

    act: Literal["verify-citizen"]
    operator: ActingOperator
    window: Code
    kind: PersonKind
    number: Number
    name: Name
    document: SeenDocument


class Verified(Shape):
    """The account is verified."""

    citizen: UUID
    level: Literal[2]
    verified_at: str


class Bind(Shape):
    """A clerk binds a verified person to an organisation they act for (法人账号绑定).

    `evidence` names what was seen: the licence, the letter of authority (授权委托书).
    """

    act: Literal["bind-organisation-agent"]
    operator: ActingOperator
    window: Code
    kind: PersonKind
    number: Number
    organisation: CreditCode
    capacity: Literal["legal_representative", "agent"]
    evidence: FilledText
    ends_on: EndDayText | None = None


class Unbind(Shape):
    """A clerk ends a binding."""

    act: Literal["unbind-organisation-agent"]
    operator: ActingOperator
    window: Code
    reason: FilledText


class Unbound(Shape):
    """The binding has ended."""

    id: UUID
    ended_at: str
