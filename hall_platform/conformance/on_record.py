"""What stays of acts: numbers, papers, receipts, and the flag of a likely duplicate."""

from __future__ import annotations

from typing import Any

from hall_platform.conformance.cases import TriedCase, key, receive, received
from hall_platform.conformance.contract import due, problem
from hall_platform.conformance.parties import Party
from hall_platform.conformance.people import somebody
from hall_platform.conformance.running import Asked, check
from hall_platform.roles import CLERK


@check(
    "A case keeps the number that was leased; no other case gets it, nor one never leased",
    full=True,
)
def numbers_single(asked: Asked) -> None:
    """409 number-used and 422 number-unknown."""
    clerk, item = asked.party(CLERK), asked.acceptable_item()
    body = {"act": "lease-numbers", "window": clerk.window, "count": 1}
    lease = clerk.ask("POST", "/v1/number-blocks", body, Idempotency_Key=key())
    (number,) = lease.json()["numbers"]
    given: dict[str, Any] = {"number": number, "provisional_number": None}
    case = received(asked, item, **given)
    due(case.last["number"] == number, f"{number} became {case.last['number']}")
    problem(receive(asked, item, **given), 409, "number-used")
    never = {**given, "number": number[:-5] + "99999"}
    problem(receive(asked, item, **never), 422, "number-unknown")
    others = {received(asked, item).last["number"] for _ in range(3)}
    due(len(others | {number}) == 4, "two cases have one number")


@check("A paper is owed with its number until it is issued, and is issued once", full=True)
def papers_owed(asked: Asked) -> None:
    """The receipt of a case, then the notice of its withdrawal."""
    clerk, item = asked.party(CLERK), asked.acceptable_item()
    case = received(asked, item)
    (owed,) = case.last["papers"]
    due((owed["kind"], owed["state"]) == ("receipt", "owed"), f"a {owed['kind']} {owed['state']}")
    _paper(case, clerk, owed, "owed")
    case.do(clerk, "issue-paper", kind="receipt")
    _paper(case, clerk, owed, "issued")
    again = case.send(clerk, "issue-paper", kind="receipt")
    problem(again, 409, "act-not-allowed", "paper-not-owed")
    case.do(clerk, "withdraw-case")
    (notice,) = case.last["papers"]
    other = received(asked, item).last["papers"][0]
    numbers = {one["number"] for one in (owed, notice, other)}
    due(len(numbers) == 3 and all(numbers), "two papers have one number")


def _paper(case: TriedCase, clerk: Party, paper: dict[str, Any], state: str) -> None:
    """The case shows the paper in that state, among the papers only when it was issued."""
    whole = case.whole(clerk)
    found = [one["state"] for one in whole["documents"] if one["number"] == paper["number"]]
    due(found == [state], f"the {paper['kind']} is shown as {found}, where {state} is due")
    issued = paper["number"] in {one["number"] for one in whole["papers"]}
    due(issued == (state == "issued"), f"a paper that is {state} stands among those issued")


@check("Each act on a case is read back by its key, as that act and with its digest", full=True)
def acts_read_back(asked: Asked) -> None:
    """A receipt and a withdrawal."""
    clerk, keys = asked.party(CLERK), (key(), key())
    case = received(asked, asked.acceptable_item(), under=keys[0])
    digest = case.last["body_sha256"]
    due(case.last["key"] == keys[0], "a receipt names another key")
    case.send(clerk, "withdraw-case", under=keys[1])
    answer = clerk.ask("GET", f"/v1/sync/receipts?keys={','.join(keys)}")
    done = {one["key"]: one for one in answer.json()["done"]}
    due(set(done) == set(keys), "an act that was answered is not on record")
    acts = [done[one]["act"] for one in keys]
    due(acts == ["receive", "withdraw-case"], f"on record as {', '.join(acts)}")
    due(done[keys[0]]["body_sha256"] == digest, "the receipt is on record with another digest")


@check(
    "A second case of one person, item and day is taken and flagged; a first one is not", full=True
)
def duplicates_flagged(asked: Asked) -> None:
    """A flag for a person to look at, no refusal (`duplicate_of`)."""
    item, person = asked.acceptable_item(), somebody()
    first = received(asked, item, person)
    due(first.last["duplicate_of"] == [], "the first case of a person is flagged")
    second = received(asked, item, person)
    flagged = second.last["duplicate_of"]
    due(flagged == [first.last["number"]], f"flagged as {flagged}")
    due(received(asked, item).last["duplicate_of"] == [], "somebody else's case is flagged")
