"""Looks at people's data: presented once, founded on an item and a case, shown to the person."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import requests

from hall_platform.conformance.cases import key, received, withdraw
from hall_platform.conformance.contract import NotAsked, due, problem
from hall_platform.conformance.parties import Party
from hall_platform.conformance.people import somebody
from hall_platform.conformance.running import Asked, check
from hall_platform.conformance.windows import side_by_side
from hall_platform.roles import CLERK

_QUERIES = "/v1/exchange/queries"
_REASON = "合约核验：核对申请材料"
_PURPOSE = "合约核验：出示证照"


@check(
    "An e-licence shown by a presentation code is seen once, by the window that was first",
    full=True,
)
def presented_once(asked: Asked) -> None:
    """Two redeem the same code at the same moment; later ones and cancelled ones are refused."""
    clerk, (person, _) = asked.party(CLERK), asked.company.citizen()
    owned = person.ask("GET", "/v1/own-licences").json().get("licences") or ()
    if not owned:
        raise NotAsked("a citizen who has an e-licence")
    code, _ = _present(asked, person, owned[0]["identifier"])
    answers = side_by_side([partial(_redeem, one, code) for one in (clerk, _twin(clerk))])
    won = [one for one in answers if one.status_code == 200]
    due(len(won) == 1, f"{len(won)} of two redeemed one code")
    asked.contract.check_answer(
        asked.contract.operation("POST /v1/presentation-redemptions"), won[0]
    )
    shown = [one["identifier"] for one in won[0].json()["licences"]]
    due(shown == [owned[0]["identifier"]], "other licences are shown than were chosen")
    lost = next(one for one in answers if one is not won[0])
    problem(lost, 409, "presentation-refused")
    problem(_redeem(clerk, code), 409, "presentation-refused")
    path = f"/v1/presentations/{won[0].json()['presentation']}"
    state = person.ask("GET", path).json()
    due(state["state"] == "redeemed", f"used, the code is told as {state['state']}")
    due(state["window"] == clerk.window, f"used at window {state['window']}")
    back, cancel = _present(asked, person, owned[0]["identifier"])
    cancel()
    problem(_redeem(clerk, back), 409, "presentation-refused")


def _twin(party: Party) -> Party:
    """The same party on a connection of its own."""
    return Party(party.url, party.role, party.token, party.session)


def _present(asked: Asked, person: Party, licence: str) -> tuple[str, Callable[[], None]]:
    """A code for one licence and how it is cancelled, which is done afterwards if still open."""
    body = {"act": "present-licences", "licences": [licence], "purpose": _PURPOSE, "consent": True}
    answer = person.ask("POST", "/v1/presentations", body, Idempotency_Key=key())
    due(answer.status_code == 201, f"a presentation answered {answer.status_code}: {answer.text}")
    made = answer.json()
    path = f"/v1/presentations/{made['presentation']}"

    def cancel() -> None:
        if person.ask("GET", path).json()["state"] == "open":
            body = {"act": "cancel-presentation"}
            done = person.ask("POST", f"{path}/cancellation", body, Idempotency_Key=key())
            due(done.status_code == 200, f"a presentation code stays ({done.status_code})")

    asked.afterwards(cancel)
    return str(made["code"]), cancel


def _redeem(clerk: Party, code: str) -> requests.Response:
    body = {
        "act": "redeem-presentation",
        "operator": clerk.operator,
        "window": clerk.window,
        "code": code,
    }
    return clerk.ask("POST", "/v1/presentation-redemptions", body, Idempotency_Key=key())


@check("A query without a purpose, or for a case that does not found it, is refused", full=True)
def unfounded_looks(asked: Asked) -> None:
    """No reason, no such case, somebody else's, one that is over; none of them is a look."""
    clerk, person = asked.party(CLERK), somebody()
    item, resource = _shared(asked)
    foreign = received(asked, item).id
    over = received(asked, item, person).id
    withdraw(asked, over)
    good = {"resource": resource, "holder": person, "item": item["code"], "reason": _REASON}
    for reason in ({"reason": " "}, {"reason": None}):
        problem(clerk.ask("POST", _QUERIES, {**good, **reason}), 422, "invalid-request")
    for case in (str(uuid.uuid4()), foreign, over):
        answer = clerk.ask("POST", _QUERIES, {**good, "case": case})
        problem(answer, 403, "purpose-unfounded")
        due(person["number"] not in answer.text, "a refusal shows the person's number")
    looked = [one for one in _uses(clerk, person) if one["resource"] == resource]
    due(not looked, "a query that was refused stands in the person's record")


@check("A query that was answered stands in the record that a window shows the person", full=True)
def looks_on_record(asked: Asked) -> None:
    """For which case, and why; the record says so before anybody asks again."""
    clerk, person = asked.party(CLERK), somebody()
    item, resource = _shared(asked)
    case = received(asked, item, person).id
    answer = _ask(clerk, resource, item, person, case=case)
    asked.contract.check_answer(asked.contract.operation(f"POST {_QUERIES}"), answer)
    _stands(_uses(clerk, person), answer.json()["query"], resource)


@check("A person sees online who looked at their data and why, and no clerk's name", full=True)
def looks_shown_online(asked: Asked) -> None:
    """The same record, asked by the citizen it is about."""
    clerk, (person, holder) = asked.party(CLERK), asked.company.citizen()
    item, resource = _shared(asked)
    query = _ask(clerk, resource, item, holder).json()["query"]
    answer = person.ask("GET", "/v1/exchange/uses")
    due(answer.status_code == 200, f"GET /v1/exchange/uses answered {answer.status_code}")
    _stands(answer.json()["uses"], query, resource)
    for told in (clerk.operator["id"], clerk.operator["name"]):
        due(told not in answer.text, "the record names the clerk")


def _stands(uses: list[Mapping[str, Any]], query: str, resource: str) -> None:
    found = next((one for one in uses if one["id"] == query), None)
    due(found is not None, "the query is not in the person's record")
    assert found is not None
    seen = (found["resource"], found["why"])
    due(seen == (resource, _REASON), f"on record as {seen}")


def _uses(clerk: Party, person: Mapping[str, str]) -> list[Mapping[str, Any]]:
    body = {"holder": person, "purpose": "合约核验：本人到窗口查询"}
    answer = clerk.ask("POST", "/v1/exchange/use-queries", body)
    due(answer.status_code == 200, f"use-queries answered {answer.status_code}")
    uses: list[Mapping[str, Any]] = answer.json()["uses"]
    return uses


def _ask(
    clerk: Party, resource: str, item: Mapping[str, Any], person: Mapping[str, str], **more: str
) -> requests.Response:
    body = {"resource": resource, "holder": person, "item": item["code"], "reason": _REASON, **more}
    answer = clerk.ask("POST", _QUERIES, body)
    if answer.status_code == 503:
        raise NotAsked(f"a source that answers for {resource}")
    due(answer.status_code == 200, f"a query answered {answer.status_code}: {answer.text}")
    return answer


def _shared(asked: Asked) -> tuple[dict[str, Any], str]:
    """An item one of whose materials comes from a shared source, and that source."""
    found = asked.kept("shared", lambda: next(_sources(asked), None))
    if found is None:
        raise NotAsked("an item with a material that is met by a shared source (--item)")
    item, resource = found
    return item, resource


def _open(resource: Mapping[str, Any]) -> bool:
    return bool(resource["standing"] == "open" and resource["sharing"] != "none")


def _sources(asked: Asked) -> Iterator[tuple[dict[str, Any], str]]:
    clerk = asked.party(CLERK)
    for item in asked.items():
        for material in item["materials"]:
            for source in material["met_by"].get("shared_sources", ()):
                code = source["resource"]
                about = clerk.ask("GET", f"/v1/exchange/resources/{code}")
                if about.status_code == 200 and _open(about.json()):
                    yield item, code
