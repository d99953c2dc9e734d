"""One's own account: password, factors, sessions; a device's own key."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy import ColumnElement, Connection
from starlette.responses import Response

from hall_platform.access import (
    CITIZEN,
    DEVICE,
    DISPLAY,
    KIOSK,
    OPERATOR_ROLES,
    Caller,
    require,
)
from hall_platform.context import Context, InContext
from hall_platform.identity import (
    audit,
    citizens,
    device_keys,
    factor_key,
    factors,
    passwords,
    queries,
    session_lists,
    sign_in,
    signatures,
)
from hall_platform.identity.factors import Factor, Proof
from hall_platform.identity.queries import Account
from hall_platform.identity.shapes import (
    DeviceKey,
    DeviceKeyWish,
    EnrolmentBegun,
    FactorList,
    FactorShown,
    OwnEnrolmentProof,
    OwnEnrolmentWish,
    PasswordChange,
    Reauthenticated,
    SessionList,
)
from hall_platform.identity.sign_in_routes import begun, new_hash
from hall_platform.identity.signatures import InMessage
from hall_platform.identity.tables import sessions
from hall_platform.problems import Problem

router = APIRouter(prefix="/v1", tags=["identity"])

Operator = Annotated[Caller, Depends(require(*OPERATOR_ROLES))]
Person = Annotated[Caller, Depends(require(*OPERATOR_ROLES, CITIZEN))]
AnyDevice = Annotated[Caller, Depends(require(DEVICE, KIOSK, DISPLAY, brings_key=True))]

_PASSWORD = ("password-wrong", "account-locked", "not-found")


def reauthenticated(context: Context, caller: Caller, password: str) -> Account | citizens.Citizen:
    """The account of a person signed in, who gives the password once more.

    Problems: password-wrong, account-locked, not-found. Wrong ones count as at sign-in.
    """
    now = context.clock.now()
    account: Account | citizens.Citizen | None
    with context.store.read() as connection:
        if caller.operator:
            account = queries.account_by_id(connection, caller.operator)
        else:
            account = citizens.by_id(connection, caller.citizen)
    if account is None:
        raise Problem("not-found")
    counted = (
        account.username if isinstance(account, Account) else citizens.attempts(account.number)
    )
    context.store.write(
        lambda connection: queries.count_attempt(connection, counted, now, context.settings)
    )
    if not passwords.fits(password, account.password_hash):
        raise Problem("password-wrong")
    context.store.write(lambda connection: queries.forget_attempts(connection, counted))
    return account


@router.post(
    "/own-password",
    status_code=204,
    summary="更改自己的密码",
    openapi_extra={"x-problems": [*_PASSWORD, "password-too-weak", "password-unchanged"]},
)
def change_password(request: PasswordChange, caller: Person, context: InContext) -> Response:
    """The new password holds; all one's other sessions end."""
    now = context.clock.now()
    account = reauthenticated(context, caller, request.password)
    if isinstance(account, Account):
        operator, made = account, new_hash(request.new_password, account)
        context.store.write(
            lambda connection: sign_in.replace_password(
                connection, operator, made, now, but=caller.session
            )
        )
    else:
        citizen, made = account, citizens.new_hash(request.new_password, account)
        context.store.write(
            lambda connection: citizens.replace_password(
                connection, citizen.id, made, now, but=caller.session
            )
        )
    return Response(status_code=204)


@router.get("/own-sessions", response_model=SessionList, summary="自己的登录")
def own_sessions(caller: Person, context: InContext) -> dict[str, Any]:
    """One's sessions that go on."""
    with context.store.read() as connection:
        found = session_lists.going_on(connection, _own(caller), context.clock.now())
    return {"sessions": session_lists.shown(found, caller.session), "next": None}


@router.post(
    "/own-sessions/{session}/end",
    status_code=204,
    summary="结束自己的一次登录",
    openapi_extra={"x-problems": list(_PASSWORD)},
)
def end_own_session(
    session: UUID, request: Reauthenticated, caller: Person, context: InContext
) -> Response:
    """One of one's own sessions ends, on another machine too."""
    now = context.clock.now()
    reauthenticated(context, caller, request.password)

    def work(connection: Connection) -> int:
        which = _own(caller) & (sessions.c.id == str(session))
        ended = queries.end_sessions(connection, which, now)
        if ended:
            audit.record(connection, audit.by(caller, "sign-out", now, str(session)))
        return ended

    if not context.store.write(work):
        raise Problem("not-found")
    return Response(status_code=204)


def _own(caller: Caller) -> ColumnElement[bool]:
    if caller.operator:
        return sessions.c.operator == caller.operator
    return sessions.c.citizen == caller.citizen


@router.get("/own-factors", response_model=FactorList, summary="自己的第二要素")
def own_factors(caller: Operator, context: InContext) -> dict[str, Any]:
    """The factors one has enrolled."""
    with context.store.read() as connection:
        found = factors.of_operator(connection, caller.operator)
    return {"factors": [_shown(one) for one in found]}


def _shown(factor: Factor) -> dict[str, Any]:
    names = ("id", "kind", "name", "enrolled_at", "used_at")
    return {name: getattr(factor, name) for name in names}


@router.post(
    "/own-factors",
    status_code=201,
    response_model=EnrolmentBegun,
    summary="开始登记第二要素",
    openapi_extra={"x-problems": [*_PASSWORD, *factor_key.UNREADABLE]},
)
def begin_own_enrolment(
    request: OwnEnrolmentWish, caller: Operator, context: InContext
) -> dict[str, Any]:
    """What a further factor is made from."""
    account = _operator(reauthenticated(context, caller, request.password))
    return context.store.write(lambda connection: begun(connection, context, account, request.kind))


@router.post(
    "/own-factors/completion",
    status_code=201,
    response_model=FactorShown,
    summary="完成登记第二要素",
    openapi_extra={
        "x-problems": [
            *("sign-in-over", "factor-refused", "session-ended"),
            *factor_key.UNREADABLE,
        ]
    },
)
def complete_own_enrolment(
    request: OwnEnrolmentProof, caller: Operator, context: InContext
) -> dict[str, Any]:
    """The factor is shown to work and in force; one's other sessions end."""
    now = context.clock.now()
    proof = Proof(request.code, request.credential)

    def work(connection: Connection) -> Factor:
        account = queries.account_by_id(connection, caller.operator)
        if account is None:
            raise Problem("session-ended")
        made = sign_in.take_enrolment(
            connection,
            account.id,
            request.enrolment,
            proof,
            now=now,
            settings=context.settings,
        )
        queries.end_sessions(connection, _own(caller), now, but=caller.session)
        return sign_in.keep_factor(connection, account, made, request.name, now)

    return _shown(context.store.write(work))


@router.post(
    "/own-factors/{factor}/removal",
    status_code=204,
    summary="注销自己的第二要素",
    openapi_extra={"x-problems": [*_PASSWORD, "factor-needed"]},
)
def remove_own_factor(
    factor: UUID, request: Reauthenticated, caller: Operator, context: InContext
) -> Response:
    """The factor counts no more; the last that the hall demands stays."""
    now = context.clock.now()
    account = _operator(reauthenticated(context, caller, request.password))

    def work(connection: Connection) -> None:
        known = factors.of_operator(connection, account.id)
        if str(factor) not in {one.id for one in known}:
            raise Problem("not-found")
        left = [one for one in known if one.id != str(factor)]
        if not sign_in.are_enough(connection, account, left):
            raise Problem("factor-needed")
        factors.end(connection, [str(factor)], now)
        queries.end_sessions(connection, _own(caller), now, but=caller.session)
        audit.record(
            connection, audit.by(caller, "factor-removed", now, account.id, factor=str(factor))
        )

    context.store.write(work)
    return Response(status_code=204)


def _operator(account: Account | citizens.Citizen) -> Account:
    assert isinstance(account, Account)
    return account


@router.post(
    "/device-keys",
    status_code=201,
    response_model=DeviceKey,
    summary="登记设备签名密钥",
    openapi_extra={"x-problems": ["device-refused", "device-key-invalid"]},
)
def register_device_key(
    request: DeviceKeyWish, caller: AnyDevice, context: InContext, message: InMessage
) -> dict[str, str]:
    """The key the device signs with from now on; the secret proves it once.

    Who has a key already signs this with it, whatever the platform's rule; without it an
    administrator has to revoke the old one first.
    """
    device_keys.check_secret(context, caller.device, request.secret)
    if not message.is_signed:
        signatures.check_device(context, caller.device, message, demanded=True, brings_key=True)
    device_keys.check_proof(caller.device, request)
    return context.store.write(
        lambda connection: device_keys.register(connection, caller, request, context.clock.now())
    )
