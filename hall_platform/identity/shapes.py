"""Shapes of sign-in: clerks, devices, windows."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, StringConstraints

from hall_platform.shapes import Code, Name, Printable, Shape, printable

Username = Annotated[str, StringConstraints(min_length=1, max_length=64), AfterValidator(printable)]
Secret = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Hall(Shape):
    """A service hall (政务服务大厅)."""

    code: str
    name: str


class Window(Shape):
    """An integrated window (综合窗口)."""

    code: str
    name: str
    hall: Hall
    region: str
    address: str
    phone: str


class SignIn(Shape):
    """An operator in their hall; a clerk names the window, others may leave it out."""

    username: Username
    password: Secret
    window: Code | None = None


class Refresh(Shape):
    """The newest refresh token of a session; each works once."""

    refresh_token: Secret


class Operator(Shape):
    """An operator as shown to the counter; the roles are those of the session."""

    id: str
    name: str
    roles: list[str]


class OperatorSession(Shape):
    """An operator's session with its tokens; `window` is null where none was named."""

    session: str
    access_token: str
    access_expires_at: str
    refresh_token: str
    operator: Operator
    hall: Hall
    window: Window | None


class DeviceSignIn(Shape):
    """A device by its secret."""

    device: Code
    secret: Secret


class Device(Shape):
    """A device and where it stands; only a window's has a window."""

    code: str
    kind: Literal["window", "kiosk", "display"]
    hall: Hall
    window: Window | None


class DeviceSession(Shape):
    """A device's session; it signs in anew when the token runs out."""

    session: str
    access_token: str
    access_expires_at: str
    device: Device


# steps of a sign-in -----------------------------------------------------------------------------

Token = Annotated[Printable, StringConstraints(min_length=1, max_length=100)]
FactorKind = Literal["security_key", "totp"]
OneTimeCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
NewPassword = Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class ShownFactor(Shape):
    """The second factor: a code, or what a security key gave (PublicKeyCredential as JSON)."""

    sign_in: Token
    code: OneTimeCode | None = None
    credential: dict[str, Any] | None = None


class FirstPassword(Shape):
    """The password an operator chooses at sign-in."""

    sign_in: Token
    new_password: NewPassword


class EnrolmentWish(Shape):
    """Which kind of factor is to be enrolled by a sign-in."""

    sign_in: Token
    kind: FactorKind


class EnrolmentBegun(Shape):
    """What a factor is made from: a code's secret and its address, or options of WebAuthn."""

    enrolment: str
    kind: FactorKind
    secret: str | None
    uri: str | None
    options: dict[str, Any] | None


class EnrolmentProof(Shape):
    """That the new factor works, by a sign-in."""

    sign_in: Token
    enrolment: Token
    name: Name
    code: OneTimeCode | None = None
    credential: dict[str, Any] | None = None


# one's own account ------------------------------------------------------------------------------


class Reauthenticated(Shape):
    """One's password once more, before what bears on the account's security."""

    password: Secret


class PasswordChange(Shape):
    """The password so far and the new one."""

    password: Secret
    new_password: NewPassword


class OwnEnrolmentWish(Shape):
    """Which kind of factor is to be enrolled."""

    password: Secret
    kind: FactorKind


class OwnEnrolmentProof(Shape):
    """That the new factor works."""

    enrolment: Token
    name: Name
    code: OneTimeCode | None = None
    credential: dict[str, Any] | None = None


class FactorShown(Shape):
    """An enrolled factor."""

    id: UUID
    kind: FactorKind
    name: str
    enrolled_at: str
    used_at: str | None


class FactorList(Shape):
    """One's own factors."""

    factors: list[FactorShown]


class SessionShown(Shape):
    """A session that goes on; `current` is the one that asks."""

    id: UUID
    kind: str
    operator: str | None
    device: str | None
    citizen: str | None
    hall: str | None
    window: str | None
    factor: str | None
    started_at: str
    ends_at: str
    current: bool


class SessionList(Shape):
    """Sessions that go on, newest first."""

    sessions: list[SessionShown]
    next: str | None = None


class DeviceKeyWish(Shape):
    """A device's Ed25519 public key (32 bytes in base64).

    `proof` is the key's signature over "hall-counter-device-key-v1", the device's code and the key
    itself, each on a line of its own.
    """

    secret: Secret
    public_key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{43}=$")]
    proof: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{86}==$")]


class DeviceKey(Shape):
    """A registered key; requests name it as keyid."""

    id: UUID
    device: str
    registered_at: str
