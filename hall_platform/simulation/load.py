"""A city's peak: people come at given rates, whatever the platform does, and go through a visit.

Each takes a ticket; a free window calls, starts, leases a number, looks up licences, accepts and
finishes. A wait counts from when something was due, not from when it could be sent, so that a
platform that falls behind cannot hide it.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import time
import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hall_platform.clock import stamp
from hall_platform.simulation.city import SERVICE, City, SimulatedHall, Window
from hall_platform.simulation.wire import Answer, Subscriber, Wire

TICKETS_A_SECOND = 6.0
LOOKUPS_A_VISIT = 4  # 24 a second
VISIT_SECONDS = 8.0
PURPOSE = "受理申请"


@dataclass
class Measured:
    """What was seen: seconds by kind of request, refusals by kind and answer."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    refused: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    late_tickets: int = 0
    heard: int = 0
    lost_streams: int = 0

    @property
    def all_seconds(self) -> list[float]:
        """Of everything."""
        return list(itertools.chain.from_iterable(self.seconds.values()))


@dataclass(frozen=True)
class Case:
    """What a window accepts: an item and how its materials are met."""

    item: str
    item_version: int
    materials: list[dict[str, Any]]


class Load:
    """The load on one platform."""

    def __init__(self, wire: Wire, city: City, case: Case, now: Callable[[], datetime]) -> None:
        self._wire = wire
        self._city = city
        self._case = case
        self._now = now
        self._random = random.Random(1)  # noqa: S311 - a choice of halls, no secret
        self._measured = Measured()
        self._free = {hall.code: list(hall.windows) for hall in city.halls}
        self._waiting = {hall.code: 0 for hall in city.halls}
        self._tasks: set[asyncio.Task[None]] = set()
        self._subscribers: list[Subscriber] = []

    async def listen(self) -> int:
        """All subscribers; how many hear."""
        loop = asyncio.get_running_loop()
        for token in itertools.chain.from_iterable(hall.listeners for hall in self._city.halls):
            subscriber = Subscriber(token)
            self._subscribers.append(subscriber)
            await loop.create_connection(
                lambda one=subscriber: one,  # type: ignore[misc]
                self._wire.host,
                self._wire.port,
            )
            await subscriber.begun
        return sum(one.status == 200 and not one.lost for one in self._subscribers)

    async def play(self, seconds: float, multiple: float) -> Measured:
        """That many times the city's peak for so long; visits begun meanwhile are finished."""
        measured = self._measured = Measured()
        before = sum(one.heard for one in self._subscribers)
        began = time.perf_counter()
        halls = itertools.cycle(self._city.halls)
        for place in range(int(seconds * TICKETS_A_SECOND * multiple)):
            due = began + place / (TICKETS_A_SECOND * multiple)
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            self._begin(self._come(next(halls), due))
        while self._tasks:
            await asyncio.wait(set(self._tasks))
        measured.heard = sum(one.heard for one in self._subscribers) - before
        measured.lost_streams = sum(one.lost for one in self._subscribers)
        return measured

    def close(self) -> None:
        """End all that is open."""
        for subscriber in self._subscribers:
            subscriber.close()
        self._wire.close()

    def _begin(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _come(self, hall: SimulatedHall, due: float) -> None:
        body = {"act": "take-ticket", "services": [SERVICE]}
        if await self._act("ticket", "/v1/tickets", hall.kiosk, body, due) is None:
            return
        self._waiting[hall.code] += 1
        free = self._free[hall.code]
        if free:
            self._begin(self._serve(hall, free.pop(0)))
        else:
            self._measured.late_tickets += 1

    async def _serve(self, hall: SimulatedHall, window: Window) -> None:
        """A window goes on as long as somebody waits."""
        while self._waiting[hall.code] > 0:
            self._waiting[hall.code] -= 1
            await self._visit(window)
        self._free[hall.code].append(window)

    async def _visit(self, window: Window) -> None:
        began = time.perf_counter()
        by = {"operator": window.operator, "window": window.code}
        called = await self._act(
            "call", "/v1/calls", window.token, {"act": "call-next", **by}, began
        )
        if called is None:
            return
        ticket = called["ticket"]
        steps = [
            (0.1, self._started(window, ticket, by)),
            (0.2, self._leased(window)),
            *((0.3 + 0.1 * place, self._looked_up(window)) for place in range(LOOKUPS_A_VISIT)),
            (0.8, None),
            (1.0, self._finished(window, ticket, by)),
        ]
        numbers: list[str] = []
        for part, step in steps:
            due = began + part * VISIT_SECONDS
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            if step is None:
                await self._accepted(window, by, numbers, due)
                continue
            answer = await step(due)
            if answer is not None and "numbers" in answer:
                numbers = answer["numbers"]

    def _started(self, window: Window, ticket: str, by: dict[str, Any]) -> Any:
        path, body = f"/v1/tickets/{ticket}/start", {"act": "start-service", **by}
        return lambda due: self._act("start", path, window.token, body, due)

    def _leased(self, window: Window) -> Any:
        body = {"act": "lease-numbers", "window": window.code, "count": 1}
        return lambda due: self._act("lease", "/v1/number-blocks", window.token, body, due)

    def _looked_up(self, window: Window) -> Any:
        holder = self._random.choice(self._city.holders)
        body = {"holder": holder, "item": self._case.item, "purpose": PURPOSE}
        path = "/v1/licence-queries"
        return lambda due: self._timed(
            "lookup", due, self._wire.ask("POST", path, window.token, body)
        )

    def _finished(self, window: Window, ticket: str, by: dict[str, Any]) -> Any:
        path, body = f"/v1/tickets/{ticket}/finish", {"act": "finish-ticket", **by}
        return lambda due: self._act("finish", path, window.token, body, due)

    async def _accepted(
        self, window: Window, by: dict[str, Any], numbers: list[str], due: float
    ) -> None:
        holder = self._random.choice(self._city.holders)
        case = str(uuid.uuid4())
        shown = numbers[0] if numbers else "L-1"
        body = {
            "act": "accept",
            "case": case,
            "number": numbers[0] if numbers else None,
            "provisional_number": None if numbers else shown,
            "query_code": "K7M2P9QX",
            "item": self._case.item,
            "item_version": self._case.item_version,
            "applicant": {**holder, "name": "测试甲", "source": "card"},
            "materials": self._case.materials,
            "accepted_at": stamp(self._now()),
            "paper": {"kind": "acceptance_notice", "number": f"{shown}-SL"},
            **by,
        }
        await self._act("accept", f"/v1/cases/{case}/acceptance", window.token, body, due)

    async def _act(self, kind: str, path: str, token: str, body: Any, due: float) -> Any:
        """What an act leads to, under a key of its own."""
        asked = self._wire.ask("POST", path, token, body, uuid.uuid4().hex)
        return await self._timed(kind, due, asked)

    async def _timed(self, kind: str, due: float, asked: Awaitable[Answer]) -> Any:
        """The answer's body; None when it was refused, which is counted."""
        measured = self._measured
        try:
            answer = await asked
        except (OSError, asyncio.IncompleteReadError) as failure:
            answer = Answer(0, {"code": type(failure).__name__})
        measured.seconds[kind].append(time.perf_counter() - due)
        if answer.status in (200, 201):
            return answer.body
        measured.refused[f"{kind} {(answer.body or {}).get('code', answer.status)}"] += 1
        return None
