"""Two windows of a hall and the tickets that checks take there, settled when they are done."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import requests

from hall_platform.conformance.cases import key
from hall_platform.conformance.contract import NotAsked, due
from hall_platform.conformance.parties import Party
from hall_platform.conformance.people import NAME, somebody
from hall_platform.conformance.running import Asked
from hall_platform.roles import CLERK

_ACTS = {  # by the name that the path ends with
    "call": "call-one",
    "recall": "recall",
    "pass": "pass-over",
    "start": "start-service",
    "finish": "finish-ticket",
}
_OPEN_BEFORE = ("waiting", "held", "later", "passed", "parked")
_TOGETHER = 30  # seconds the two wait for each other


@dataclass
class Desk:
    """A clerk at an open window."""

    clerk: Party

    def act(self, act: str, path: str, **said: Any) -> requests.Response:
        """An act at this window."""
        clerk = self.clerk
        body = {"act": act, "operator": clerk.operator, "window": clerk.window, **said}
        return clerk.ask("POST", f"/v1{path}", body, Idempotency_Key=key())

    def call_next(self) -> requests.Response:
        """Call whose turn it is."""
        return self.act("call-next", "/calls")

    def on(self, ticket: str, what: str) -> requests.Response:
        """An act on a ticket."""
        return self.act(_ACTS[what], f"/tickets/{ticket}/{what}")

    def do(self, ticket: str, what: str) -> dict[str, Any]:
        """The same, and it goes well."""
        answer = self.on(ticket, what)
        due(answer.status_code == 200, f"{what} answered {answer.status_code}: {answer.text}")
        done: dict[str, Any] = answer.json()
        return done

    def workbench(self) -> dict[str, Any]:
        """What the window has in hand and who waits for it."""
        answer = self.clerk.ask("GET", "/v1/workbench")
        due(answer.status_code == 200, f"the workbench answered {answer.status_code}")
        found: dict[str, Any] = answer.json()
        return found


@dataclass
class Hall:
    """Two open windows with nothing in hand, and a service both take."""

    asked: Asked
    one: Desk
    other: Desk
    service: str
    taken: list[str] = field(default_factory=list)

    def settle(self) -> None:
        """What earlier checks took is finished or given up."""
        while self.taken:
            self._settle(self.taken.pop())

    def nobody_waits(self) -> None:
        """NotAsked when somebody else waits, whom a call of these checks would reach."""
        if any(desk.workbench()["waiting"] for desk in (self.one, self.other)):
            raise NotAsked("a hall in which nobody waits at the two windows")

    def take(self, holder: dict[str, str] | None = None) -> dict[str, Any]:
        """A ticket of an invented person; given up or finished afterwards."""
        answer = self.send_take(holder or somebody())
        due(answer.status_code == 201, f"a taking answered {answer.status_code}: {answer.text}")
        ticket: dict[str, Any] = answer.json()["tickets"][0]
        return ticket

    def send_take(self, holder: dict[str, str]) -> requests.Response:
        """The answer to a taking."""
        body = {"act": "take-ticket", "services": [self.service], "holder": holder, "name": NAME}
        answer = self.one.clerk.ask("POST", "/v1/tickets", body, Idempotency_Key=key())
        if answer.status_code == 201:
            ticket = answer.json()["tickets"][0]["ticket"]
            self.taken.append(ticket)
            self.asked.afterwards(lambda: self._settle(ticket))
        return answer

    def state(self, ticket: str) -> dict[str, Any]:
        """The ticket as it is now."""
        found: dict[str, Any] = self.one.clerk.ask("GET", f"/v1/tickets/{ticket}").json()["ticket"]
        return found

    def finish(self, ticket: str) -> None:
        """Finish it at the window that has it in hand."""
        at = self.state(ticket)["window"]
        desk = next(one for one in (self.one, self.other) if one.clerk.window == at)
        desk.do(ticket, "finish")

    def _settle(self, ticket: str) -> None:
        now = self.state(ticket)
        if now["state"] in ("called", "serving"):
            self.finish(ticket)
        elif now["state"] in _OPEN_BEFORE:
            body = {"act": "void-ticket", "reason": "合约核验结束"}
            path = f"/v1/tickets/{ticket}/void"
            answer = self.one.clerk.ask("POST", path, body, Idempotency_Key=key())
            due(answer.status_code == 200, f"a ticket stays: {now['number']}")


def hall(asked: Asked) -> Hall:
    """Two windows, opened if they are not. NotAsked without them or a service they both take."""
    found: Hall = asked.kept("hall", lambda: _two_windows(asked))
    found.settle()
    return found


def _two_windows(asked: Asked) -> Hall:
    clerk = asked.party(CLERK)
    two = (Desk(clerk), Desk(asked.company.clerk_beside(clerk)))
    for desk in two:
        _open(asked, desk)
    return Hall(asked, *two, _service(asked, two))


def _open(asked: Asked, desk: Desk) -> None:
    bench = desk.workbench()
    if bench["in_hand"] is not None:
        raise NotAsked(f"window {desk.clerk.window} with no ticket in hand")
    if bench["window"]["state"] == "open":
        if bench["window"]["operator"] not in ("", desk.clerk.operator["id"]):
            raise NotAsked(f"window {desk.clerk.window} not open by somebody else")
        return
    opened = desk.act("change-window", "/window-state", state="open", reason="")
    due(opened.status_code == 200, f"window {desk.clerk.window} does not open: {opened.text}")
    asked.afterwards(lambda: _close(desk))


def _close(desk: Desk) -> None:
    closed = desk.act("change-window", "/window-state", state="closed", reason="")
    due(closed.status_code == 200, f"window {desk.clerk.window} stays open: {closed.text}")


def _service(asked: Asked, two: Sequence[Desk]) -> str:
    """The service that was wanted, or the first that both windows take."""
    clerk = asked.party(CLERK)
    at = {desk.clerk.window for desk in two}
    windows = [one for one in clerk.ask("GET", "/v1/hall/windows").json() if one["window"] in at]
    for one in clerk.ask("GET", "/v1/hall").json()["services"]:
        wanted = asked.wanted_service in ("", one["code"])
        if (
            wanted
            and one["taking"]
            and all(one["code"] in window["services"] for window in windows)
        ):
            return str(one["code"])
    raise NotAsked(f"a service that windows {', '.join(sorted(at))} both take (--service)")


def side_by_side(
    calls: Sequence[Callable[[], requests.Response]],
) -> list[requests.Response]:
    """All calls at the same moment; their answers in order."""
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], requests.Response]) -> requests.Response:
        start.wait(_TOGETHER)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
