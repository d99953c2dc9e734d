"""Administration as acts, each done once; and what a clerk at a window does for accounts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from hall_platform.access import CLERK, DEVICE, SECURITY_ADMIN, SYSTEM_ADMIN, of_county
from hall_platform.acts import Act, Delivery
from hall_platform.identity import accounts, agents, audit, queries, rules, stations
from hall_platform.identity.administration_shapes import (
    AddDevice,
    AddWindow,
    AdministeredDevice,
    Approval,
    AskRecovery,
    AskRoles,
    ChangeDevice,
    ChangeOperator,
    CreateOperator,
    Decide,
    EndSessions,
    OperatorAccount,
    RenameWindow,
    RevokeKey,
    Rule,
    SessionsEnded,
    SetRule,
    UnlockOperator,
    WindowShown,
)
from hall_platform.identity.citizen_shapes import (
    Agency,
    Bind,
    Unbind,
    Unbound,
    Verified,
    Verify,
)
from hall_platform.identity.tables import halls, sessions
from hall_platform.problems import invalid
from hall_platform.shapes import Code


def _create(connection: Connection, act: CreateOperator, delivery: Delivery) -> dict[str, Any]:
    """A new account; its roles are asked and granted, its one-time password is given apart."""
    return accounts.create(
        connection,
        delivery.caller,
        delivery.received_at,
        username=act.username,
        name=act.name,
        hall=act.hall,
    )


def _switch(connection: Connection, act: ChangeOperator, delivery: Delivery) -> dict[str, Any]:
    """Switched off, the account's sessions end at once."""
    return accounts.set_active(
        connection, delivery.caller, delivery.subject, delivery.received_at, active=act.active
    )


def _unlock(connection: Connection, act: UnlockOperator, delivery: Delivery) -> dict[str, Any]:
    """The account may try again before its lock is over."""
    del act
    return accounts.unlock(connection, delivery.caller, delivery.subject, delivery.received_at)


def _ask_roles(connection: Connection, act: AskRoles, delivery: Delivery) -> dict[str, Any]:
    """Roles are granted by a security administrator; until then nothing changes."""
    return accounts.ask_roles(
        connection,
        delivery.caller,
        delivery.subject,
        delivery.received_at,
        roles=tuple(act.roles),
        body=act.body,
        reason=act.reason,
    )


def _ask_recovery(connection: Connection, act: AskRecovery, delivery: Delivery) -> dict[str, Any]:
    """A lost factor is forgotten once a security administrator has agreed."""
    return accounts.ask_recovery(
        connection, delivery.caller, delivery.subject, delivery.received_at, reason=act.reason
    )


def _decide(connection: Connection, act: Decide, delivery: Delivery) -> dict[str, Any]:
    """What was asked is done, or not; by neither who asked nor whom it is about."""
    return accounts.decide(
        connection,
        delivery.caller,
        delivery.subject,
        delivery.received_at,
        approved=act.approved,
        reason=act.reason,
    )


def _set_rule(connection: Connection, act: SetRule, delivery: Delivery) -> dict[str, Any]:
    """From the next sign-in on the rule holds."""
    here = select(halls.c.code).where(halls.c.code == act.hall)
    in_county = here.where(of_county(delivery.caller, halls.c.county))
    if act.hall and connection.execute(in_county).one_or_none() is None:
        raise invalid("body.hall", "no such hall in this county")
    if not rules.fits(act.name, act.hall, act.value):
        raise invalid("body.value", "no such rule, or not a value of it")
    rules.set_value(connection, act.name, act.hall, act.value)
    audit.record(
        connection,
        audit.by(
            delivery.caller,
            "rule-changed",
            delivery.received_at,
            act.name,
            of_hall=act.hall,
            value=act.value,
        ),
    )
    return {"name": act.name, "hall": act.hall, "value": act.value}


def _end_sessions(connection: Connection, act: EndSessions, delivery: Delivery) -> dict[str, Any]:
    """They are signed out at once; what they had not sent yet, a counter still delivers."""
    caller, now = delivery.caller, delivery.received_at
    subject = ""
    if act.whose == "operator":
        subject = str(act.operator_id)
        accounts.one(connection, caller, subject)
        which = sessions.c.operator == subject
    elif act.whose == "device":
        subject = act.device or ""
        stations.device(connection, caller, subject)
        which = sessions.c.device == subject
    else:
        which = sessions.c.hall.in_(
            select(halls.c.code).where(of_county(caller, halls.c.county))
        ) & (sessions.c.id != caller.session)
    ended = queries.end_sessions(connection, which, now)
    audit.record(
        connection,
        audit.by(caller, "sessions-ended", now, subject, whose=act.whose, ended=ended),
    )
    return {"ended": ended}


def _add_window(connection: Connection, act: AddWindow, delivery: Delivery) -> dict[str, Any]:
    """A new window."""
    return stations.add_window(
        connection,
        delivery.caller,
        delivery.received_at,
        hall=act.hall,
        code=act.code,
        name=act.name,
        phone=act.phone,
    )


def _rename_window(connection: Connection, act: RenameWindow, delivery: Delivery) -> dict[str, Any]:
    """Another name or telephone."""
    return stations.change_window(
        connection,
        delivery.caller,
        delivery.received_at,
        hall=act.hall,
        code=act.code,
        name=act.name,
        phone=act.phone,
    )


def _add_device(connection: Connection, act: AddDevice, delivery: Delivery) -> dict[str, Any]:
    """A new device; its secret is given apart."""
    return stations.add_device(
        connection,
        delivery.caller,
        delivery.received_at,
        code=act.code,
        kind=act.kind,
        name=act.name,
        hall=act.hall,
        window=act.window_code,
    )


def _change_device(connection: Connection, act: ChangeDevice, delivery: Delivery) -> dict[str, Any]:
    """Another name; switched off, its tokens die at once."""
    return stations.change_device(
        connection,
        delivery.caller,
        delivery.received_at,
        delivery.subject,
        name=act.name,
        active=act.active,
    )


def _revoke_key(connection: Connection, act: RevokeKey, delivery: Delivery) -> dict[str, Any]:
    """Signatures of the key are refused from now on."""
    del act
    return stations.revoke_key(connection, delivery.caller, delivery.received_at, delivery.subject)


_OPERATOR = "/administration/operators/{operator}"
_DEVICE = "/administration/devices/{device}"

ACTS = (
    Act(
        name="create-operator",
        path="/administration/operators",
        summary="新建工作人员账号",
        shape=CreateOperator,
        answer=OperatorAccount,
        roles=(SYSTEM_ADMIN,),
        perform=_create,
        problems=("username-taken",),
        status=201,
    ),
    Act(
        name="switch-operator",
        path=_OPERATOR + "/standing",
        summary="停用或启用账号",
        shape=ChangeOperator,
        answer=OperatorAccount,
        roles=(SYSTEM_ADMIN,),
        perform=_switch,
        problems=("not-found", "own-account"),
    ),
    Act(
        name="unlock-operator",
        path=_OPERATOR + "/unlocking",
        summary="解除账号锁定",
        shape=UnlockOperator,
        answer=OperatorAccount,
        roles=(SYSTEM_ADMIN,),
        perform=_unlock,
        problems=("not-found",),
    ),
    Act(
        name="ask-roles",
        path=_OPERATOR + "/role-requests",
        summary="提请授予角色",
        shape=AskRoles,
        answer=Approval,
        roles=(SYSTEM_ADMIN,),
        perform=_ask_roles,
        problems=("not-found", "roles-conflict"),
        status=201,
    ),
    Act(
        name="ask-recovery",
        path=_OPERATOR + "/recovery-requests",
        summary="提请恢复账号（第二要素丢失）",
        shape=AskRecovery,
        answer=Approval,
        roles=(SYSTEM_ADMIN,),
        perform=_ask_recovery,
        problems=("not-found",),
        status=201,
    ),
    Act(
        name="decide-approval",
        path="/administration/approvals/{approval}/decision",
        summary="双人复核：决定",
        shape=Decide,
        answer=Approval,
        roles=(SECURITY_ADMIN,),
        perform=_decide,
        problems=("not-found", "already-decided", "four-eyes"),
    ),
    Act(
        name="set-security-rule",
        path="/administration/rules",
        summary="设置安全规则",
        shape=SetRule,
        answer=Rule,
        roles=(SECURITY_ADMIN,),
        perform=_set_rule,
    ),
    Act(
        name="end-sessions",
        path="/administration/session-endings",
        summary="强制下线",
        shape=EndSessions,
        answer=SessionsEnded,
        roles=(SECURITY_ADMIN,),
        perform=_end_sessions,
        problems=("not-found",),
    ),
    Act(
        name="add-window",
        path="/administration/windows",
        summary="新增窗口",
        shape=AddWindow,
        answer=WindowShown,
        roles=(SYSTEM_ADMIN,),
        perform=_add_window,
        problems=("code-taken",),
        status=201,
    ),
    Act(
        name="rename-window",
        path="/administration/window-names",
        summary="更改窗口名称",
        shape=RenameWindow,
        answer=WindowShown,
        roles=(SYSTEM_ADMIN,),
        perform=_rename_window,
        problems=("not-found",),
    ),
    Act(
        name="add-device",
        path="/administration/devices",
        summary="新增设备",
        shape=AddDevice,
        answer=AdministeredDevice,
        roles=(SYSTEM_ADMIN,),
        perform=_add_device,
        problems=("code-taken",),
        status=201,
    ),
    Act(
        name="change-device",
        path=_DEVICE + "/change",
        summary="更改、停用或启用设备",
        shape=ChangeDevice,
        answer=AdministeredDevice,
        roles=(SYSTEM_ADMIN,),
        perform=_change_device,
        problems=("not-found",),
        subject_type=Code,
    ),
    Act(
        name="revoke-device-key",
        path=_DEVICE + "/key-revocation",
        summary="吊销设备签名密钥",
        shape=RevokeKey,
        answer=AdministeredDevice,
        roles=(SYSTEM_ADMIN,),
        perform=_revoke_key,
        problems=("not-found",),
        subject_type=Code,
    ),
    Act(
        name="verify-citizen",
        path="/citizen-verifications",
        summary="窗口实名核验网上用户",
        shape=Verify,
        answer=Verified,
        roles=(CLERK, DEVICE),
        perform=agents.verify,
        problems=("not-found",),
    ),
    Act(
        name="bind-organisation-agent",
        path="/organisation-agents",
        summary="绑定法人账号经办人",
        shape=Bind,
        answer=Agency,
        roles=(CLERK, DEVICE),
        perform=agents.bind,
        problems=("not-found", "level-too-low", "not-representative", "already-bound"),
        status=201,
    ),
    Act(
        name="unbind-organisation-agent",
        path="/organisation-agents/{agency}/ending",
        summary="解除法人账号经办人",
        shape=Unbind,
        answer=Unbound,
        roles=(CLERK, DEVICE),
        perform=agents.unbind,
        problems=("not-found",),
        subject_type=UUID,
    ),
)
