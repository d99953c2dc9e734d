"""Who is at the window: operator, window and hall of one sign-in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hall:
    """A service hall (政务服务大厅)."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Window:
    """An integrated window (综合窗口)."""

    code: str
    name: str
    hall: Hall
    region: str
    address: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Operator:
    """A clerk (窗口员) as the platform knows them."""

    id: str
    name: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in. Tokens stay inside `platform_link`; this is what acts are signed off with."""

    id: str
    operator: Operator
    window: Window
