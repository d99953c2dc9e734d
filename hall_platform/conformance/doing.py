"""Checks that do something: acts once under a key, alike singly and in a batch, told as events."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import requests

from hall_platform.conformance.cases import all_met, now, withdraw
from hall_platform.conformance.cases import key as _key
from hall_platform.conformance.contract import Broken, due, problem
from hall_platform.conformance.parties import Party
from hall_platform.conformance.running import Asked, check
from hall_platform.roles import CLERK, DEVICE

_LEASE = "/v1/number-blocks"
_BATCH = "/v1/sync/batches"
_AT_ONCE = 8
_HOLDER = {"kind": "resident", "number": "990302199001010016"}  # nobody: there is no region 99


def _lease(party: Party, count: int = 1, window: str | None = None) -> dict[str, Any]:
    return {"act": "lease-numbers", "window": window or party.window, "count": count}


@check("An act without Idempotency-Key answers 400; with one that is none, 400", full=True)
def keys_asked(asked: Asked) -> None:
    """Nothing is done without a key."""
    clerk = asked.party(CLERK)
    problem(clerk.ask("POST", _LEASE, _lease(clerk)), 400, "idempotency-key-missing")
    refused = clerk.ask("POST", _LEASE, _lease(clerk), Idempotency_Key="not a key")
    problem(refused, 400, "idempotency-key-invalid")


@check("The same act again answers the same, and says it was replayed", full=True)
def replayed(asked: Asked) -> None:
    """Done once, answered as often as it is sent; member order does not matter."""
    clerk, key = asked.party(CLERK), _key()
    first = clerk.ask("POST", _LEASE, _lease(clerk, 2), Idempotency_Key=key)
    due(first.status_code == 201, f"the first answered {first.status_code}")
    due("idempotency-replayed" not in first.headers, "the first says it was replayed")
    body = dict(reversed(_lease(clerk, 2).items()))
    again = clerk.ask("POST", _LEASE, body, Idempotency_Key=key)
    due(again.status_code == 201, f"the second answered {again.status_code}")
    due(again.content == first.content, "the second answered something else")
    due(again.headers.get("idempotency-replayed") == "true", "the second does not say so")


@check("A key used for another body answers 422 idempotency-key-reused", full=True)
def reused(asked: Asked) -> None:
    """A key belongs to one act."""
    clerk, key = asked.party(CLERK), _key()
    clerk.ask("POST", _LEASE, _lease(clerk, 1), Idempotency_Key=key)
    other = clerk.ask("POST", _LEASE, _lease(clerk, 2), Idempotency_Key=key)
    problem(other, 422, "idempotency-key-reused")


@check("An act sent eight times at once is done once; who comes too early hears 409", full=True)
def at_once(asked: Asked) -> None:
    """The race that a weak network makes."""
    clerk, key = asked.party(CLERK), _key()
    twins = [Party(clerk.url, CLERK, clerk.token, clerk.session) for _ in range(_AT_ONCE)]

    def send(twin: Party) -> bytes:
        for _ in range(200):
            answer = twin.ask("POST", _LEASE, _lease(clerk, 3), Idempotency_Key=key)
            if answer.status_code != 409:
                due(answer.status_code == 201, f"one of them answered {answer.status_code}")
                return answer.content
            problem(answer, 409, "in-flight")
        raise Broken("in flight for ever")

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = set(pool.map(send, twins))
    due(len(answers) == 1, f"{len(answers)} different answers to one act")


@check("An act at another window answers 403 other-window", full=True)
def other_window(asked: Asked) -> None:
    """Who signed in at one window acts there."""
    clerk = asked.party(CLERK)
    body = _lease(clerk, window="00" if clerk.window != "00" else "01")
    problem(clerk.ask("POST", _LEASE, body, Idempotency_Key=_key()), 403, "other-window")


@check("A batch answers each act as its own route would, in their order", full=True)
def batches(asked: Asked) -> None:
    """Done, refused, replayed and unknown, side by side."""
    device, key = asked.party(DEVICE), _key()
    single = device.ask("POST", _LEASE, _lease(device), Idempotency_Key=key)
    due(single.status_code == 201, f"the single route answered {single.status_code}")
    fresh = _key()
    acts = [
        {"key": key, "act": "lease-numbers", "body": _lease(device)},
        {"key": fresh, "act": "lease-numbers", "body": _lease(device)},
        {"key": _key(), "act": "lease-numbers", "body": _lease(device, window="00")},
        {"key": _key(), "act": "no-such-act", "body": {}},
    ]
    answer = device.ask("POST", _BATCH, {"acts": acts})
    asked.contract.check_answer(asked.contract.operation(f"POST {_BATCH}"), answer)
    got = answer.json()["answers"]
    due([one["key"] for one in got] == [one["key"] for one in acts], "not in their order")
    statuses = [one["status"] for one in got]
    due(statuses == [201, 201, 403, 422], f"statuses {statuses}")
    due(got[0]["replayed"] and got[0]["body"] == single.json(), "the batch forgets a single act")
    again = device.ask("POST", _LEASE, _lease(device), Idempotency_Key=fresh)
    due(again.json() == got[1]["body"], "the single route forgets an act of a batch")
    other = {"key": key, "act": "lease-numbers", "body": _lease(device, 2)}
    (reused,) = device.ask("POST", _BATCH, {"acts": [other]}).json()["answers"]
    codes = [got[2]["problem"]["code"], reused["problem"]["code"]]
    due(codes == ["other-window", "idempotency-key-reused"], f"refused for {codes}")


@check("What was done is read back by its key, with the digest of what was sent", full=True)
def read_back(asked: Asked) -> None:
    """A counter forgets an act only after this."""
    accepted = asked.accepted_case()
    answer = asked.party(CLERK).ask("GET", f"/v1/sync/receipts?keys={accepted['key']},never")
    found = answer.json()
    due(found["unknown"] == ["never"], "an unknown key is not told")
    due(found["receipts"] == [accepted["receipt"]], "the receipt is not the one that was given")
    due(found["done"][0]["body_sha256"] == accepted["receipt"]["body_sha256"], "another digest")


@check("A case that was accepted can be asked for, and has an ETag", full=True)
def case_there(asked: Asked) -> None:
    """What was acknowledged is there."""
    receipt = asked.accepted_case()["receipt"]
    answer = asked.party(CLERK).ask("GET", f"/v1/cases/{receipt['case']}")
    due(answer.status_code == 200, f"{answer.status_code}")
    due(answer.json()["number"] == receipt["number"], "under another number")
    due(answer.headers.get("etag", "").startswith('"'), "without a strong ETag")


@check("A change without If-Match answers 428, with a state that is past 412", full=True)
def stale(asked: Asked) -> None:
    """Nobody changes what others have changed meanwhile."""
    clerk = asked.party(CLERK)
    case = asked.accepted_case()["receipt"]["case"]
    operation = asked.contract.operation("POST /v1/cases/{case}/withdrawal")
    body = {**operation.example.request, "operator": clerk.operator, "window": clerk.window}
    path = f"/v1/cases/{case}/withdrawal"
    missing = clerk.ask("POST", path, body, Idempotency_Key=_key())
    problem(missing, 428, "precondition-required")
    past = clerk.ask("POST", path, body, Idempotency_Key=_key(), If_Match='"past-0"')
    problem(past, 412, "changed-meanwhile")


@check("A case is accepted once: under another key it answers 409 case-exists", full=True)
def accepted_once(asked: Asked) -> None:
    """The key is not the only thing that keeps cases single."""
    accepted = asked.accepted_case()
    path = f"/v1/cases/{accepted['receipt']['case']}/acceptance"
    again = asked.party(CLERK).ask("POST", path, accepted["act"], Idempotency_Key=_key())
    problem(again, 409, "case-exists")


@check("Events come in rising order, and again from Last-Event-ID on, nothing left out", full=True)
def events(asked: Asked) -> None:
    """What happens while one listens, and the same after a break."""
    clerk = asked.party(CLERK)
    with _stream(clerk, None) as heard:
        cases = [_accept(asked)["receipt"]["case"] for _ in range(3)]
        first = [next(heard) for _ in cases]
    due([one["subject"] for one in first] == cases, "not what was accepted, in its order")
    numbers = [one["id"] for one in first]
    due(numbers == sorted(set(numbers)), "their numbers do not rise")
    with _stream(clerk, numbers[0]) as heard:
        again = [next(heard) for _ in cases[1:]]
    due(again == first[1:], "after the break something else is told")


@contextmanager
def _stream(party: Party, last: int | None) -> Iterator[Iterator[dict[str, Any]]]:
    headers = {"Authorization": f"Bearer {party.token}"}
    if last is not None:
        headers["Last-Event-ID"] = str(last)
    answer = party.raw("GET", "/v1/events?kinds=case-accepted", None, headers, stream=True)
    try:
        due(answer.status_code == 200, f"the stream answered {answer.status_code}")
        lines = answer.iter_lines(chunk_size=1)
        due(next(lines, b"") == b":", "the stream does not begin with a sign of life")
        yield _told(lines)
    except requests.RequestException as failure:
        raise Broken(f"nothing came any more ({type(failure).__name__})") from None
    finally:
        answer.close()


def _told(lines: Iterator[bytes]) -> Iterator[dict[str, Any]]:
    for line in lines:
        if line.startswith(b"data: "):
            event: dict[str, Any] = json.loads(line[6:])
            yield event
    raise Broken("the stream ended")


def _accept(asked: Asked, **changes: Any) -> dict[str, Any]:
    """A case of an invented person, accepted; its key, act and receipt."""
    clerk, item, key = asked.party(CLERK), asked.acceptable_item(), _key()
    example = asked.contract.operation("POST /v1/cases/{case}/acceptance").example
    case = str(uuid.uuid4())
    act = {
        **example.request,
        "case": case,
        "paper": {**example.request["paper"], "number": f"L-CHECK-1-{case}"},
        "number": None,
        "provisional_number": "L-CHECK-1",
        "item": item["code"],
        "item_version": item["version"],
        "applicant": {**example.request["applicant"], **_HOLDER},
        "materials": all_met(item),
        "accepted_at": now(asked),
        "operator": clerk.operator,
        "window": clerk.window,
        **changes,
    }
    path = f"/v1/cases/{act['case']}/acceptance"
    answer = clerk.ask("POST", path, act, Idempotency_Key=key)
    due(answer.status_code == 201, f"an acceptance answered {answer.status_code}: {answer.text}")
    asked.afterwards(lambda: withdraw(asked, act["case"]))
    return {"key": key, "act": act, "receipt": answer.json()}


Asked.accept = staticmethod(_accept)
