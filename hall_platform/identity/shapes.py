"""Shapes of sign-in: clerks, devices, windows."""

from __future__ import annotations

from typing import Annotated

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
    """A clerk at a window."""

    username: Username
    password: Secret
    window: Code


class Refresh(Shape):
    """The newest refresh token of a session; each works once."""

    refresh_token: Secret


class Operator(Shape):
    """A clerk as shown to the counter."""

    id: str
    name: str
    roles: list[str]


class ClerkSession(Shape):
    """A clerk's session with its tokens."""

    session: str
    access_token: str
    access_expires_at: str
    refresh_token: str
    operator: Operator
    window: Window


class DeviceSignIn(Shape):
    """A counter's device by its secret."""

    device: Code
    secret: Secret


class Device(Shape):
    """A device and where it stands."""

    code: str
    window: Window


class DeviceSession(Shape):
    """A device's session; it signs in anew when the token runs out."""

    session: str
    access_token: str
    access_expires_at: str
    device: Device
