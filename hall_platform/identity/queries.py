"""Accounts, attempts, sessions and tokens in the store."""

from __future__ import annotations

import hmac
import json
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from hall_platform.access import CITIZEN, DEVICE, new_token, session_roles, token_hash
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
    """An operator's account. `one_time_until` is set where the password is a one-time one."""

    id: str
    username: str
    name: str
    roles: tuple[str, ...]
    hall: str
    hall_name: str
    county: str
    password_hash: str
    must_change: bool
    one_time_until: str | None
    password_set_at: str | None


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
    return _account(connection, operators.c.username == username)


def account_by_id(connection: Connection, operator: str) -> Account | None:
    """The active account of that id, if there is one."""
    return _account(connection, operators.c.id == operator)


def _account(connection: Connection, which: ColumnElement[bool]) -> Account | None:
    row = connection.execute(
        select(operators, halls.c.county, halls.c.name.label("hall_name"))
        .join(halls, halls.c.code == operators.c.hall)
        .where(which)
        .where(operators.c.active.is_(True))
    ).one_or_none()
    if row is None:
        return None
    return Account(
        id=row.id,
        username=row.username,
        name=row.name,
        roles=tuple(json.loads(row.roles)),
        hall=row.hall,
        hall_name=row.hall_name,
        county=row.county,
        password_hash=row.password_hash,
        must_change=row.must_change,
        one_time_until=row.one_time_until,
        password_set_at=row.password_set_at,
    )


def set_password(connection: Connection, operator: str, password_hash: str, at: datetime) -> None:
    """A password of the operator's own choice."""
    connection.execute(
        update(operators)
        .where(operators.c.id == operator)
        .values(
            password_hash=password_hash,
            must_change=False,
            one_time_until=None,
            password_set_at=stamp(at),
        )
    )


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


def check_place(connection: Connection, operator: Account, window_code: str | None) -> Place:
    """Where the operator signs in.

    Problems: window-unknown (there is none, or one is needed for a clerk's work), window-off.
    """
    place = Place(operator.hall, window_code)
    if window_code is not None:
        check_window(connection, operator.hall, window_code)
    if not session_roles(list(operator.roles), at_window=window_code is not None):
        raise Problem("window-unknown" if operator.roles else "not-allowed")
    return place


def check_window(connection: Connection, hall_code: str, code: str) -> None:
    """The hall has the window, and it stays on until the end of a write.

    Problems: window-unknown, window-off.
    """
    active = connection.execute(
        select(windows.c.active)
        .where(windows.c.hall == hall_code)
        .where(windows.c.code == code)
        .with_for_update(read=True)
    ).scalar_one_or_none()
    if active is None:
        raise Problem("window-unknown")
    if not active:
        raise Problem("window-off")


def open_operator_session(
    connection: Connection,
    operator: Account,
    place: Place,
    now: datetime,
    settings: Settings,
    *,
    factor: str | None = None,
) -> Tokens:
    """A new session of an operator in their hall, at a window of it or at none.

    Problem("window-off"): it was switched off between the steps of the sign-in.
    """
    if place.window is not None:
        check_window(connection, place.hall, place.window)
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
            factor=factor,
        )
    )
    expires = now + settings.access_lifetime
    return _issue(connection, session, now, expires, refreshable=True)


def open_citizen_session(
    connection: Connection, citizen: str, now: datetime, settings: Settings
) -> Tokens:
    """A new session of somebody at the online hall."""
    session = str(uuid.uuid4())
    connection.execute(
        insert(sessions).values(
            id=session,
            kind=CITIZEN,
            citizen=citizen,
            started_at=stamp(now),
            ends_at=stamp(now + settings.citizen_lifetime),
        )
    )
    expires = now + settings.access_lifetime
    return _issue(connection, session, now, expires, refreshable=True)


def open_device_session(
    connection: Connection, device: str, secret: str, now: datetime, settings: Settings
) -> tuple[Tokens, str, Place]:
    """A new session of a device, the device's kind and place. Problem("device-refused")."""
    row = connection.execute(select(devices).where(devices.c.code == device)).one_or_none()
    if not _is_devices(row, secret):
        raise Problem("device-refused")
    assert row is not None
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


def _is_devices(row: Row[Any] | None, secret: str) -> bool:
    kept = row.secret_hash if row is not None else ""
    right = hmac.compare_digest(kept, token_hash(secret))
    return right and row is not None and bool(row.active)


def device_secret_fits(connection: Connection, device: str, secret: str) -> bool:
    """Whether it is the secret of that device, and the device is on."""
    row = connection.execute(select(devices).where(devices.c.code == device)).one_or_none()
    return _is_devices(row, secret)


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


@dataclass(frozen=True)
class Renewed:
    """Fresh tokens, and whose session it is."""

    tokens: Tokens
    place: Place
    operator: str | None
    citizen: str | None


@dataclass(frozen=True)
class Reused:
    """A refresh token came a second time: its session has been ended."""

    session: str
    operator: str | None
    citizen: str | None


def rotate(
    connection: Connection, refresh_token: str, now: datetime, settings: Settings
) -> Renewed | Reused | None:
    """Fresh tokens for a refresh token; None when the session is over.

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
            sessions.c.operator,
            sessions.c.citizen,
        )
        .select_from(refresh_tokens)
        .join(sessions, sessions.c.id == refresh_tokens.c.session)
        .where(refresh_tokens.c.hash == token_hash(refresh_token))
        .with_for_update(of=refresh_tokens)
    ).one_or_none()
    if row is None or row.ended_at is not None or row.ends_at <= stamp(now):
        return None
    if row.used_at is not None:
        end_session(connection, row.session, now)
        return Reused(row.session, row.operator, row.citizen)
    connection.execute(
        update(refresh_tokens)
        .where(refresh_tokens.c.hash == token_hash(refresh_token))
        .values(used_at=stamp(now))
    )
    expires = min(now + settings.access_lifetime, datetime.fromisoformat(row.ends_at))
    tokens = _issue(connection, row.session, now, expires, refreshable=True)
    return Renewed(tokens, Place(row.hall or "", row.window), row.operator, row.citizen)


def end_session(connection: Connection, session: str, now: datetime) -> None:
    """End a session; its tokens are worth nothing from then on."""
    connection.execute(
        update(sessions)
        .where(sessions.c.id == session)
        .where(sessions.c.ended_at.is_(None))
        .values(ended_at=stamp(now))
    )
    connection.execute(delete(access_tokens).where(access_tokens.c.session == session))


def end_sessions(
    connection: Connection, which: ColumnElement[bool], now: datetime, *, but: str = ""
) -> int:
    """End all sessions of a kind, but one; how many there were."""
    found = list(
        connection.execute(
            select(sessions.c.id)
            .where(which)
            .where(sessions.c.id != but)
            .where(sessions.c.ended_at.is_(None))
            .where(sessions.c.ends_at > stamp(now))
        ).scalars()
    )
    for session in found:
        end_session(connection, session, now)
    return len(found)
