"""Accounts of the online hall: registering, signing in, one's own account."""

from __future__ import annotations

import math
from typing import Any

from fastapi import APIRouter
from sqlalchemy import Connection
from starlette.responses import Response

from hall_platform.access import Citizen as SignedInCitizen
from hall_platform.clock import stamp
from hall_platform.context import Context, InContext
from hall_platform.identity import agents, audit, citizens, passwords, population, queries
from hall_platform.identity.citizen_shapes import (
    AgencyList,
    CitizenAccount,
    CitizenRefresh,
    CitizenSession,
    CitizenSignIn,
    CodeSent,
    Confirmation,
    PasswordReset,
    PasswordResetCompletion,
    Registration,
)
from hall_platform.identity.citizens import Asked
from hall_platform.identity.own_routes import reauthenticated
from hall_platform.identity.queries import Tokens
from hall_platform.identity.shapes import Reauthenticated
from hall_platform.identity.sign_in_routes import renew
from hall_platform.problems import Problem, invalid

router = APIRouter(prefix="/v1", tags=["identity"])

_CODE_TEXT = "【市民之家】验证码 {code}，十分钟内有效。请勿告诉他人；不是您本人操作请忽略。"


@router.post(
    "/citizen-registrations",
    status_code=202,
    response_model=CodeSent,
    summary="网上用户注册",
    openapi_extra={"x-problems": ["password-too-weak", "code-too-often", "text-messages-off"]},
)
def begin_registration(request: Registration, context: InContext) -> dict[str, Any]:
    """A code goes to the mobile; whether the number has an account is not said."""
    _check_number(request.kind, request.number)
    bare = Asked(request.kind, request.number, request.mobile, request.name)
    made = citizens.new_hash(request.password, bare)
    asked = Asked(request.kind, request.number, request.mobile, request.name, made)
    return _code(context, citizens.REGISTER, asked, request.mobile)


@router.post(
    "/citizens",
    status_code=201,
    response_model=CitizenSession,
    summary="网上用户注册：提交验证码",
    openapi_extra={
        "x-problems": ["code-refused", "registration-refused", "population-unavailable"]
    },
)
def register(request: Confirmation, context: InContext) -> dict[str, Any]:
    """The account is made and signed in, if the number is this person's and has none yet.

    While the population library is away the code is not used up: it is good for another try.
    """
    now = context.clock.now()
    number = str(request.registration)
    asked = _confirmed(context, number, citizens.REGISTER, request.code)
    known = population.registered(context, citizens.holder_of(asked))

    def work(connection: Connection) -> tuple[citizens.Citizen, Tokens] | None:
        if known.away is None:
            citizens.spend_code(connection, number)
        return citizens.register(connection, asked, known, now, context.settings)

    made = context.store.write(work)
    if known.away is not None:
        retry = str(max(1, math.ceil(known.away)))
        raise Problem("population-unavailable", headers={"Retry-After": retry})
    if made is None:
        raise Problem("registration-refused")
    return _session(*made)


@router.post(
    "/citizen-password-resets",
    status_code=202,
    response_model=CodeSent,
    summary="网上用户找回密码",
    openapi_extra={"x-problems": ["code-too-often", "text-messages-off"]},
)
def begin_reset(request: PasswordReset, context: InContext) -> dict[str, Any]:
    """A code goes out if number and mobile belong to one account; that is not said."""
    _check_number(request.kind, request.number)
    with context.store.read() as connection:
        known = citizens.by_number(connection, request.kind, request.number)
    fits = known is not None and known.mobile == request.mobile
    asked = Asked(request.kind, request.number, request.mobile) if fits else None
    return _code(context, citizens.PASSWORD, asked, request.mobile)


@router.post(
    "/citizen-password-resets/completion",
    status_code=204,
    summary="网上用户找回密码：提交验证码",
    openapi_extra={"x-problems": ["code-refused", "password-too-weak"]},
)
def reset(request: PasswordResetCompletion, context: InContext) -> Response:
    """The new password holds; every session of the account ends."""
    now = context.clock.now()
    number = str(request.reset)
    asked = _confirmed(context, number, citizens.PASSWORD, request.code)
    with context.store.read() as connection:
        account = citizens.by_number(connection, asked.kind, asked.number)
    if account is None:
        raise Problem("code-refused")
    made = citizens.new_hash(request.new_password, account)

    def work(connection: Connection) -> None:
        citizens.spend_code(connection, number)
        citizens.replace_password(connection, account.id, made, now)
        queries.forget_attempts(connection, citizens.attempts(account.number))

    context.store.write(work)
    return Response(status_code=204)


@router.post(
    "/citizen-sessions",
    status_code=201,
    response_model=CitizenSession,
    summary="网上用户登录",
    openapi_extra={"x-problems": ["sign-in-refused", "account-locked"]},
)
def sign_in(request: CitizenSignIn, context: InContext) -> dict[str, Any]:
    """Number and password; numbers nobody has are answered, counted and timed alike."""
    now = context.clock.now()
    counted = citizens.attempts(request.number)
    left, locked_until = context.store.write(
        lambda connection: queries.count_attempt(connection, counted, now, context.settings)
    )
    with context.store.read() as connection:
        account = citizens.by_number(connection, request.kind, request.number)
    right = passwords.fits(request.password, account.password_hash if account else None)
    if account is None or not right:
        subject = account.id if account else ""
        line = audit.Line("sign-in", now, subject=subject, result="refused")
        context.store.write(lambda connection: audit.record(connection, line))
        if locked_until is not None:
            raise Problem("account-locked", locked_until=locked_until)
        raise Problem("sign-in-refused", attempts_remaining=left)

    def work(connection: Connection) -> Tokens:
        queries.forget_attempts(connection, counted)
        tokens = queries.open_citizen_session(connection, account.id, now, context.settings)
        audit.record(
            connection,
            audit.Line(
                "sign-in", now, actor=account.id, session=tokens.session, subject=account.id
            ),
        )
        return tokens

    return _session(account, context.store.write(work))


@router.post(
    "/citizen-sessions/refresh",
    response_model=CitizenSession,
    summary="网上用户更新令牌",
    openapi_extra={"x-problems": ["session-ended"]},
)
def refresh(request: CitizenRefresh, context: InContext) -> dict[str, Any]:
    """Fresh tokens; the old refresh token is used up, and using it again ends the session."""
    renewed = renew(context, request.refresh_token)
    with context.store.read() as connection:
        account = citizens.by_id(connection, renewed.citizen or "")
    if account is None:
        raise Problem("session-ended")
    return _session(account, renewed.tokens)


@router.get(
    "/own-account",
    response_model=CitizenAccount,
    summary="自己的网上账号",
    openapi_extra={"x-problems": ["not-found"]},
)
def own_account(caller: SignedInCitizen, context: InContext) -> dict[str, Any]:
    """One's account, masked."""
    with context.store.read() as connection:
        account = citizens.by_id(connection, caller.citizen)
    if account is None:
        raise Problem("not-found")
    return citizens.shown(account)


@router.post(
    "/own-account/deletion",
    status_code=204,
    summary="注销自己的网上账号",
    openapi_extra={"x-problems": ["password-wrong", "account-locked", "not-found"]},
)
def delete_own_account(
    request: Reauthenticated, caller: SignedInCitizen, context: InContext
) -> Response:
    """The account and what it says of the person go; cases stay."""
    now = context.clock.now()
    account = reauthenticated(context, caller, request.password)
    assert isinstance(account, citizens.Citizen)
    context.store.write(lambda connection: citizens.remove(connection, account, now))
    return Response(status_code=204)


@router.get("/own-organisations", response_model=AgencyList, summary="自己经办的单位")
def own_organisations(caller: SignedInCitizen, context: InContext) -> dict[str, Any]:
    """The organisations one acts for today."""
    with context.store.read() as connection:
        found = agents.of(connection, caller.citizen, context.clock.now())
    return {"organisations": found}


# inside -----------------------------------------------------------------------------------------


def _check_number(kind: str, number: str) -> None:
    if not citizens.is_number(kind, number):
        raise invalid("body.number", "the check digit is not right")


def _code(context: Context, purpose: str, asked: Asked | None, mobile: str) -> dict[str, Any]:
    """Keep a code and send it where there is something to confirm; the same work either way."""
    if not context.text_messages.works:
        raise Problem("text-messages-off")
    now = context.clock.now()
    counted = citizens.code_attempts(mobile)
    try:
        context.store.write(
            lambda connection: queries.count_attempt(connection, counted, now, context.settings)
        )
    except Problem as locked:
        if locked.code != "account-locked":
            raise
        seconds = str(int(context.settings.lock_lasts.total_seconds()))
        raise Problem("code-too-often", headers={"Retry-After": seconds}) from None
    code = citizens.new_code()
    kept = passwords.hashed(code)
    number = context.store.write(
        lambda connection: citizens.keep_code(connection, purpose, asked, kept, now)
    )
    if asked is not None:
        context.text_messages.send(mobile, _CODE_TEXT.format(code=code))
    return {"id": number, "expires_at": stamp(now + citizens.CODE_LASTS)}


def _confirmed(context: Context, number: str, purpose: str, code: str) -> Asked:
    """What the code confirms. Problem("code-refused"), after the same work whatever is wrong."""
    now = context.clock.now()
    kept, asked = context.store.write(
        lambda connection: citizens.try_code(connection, number, purpose, now)
    )
    right = passwords.fits(code, kept)
    if asked is None or not right:
        raise Problem("code-refused")
    return asked


def _session(account: citizens.Citizen, tokens: Tokens) -> dict[str, Any]:
    return {
        "session": tokens.session,
        "access_token": tokens.access,
        "access_expires_at": tokens.access_expires_at,
        "refresh_token": tokens.refresh,
        "citizen": citizens.shown(account),
    }
