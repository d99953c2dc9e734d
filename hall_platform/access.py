"""Who asks: bearer tokens, and the roles an operation is open to.

Tokens are random and kept as SHA-256 only. An operation names its roles; without one it is closed.
An operator's roles come from the account; clerk's work needs a window besides. A device has the
role of its kind: "device" at a window, "kiosk", "display".
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import ColumnElement, Connection, bindparam, or_, select
from starlette.concurrency import run_in_threadpool

from hall_platform.clock import stamp
from hall_platform.context import Context
from hall_platform.identity import signatures
from hall_platform.identity.signatures import Message
from hall_platform.identity.tables import access_tokens, halls, operators, sessions
from hall_platform.problems import Problem
from hall_platform.roles import (
    AUDITOR,
    CITIZEN,
    CLERK,
    DEVICE,
    DISPLAY,
    HALL_ROLES,
    KIOSK,
    OPERATOR_ROLES,
    REVIEWER,
    ROLES,
    SECURITY_ADMIN,
    SUPERVISOR,
    SYSTEM_ADMIN,
)

__all__ = [
    "AUDITOR",
    "CITIZEN",
    "CLERK",
    "DEVICE",
    "DISPLAY",
    "HALL_ROLES",
    "KIOSK",
    "OPERATOR_ROLES",
    "REVIEWER",
    "ROLES",
    "SECURITY_ADMIN",
    "SUPERVISOR",
    "SYSTEM_ADMIN",
    "TOKEN_BYTES",
    "Anyone",
    "Auditor",
    "Caller",
    "Citizen",
    "Clerk",
    "ClerkOrDevice",
    "Device",
    "Display",
    "Kiosk",
    "Reviewer",
    "SecurityAdmin",
    "Supervisor",
    "SystemAdmin",
    "bearer",
    "caller_of",
    "let_in",
    "new_token",
    "of_a_county",
    "of_county",
    "of_hall",
    "require",
    "roles_of",
    "session_roles",
    "token_hash",
]

bearer = HTTPBearer(auto_error=False, scheme_name="session", description="访问令牌")

TOKEN_BYTES = 32


@dataclass(frozen=True)
class Caller:
    """The signed-in party; what does not apply to it is empty.

    `county` is the first six digits of `region`. `body` is the department a reviewer decides for.
    """

    session: str
    roles: frozenset[str]
    operator: str = ""
    device: str = ""
    citizen: str = ""
    hall: str = ""
    window: str = ""
    region: str = ""
    county: str = ""
    body: str = ""


def new_token() -> str:
    """A fresh token, 256 random bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


_SIGNED_IN = (
    select(
        sessions.c.id,
        sessions.c.kind,
        sessions.c.operator,
        sessions.c.device,
        sessions.c.citizen,
        sessions.c.hall,
        sessions.c.window,
        sessions.c.ended_at,
        sessions.c.ends_at,
        access_tokens.c.expires_at,
        operators.c.roles,
        operators.c.active,
        operators.c.body,
        halls.c.region,
        halls.c.county,
    )
    .select_from(access_tokens)
    .join(sessions, sessions.c.id == access_tokens.c.session)
    .outerjoin(halls, halls.c.code == sessions.c.hall)
    .outerjoin(operators, operators.c.id == sessions.c.operator)
    .where(access_tokens.c.hash == bindparam("of"))
)


def caller_of(connection: Connection, token: str, now: str) -> Caller:
    """Whose token it is. Problems: not-signed-in, session-ended."""
    row = connection.execute(_SIGNED_IN, {"of": token_hash(token)}).one_or_none()
    if row is None:
        raise Problem("not-signed-in")
    if row.ended_at is not None or row.ends_at <= now or row.active is False:
        raise Problem("session-ended")
    if row.expires_at <= now:
        raise Problem("not-signed-in")
    return Caller(
        session=row.id,
        roles=_roles(row),
        operator=row.operator or "",
        device=row.device or "",
        citizen=row.citizen or "",
        hall=row.hall or "",
        window=row.window or "",
        region=row.region or "",
        county=row.county or "",
        body=row.body or "",
    )


def _roles(row: Any) -> frozenset[str]:
    """An operator's session has the account's roles, any other the role of its kind."""
    if row.kind != "operator":
        return frozenset({row.kind})
    return session_roles(json.loads(row.roles), at_window=row.window is not None)


def session_roles(roles: list[str], *, at_window: bool) -> frozenset[str]:
    """What an account may do in a session: a clerk's work is done at a window only."""
    return frozenset(roles) - (frozenset() if at_window else {CLERK})


def require(*roles: str, brings_key: bool = False) -> Callable[..., Coroutine[Any, Any, Caller]]:
    """A dependency that lets in callers with one of the roles, and checks a device's signature.

    `brings_key` is for where a device without a key registers its first one.

    Problems: not-signed-in, session-ended, not-allowed, and those of signatures.
    """
    allowed = frozenset(roles)
    if not allowed or not allowed.issubset(ROLES):
        raise ValueError(f"no such roles: {roles}")

    async def check(
        request: Request,
        credentials: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)],
    ) -> Caller:
        if credentials is None:
            raise Problem("not-signed-in")
        context: Context = request.app.state.context
        message = await signatures.message_of(request)
        token = credentials.credentials
        return await run_in_threadpool(
            let_in, context, allowed, token, message, brings_key=brings_key
        )

    check.roles = allowed  # type: ignore[attr-defined] # read by openapi and its test
    return check


def let_in(
    context: Context,
    allowed: frozenset[str],
    token: str,
    message: Message,
    *,
    brings_key: bool = False,
) -> Caller:
    """Who brings the token, if they have one of the roles. Problems: as of `require`."""
    now = stamp(context.clock.now())
    with context.store.read() as connection:
        caller = caller_of(connection, token, now)
    if caller.device:
        signatures.check_device(context, caller.device, message, brings_key=brings_key)
    elif caller.operator:
        signatures.check_window(context, caller.hall, caller.window, message)
    if not caller.roles & allowed:
        raise Problem("not-allowed")
    return caller


Anyone = Annotated[Caller, Depends(require(*ROLES))]  # anyone signed in
Clerk = Annotated[Caller, Depends(require(CLERK))]
ClerkOrDevice = Annotated[Caller, Depends(require(CLERK, DEVICE))]
Device = Annotated[Caller, Depends(require(DEVICE))]
Reviewer = Annotated[Caller, Depends(require(REVIEWER))]
Supervisor = Annotated[Caller, Depends(require(SUPERVISOR))]
SystemAdmin = Annotated[Caller, Depends(require(SYSTEM_ADMIN))]
SecurityAdmin = Annotated[Caller, Depends(require(SECURITY_ADMIN))]
Auditor = Annotated[Caller, Depends(require(AUDITOR))]
Kiosk = Annotated[Caller, Depends(require(KIOSK))]
Display = Annotated[Caller, Depends(require(DISPLAY))]
Citizen = Annotated[Caller, Depends(require(CITIZEN))]


def of_county(caller: Caller, *counties: ColumnElement[str]) -> ColumnElement[bool]:
    """What the caller's county may see: rows with it in one of the columns.

    For cases these are the county that received and the county whose case it is, so that a hall
    sees what it took in for another county, and nothing else of that county.
    """
    return or_(*(county == caller.county for county in counties))


def of_a_county(*counties: ColumnElement[str]) -> ColumnElement[bool]:
    """The same for a statement that is made once: `caller_county` is given when it runs."""
    return or_(*(county == bindparam("caller_county") for county in counties))


def of_hall(caller: Caller, hall: ColumnElement[str]) -> ColumnElement[bool]:
    """What the caller's hall may see: its own rows."""
    return hall == caller.hall


def roles_of(dependant: Any) -> frozenset[str]:
    """The roles a FastAPI dependant asks for, itself or through what it depends on."""
    found: frozenset[str] = getattr(dependant.call, "roles", frozenset())
    for inner in dependant.dependencies:
        found |= roles_of(inner)
    return found
