"""The simulated city: halls, windows, clerks, kiosks and their sessions, in a store of its own.

The seeded hall is there as often as the city has halls, with other codes and everybody signed in.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, insert, select, update

from hall_platform.access import new_token, token_hash
from hall_platform.clock import stamp
from hall_platform.hall.tables import hall_rules, hall_services, hall_windows, window_services
from hall_platform.identity.tables import (
    access_tokens,
    devices,
    halls,
    operators,
    sessions,
    windows,
)
from hall_platform.licences.tables import licences
from hall_platform.seed_data.places import HALL

COUNTIES = 6
HALLS_A_COUNTY = 10
WINDOWS = ("03", "04", "05", "06", "07", "08")  # those of the seeded hall that take everything
SERVICE = "market"
LASTS = timedelta(days=1)


@dataclass(frozen=True)
class Window:
    """A window with its clerk at work."""

    code: str
    token: str
    operator: dict[str, str]


@dataclass
class SimulatedHall:
    """A hall; `windows` are those free to call."""

    code: str
    kiosk: str
    listeners: list[str]
    windows: list[Window] = field(default_factory=list)


@dataclass(frozen=True)
class City:
    """Everything that is signed in, and of whom licences are asked."""

    halls: Sequence[SimulatedHall]
    holders: Sequence[dict[str, str]]


def build(connection: Connection, now: datetime, listeners: int) -> City:
    """Put the city into a seeded store. `listeners` sessions hear events, in all halls alike."""
    model = _Model(connection)
    codes = [
        {"county": f"9903{county:02d}", "hall": f"9903{county:02d}{hall:02d}"}
        for county in range(11, 11 + COUNTIES)
        for hall in range(1, 1 + HALLS_A_COUNTY)
    ]
    each, rest = divmod(listeners, len(codes))
    found = [
        _hall(connection, model, here, now, each + (place < rest))
        for place, here in enumerate(codes)
    ]
    holders = connection.execute(
        select(licences.c.holder_kind, licences.c.holder_number).distinct()
    )
    return City(found, [{"kind": kind, "number": number} for kind, number in holders])


class _Model:
    """The seeded hall's rows, to be had again under other codes."""

    def __init__(self, connection: Connection) -> None:
        def of(table: Table, column: str = "hall") -> list[dict[str, Any]]:
            found = connection.execute(select(table).where(table.c[column] == HALL.code))
            return [dict(row) for row in found.mappings()]

        self.hall = of(halls, "code")[0]
        self.windows = of(windows)
        self.clerk = next(one for one in of(operators) if json.loads(one["roles"]) == ["clerk"])
        self.kiosk = next(one for one in of(devices) if one["kind"] == "kiosk")
        self.arrangement = {
            table: of(table) for table in (hall_services, hall_windows, window_services, hall_rules)
        }


def _hall(
    connection: Connection, model: _Model, here: dict[str, str], now: datetime, listeners: int
) -> SimulatedHall:
    county, code = here["county"], here["hall"]
    hall = {**model.hall, "code": code, "county": county, "region": county + "000000"}
    connection.execute(insert(halls).values(hall))
    connection.execute(insert(windows), [{**row, "hall": code} for row in model.windows])
    for table, rows in model.arrangement.items():
        connection.execute(insert(table), [{**row, **here} for row in rows])
    device = {**model.kiosk, "code": f"kiosk-{code}", "hall": code, "secret_hash": new_token()}
    connection.execute(insert(devices).values(device))
    kiosk = _session(connection, now, kind="kiosk", device=device["code"], hall=code)[1]
    found = SimulatedHall(code, kiosk, [])
    for window in WINDOWS:
        found.windows.append(_window(connection, model, here, window, now))
    # A session may have a few streams; a listener of its own each is the worse case.
    found.listeners = [
        _session(connection, now, kind="kiosk", device=device["code"], hall=code)[1]
        for _ in range(listeners)
    ]
    return found


def _window(
    connection: Connection, model: _Model, here: dict[str, str], window: str, now: datetime
) -> Window:
    clerk = {
        **model.clerk,
        "id": str(uuid.uuid4()),
        "username": f"clerk-{here['hall']}-{window}",
        "hall": here["hall"],
    }
    connection.execute(insert(operators).values(clerk))
    session, token = _session(
        connection, now, kind="operator", operator=clerk["id"], hall=here["hall"], window=window
    )
    connection.execute(
        update(hall_windows)
        .where(hall_windows.c.hall == here["hall"])
        .where(hall_windows.c.window == window)
        .values(state="open", operator=clerk["id"], since=stamp(now))
    )
    return Window(window, token, {"id": clerk["id"], "name": clerk["name"], "session": session})


def _session(connection: Connection, now: datetime, **who: str) -> tuple[str, str]:
    session, token = str(uuid.uuid4()), new_token()
    ends = stamp(now + LASTS)
    connection.execute(
        insert(sessions).values(id=session, started_at=stamp(now), ends_at=ends, **who)
    )
    connection.execute(
        insert(access_tokens).values(hash=token_hash(token), session=session, expires_at=ends)
    )
    return session, token
