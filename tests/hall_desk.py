"""The faces of a hall for tests: kiosks, clerks at their windows, display, head of the hall."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import requests
from platform_client import Client, new_key, sign_in, sign_in_as, sign_in_by_secret, sign_in_device
from platform_process import PlatformProcess

MORNING = "2026-11-24T09:50:00+08:00"  # a Tuesday, the hall is open
CASE = "0193a5c2-7f10-7aa2-8c3d-51d2a4c1be07"


def person(serial: int) -> dict[str, str]:
    """Somebody invented, by a number that is shaped like one of a permit."""
    return {"kind": "permit", "number": f"H99{serial:08d}"}


@dataclass
class Desk:
    """A clerk at a window."""

    client: Client

    @property
    def window(self) -> str:
        return self.client.window

    def act(self, name: str, path: str, key: str | None = None, **members: Any) -> Any:
        body = {
            "act": name,
            "operator": self.client.operator,
            "window": self.client.window,
            **members,
        }
        return self.client.post(f"/v1{path}", body, Idempotency_Key=key or new_key())

    def state(self, state: str, reason: str = "") -> requests.Response:
        return self.act("change-window", "/window-state", state=state, reason=reason)

    def open(self) -> Desk:
        answer = self.state("open")
        assert answer.status_code == 200, answer.text
        return self

    def call(self, key: str | None = None) -> requests.Response:
        return self.act("call-next", "/calls", key)

    def on(self, ticket: str, act: str, **members: Any) -> requests.Response:
        """One of the acts on a ticket, by the name its path ends with."""
        names = {
            "call": "call-one",
            "pass": "pass-over",
            "start": "start-service",
            "finish": "finish-ticket",
        }
        return self.act(names.get(act, act), f"/tickets/{ticket}/{act}", **members)

    def workbench(self) -> Any:
        return self.client.get("/v1/workbench").json()


class Hall:
    """All the faces of the seeded hall, signed in."""

    def __init__(self, platform: PlatformProcess, url: str | None = None) -> None:
        self.platform = platform
        accounts = platform.accounts
        self.desks = [Desk(sign_in(platform, place, url)) for place in range(4)]
        self.kiosk = sign_in_by_secret(platform, accounts["kiosks"][0], url)
        self.other_kiosk = sign_in_by_secret(platform, accounts["kiosks"][1], url)
        self.display = sign_in_by_secret(platform, accounts["displays"][0], url)
        self.head = sign_in_as(
            platform, next(one for one in accounts["staff"] if one["username"] == "head"), url
        )
        self._url = url

    @cached_property
    def screen(self) -> Client:
        """The applicant's side of window 03, asked as its device; not where that one signs."""
        return sign_in_device(self.platform, "03", self._url)

    def __enter__(self) -> Hall:
        return self

    def __exit__(self, *_error: object) -> None:
        with ExitStack() as stack:
            for client in self.clients():
                stack.callback(client.http.close)

    def clients(self) -> list[Client]:
        faces = [self.kiosk, self.other_kiosk, self.display, self.head]
        if "screen" in vars(self):
            faces.append(self.screen)
        return [*(desk.client for desk in self.desks), *faces]

    def clear(self) -> None:
        """Nobody waits, no window has anything in hand, all windows are closed."""
        for desk in self.desks:
            held = desk.workbench()["in_hand"]
            if held is not None:
                self.void(held["ticket"], desk.client)
        # Those that come later first: they would join the line as the one before them ends.
        for state in ("later", "waiting", "held", "parked", "passed"):
            for one in self.of_day(state):
                self.void(one["ticket"], self.head)
        for desk in self.desks:
            assert desk.state("closed").status_code == 200

    def void(self, ticket: str, by: Client, **members: Any) -> requests.Response:
        body = {"act": "void-ticket", "reason": "不再等候", **members}
        return by.post(f"/v1/tickets/{ticket}/void", body, Idempotency_Key=new_key())

    def of_day(self, state: str | None = None) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        cursor = ""
        while cursor is not None:
            query = f"?limit=200&cursor={cursor}" + (f"&state={state}" if state else "")
            page = self.head.get(f"/v1/tickets{query}").json()
            found += page["tickets"]
            cursor = page["next"]
        return found

    def history(self, ticket: str) -> Any:
        return self.head.get(f"/v1/tickets/{ticket}").json()

    def arrange(self, path: str, act: str, etag: str = "", **members: Any) -> requests.Response:
        """Something the head of the hall changes."""
        headers = {"If_Match": etag} if etag else {}
        return self.head.post(
            f"/v1{path}", {"act": act, **members}, Idempotency_Key=new_key(), **headers
        )

    def set_rules(self, **changes: Any) -> dict[str, Any]:
        """Change some of the queue's rules."""
        rules = self.head.get("/v1/hall").json()["rules"]
        etag = rules.pop("etag")
        answer = self.arrange("/hall/queue-rules", "set-queue-rules", etag, **{**rules, **changes})
        assert answer.status_code == 200, answer.text
        changed: dict[str, Any] = answer.json()
        return changed


def take(
    by: Client, *services: str, holder: Any = None, name: str = "张三丰", **members: Any
) -> requests.Response:
    """Take a number at a kiosk or a window."""
    body = {
        "act": "take-ticket",
        "services": list(services),
        "holder": holder,
        "name": name,
        **members,
    }
    return by.post("/v1/tickets", body, Idempotency_Key=new_key())


def taken(by: Client, *services: str, **members: Any) -> dict[str, Any]:
    """The first ticket of a visit that was taken."""
    answer = take(by, *services, **members)
    assert answer.status_code == 201, answer.text
    ticket: dict[str, Any] = answer.json()["tickets"][0]
    return ticket


def paper(by: Client, visit: str, outcome: str) -> requests.Response:
    """What the printer said."""
    body = {"act": "report-paper", "outcome": outcome, "detail": ""}
    return by.post(f"/v1/visits/{visit}/paper", body, Idempotency_Key=new_key())


def reinsert(by: Client, ticket: str) -> requests.Response:
    """Somebody who was passed over is back."""
    return by.post(
        f"/v1/tickets/{ticket}/reinsertion", {"act": "reinsert"}, Idempotency_Key=new_key()
    )
