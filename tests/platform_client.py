"""A bare HTTP client of the contract for tests: says exactly what it is told, checks nothing."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import requests
from platform_process import PlatformProcess

DEMONSTRATION = {"kind": "resident", "number": "990302199001010016"}
PURPOSE = "受理申请"
TIMEOUT = 20


@dataclass
class Client:
    """One party at the platform; `headers` carry its token."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)
    session: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.http = requests.Session()
        self.http.trust_env = False

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_error: object) -> None:
        self.http.close()

    def request(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> requests.Response:
        """One request; header names are given with underscores."""
        extra = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.request(
            method, self.url + path, json=body, headers={**self.headers, **extra}, timeout=TIMEOUT
        )

    def get(self, path: str, **headers: str) -> requests.Response:
        return self.request("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> requests.Response:
        return self.request("POST", path, body, **headers)

    @property
    def window(self) -> str:
        if "window" in self.session:
            return str(self.session["window"]["code"])
        return str(self.session["device"]["window"]["code"])

    @property
    def operator(self) -> dict[str, str]:
        """The clerk as acts name them."""
        person = self.session["operator"]
        return {"id": person["id"], "name": person["name"], "session": self.session["session"]}

    def item(self, initials: str = "gtgshsldj") -> dict[str, Any]:
        """The first item of those pinyin initials, whole."""
        code = self.get(f"/v1/items?q={initials}").json()["items"][0]["code"]
        item: dict[str, Any] = self.get(f"/v1/items/{code}").json()
        return item

    def licences(self, item: str | None, holder: dict[str, str] | None = None) -> Any:
        body = {"holder": holder or DEMONSTRATION, "item": item, "purpose": PURPOSE}
        return self.post("/v1/licence-queries", body).json()["licences"]

    def preapplications(self, holder: dict[str, str] | None = None) -> Any:
        body = {"holder": holder or DEMONSTRATION, "purpose": PURPOSE}
        return self.post("/v1/preapplication-queries", body).json()["preapplications"]

    def lease(self, count: int, key: str | None = None) -> list[str]:
        body = {"act": "lease-numbers", "window": self.window, "count": count}
        answer = self.post("/v1/number-blocks", body, Idempotency_Key=key or new_key())
        assert answer.status_code == 201, answer.text
        numbers: list[str] = answer.json()["numbers"]
        return numbers

    def accept(self, act: dict[str, Any], key: str | None = None) -> requests.Response:
        path = f"/v1/cases/{act['case']}/acceptance"
        return self.post(path, act, Idempotency_Key=key or new_key())

    def claim(self, one: dict[str, Any], key: str | None = None, **headers: str) -> Any:
        body = {"act": "claim", "operator": self.operator, "window": self.window}
        sent = {"If_Match": one["etag"], "Idempotency_Key": key or new_key(), **headers}
        return self.post(f"/v1/preapplications/{one['id']}/claim", body, **sent)


def new_key() -> str:
    return uuid.uuid4().hex


class Stream:
    """What a client hears on /v1/events; close it."""

    def __init__(self, client: Client, query: str = "", last: int | None = None) -> None:
        headers = dict(client.headers)
        if last is not None:
            headers["Last-Event-ID"] = str(last)
        self.http = requests.Session()
        self.http.trust_env = False
        self.answer = self.http.get(
            client.url + "/v1/events" + query, headers=headers, stream=True, timeout=TIMEOUT
        )
        self._lines = self.answer.iter_lines(chunk_size=1, decode_unicode=True)

    def __enter__(self) -> Stream:
        assert self.answer.status_code == 200, self.answer.text
        assert next(self._lines) == ":"  # from here on nothing is missed
        return self

    def __exit__(self, *_error: object) -> None:
        self.answer.close()
        self.http.close()

    def next(self) -> dict[str, Any]:
        """The next event; StopIteration when the stream has ended."""
        told: dict[str, str] = {}
        for line in self._lines:
            if line.startswith(("id: ", "event: ", "data: ")):
                name, _, text = line.partition(": ")
                told[name] = text
            if not line and told:
                event: dict[str, Any] = json.loads(told["data"])
                assert (told["id"], told["event"]) == (str(event["id"]), event["kind"])
                return event
        raise StopIteration

    def next_of(self, subject: str) -> dict[str, Any]:
        """The next event about one subject: a platform tells of other things meanwhile."""
        while True:
            event = self.next()
            if event["subject"] == subject:
                return event

    def next_line(self) -> str:
        """The next line, whatever it is."""
        line: str = next(self._lines)
        return line


def sign_in(platform: PlatformProcess, position: int = 0, url: str | None = None) -> Client:
    """A clerk of the seeded hall, signed in at their window."""
    return sign_in_as(platform, platform.accounts["clerks"][position], url)


def neighbour(platform: PlatformProcess) -> Client:
    """The clerk of the hall in the county next door."""
    account = next(one for one in platform.accounts["staff"] if one["username"] == "east01")
    return sign_in_as(platform, account)


def sign_in_as(
    platform: PlatformProcess, account: dict[str, Any], url: str | None = None
) -> Client:
    """Somebody of accounts.json."""
    client = Client(url or platform.url)
    body = {name: account[name] for name in ("username", "password", "window")}
    answer = client.post("/v1/sessions", body)
    assert answer.status_code == 201, answer.text
    client.session = answer.json()
    client.headers["Authorization"] = f"Bearer {client.session['access_token']}"
    return client


def sign_in_device(platform: PlatformProcess, window: str, url: str | None = None) -> Client:
    """The counter's device of a window."""
    known = next(one for one in platform.accounts["devices"] if one["window"] == window)
    return sign_in_by_secret(platform, known, url)


def sign_in_by_secret(
    platform: PlatformProcess, known: dict[str, Any], url: str | None = None
) -> Client:
    """A device of accounts.json."""
    client = Client(url or platform.url)
    body = {"device": known["device"], "secret": known["secret"]}
    answer = client.post("/v1/device-sessions", body)
    assert answer.status_code == 201, answer.text
    client.session = answer.json()
    client.headers["Authorization"] = f"Bearer {client.session['access_token']}"
    return client


def accept_act(clerk: Client, number: str | None, **changes: Any) -> dict[str, Any]:
    """A whole acceptance of the sole trader's registration for the demonstration's person."""
    item = clerk.item()
    estate = clerk.licences(item["code"])[0]["identifier"]
    provisional = None if number else "L-03-20261124-0001"
    act = {
        "act": "accept",
        "case": str(uuid.uuid4()),
        "number": number,
        "provisional_number": provisional,
        "query_code": "K7M2P9QX",
        "item": item["code"],
        "item_version": item["version"],
        "applicant": {
            **DEMONSTRATION,
            "name": "测试甲",
            "sex": "1",
            "nation": "01",
            "born": "1990-01-01",
            "address": "试验省试验市雨山区测试路1号",
            "source": "card",
            "sam_id": "05.03-20150101-0000123456-0000007890",
            "mobile": "",
        },
        "agent": None,
        "preapplication": None,
        "materials": [
            met("M01", "identity_card", "", "A"),
            met("M02", "licence", estate, "A"),
            met("M03", "original_seen", "", "B"),
            met("M04", "original_seen", "", "B"),
        ],
        "accepted_at": "2026-09-30T10:00:00+08:00",
        "operator": clerk.operator,
        "window": clerk.window,
        "device": "counter-03",
        "paper": {"kind": "acceptance_notice", "number": f"{number or provisional}-SL"},
    }
    return {**act, **changes}


def met(material: str, by: str, reference: str, grade: str) -> dict[str, str]:
    """One line of an acceptance's materials."""
    return {
        "material": material,
        "met_by": by,
        "reference": reference,
        "trust_grade": grade,
        "paper_reason": "",
    }


def code_of(answer: requests.Response) -> str:
    """The code of a problem document; fails on anything that is not one."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    document = answer.json()
    assert document["type"] == f"urn:hall-counter:problem:{document['code']}"
    assert document["status"] == answer.status_code
    assert document["title"]
    code: str = document["code"]
    return code


def side_by_side(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run all calls at the same moment; their results in order."""
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        start.wait(30)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
