"""Sign-in of operators, step by step, and of devices; refresh, sign-out."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from hall_platform.access import Anyone, session_roles
from hall_platform.clock import stamp
from hall_platform.context import Context, InContext
from hall_platform.identity import (
    audit,
    device_keys,
    factor_key,
    factors,
    password_rules,
    passwords,
    queries,
    sign_in,
    signatures,
)
from hall_platform.identity.factors import Proof
from hall_platform.identity.queries import Account, Place, Renewed, Tokens
from hall_platform.identity.shapes import (
    DeviceSession,
    DeviceSignIn,
    EnrolmentBegun,
    EnrolmentProof,
    EnrolmentWish,
    FirstPassword,
    OperatorSession,
    Refresh,
    ShownFactor,
    SignIn,
)
from hall_platform.identity.sign_in import Opened, Outcome
from hall_platform.identity.signatures import InMessage
from hall_platform.problems import Problem

router = APIRouter(prefix="/v1", tags=["identity"])

_NEXT_STEPS = (
    "second-factor-required",
    "password-change-required",
    "factor-enrolment-required",
    "window-off",
)


@router.post(
    "/sessions",
    status_code=201,
    response_model=OperatorSession,
    summary="工作人员登录",
    openapi_extra={
        "x-problems": [
            *("sign-in-refused", "account-locked", "window-unknown", "not-allowed"),
            *_NEXT_STEPS,
        ]
    },
)
def begin(request: SignIn, context: InContext) -> dict[str, Any]:
    """An operator signs in, a clerk at a window.

    Names nobody has are answered, counted and timed alike. Where the hall demands more than the
    password, the problem names the next step and has `sign_in`, by which it goes on.
    """
    now = context.clock.now()
    username = queries.normalised_username(request.username)
    left, locked_until = context.store.write(
        lambda connection: queries.count_attempt(connection, username, now, context.settings)
    )
    with context.store.read() as connection:
        account = queries.account(connection, username)
    right = passwords.fits(request.password, account.password_hash if account else None)
    in_time = account is not None and (account.one_time_until or "9") > stamp(now)
    if account is None or not right or not in_time:
        context.store.write(lambda connection: audit.record(connection, _refused(account, now)))
        if locked_until is not None:
            raise Problem("account-locked", locked_until=locked_until)
        raise Problem("sign-in-refused", attempts_remaining=left)
    context.store.write(lambda connection: queries.forget_attempts(connection, username))
    return _answer(
        context,
        context.store.write(
            lambda connection: sign_in.begin(
                connection, account, request.window, now, context.settings
            )
        ),
    )


def _refused(account: Account | None, now: Any) -> audit.Line:
    """A name nobody has leaves a line too, without the name: people mistype passwords there."""
    return audit.Line(
        "sign-in",
        now,
        county=account.county if account else "",
        hall=account.hall if account else "",
        subject=account.id if account else "",
        result="refused",
    )


@router.post(
    "/sessions/second-factor",
    status_code=201,
    response_model=OperatorSession,
    summary="登录：验证第二要素",
    openapi_extra={
        "x-problems": [
            *("sign-in-over", "factor-refused", "account-locked"),
            *factor_key.UNREADABLE,
            *_NEXT_STEPS,
        ]
    },
)
def show_factor(request: ShownFactor, context: InContext) -> dict[str, Any]:
    """The second step: a code, or a security key's signature of the challenge."""
    now, settings = context.clock.now(), context.settings
    going = context.store.write(
        lambda connection: sign_in.under_way(connection, request.sign_in, sign_in.FACTOR, now)
    )
    counted = factor_attempts(going.account.id)
    context.store.write(
        lambda connection: queries.count_attempt(connection, counted, now, settings)
    )
    proof = Proof(request.code, request.credential)
    try:
        outcome = context.store.write(
            lambda connection: sign_in.show_factor(
                connection, request.sign_in, proof, now, settings
            )
        )
    except Problem as problem:
        if problem.code in factor_key.UNREADABLE:  # the platform's failure, not a guess
            context.store.write(lambda connection: queries.forget_attempts(connection, counted))
        raise
    if outcome is None:
        raise Problem("factor-refused")
    context.store.write(lambda connection: queries.forget_attempts(connection, counted))
    return _answer(context, outcome)


def factor_attempts(operator: str) -> str:
    """What attempts at a second factor are counted under; no username has capitals."""
    return f"FACTOR {operator}"


@router.post(
    "/sessions/new-password",
    status_code=201,
    response_model=OperatorSession,
    summary="登录：设置新密码",
    openapi_extra={
        "x-problems": ["sign-in-over", "password-too-weak", "password-unchanged", *_NEXT_STEPS]
    },
)
def choose_password(request: FirstPassword, context: InContext) -> dict[str, Any]:
    """The step after a one-time password, or one whose time is over."""
    now = context.clock.now()
    going = context.store.write(
        lambda connection: sign_in.under_way(connection, request.sign_in, sign_in.PASSWORD, now)
    )
    made = new_hash(request.new_password, going.account)
    return _answer(
        context,
        context.store.write(
            lambda connection: sign_in.change_password(
                connection, request.sign_in, made, now, context.settings
            )
        ),
    )


def new_hash(password: str, account: Account) -> str:
    """The hash of a password that may be used. Problems: password-too-weak, password-unchanged."""
    known = (account.username, account.name, account.hall, account.hall_name)
    password_rules.check(password, *known)
    if passwords.fits(password, account.password_hash):
        raise Problem("password-unchanged")
    return passwords.hashed(password)


@router.post(
    "/sessions/enrolments",
    status_code=201,
    response_model=EnrolmentBegun,
    summary="登录：开始登记第二要素",
    openapi_extra={"x-problems": ["sign-in-over", "factor-refused", *factor_key.UNREADABLE]},
)
def begin_enrolment(request: EnrolmentWish, context: InContext) -> dict[str, Any]:
    """What the new factor is made from; where the hall demands a security key, only that."""
    now = context.clock.now()

    def work(connection: Any) -> dict[str, Any]:
        going = sign_in.under_way(connection, request.sign_in, sign_in.ENROLMENT, now)
        if request.kind not in sign_in.kinds_wanted(connection, going.account):
            raise Problem("factor-refused")
        return begun(connection, context, going.account, request.kind)

    return context.store.write(work)


def begun(connection: Any, context: Context, account: Account, kind: str) -> dict[str, Any]:
    """An enrolment begun, in the contract's shape."""
    made = factors.begin_enrolment(connection, context.settings, kind, account.id, account.username)
    number = sign_in.keep_enrolment(connection, account.id, kind, made, context.clock.now())
    options = made.shown if kind == factors.SECURITY_KEY else None
    return {
        "enrolment": number,
        "kind": kind,
        "secret": made.shown.get("secret"),
        "uri": made.shown.get("uri"),
        "options": options,
    }


@router.post(
    "/sessions/enrolments/completion",
    status_code=201,
    response_model=OperatorSession,
    summary="登录：完成登记第二要素",
    openapi_extra={
        "x-problems": ["sign-in-over", "factor-refused", *factor_key.UNREADABLE, *_NEXT_STEPS]
    },
)
def complete_enrolment(request: EnrolmentProof, context: InContext) -> dict[str, Any]:
    """The factor is shown to work and in force; the sign-in goes on."""
    now, settings = context.clock.now(), context.settings
    proof = Proof(request.code, request.credential)

    def work(connection: Any) -> Outcome:
        going = sign_in.under_way(connection, request.sign_in, sign_in.ENROLMENT, now)
        made = sign_in.take_enrolment(
            connection, going.account.id, request.enrolment, proof, now=now, settings=settings
        )
        return sign_in.enrolled(
            connection, request.sign_in, made, request.name, now=now, settings=settings
        )

    return _answer(context, context.store.write(work))


@router.post(
    "/sessions/refresh",
    response_model=OperatorSession,
    summary="更新令牌",
    openapi_extra={"x-problems": ["session-ended"]},
)
def refresh(request: Refresh, context: InContext) -> dict[str, Any]:
    """Fresh tokens; the old refresh token is used up, and using it again ends the session."""
    renewed = renew(context, request.refresh_token)
    with context.store.read() as connection:
        account = queries.account_by_id(connection, renewed.operator or "")
    if account is None:
        raise Problem("session-ended")
    return _session(context, renewed.tokens, account, renewed.place)


def renew(context: Context, refresh_token: str) -> Renewed:
    """Fresh tokens of a session. Problem("session-ended")."""
    now = context.clock.now()

    def work(connection: Any) -> Renewed | None:
        found = queries.rotate(connection, refresh_token, now, context.settings)
        if isinstance(found, queries.Reused):
            actor = found.operator or found.citizen or ""
            audit.record(
                connection,
                audit.Line("token-reused", now, actor=actor, session=found.session),
            )
            return None
        return found

    renewed = context.store.write(work)
    if renewed is None:
        raise Problem("session-ended")
    return renewed


@router.delete("/sessions/current", status_code=204, summary="退出登录")
def sign_out(caller: Anyone, context: InContext) -> Response:
    """The session of the token ends."""
    now = context.clock.now()

    def work(connection: Any) -> None:
        queries.end_session(connection, caller.session, now)
        audit.record(connection, audit.by(caller, "sign-out", now))

    context.store.write(work)
    return Response(status_code=204)


@router.post(
    "/device-sessions",
    status_code=201,
    response_model=DeviceSession,
    summary="设备登录",
    openapi_extra={"x-problems": ["device-refused", *signatures.PROBLEMS]},
)
def sign_in_device(request: DeviceSignIn, context: InContext, message: InMessage) -> dict[str, Any]:
    """A device signs in; its secret is long and random, so it is not stretched.

    Who has registered a key signs this request too.
    """
    now = context.clock.now()
    device_keys.check_secret(context, request.device, request.secret)
    signatures.check_device(context, request.device, message, brings_key=True)
    tokens, kind, place = context.store.write(
        lambda connection: queries.open_device_session(
            connection, request.device, request.secret, now, context.settings
        )
    )
    with context.store.read() as connection:
        stands = {
            "hall": queries.hall(connection, place.hall),
            "window": queries.window(connection, place),
        }
    return {
        "session": tokens.session,
        "access_token": tokens.access,
        "access_expires_at": tokens.access_expires_at,
        "device": {"code": request.device, "kind": kind, **stands},
    }


def _answer(context: Context, outcome: Outcome) -> dict[str, Any]:
    if not isinstance(outcome, Opened):
        raise outcome.problem
    return _session(context, outcome.tokens, outcome.account, outcome.place)


def _session(context: Context, tokens: Tokens, account: Account, place: Place) -> dict[str, Any]:
    with context.store.read() as connection:
        hall = queries.hall(connection, place.hall)
        window = queries.window(connection, place)
    roles = session_roles(list(account.roles), at_window=place.window is not None)
    return {
        "session": tokens.session,
        "access_token": tokens.access,
        "access_expires_at": tokens.access_expires_at,
        "refresh_token": tokens.refresh,
        "operator": {"id": account.id, "name": account.name, "roles": sorted(roles)},
        "hall": hall,
        "window": window,
    }
