"""Who asks: bearer tokens, and the roles an operation is open to.

Tokens are random and kept as SHA-256 only. An operation names its roles; without one it is closed.
A device session has the role "device"; a clerk's roles come from the account.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Connection, select

from hall_platform.clock import stamp
from hall_platform.context import InContext
from hall_platform.problems import Problem
from hall_platform.tables import access_tokens, operators, sessions, windows

bearer = HTTPBearer(auto_error=False, scheme_name="session", description="访问令牌")

TOKEN_BYTES = 32


@dataclass(frozen=True)
class Caller:
    """The signed-in party. `operator` is empty for a device, `device` for a clerk."""

    session: str
    roles: frozenset[str]
    operator: str
    device: str
    window: str
    region: str


def new_token() -> str:
    """A fresh token, 256 random bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def caller_of(connection: Connection, token: str, now: str) -> Caller:
    """Whose token it is. Problems: not-signed-in, session-ended."""
    row = connection.execute(
        select(
            sessions.c.id,
            sessions.c.kind,
            sessions.c.operator,
            sessions.c.device,
            sessions.c.window,
            sessions.c.ended_at,
            sessions.c.ends_at,
            access_tokens.c.expires_at,
            operators.c.roles,
            operators.c.active,
            windows.c.region,
        )
        .select_from(access_tokens)
        .join(sessions, sessions.c.id == access_tokens.c.session)
        .join(windows, windows.c.code == sessions.c.window)
        .outerjoin(operators, operators.c.id == sessions.c.operator)
        .where(access_tokens.c.hash == token_hash(token))
    ).one_or_none()
    if row is None:
        raise Problem("not-signed-in")
    if row.ended_at is not None or row.ends_at <= now or row.active is False:
        raise Problem("session-ended")
    if row.expires_at <= now:
        raise Problem("not-signed-in")
    roles = frozenset(json.loads(row.roles)) if row.kind == "clerk" else frozenset({"device"})
    return Caller(
        session=row.id,
        roles=roles,
        operator=row.operator or "",
        device=row.device or "",
        window=row.window,
        region=row.region,
    )


def require(*roles: str) -> Callable[..., Caller]:
    """A dependency that lets in callers with one of the roles.

    Problems: not-signed-in, session-ended, not-allowed.
    """
    allowed = frozenset(roles)

    def check(
        context: InContext,
        credentials: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)],
    ) -> Caller:
        if credentials is None:
            raise Problem("not-signed-in")
        now = stamp(context.clock.now())
        with context.store.read() as connection:
            caller = caller_of(connection, credentials.credentials, now)
        if not caller.roles & allowed:
            raise Problem("not-allowed")
        return caller

    check.roles = allowed  # type: ignore[attr-defined] # read by openapi and its test
    return check


Clerk = Annotated[Caller, Depends(require("clerk"))]
ClerkOrDevice = Annotated[Caller, Depends(require("clerk", "device"))]


def roles_of(dependant: Any) -> frozenset[str]:
    """The roles a FastAPI dependant asks for, itself or through what it depends on."""
    found: frozenset[str] = getattr(dependant.call, "roles", frozenset())
    for inner in dependant.dependencies:
        found |= roles_of(inner)
    return found
