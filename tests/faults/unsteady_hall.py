"""A platform in memory behind the real HTTP client, on a bad day (`counter_app.platform_link`).

It stands in for `Exchange`: it gets method, path, headers and body, and gives status, headers and
bytes. It knows acts only by their key, so that a counter that changes a key makes a double. Each
request meets the next trouble of `ahead`, or none.
"""

from __future__ import annotations

import hashlib
import json
from enum import Enum
from urllib.parse import urlsplit

from counter_app.errors import PlatformUnreachable
from counter_app.platform_link.exchange import Answer
from counter_app.platform_link.http import HttpPlatform
from counter_app.platform_link.link import Link

JSON = {"Content-Type": "application/json"}
PORTAL = b"<!DOCTYPE html><html><title>\xe4\xb8\x8a\xe7\xbd\x91\xe8\xae\xa4\xe8\xaf\x81</title>"


class PowerCut(BaseException):
    """The counter is gone in the middle of a request."""


class Trouble(Enum):
    """What goes wrong with one request. After: the platform has done what was asked."""

    NONE = "none"
    LOST_BEFORE = "lost before"
    LOST_AFTER = "lost after"
    SLOW = "too slow, after"
    FAULT_BEFORE = "500 before"
    FAULT_AFTER = "500 after"
    PORTAL = "200 and HTML, before"
    REDIRECT = "302, before"
    FORBIDDEN = "403 without a problem, before"
    HALF = "half a JSON, after"
    OTHER_SHAPE = "another JSON, after"
    BUSY = "429 with Retry-After, before"
    CLOSED = "503, before"
    IN_FLIGHT = "409 in-flight, before"
    SIGNED_OUT = "401, before"
    CUT_BEFORE = "power cut before"
    CUT_AFTER = "power cut after"


_BEFORE = {
    Trouble.FAULT_BEFORE: Answer(500, {}, b"Internal Server Error"),
    Trouble.PORTAL: Answer(200, {"Content-Type": "text/html"}, PORTAL),
    Trouble.REDIRECT: Answer(302, {"Location": "http://portal.invalid/"}, b""),
    Trouble.FORBIDDEN: Answer(403, {"Content-Type": "text/html"}, PORTAL),
    Trouble.BUSY: Answer(429, {"Retry-After": "120"}, b""),
    Trouble.CLOSED: Answer(503, {"Retry-After": "Wed, 25 Nov 2026 09:00:00 GMT"}, b""),
}


def problem(status: int, code: str) -> Answer:
    """A refusal as the contract has it."""
    document = {"type": f"urn:hall-counter:problem:{code}", "status": status, "code": code}
    return Answer(
        status, {"Content-Type": "application/problem+json"}, json.dumps(document).encode()
    )


class UnsteadyHall:
    """The platform. `applied` are the acts done, in order, as (key, path, body)."""

    def __init__(self) -> None:
        self.ahead: list[Trouble] = []
        self.met: list[Trouble] = []
        self.refuses: set[str] = set()  # keys of acts that get a clear no
        self.applied: list[tuple[str, str, bytes]] = []
        self._receipts: dict[str, dict] = {}
        self._blocks: dict[str, dict] = {}
        self._given = 0
        self._tokens = 0

    def link(self) -> HttpPlatform:
        """The real client, with this behind it."""
        platform = HttpPlatform(
            Link("http://platform.invalid", device="counter-03", device_secret=lambda: "secret")
        )
        platform._link._exchange = self
        return platform

    def forget(self, key: str) -> None:
        """The platform was restored from before this act."""
        self._receipts.pop(key)
        self.applied = [act for act in self.applied if act[0] != key]

    def ask(self, method, path, *, headers, body=None, parameters=None, sign=None) -> Answer:
        """One request, as `Exchange.ask`."""
        trouble = self.ahead.pop(0) if self.ahead else Trouble.NONE
        self.met.append(trouble)
        if trouble is Trouble.LOST_BEFORE:
            raise PlatformUnreachable("platform.unreachable")
        if trouble is Trouble.CUT_BEFORE:
            raise PowerCut
        if trouble is Trouble.SIGNED_OUT:
            return problem(401, "not-signed-in")
        if trouble is Trouble.IN_FLIGHT:
            return problem(409, "in-flight")
        if trouble in _BEFORE:
            return _BEFORE[trouble]
        answer = self._answer(method, urlsplit(path).path, headers, body, parameters or {})
        return _spoilt(answer, trouble)

    def _answer(self, method, path, headers, body, parameters) -> Answer:
        if path == "/v1/device-sessions":
            self._tokens += 1
            return _json(201, {"session": "s", "access_token": f"token-{self._tokens}"})
        if path == "/v1/sync/receipts":
            keys = parameters["keys"].split(",")
            found = [self._receipts[key] for key in keys if key in self._receipts]
            return _json(200, {"receipts": found})
        if path == "/v1/number-blocks":
            return self._lease(headers["Idempotency-Key"], json.loads(body))
        assert method == "POST"
        return self._act(headers["Idempotency-Key"], path, body)

    def _act(self, key: str, path: str, body: bytes) -> Answer:
        digest = hashlib.sha256(body).hexdigest()
        known = self._receipts.get(key)
        if known is not None:
            same = known["body_sha256"] == digest
            return _json(201, known) if same else problem(422, "idempotency-key-reused")
        if key in self.refuses:
            return problem(409, "material-missing")
        act = json.loads(body)
        number = act["number"] or self._number()
        self._receipts[key] = {
            "key": key,
            "case": path.split("/")[3],
            "number": number,
            "state": "accepted",
            "accepted_at": act["accepted_at"],
            "due_on": "2026-11-27",
            "due_provisional": False,
            "query_code": act["query_code"],
            "received_at": act["accepted_at"],
            "body_sha256": digest,
            "duplicate_of": [],
        }
        self.applied.append((key, path, body))
        return _json(201, self._receipts[key])

    def _lease(self, key: str, wanted: dict) -> Answer:
        if key not in self._blocks:
            numbers = [self._number() for _ in range(wanted["count"])]
            self._blocks[key] = {"block": key, "window": wanted["window"], "numbers": numbers}
        return _json(201, self._blocks[key])

    def _number(self) -> str:
        self._given += 1
        return f"99030220261124{self._given:07d}"


def _json(status: int, value: object) -> Answer:
    return Answer(status, JSON, json.dumps(value).encode())


def _spoilt(answer: Answer, trouble: Trouble) -> Answer:
    """What the counter gets to see of an answer."""
    if trouble is Trouble.LOST_AFTER:
        raise PlatformUnreachable("platform.unreachable")
    if trouble is Trouble.SLOW:
        raise PlatformUnreachable("platform.timeout")
    if trouble is Trouble.CUT_AFTER:
        raise PowerCut
    if trouble is Trouble.FAULT_AFTER:
        return Answer(502, {}, PORTAL)
    if trouble is Trouble.HALF:
        return Answer(answer.status, answer.headers, answer.body[: len(answer.body) // 2])
    if trouble is Trouble.OTHER_SHAPE:
        return Answer(answer.status, answer.headers, b'{"status":"ok"}')
    return answer
