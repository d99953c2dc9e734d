"""A case that checks lead through its life, withdrawn when they are done."""

from __future__ import annotations

import uuid
from typing import Any

import requests

from hall_platform.business.life import ENDED
from hall_platform.business.life_acts import LIFE_ACTS, RECEIVE
from hall_platform.conformance.contract import due, problem
from hall_platform.conformance.parties import Party
from hall_platform.conformance.people import NAME, somebody
from hall_platform.conformance.running import MEANS, Asked
from hall_platform.roles import CLERK

_PATHS = {act.name: f"/v1{act.path}" for act in LIFE_ACTS}
_OFFLINE = ("done_at", "paper")  # without them it is done now, and its paper is owed


def key() -> str:
    """A key for an act."""
    return f"check-{uuid.uuid4().hex}"


def met(material: dict[str, Any]) -> dict[str, str]:
    """A material met by what lies on the counter."""
    means = next(one for one in MEANS if material["met_by"][one])
    return {"material": material["code"], "met_by": means, "trust_grade": "B"}


def all_met(item: dict[str, Any]) -> list[dict[str, str]]:
    """Every material an item asks for."""
    return [met(one) for one in item["materials"] if one["required"]]


def today(asked: Asked) -> str:
    """The platform's day."""
    return now(asked)[:10]


def now(asked: Asked) -> str:
    """The platform's time."""
    return str(asked.nobody.ask("GET", "/v1/health").json()["time"])


class TriedCase:
    """A case as the checks last saw it."""

    def __init__(self, asked: Asked, item: dict[str, Any], sent: requests.Response) -> None:
        due(sent.status_code == 201, f"a receipt answered {sent.status_code}: {sent.text}")
        asked.contract.check_answer(asked.contract.operation(f"POST {_PATHS['receive']}"), sent)
        self.asked, self.item = asked, item
        self.last: dict[str, Any] = sent.json()
        self.id: str = self.last["case"]

    def send(self, by: Party, act: str, under: str = "", **said: Any) -> requests.Response:
        """An act on the state that was seen last; what went well is remembered."""
        path = _PATHS[act]
        example = self.asked.contract.operation(f"POST {path}").example.request
        body = {name: value for name, value in example.items() if name not in _OFFLINE}
        body |= {"operator": by.operator, **said}
        if "window" in body:
            body["window"] = by.window
        sent = {"Idempotency_Key": under or key(), "If_Match": self.last["etag"]}
        answer = by.ask("POST", path.replace("{case}", self.id), body, **sent)
        if answer.status_code == 200:
            self.last = answer.json()
        return answer

    def do(self, by: Party, act: str, **said: Any) -> dict[str, Any]:
        """The same, and it goes well."""
        answer = self.send(by, act, **said)
        due(answer.status_code == 200, f"{act} answered {answer.status_code}: {answer.text}")
        operation = self.asked.contract.operation(f"POST {_PATHS[act]}")
        self.asked.contract.check_answer(operation, answer)
        return self.last

    def accept(self, clerk: Party) -> None:
        """Accept what was received, with everything the item asks for."""
        self.do(clerk, "accept-received", materials=all_met(self.item))

    def refused(self, by: Party, act: str, reason: str, **said: Any) -> None:
        """The act is not allowed now, for that reason."""
        answer = self.send(by, act, **said)
        code = problem(answer, 409, "act-not-allowed")
        seen = answer.json().get("reason")
        due(seen == reason, f"{act} is refused as {code} for {seen!r}, where {reason!r} is due")

    def law(self, by: Party) -> dict[str, Any]:
        """What may be done now, and by when."""
        name = "GET /v1/cases/{case_id}/allowed-acts"
        answer = by.ask("GET", f"/v1/cases/{self.id}/allowed-acts")
        self.asked.contract.check_answer(self.asked.contract.operation(name), answer)
        due(answer.status_code == 200, f"allowed-acts answered {answer.status_code}")
        found: dict[str, Any] = answer.json()
        return found

    def whole(self, by: Party) -> dict[str, Any]:
        """The case with everything that belongs to it."""
        answer = by.ask("GET", f"/v1/cases/{self.id}")
        due(answer.status_code == 200, f"GET /v1/cases/{{case}} answered {answer.status_code}")
        found: dict[str, Any] = answer.json()
        return found


def received(
    asked: Asked, item: dict[str, Any], applicant: dict[str, str] | None = None, **changes: Any
) -> TriedCase:
    """A case of an invented person, received at the clerk's window, its paper owed."""
    return TriedCase(asked, item, receive(asked, item, applicant, **changes))


def receive(
    asked: Asked,
    item: dict[str, Any],
    applicant: dict[str, str] | None = None,
    under: str = "",
    **changes: Any,
) -> requests.Response:
    """The answer to a receipt."""
    clerk = asked.party(CLERK)
    example = asked.contract.operation(f"POST /v1{RECEIVE.path}").example.request
    body = {
        **{name: value for name, value in example.items() if name not in _OFFLINE},
        "case": str(uuid.uuid4()),
        "number": None,
        "provisional_number": "L-CHECK-2",
        "item": item["code"],
        "item_version": item["version"],
        "applicant": {**example["applicant"], "name": NAME, **(applicant or somebody())},
        "materials": [],
        "filed_at": now(asked),
        "operator": clerk.operator,
        "window": clerk.window,
        **changes,
    }
    path = f"/v1/cases/{body['case']}/receipt"
    answer = clerk.ask("POST", path, body, Idempotency_Key=under or key())
    if answer.status_code == 201:
        asked.afterwards(lambda: withdraw(asked, body["case"]))
    return answer


def withdraw(asked: Asked, case: str) -> None:
    """The case is over: withdrawn, unless it ended otherwise."""
    clerk = asked.party(CLERK)
    answer = clerk.ask("GET", f"/v1/cases/{case}/allowed-acts")
    if answer.status_code == 404:
        return  # told as received, and never was
    stands = answer.json()
    if stands["state"] in ENDED:
        return
    body = {
        "act": "withdraw-case",
        "operator": clerk.operator,
        "window": clerk.window,
        "reason": "合约核验结束",
    }
    sent = {"Idempotency_Key": key(), "If_Match": stands["etag"]}
    answer = clerk.ask("POST", f"/v1/cases/{case}/withdrawal", body, **sent)
    due(answer.status_code == 200, f"a case stays: {stands['number']} ({answer.status_code})")
