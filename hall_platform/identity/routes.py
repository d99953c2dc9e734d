"""统一身份认证: sign-in of operators and devices, refresh, sign-out."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from hall_platform.access import Anyone, session_roles
from hall_platform.context import Context, InContext
from hall_platform.identity import passwords, queries
from hall_platform.identity.queries import Account, Place, Tokens
from hall_platform.identity.shapes import (
    DeviceSession,
    DeviceSignIn,
    OperatorSession,
    Refresh,
    SignIn,
)
from hall_platform.problems import Problem

router = APIRouter(prefix="/v1", tags=["identity"])


@router.post(
    "/sessions",
    status_code=201,
    response_model=OperatorSession,
    summary="工作人员登录",
    openapi_extra={"x-problems": ["sign-in-refused", "account-locked", "window-unknown"]},
)
def sign_in(request: SignIn, context: InContext) -> dict[str, Any]:
    """An operator signs in, a clerk at a window.

    Names nobody has are answered, counted and timed alike.
    """
    now = context.clock.now()
    username = queries.normalised_username(request.username)
    left, locked_until = context.store.write(
        lambda connection: queries.count_attempt(connection, username, now, context.settings)
    )
    with context.store.read() as connection:
        account = queries.account(connection, username)
    right = passwords.fits(request.password, account.password_hash if account else None)
    if account is None or not right:
        if locked_until is not None:
            raise Problem("account-locked", locked_until=locked_until)
        raise Problem("sign-in-refused", attempts_remaining=left)
    context.store.write(lambda connection: queries.forget_attempts(connection, username))
    tokens, place = context.store.write(
        lambda connection: queries.open_operator_session(
            connection, account, request.window, now, context.settings
        )
    )
    return _session(context, tokens, account, place)


@router.post(
    "/sessions/refresh",
    response_model=OperatorSession,
    summary="更新令牌",
    openapi_extra={"x-problems": ["session-ended"]},
)
def refresh(request: Refresh, context: InContext) -> dict[str, Any]:
    """Fresh tokens; the old refresh token is used up, and using it again ends the session."""
    now = context.clock.now()
    rotated = context.store.write(
        lambda connection: queries.rotate(connection, request.refresh_token, now, context.settings)
    )
    if rotated is None:
        raise Problem("session-ended")
    return _session(context, *rotated)


@router.delete("/sessions/current", status_code=204, summary="退出登录")
def sign_out(caller: Anyone, context: InContext) -> Response:
    """The session of the token ends."""
    now = context.clock.now()
    context.store.write(lambda connection: queries.end_session(connection, caller.session, now))
    return Response(status_code=204)


@router.post(
    "/device-sessions",
    status_code=201,
    response_model=DeviceSession,
    summary="设备登录",
    openapi_extra={"x-problems": ["device-refused"]},
)
def sign_in_device(request: DeviceSignIn, context: InContext) -> dict[str, Any]:
    """A device signs in; its secret is long and random, so it is not stretched."""
    now = context.clock.now()
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
