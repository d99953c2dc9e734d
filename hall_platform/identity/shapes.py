"""Shapes of sign-in: clerks, devices, windows."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, StringConstraints

from hall_platform.shapes import Code, Shape, printable

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
