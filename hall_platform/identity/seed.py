"""The invented halls: windows, devices, and people with every role, with fresh passwords."""

from __future__ import annotations

import json
import random
import secrets
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time
from typing import Any

from hall_platform.access import token_hash
from hall_platform.clock import HALL_ZONE, stamp
from hall_platform.identity.accounts import ONE_TIME_LASTS
from hall_platform.identity.passwords import hashed
from hall_platform.identity.tables import devices, halls, operators, windows
from hall_platform.seed import Invention, Row, Rows
from hall_platform.seed_data.places import BODIES, HALLS, NEIGHBOUR, WINDOWS, Hall
from hall_platform.seed_data.staff import CLERKS, NEIGHBOUR_CLERKS, STAFF


def invent(invention: Invention) -> Rows:
    """Halls, windows, operators, devices; their passwords go to `accounts`."""
    return {
        halls: [_hall(hall) for hall in HALLS],
        windows: [_window(hall, code) for hall in HALLS for code in WINDOWS[: hall.windows]],
        operators: _operators(invention),
        devices: _devices(invention),
    }


def _hall(hall: Hall) -> Row:
    return {
        "code": hall.code,
        "name": hall.name,
        "region": hall.region,
        "county": hall.region[:6],
        "address": hall.address,
    }


def _window(hall: Hall, code: str) -> Row:
    return {
        "hall": hall.code,
        "code": code,
        "name": f"综合窗口 {code}",
        "phone": f"{hall.phone}{code}",
    }


def _operators(invention: Invention) -> list[Row]:
    """Hashing takes most of the seed's time, so it is done side by side."""
    numbers = invention.numbers("identity")
    here, neighbour = HALLS[0], NEIGHBOUR
    people = [
        *((one, ("clerk",), here, window, None) for *one, window in CLERKS),
        *((one, ("clerk",), neighbour, window, None) for *one, window in NEIGHBOUR_CLERKS),
        *((one, (role,), here, None, body) for *one, role, body in STAFF),
    ]
    passwords = [secrets.token_urlsafe(12) for _ in people]
    with ThreadPoolExecutor(2) as pool:
        hashes = list(pool.map(hashed, passwords))
    clerks = invention.accounts.setdefault("clerks", [])
    staff = invention.accounts.setdefault("staff", [])
    midnight = datetime.combine(invention.today, time(), HALL_ZONE)
    until = stamp(midnight + ONE_TIME_LASTS) if invention.one_time else None
    rows = []
    for (names, roles, hall, window, body), password, password_hash in zip(
        people, passwords, hashes, strict=True
    ):
        username, name = names
        account: dict[str, Any] = {"username": username, "password": password}
        if window is not None and hall is here:
            clerks.append({**account, "window": window})
        else:
            staff.append({**account, "roles": list(roles), "hall": hall.code, "window": window})
        rows.append(
            {
                "id": _identifier(numbers),
                "username": username,
                "name": name,
                "roles": json.dumps(list(roles)),
                "hall": hall.code,
                "body": BODIES[body].code if body else None,
                "password_hash": password_hash,
                "active": True,
                "must_change": invention.one_time,
                "one_time_until": until,
                "password_set_at": stamp(midnight),
            }
        )
    return rows


def _devices(invention: Invention) -> list[Row]:
    """A counter at each window, two kiosks and a display in each hall."""
    accounts = invention.accounts
    here = HALLS[0]
    rows: list[Row] = []
    for hall in HALLS:
        ending = "" if hall is here else f"-{hall.code}"
        for code in WINDOWS[: hall.windows]:
            listed = accounts.setdefault("devices" if hall is here else "other_devices", [])
            row = _device(f"counter-{code}{ending}", "window", hall, code)
            listed.append({"device": row["code"], "secret": row.pop("secret"), "window": code})
            rows.append(row)
        for kind, count in (("kiosk", 2), ("display", 1)):
            for serial in range(1, count + 1):
                row = _device(f"{kind}-{serial:02d}{ending}", kind, hall, None)
                account = {"device": row["code"], "secret": row.pop("secret"), "hall": hall.code}
                accounts.setdefault(f"{kind}s", []).append(account)
                rows.append(row)
    return rows


def _device(code: str, kind: str, hall: Hall, window: str | None) -> Row:
    secret = secrets.token_urlsafe(32)
    return {
        "code": code,
        "kind": kind,
        "hall": hall.code,
        "window": window,
        "secret_hash": token_hash(secret),
        "secret": secret,
    }


def _identifier(numbers: random.Random) -> str:
    return str(uuid.UUID(int=numbers.getrandbits(128), version=4))
