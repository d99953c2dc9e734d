"""A case's life by the regime of its item: which act when, why not, and what ends it."""

from __future__ import annotations

from datetime import date
from typing import Any

from hall_platform.business.life import Standing, verdicts
from hall_platform.business.life_acts import ROLES_OF
from hall_platform.business.regimes import REGIMES
from hall_platform.conformance.cases import TriedCase, received, today
from hall_platform.conformance.contract import due
from hall_platform.conformance.departments import handed_over
from hall_platform.conformance.parties import Party
from hall_platform.conformance.running import Asked, check
from hall_platform.roles import CLERK


@check(
    "Until a case is handed over, the acts allowed and why others are not are its law's", full=True
)
def acts_until_hand_over(asked: Asked) -> None:
    """Received, told what is missing, corrected, accepted, handed over."""
    clerk = asked.party(CLERK)
    item = asked.acceptable_item()
    case = received(asked, item)
    _by_law(case, clerk)
    point = {
        "code": "P1",
        "material": item["materials"][0]["code"],
        "what": "缺一页",
        "basis": "清单",
    }
    case.do(clerk, "notify-missing", points=[point])
    _by_law(case, clerk)
    case.do(clerk, "submit-corrections", met=["P1"], materials=[])
    _by_law(case, clerk)
    case.accept(clerk)
    _by_law(case, clerk)
    case.do(clerk, "hand-over")
    _by_law(case, clerk)


@check(
    "From hand-over to delivery, the acts allowed and why others are not are its law's", full=True
)
def acts_until_delivery(asked: Asked) -> None:
    """A special procedure where there is one, review, a refusal with reasons, closed, delivered."""
    clerk = asked.party(CLERK)
    case, reviewer = handed_over(asked)
    if REGIMES[case.item["regime"]].special_procedure:
        case.do(reviewer, "suspend-case")
        due(case.law(clerk)["state"] == "suspended", "a special procedure does not suspend it")
        _by_law(case, clerk)
        case.do(reviewer, "resume-case")
    case.do(reviewer, "review-case", opinion="refuse")
    _by_law(case, clerk)
    basis = "《行政许可法》第三十八条"
    case.do(reviewer, "decide-case", outcome="refused", reason="不符合条件", legal_basis=basis)
    _by_law(case, clerk)
    case.do(reviewer, "close-case")
    _by_law(case, clerk)
    case.do(clerk, "deliver-result")
    _by_law(case, clerk)


def _by_law(case: TriedCase, clerk: Party) -> None:
    """The platform's answer on a case that stands so is that of the contract's law."""
    told, standing = case.law(clerk), _standing(case, clerk)
    answered = {one["act"]: (one["allowed"], one["reason"]) for one in told["acts"]}
    wanted = {act: (one.allowed, one.reason) for act, one in verdicts(standing).items()}
    due(told["regime"] == case.item["regime"], f"the regime is told as {told['regime']}")
    for act, verdict in wanted.items():
        due(
            answered.get(act) == verdict,
            f"{act} of a case in state {told['state']}: {_said(answered.get(act))}, "
            f"where {_said(verdict)} is due",
        )


def _said(verdict: tuple[bool, str] | None) -> str:
    if verdict is None:
        return "nothing told"
    allowed, reason = verdict
    return ("allowed" if allowed else "not allowed") + (f" ({reason})" if reason else "")


def _standing(case: TriedCase, clerk: Party) -> Standing:
    """How the case stands, by what the platform shows of it."""
    whole: dict[str, Any] = case.whole(clerk)
    points, result = whole["points"], case.item.get("result") or {}
    return Standing(
        regime=case.item["regime"],
        state=whole["state"],
        today=date.fromisoformat(today(case.asked)),
        acceptance_due=_day(whole["acceptance_due_on"]),
        legal_due=_day(whole["legal_due_on"]),
        notices=max((one["notices"] for one in points), default=0),
        unmet=frozenset(one["code"] for one in points if one["met_at"] is None),
        extended=any(step["act"] == "extend-case" for step in whole["timeline"]),
        charged=case.item["charged"],
        fee=whole["fee"],
        granted=whole["outcome"] == "granted",
        gives_licence=bool(result.get("licence_type")),
        licence_issued=whole["result_licence"] is not None,
        elsewhere=whole["for_county"] != whole["handling_county"],
        papers_owed=sum(one["state"] == "owed" for one in whole["documents"]),
        to_verify=sum(one["trust_grade"] == "C" for one in whole["materials"]),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@check("An act that is told as not allowed is refused, for the reason that was told", full=True)
def refused_as_told(asked: Asked) -> None:
    """Every act of a window that a case just received does not allow; it stays as it is."""
    clerk = asked.party(CLERK)
    case = received(asked, asked.acceptable_item())
    before = case.law(clerk)
    for one in before["acts"]:
        if not one["allowed"] and CLERK in ROLES_OF[one["act"]]:
            case.refused(clerk, one["act"], one["reason"])
    due(case.law(clerk)["etag"] == before["etag"], "what was refused has changed the case")


@check(
    "A withdrawn case is over: nobody decides it, hands it over or withdraws it again", full=True
)
def withdrawn_is_over(asked: Asked) -> None:
    """Withdrawn when it was reviewed and only the decision was still to come."""
    clerk = asked.party(CLERK)
    case, reviewer = handed_over(asked)
    case.do(reviewer, "review-case")
    case.do(clerk, "withdraw-case")
    due(case.law(clerk)["state"] == "withdrawn", "it is not told as withdrawn")
    case.refused(reviewer, "decide-case", "ended")
    case.refused(clerk, "hand-over", "ended")
    case.refused(clerk, "withdraw-case", "ended")
    still = [one["act"] for one in case.law(clerk)["acts"] if one["allowed"]]
    due(set(still) <= {"issue-paper"}, f"still allowed: {', '.join(still)}")


@check("A limit is extended once, by as many days as its law allows", full=True)
def extended_once(asked: Asked) -> None:
    """The second time is refused for what it is."""
    clerk = asked.party(CLERK)
    case, reviewer = handed_over(asked)
    before = {one["kind"]: one["days"] for one in case.law(clerk)["due"]}
    case.do(reviewer, "extend-case")
    after = {one["kind"]: one["days"] for one in case.law(clerk)["due"]}
    more = REGIMES[case.item["regime"]].extension_days
    due(after["legal"] == before["legal"] + more, f"{after['legal'] - before['legal']} days more")
    case.refused(reviewer, "extend-case", "extended-already")
