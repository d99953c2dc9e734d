"""A platform of the simulation's own: seeded, with a city in it, served by another process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, select

from hall_platform.catalogue.tables import items
from hall_platform.clock import HALL_ZONE, ShiftedClock, day_of
from hall_platform.database import StoreUnusable, open_store
from hall_platform.seed import invent
from hall_platform.settings import Settings
from hall_platform.simulation.city import City, build
from hall_platform.simulation.load import Case, Load
from hall_platform.simulation.wire import Wire

MORNING = datetime(2026, 11, 24, 9, 30, tzinfo=HALL_ZONE)  # a Tuesday, when halls are open
_MEANS = ("identity_card", "original_seen", "scan")
_STOP_SECONDS = 20


@dataclass(frozen=True)
class Running:
    """The platform under load."""

    process: int
    load: Load

    def cpu_seconds(self) -> float:
        """What its process has used of processors so far."""
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running_city(listeners: int, db: str | None = None) -> Iterator[Running]:
    """A seeded store in a folder of its own (or the empty database of a URL), being served.

    Raises StoreUnusable.
    """
    with tempfile.TemporaryDirectory(prefix="hall-platform-simulation-") as folder:
        settings = Settings(data_dir=Path(folder), db=db)
        city, case = prepared(settings, listeners)
        with served(settings) as (process, url):
            address = urlsplit(url)
            assert address.hostname is not None
            assert address.port is not None
            clock = ShiftedClock.starting_at(MORNING)
            load = Load(Wire(address.hostname, address.port), city, case, clock.now)
            yield Running(process, load)


def prepared(settings: Settings, listeners: int) -> tuple[City, Case]:
    """The city in the empty store of the settings, and what its windows accept.

    Raises StoreUnusable.
    """
    store = open_store(settings)
    try:
        if not store.is_empty():
            raise StoreUnusable("the store is not empty; the simulation needs one of its own")
        invention = invent(number=1, today=day_of(MORNING))

        def work(connection: Connection) -> tuple[City, Case]:
            invention.write(connection)
            return build(connection, MORNING, listeners), _case(connection)

        return store.write(work)
    finally:
        store.close()


def _case(connection: Connection) -> Case:
    """An item whose materials all can be met by what lies on the counter."""
    for row in connection.execute(select(items).where(items.c.is_current).order_by(items.c.code)):
        needed = [one for one in json.loads(row.body)["materials"] if one["required"]]
        if all(any(one["met_by"][means] for means in _MEANS) for one in needed):
            return Case(row.code, row.version, [_met(one) for one in needed])
    raise StoreUnusable("no item of the catalogue can be accepted with what lies on the counter")


def _met(material: dict[str, Any]) -> dict[str, str]:
    means = next(means for means in _MEANS if material["met_by"][means])
    return {"material": material["code"], "met_by": means, "trust_grade": "B"}


@contextmanager
def served(settings: Settings) -> Iterator[tuple[int, str]]:
    """The platform in a process of its own; its number and address."""
    store = ["--data-dir", str(settings.data_dir), *(("--db", settings.db) if settings.db else ())]
    process = subprocess.Popen(
        [
            *_own_command(),
            *("serve", *store, "--port", "0", "--stop-with-stdin"),
            *("--clock", MORNING.isoformat()),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        if not line.startswith("listening on "):
            raise StoreUnusable("the platform did not start")
        yield process.pid, line.removeprefix("listening on ").strip()
    finally:
        process.stdin.close()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def _own_command() -> Sequence[str]:
    """How this program is started, from a package too."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return [sys.executable, "-m", "hall_platform"]
