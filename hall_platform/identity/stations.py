"""Windows and devices as a system administrator keeps them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from hall_platform.access import Caller, of_county, token_hash
from hall_platform.identity import audit, device_keys, queries
from hall_platform.identity.tables import device_keys as keys
from hall_platform.identity.tables import devices, halls, sessions, windows
from hall_platform.problems import Problem, invalid

NO_SECRET = "-"  # noqa: S105 - no hash, so that no secret fits
WINDOW_DEVICE = "window"


def halls_shown(connection: Connection, caller: Caller) -> list[dict[str, Any]]:
    """The halls of the caller's county with their windows."""
    found = []
    for hall in connection.execute(
        select(halls).where(of_county(caller, halls.c.county)).order_by(halls.c.code)
    ).all():
        rows = connection.execute(
            select(windows.c.code, windows.c.name, windows.c.phone, windows.c.active)
            .where(windows.c.hall == hall.code)
            .order_by(windows.c.code)
        )
        found.append(
            {
                "code": hall.code,
                "name": hall.name,
                "windows": [row._asdict() for row in rows],
            }
        )
    return found


def _check_hall(connection: Connection, caller: Caller, hall: str) -> None:
    row = connection.execute(
        select(halls.c.code).where(halls.c.code == hall).where(of_county(caller, halls.c.county))
    ).one_or_none()
    if row is None:
        raise invalid("body.hall", "no such hall in this county")


def _window(connection: Connection, hall: str, code: str) -> Any:
    return connection.execute(
        select(windows).where(windows.c.hall == hall, windows.c.code == code)
    ).one_or_none()


def add_window(
    connection: Connection,
    caller: Caller,
    at: datetime,
    *,
    hall: str,
    code: str,
    name: str,
    phone: str,
) -> dict[str, Any]:
    """A new window. Problems: invalid-request (no such hall), code-taken."""
    _check_hall(connection, caller, hall)
    if _window(connection, hall, code) is not None:
        raise Problem("code-taken")
    connection.execute(insert(windows).values(hall=hall, code=code, name=name, phone=phone))
    audit.record(
        connection, audit.by(caller, "window-changed", at, code, of_hall=hall, what="added")
    )
    return {"hall": hall, "code": code, "name": name, "phone": phone, "active": True}


def change_window(
    connection: Connection,
    caller: Caller,
    at: datetime,
    *,
    hall: str,
    code: str,
    name: str,
    phone: str,
) -> dict[str, Any]:
    """Another name or telephone. Problems: invalid-request (no such hall), not-found."""
    _check_hall(connection, caller, hall)
    known = _window(connection, hall, code)
    if known is None:
        raise Problem("not-found")
    connection.execute(
        update(windows)
        .where(windows.c.hall == hall)
        .where(windows.c.code == code)
        .values(name=name, phone=phone)
    )
    audit.record(
        connection, audit.by(caller, "window-changed", at, code, of_hall=hall, what="renamed")
    )
    return {"hall": hall, "code": code, "name": name, "phone": phone, "active": known.active}


# devices ----------------------------------------------------------------------------------------


def device(connection: Connection, caller: Caller, code: str) -> Row[Any]:
    """A device of the caller's county. Problem("not-found")."""
    row = connection.execute(
        select(devices)
        .join(halls, halls.c.code == devices.c.hall)
        .where(devices.c.code == code)
        .where(of_county(caller, halls.c.county))
    ).one_or_none()
    if row is None:
        raise Problem("not-found")
    return row


def devices_shown(connection: Connection, caller: Caller) -> list[dict[str, Any]]:
    """The devices of the caller's county."""
    rows = connection.execute(
        select(devices)
        .join(halls, halls.c.code == devices.c.hall)
        .where(of_county(caller, halls.c.county))
        .order_by(devices.c.code)
    ).all()
    return [device_shown(connection, row) for row in rows]


def device_shown(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    """A device in the contract's shape."""
    key = connection.execute(
        select(keys.c.id, keys.c.registered_at)
        .where(keys.c.device == row.code)
        .where(keys.c.ended_at.is_(None))
    ).first()
    return {
        "code": row.code,
        "kind": row.kind,
        "name": row.name,
        "hall": row.hall,
        "window": row.window,
        "active": row.active,
        "key": key.id if key else None,
        "key_registered_at": key.registered_at if key else None,
    }


def add_device(
    connection: Connection,
    caller: Caller,
    at: datetime,
    *,
    code: str,
    kind: str,
    name: str,
    hall: str,
    window: str | None,
) -> dict[str, Any]:
    """A new device, which signs in once it has been given a secret.

    Problems: invalid-request (no such hall or window; only a counter has one), code-taken.
    """
    _check_hall(connection, caller, hall)
    if (window is not None) != (kind == WINDOW_DEVICE):
        raise invalid("body.window", "a window's device has one, others have none")
    if window is not None and _window(connection, hall, window) is None:
        raise invalid("body.window", "no such window")
    taken = select(devices.c.code).where(devices.c.code == code)
    if connection.execute(taken).one_or_none() is not None:
        raise Problem("code-taken")
    connection.execute(
        insert(devices).values(
            code=code,
            kind=kind,
            name=name,
            hall=hall,
            window=window,
            secret_hash=NO_SECRET,
            active=True,
        )
    )
    audit.record(
        connection, audit.by(caller, "device-changed", at, code, of_hall=hall, what="added")
    )
    return device_shown(connection, device(connection, caller, code))


def change_device(
    connection: Connection, caller: Caller, at: datetime, code: str, *, name: str, active: bool
) -> dict[str, Any]:
    """Another name, or on and off: switched off, its tokens die at once. Problem("not-found")."""
    row = device(connection, caller, code)
    connection.execute(
        update(devices).where(devices.c.code == code).values(name=name, active=active)
    )
    ended = 0 if active else queries.end_sessions(connection, sessions.c.device == code, at)
    audit.record(
        connection,
        audit.by(
            caller,
            "device-changed",
            at,
            code,
            active=active,
            renamed=name != row.name,
            sessions_ended=ended,
        ),
    )
    return device_shown(connection, device(connection, caller, code))


def give_secret(
    connection: Connection, caller: Caller, at: datetime, code: str, secret: str
) -> None:
    """A new secret; with the one before it no sign-in is possible any more, its sessions end.

    Problem("not-found").
    """
    device(connection, caller, code)
    connection.execute(
        update(devices).where(devices.c.code == code).values(secret_hash=token_hash(secret))
    )
    ended = queries.end_sessions(connection, sessions.c.device == code, at)
    audit.record(connection, audit.by(caller, "device-secret", at, code, sessions_ended=ended))


def revoke_key(connection: Connection, caller: Caller, at: datetime, code: str) -> dict[str, Any]:
    """The device's key counts no more; it may register another. Problem("not-found")."""
    row = device(connection, caller, code)
    ended = device_keys.end_all(connection, code, at)
    audit.record(connection, audit.by(caller, "device-key", at, code, revoked=ended))
    return device_shown(connection, row)
