"""What the platform's process does in a second of processor, beside the bare statements of it.

The same requests are sent to the platform and to one FastAPI route that runs the very statements
the platform ran for them, recorded before, in one transaction and without any check.
"""

from __future__ import annotations

import asyncio
import json
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from sqlalchemy import Engine, event

from benchmarks.figures import Figure, median
from hall_platform.app import create_app
from hall_platform.clock import ShiftedClock, stamp
from hall_platform.connections import Connection
from hall_platform.database import open_store
from hall_platform.serving import listening_socket
from hall_platform.settings import Settings
from hall_platform.simulation.city import SERVICE, City
from hall_platform.simulation.load import PURPOSE, Case
from hall_platform.simulation.running import MORNING, prepared, served
from hall_platform.simulation.wire import Wire

AT_ONCE = 8
ROUNDS = 5
WARM_UP = 60  # of each kind: what is made at the first request is no part of a day's work
QUIET_SECONDS = 0.3
GOAL = 0.5
KINDS = {
    "accept": "cases accepted",
    "ticket": "tickets given",
    "call": "tickets called",
    "lookup": "licence lookups",
}


@dataclass(frozen=True)
class Sent:
    """One request."""

    path: str
    token: str
    body: Any
    key: str = ""


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """Each kind of work a processor-second, platform beside bare."""
    with tempfile.TemporaryDirectory(prefix="hall-platform-bench-") as folder:
        base = Path(folder) / "base"
        city, case = prepared(Settings(base), 0)
        before, work = _requests(city, case)
        recording = Path(folder) / "recording"
        recording.write_bytes(pickle.dumps(_recorded(base, before, work)))
        own: dict[str, list[float]] = {kind: [] for kind in KINDS}
        bare: dict[str, list[float]] = {kind: [] for kind in KINDS}
        for turn in range(rounds):
            mine, plain = Path(folder) / f"own-{turn}", Path(folder) / f"bare-{turn}"
            shutil.copytree(base, mine)
            shutil.copytree(base, plain)
            with served(Settings(mine)) as (process, url):
                _note(own, asyncio.run(_played(process, url, work)))
            with _bare(plain, recording) as (process, url):
                _note(bare, asyncio.run(_played(process, url, _replayed(work))))
    return [
        Figure(
            f"{words} a CPU-second of the platform",
            median(own[kind]),
            "/s",
            "the same statements in a bare FastAPI route",
            median(bare[kind]),
            GOAL,
            better="higher",
        )
        for kind, words in KINDS.items()
    ]


def _note(into: dict[str, list[float]], rates: Mapping[str, float]) -> None:
    for kind, rate in rates.items():
        into[kind].append(rate)


def _requests(city: City, case: Case) -> tuple[list[Sent], dict[str, list[Sent]]]:
    """What has to be there before, and the work to be measured, one of a kind for each window."""
    windows = [(hall, window) for hall in city.halls for window in hall.windows]
    ticket = {"act": "take-ticket", "services": [SERVICE]}
    before = [Sent("/v1/tickets", hall.kiosk, ticket, _key()) for hall, _ in windows]
    work: dict[str, list[Sent]] = {kind: [] for kind in KINDS}
    for place, (hall, window) in enumerate(windows):
        by = {"operator": window.operator, "window": window.code}
        holder = city.holders[place % len(city.holders)]
        accepted = _acceptance(case, holder, by)
        path = f"/v1/cases/{accepted['case']}/acceptance"
        work["accept"].append(Sent(path, window.token, accepted, _key()))
        work["ticket"].append(Sent("/v1/tickets", hall.kiosk, ticket, _key()))
        work["call"].append(Sent("/v1/calls", window.token, {"act": "call-next", **by}, _key()))
        asked = {"holder": holder, "item": case.item, "purpose": PURPOSE}
        work["lookup"].append(Sent("/v1/licence-queries", window.token, asked))
    return before, work


def _acceptance(case: Case, holder: dict[str, str], by: dict[str, Any]) -> dict[str, Any]:
    return {
        "act": "accept",
        "case": str(uuid.uuid4()),
        "number": None,
        "provisional_number": "L-1",
        "query_code": "K7M2P9QX",
        "item": case.item,
        "item_version": case.item_version,
        "applicant": {**holder, "name": "测试甲", "source": "card"},
        "materials": case.materials,
        "accepted_at": stamp(MORNING),
        "paper": {"kind": "acceptance_notice", "number": "L-1-SL"},
        **by,
    }


def _key() -> str:
    return uuid.uuid4().hex


# recording --------------------------------------------------------------------------------------

Statements = list[tuple[str, Any, bool]]


def _recorded(
    base: Path, before: Sequence[Sent], work: Mapping[str, Sequence[Sent]]
) -> dict[str, list[tuple[Statements, Any]]]:
    """The statements and the answer of each request; `base` is left as it is before the work."""
    with _in_process(base) as url:
        asyncio.run(_prepare(url, before))
    recorder = base.with_name("recorder")
    shutil.copytree(base, recorder)
    statements: Statements = []

    def note(
        _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool
    ) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            statements.append((statement, parameters, many))

    found: dict[str, list[tuple[Statements, Any]]] = {kind: [] for kind in work}

    async def record(url: str) -> None:
        wire = _wire(url)
        for kind, requests in work.items():
            for one in requests:
                statements.clear()
                answer = await wire.ask("POST", one.path, one.token, one.body, one.key)
                assert answer.status in (200, 201), (kind, answer.status, answer.body)
                found[kind].append((list(statements), answer.body))
        wire.close()

    with _in_process(recorder) as url:
        event.listen(Engine, "before_cursor_execute", note)
        try:
            asyncio.run(record(url))
        finally:
            event.remove(Engine, "before_cursor_execute", note)
    return found


async def _prepare(url: str, before: Sequence[Sent]) -> None:
    wire = _wire(url)
    for one in before:
        answer = await wire.ask("POST", one.path, one.token, one.body, one.key)
        assert answer.status == 201, answer.body
    wire.close()


@contextmanager
def _in_process(data_dir: Path) -> Iterator[str]:
    store = open_store(Settings(data_dir))
    app = create_app(Settings(data_dir), store, ShiftedClock.starting_at(MORNING))
    listener = listening_socket("127.0.0.1", 0)
    config = uvicorn.Config(app, http=Connection, lifespan="off", log_config=None, ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        store.close()
        listener.close()


# measuring --------------------------------------------------------------------------------------


def _replayed(work: Mapping[str, Sequence[Sent]]) -> dict[str, list[Sent]]:
    return {
        kind: [
            Sent(f"/bare/{kind}/{place}", one.token, one.body, one.key)
            for place, one in enumerate(requests)
        ]
        for kind, requests in work.items()
    }


async def _played(process: int, url: str, work: Mapping[str, Sequence[Sent]]) -> dict[str, float]:
    """Requests of each kind a processor-second of that process, once it has started."""
    await _at_rest(process)
    wire = _wire(url)
    rates = {}
    for requests in work.values():
        await _sent(wire, requests[:WARM_UP])
    for kind, requests in work.items():
        began = _cpu_seconds(process)
        await _sent(wire, requests[WARM_UP:])
        rates[kind] = (len(requests) - WARM_UP) / max(0.01, _cpu_seconds(process) - began)
    wire.close()
    return rates


async def _sent(wire: Wire, requests: Sequence[Sent]) -> None:
    left = iter(requests)

    async def send() -> None:
        for one in left:
            answer = await wire.ask("POST", one.path, one.token, one.body, one.key)
            assert answer.status in (200, 201), (one.path, answer.body)

    await asyncio.gather(*(send() for _ in range(AT_ONCE)))


async def _at_rest(process: int) -> None:
    """Wait until what is done at a start (the first round of chores) is over."""
    used = -1.0
    while _cpu_seconds(process) > used:
        used = _cpu_seconds(process)
        await asyncio.sleep(QUIET_SECONDS)


def _wire(url: str) -> Wire:
    address = urlsplit(url)
    assert address.hostname is not None
    assert address.port is not None
    return Wire(address.hostname, address.port)


def _cpu_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _bare(data_dir: Path, recording: Path) -> Iterator[tuple[int, str]]:
    database = Settings(data_dir).database_path
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.bare_route", str(database), str(recording)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process.pid, json.loads(process.stdout.readline())["url"]
    finally:
        process.stdin.close()
        process.wait(20)
        process.stdout.close()
