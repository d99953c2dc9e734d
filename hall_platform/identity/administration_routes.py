"""What administrators ask, and the secrets they hand out: those are in no act's answer.

An act's answer is kept as long as its key; a password or a secret is shown once and kept nowhere.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from sqlalchemy import and_, select

from hall_platform.access import (
    AUDITOR,
    SECURITY_ADMIN,
    SYSTEM_ADMIN,
    Caller,
    SystemAdmin,
    new_token,
    of_county,
    require,
)
from hall_platform.context import InContext
from hall_platform.cursors import cursor_after, key_of
from hall_platform.identity import accounts, passwords, rules, session_lists, stations
from hall_platform.identity.administration_shapes import (
    ApprovalPage,
    DeviceList,
    DeviceSecret,
    HallList,
    OneTimePassword,
    OperatorAccount,
    OperatorPage,
    RuleList,
)
from hall_platform.identity.shapes import SessionList
from hall_platform.identity.tables import halls, sessions
from hall_platform.shapes import Code, Cursor, Limit

router = APIRouter(prefix="/v1/administration", tags=["identity"])

Administrator = Annotated[Caller, Depends(require(SYSTEM_ADMIN, SECURITY_ADMIN, AUDITOR))]
Guardian = Annotated[Caller, Depends(require(SECURITY_ADMIN, AUDITOR))]
HallQuery = Annotated[str, Query(max_length=32, pattern=r"^[0-9]*$", description="大厅编号")]


@router.get("/operators", response_model=OperatorPage, summary="工作人员账号")
def list_operators(
    caller: Administrator,
    context: InContext,
    hall: HallQuery = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """Accounts of the county, by username."""
    with context.store.read() as connection:
        return accounts.page(connection, caller, hall, key_of(cursor), limit)


@router.get(
    "/operators/{operator}",
    response_model=OperatorAccount,
    summary="一个工作人员账号",
    openapi_extra={"x-problems": ["not-found"]},
)
def read_operator(operator: UUID, caller: Administrator, context: InContext) -> dict[str, Any]:
    """One account."""
    with context.store.read() as connection:
        return accounts.shown(connection, accounts.one(connection, caller, str(operator)))


@router.post(
    "/operators/{operator}/one-time-password",
    status_code=201,
    response_model=OneTimePassword,
    summary="发放一次性密码",
    openapi_extra={"x-problems": ["not-found", "own-account"]},
)
def give_one_time_password(
    operator: UUID, caller: SystemAdmin, context: InContext
) -> dict[str, str]:
    """A random password for the next sign-in, which has to be changed there.

    An enrolled second factor is still asked for; sessions end.
    """
    now = context.clock.now()
    password = passwords.one_time()
    made = passwords.hashed(password)
    until = context.store.write(
        lambda connection: accounts.give_one_time_password(
            connection, caller, str(operator), made, now
        )
    )
    return {"operator": str(operator), "password": password, "until": until}


@router.get("/approvals", response_model=ApprovalPage, summary="双人复核事项")
def list_approvals(
    caller: Administrator,
    context: InContext,
    state: Annotated[Literal["", "waiting", "approved", "refused"], Query()] = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """What was asked in the county, oldest first."""
    with context.store.read() as connection:
        return accounts.approvals_page(connection, caller, state, key_of(cursor), limit)


@router.get("/rules", response_model=RuleList, summary="安全规则")
def list_rules(caller: Administrator, context: InContext, hall: HallQuery = "") -> dict[str, Any]:
    """The rules as they hold in a hall, without one in the caller's."""
    with context.store.read() as connection:
        return {"rules": rules.all_values(connection, hall or caller.hall)}


@router.get("/sessions", response_model=SessionList, summary="当前登录")
def list_sessions(
    caller: Guardian,
    context: InContext,
    *,
    operator: Annotated[UUID | None, Query()] = None,
    device: Annotated[Code | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """Sessions of operators and devices of the county that go on."""
    here = select(halls.c.code).where(of_county(caller, halls.c.county))
    which = and_(
        sessions.c.hall.in_(here),
        *((sessions.c.operator == str(operator),) if operator is not None else ()),
        *((sessions.c.device == device,) if device is not None else ()),
    )
    with context.store.read() as connection:
        found = session_lists.going_on(
            connection, which, context.clock.now(), after=key_of(cursor), limit=limit + 1
        )
    more = len(found) > limit
    return {
        "sessions": session_lists.shown(found[:limit], caller.session),
        "next": cursor_after(found[limit - 1].id) if more else None,
    }


@router.get("/windows", response_model=HallList, summary="大厅与窗口")
def list_windows(caller: Administrator, context: InContext) -> dict[str, Any]:
    """The halls of the county with their windows."""
    with context.store.read() as connection:
        return {"halls": stations.halls_shown(connection, caller)}


@router.get("/devices", response_model=DeviceList, summary="设备")
def list_devices(caller: Administrator, context: InContext) -> dict[str, Any]:
    """The devices of the county."""
    with context.store.read() as connection:
        return {"devices": stations.devices_shown(connection, caller)}


@router.post(
    "/devices/{device}/secret",
    status_code=201,
    response_model=DeviceSecret,
    summary="更换设备密钥",
    openapi_extra={"x-problems": ["not-found"]},
)
def give_device_secret(device: Code, caller: SystemAdmin, context: InContext) -> dict[str, str]:
    """A new secret, shown this once; the old one and its sessions are worth nothing any more."""
    secret = new_token()
    context.store.write(
        lambda connection: stations.give_secret(
            connection, caller, context.clock.now(), device, secret
        )
    )
    return {"device": device, "secret": secret}
