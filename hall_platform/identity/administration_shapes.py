"""Shapes of administration: accounts, approvals, rules, devices, forced sign-out, audit."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from hall_platform.identity.shapes import FactorKind, Username
from hall_platform.shapes import Code, FilledText, Name, Printable, Shape, Text

RoleName = Literal["clerk", "reviewer", "supervisor", "system_admin", "security_admin", "auditor"]
BodyCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{18}$")]
WindowCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,8}$")]
HallCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{8,32}$")]
Reason = FilledText


class CreateOperator(Shape):
    """A new account, without roles and without a password."""

    act: Literal["create-operator"]
    username: Username
    name: Name
    hall: HallCode


class ChangeOperator(Shape):
    """Switch an account off, or on again."""

    act: Literal["switch-operator"]
    active: bool
    reason: Reason


class UnlockOperator(Shape):
    """Forget the failures that have locked an account."""

    act: Literal["unlock-operator"]
    reason: Reason


class AskRoles(Shape):
    """Ask that an account have just these roles; a reviewer decides for a department."""

    act: Literal["ask-roles"]
    roles: Annotated[list[RoleName], Field(max_length=6)]
    body: BodyCode | None = None
    reason: Reason

    @model_validator(mode="after")
    def _body_for_reviewers(self) -> AskRoles:
        if ("reviewer" in self.roles) != (self.body is not None):
            raise ValueError("a reviewer has a body, others have none")
        return self


class AskRecovery(Shape):
    """Ask that an account's second factors be forgotten, because they are lost."""

    act: Literal["ask-recovery"]
    reason: Reason


class Decide(Shape):
    """A second administrator's decision on what one has asked."""

    act: Literal["decide-approval"]
    approved: bool
    reason: Reason


class OperatorAccount(Shape):
    """An operator's account as administrators see it."""

    id: UUID
    username: str
    name: str
    hall: str
    roles: list[RoleName]
    body: str | None
    active: bool
    password_to_change: bool
    locked_until: str | None
    factors: list[FactorKind]


class OperatorPage(Shape):
    """Accounts by username."""

    operators: list[OperatorAccount]
    next: str | None


class OneTimePassword(Shape):
    """A password for the next sign-in, shown this once."""

    operator: UUID
    password: str
    until: str


class Approval(Shape):
    """What was asked, and what became of it."""

    id: UUID
    kind: Literal["roles", "recovery"]
    operator: UUID
    roles: list[RoleName] | None
    body: str | None
    reason: str
    asked_by: UUID
    asked_at: str
    state: Literal["waiting", "approved", "refused"]
    decided_by: UUID | None
    decided_at: str | None
    decision_reason: str | None


class ApprovalPage(Shape):
    """What was asked, oldest first."""

    approvals: list[Approval]
    next: str | None


class SetRule(Shape):
    """Set a security rule, for one hall or, with an empty code, for all."""

    act: Literal["set-security-rule"]
    name: Code
    hall: Annotated[str, StringConstraints(pattern=r"^([0-9]{8,32})?$")]
    value: Annotated[Printable, StringConstraints(max_length=32)]


class Rule(Shape):
    """A security rule."""

    name: str
    hall: str
    value: str


class RuleList(Shape):
    """The rules as they hold in a hall."""

    rules: list[Rule]


class EndSessions(Shape):
    """Sign out an operator, a device, or everybody in the county."""

    act: Literal["end-sessions"]
    whose: Literal["operator", "device", "everybody"]
    operator_id: UUID | None = None
    device: Code | None = None
    reason: Reason

    @model_validator(mode="after")
    def _names_who(self) -> EndSessions:
        named = {"operator": self.operator_id, "device": self.device, "everybody": ""}
        others = [value for who, value in named.items() if who != self.whose and value]
        if named[self.whose] is None or others:
            raise ValueError("name the operator or the device, and only that")
        return self


class SessionsEnded(Shape):
    """How many sessions have ended."""

    ended: int


class AddWindow(Shape):
    """A new window of a hall."""

    act: Literal["add-window"]
    hall: HallCode
    code: WindowCode
    name: Name
    phone: Text = ""


class RenameWindow(Shape):
    """Another name or telephone of a window."""

    act: Literal["rename-window"]
    hall: HallCode
    code: WindowCode
    name: Name
    phone: Text = ""


class WindowShown(Shape):
    """A window."""

    hall: str
    code: str
    name: str
    phone: str
    active: bool


class BareWindow(Shape):
    """A window of a hall."""

    code: str
    name: str
    phone: str
    active: bool


class HallShown(Shape):
    """A hall with its windows."""

    code: str
    name: str
    windows: list[BareWindow]


class HallList(Shape):
    """The halls of the county."""

    halls: list[HallShown]


class AddDevice(Shape):
    """A new device; only a window's counter has a window."""

    act: Literal["add-device"]
    code: Code
    kind: Literal["window", "kiosk", "display"]
    name: Name
    hall: HallCode
    window_code: WindowCode | None = None


class ChangeDevice(Shape):
    """A device's name, and whether it is on."""

    act: Literal["change-device"]
    name: Text
    active: bool


class RevokeKey(Shape):
    """A device's signing key counts no more."""

    act: Literal["revoke-device-key"]
    reason: Reason


class AdministeredDevice(Shape):
    """A device as administrators see it; `key` is the id of the key it signs with."""

    code: str
    kind: Literal["window", "kiosk", "display"]
    name: str
    hall: str
    window: str | None
    active: bool
    key: UUID | None
    key_registered_at: str | None


class DeviceList(Shape):
    """The devices of the county."""

    devices: list[AdministeredDevice]


class DeviceSecret(Shape):
    """A device's new secret, shown this once."""

    device: str
    secret: str


class AuditLine(Shape):
    """A line of the audit; the hash covers it and the line before it."""

    serial: int
    at: str
    kind: str
    title: str
    county: str
    hall: str
    actor: str
    session: str
    subject: str
    result: str
    facts: dict[str, Any]
    hash: str


class AuditPage(Shape):
    """Lines of the audit, newest first."""

    lines: list[AuditLine]
    next: str | None


class AuditFinding(Shape):
    """Whether the whole chain holds together; `broken_at` is the first line that does not fit."""

    lines: int
    head: str
    whole: bool
    broken_at: int | None
