"""Accounts, attempts, sessions and tokens in the store."""

from __future__ import annotations

import json
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from hall_platform.access import DEVICE, new_token, session_roles, token_hash
from hall_platform.clock import stamp
from hall_platform.identity.tables import (
    access_tokens,
    devices,
    halls,
    operators,
    refresh_tokens,
    sessions,
    sign_in_attempts,
    windows,
)
from hall_platform.problems import Problem
from hall_platform.settings import Settings


@dataclass(frozen=True)
class Account:
    """An operator's account."""

    id: str
    name: str
    roles: tuple[str, ...]
    hall: str
    password_hash: str


@dataclass(frozen=True)
class Place:
    """Where a session is: a hall, and a window of it or none."""

    hall: str
    window: str | None


@dataclass(frozen=True)
class Tokens:
    """A session's fresh tokens; `refresh` is empty for a device."""

    session: str
    access: str
    access_expires_at: str
    refresh: str


def normalised_username(username: str) -> str:
    """How a name is compared: NFKC, folded, blanks around it gone."""
    return unicodedata.normalize("NFKC", username).strip().casefold()[:64]


def account(connection: Connection, username: str) -> Account | None:
    """The active account of that name, if there is one."""
    row = connection.execute(
        select(
            operators.c.id,
            operators.c.name,
            operators.c.roles,
            operators.c.hall,
            operators.c.password_hash,
        )
        .where(operators.c.username == username)
        .where(operators.c.active.is_(True))
    ).one_or_none()
    if row is None:
        return None
    return Account(row.id, row.name, tuple(json.loads(row.roles)), row.hall, row.password_hash)


def hall(connection: Connection, code: str) -> dict[str, Any]:
    """A hall in the contract's shape."""
    row = connection.execute(select(halls).where(halls.c.code == code)).one()
    return {"code": row.code, "name": row.name}


def window(connection: Connection, place: Place) -> dict[str, Any] | None:
    """A window in the contract's shape, if there is one."""
    row = connection.execute(
        select(windows, halls.c.name.label("hall_name"), halls.c.region, halls.c.address)
        .join(halls, halls.c.code == windows.c.hall)
        .where(windows.c.hall == place.hall)
        .where(windows.c.code == place.window)
    ).one_or_none()
    if row is None:
        return None
    return {
        "code": row.code,
        "name": row.name,
        "hall": {"code": row.hall, "name": row.hall_name},
        "region": row.region,
        "address": row.address,
        "phone": row.phone,
    }


def count_attempt(
    connection: Connection, username: str, now: datetime, settings: Settings
) -> tuple[int, str | None]:
    """Count an attempt before its password is looked at, so that guesses side by side count too.

    Returns the attempts left after this one, and until when the name is locked if this was the
    last. Problem("account-locked") while it is locked. Names nobody has are counted alike.
    """
    row = connection.execute(
        select(sign_in_attempts.c.failures, sign_in_attempts.c.locked_until)
        .where(sign_in_attempts.c.username == username)
        .with_for_update()
    ).one_or_none()
    failures = row.failures if row else 0
    if row is not None and row.locked_until is not None:
        if row.locked_until > stamp(now):
            raise Problem("account-locked", locked_until=row.locked_until)
        failures = 0
    failures += 1
    locked_until = None
    if failures >= settings.failures_to_lock:
        locked_until = stamp(now + settings.lock_lasts)
    values = {"failures": failures, "locked_until": locked_until, "last_at": stamp(now)}
    if row is None:
        _forget_old_attempts(connection, now - timedelta(days=1))
        connection.execute(insert(sign_in_attempts).values(username=username, **values))
    else:
        connection.execute(
            update(sign_in_attempts).where(sign_in_attempts.c.username == username).values(**values)
        )
    return settings.failures_to_lock - failures, locked_until


def _forget_old_attempts(connection: Connection, before: datetime) -> None:
    connection.execute(delete(sign_in_attempts).where(sign_in_attempts.c.last_at < stamp(before)))


def forget_attempts(connection: Connection, username: str) -> None:
    """The right password was given."""
    connection.execute(delete(sign_in_attempts).where(sign_in_attempts.c.username == username))


def open_operator_session(
    connection: Connection,
    operator: Account,
    window_code: str | None,
    now: datetime,
    settings: Settings,
) -> tuple[Tokens, Place]:
    """A new session of an operator in their hall, at a window of it or at none.

    Problem("window-unknown"): there is no such window, or one is needed for a clerk's work.
    """
    place = Place(operator.hall, window_code)
    if window_code is not None and window(connection, place) is None:
        raise Problem("window-unknown")
    if not session_roles(list(operator.roles), at_window=window_code is not None):
        raise Problem("window-unknown")
    session = str(uuid.uuid4())
    connection.execute(
        insert(sessions).values(
            id=session,
            kind="operator",
            operator=operator.id,
            hall=place.hall,
            window=place.window,
            started_at=stamp(now),
            ends_at=stamp(now + settings.refresh_lifetime),
        )
    )
    expires = now + settings.access_lifetime
    return _issue(connection, session, now, expires, refreshable=True), place


def open_device_session(
    connection: Connection, device: str, secret: str, now: datetime, settings: Settings
) -> tuple[Tokens, str, Place]:
    """A new session of a device, the device's kind and place. Problem("device-refused")."""
    row = connection.execute(select(devices).where(devices.c.code == device)).one_or_none()
    if row is None or row.secret_hash != token_hash(secret):
        raise Problem("device-refused")
    session = str(uuid.uuid4())
    ends = now + settings.device_lifetime
    connection.execute(
        insert(sessions).values(
            id=session,
            kind=DEVICE if row.kind == "window" else row.kind,
            device=device,
            hall=row.hall,
            window=row.window,
            started_at=stamp(now),
            ends_at=stamp(ends),
        )
    )
    tokens = _issue(connection, session, now, ends, refreshable=False)
    return tokens, row.kind, Place(row.hall, row.window)


def _issue(
    connection: Connection, session: str, now: datetime, expires: datetime, *, refreshable: bool
) -> Tokens:
    connection.execute(delete(access_tokens).where(access_tokens.c.expires_at < stamp(now)))
    access, refresh = new_token(), new_token() if refreshable else ""
    connection.execute(
        insert(access_tokens).values(
            hash=token_hash(access), session=session, expires_at=stamp(expires)
        )
    )
    if refreshable:
        connection.execute(insert(refresh_tokens).values(hash=token_hash(refresh), session=session))
    return Tokens(session, access, stamp(expires), refresh)


def rotate(
    connection: Connection, refresh_token: str, now: datetime, settings: Settings
) -> tuple[Tokens, Account, Place] | None:
    """Fresh tokens for a refresh token, its account and place; None when the session is over.

    A token used a second time was copied by somebody: the whole session ends. That is returned,
    not raised, so that the end is committed.
    """
    row = connection.execute(
        select(
            refresh_tokens.c.session,
            refresh_tokens.c.used_at,
            sessions.c.ended_at,
            sessions.c.ends_at,
            sessions.c.hall,
            sessions.c.window,
            operators.c.username,
        )
        .select_from(refresh_tokens)
        .join(sessions, sessions.c.id == refresh_tokens.c.session)
        .join(operators, operators.c.id == sessions.c.operator)
        .where(refresh_tokens.c.hash == token_hash(refresh_token))
        .with_for_update(of=refresh_tokens)
    ).one_or_none()
    if row is None or row.ended_at is not None or row.ends_at <= stamp(now):
        return None
    owner = account(connection, row.username)
    if row.used_at is not None or owner is None:
        end_session(connection, row.session, now)
        return None
    connection.execute(
        update(refresh_tokens)
        .where(refresh_tokens.c.hash == token_hash(refresh_token))
        .values(used_at=stamp(now))
    )
    expires = now + settings.access_lifetime
    tokens = _issue(connection, row.session, now, expires, refreshable=True)
    return tokens, owner, Place(row.hall, row.window)


def end_session(connection: Connection, session: str, now: datetime) -> None:
    """End a session; its tokens are worth nothing from then on."""
    connection.execute(
        update(sessions)
        .where(sessions.c.id == session)
        .where(sessions.c.ended_at.is_(None))
        .values(ended_at=stamp(now))
    )
    connection.execute(delete(access_tokens).where(access_tokens.c.session == session))
