"""What another county is told of a case: nothing."""

from __future__ import annotations

from hall_platform.conformance.cases import key, received
from hall_platform.conformance.contract import due, problem
from hall_platform.conformance.people import somebody
from hall_platform.conformance.running import Asked, check
from hall_platform.roles import CLERK

_PURPOSE = "合约核验：外县区查询"


@check("Another county's clerk is told nothing of a case and can do nothing with it", full=True)
def other_county(asked: Asked) -> None:
    """Not by its address, not by the person, not by its key; as if it had never been."""
    clerk, person, receipt = asked.party(CLERK), somebody(), key()
    stranger = asked.company.clerk_elsewhere(clerk)
    case = received(asked, asked.acceptable_item(), person, under=receipt)
    for path in ("", "/allowed-acts", "/provenance"):
        answer = stranger.ask("GET", f"/v1/cases/{case.id}{path}")
        problem(answer, 404, "not-found")
    body = {"holder": person, "purpose": _PURPOSE}
    listed = stranger.ask("POST", "/v1/case-queries", body)
    due(listed.status_code == 200, f"case-queries answered {listed.status_code}")
    due(case.id not in listed.text, "the case is listed under its person")
    done = stranger.ask("GET", f"/v1/sync/receipts?keys={receipt}").json()
    due(done["unknown"] == [receipt], "the receipt is told by its key")
    before = case.law(clerk)["etag"]
    problem(case.send(stranger, "withdraw-case"), 404, "not-found")
    due(case.law(clerk)["etag"] == before, "another county's act has changed the case")
