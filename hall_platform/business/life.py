"""The life of a case (办件): its states, and which act is allowed when, with the reason.

Pure: how a case stands goes in, a verdict for each act comes out. Who may do an act and in which
county is access's business; what is here is the law's (for licensing 行政许可法 articles 32, 38 and
42 to 45; for the others see regimes.py). The vectors both sides of the contract meet:
`docs/api/vectors/allowed_acts.json`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from hall_platform.business.regimes import REGIMES, Regime

RECEIVED = "received"  # 收件, clock A
TO_CORRECT = "to_correct"  # 待补正, clock A stands still
IN_TRANSFER = "in_transfer"  # 移送中, to the county whose case it is
ACCEPTED = "accepted"  # 受理, clock B
HANDED_OVER = "handed_over"  # 承办, with the department
SUSPENDED = "suspended"  # 特别程序, clock B stands still
REVIEWED = "reviewed"  # 审核
DECIDED = "decided"  # 决定
CLOSED = "closed"  # 办结
DELIVERED = "delivered"  # 送达
REFUSED = "refused"  # 不予受理
WITHDRAWN = "withdrawn"  # 撤回
TERMINATED = "terminated"  # 终止

STATES: Mapping[str, str] = {
    RECEIVED: "已收件",
    TO_CORRECT: "待补正",
    IN_TRANSFER: "移送中",
    ACCEPTED: "已受理",
    HANDED_OVER: "承办中",
    SUSPENDED: "特别程序",
    REVIEWED: "已审核",
    DECIDED: "已决定",
    CLOSED: "已办结",
    DELIVERED: "已送达",
    REFUSED: "不予受理",
    WITHDRAWN: "已撤回",
    TERMINATED: "已终止",
}
ENDED = frozenset({DELIVERED, REFUSED, WITHDRAWN, TERMINATED})
BEFORE_ACCEPTANCE = frozenset({RECEIVED, TO_CORRECT})
IN_HAND = frozenset({ACCEPTED, HANDED_OVER, REVIEWED})
UNDECIDED = BEFORE_ACCEPTANCE | IN_HAND | {SUSPENDED}

REASONS: Mapping[str, str] = {
    "ended": "办件已经结束，不能再办理",
    "not-in-this-state": "办件当前状态不能办理该操作",
    "deemed-accepted": "已超过受理期限未作决定，自收到申请材料之日起视为受理",
    "points-unmet": "告知补正的内容尚未全部补正",
    "points-met": "首次告知的内容已全部补正，不得再次告知",
    "known-points-only": "补正内容应当一次性告知；再次告知只能列首次告知中尚未补正的内容",
    "no-special-procedure": "该类事项没有不计入办理期限的特别程序",
    "no-extension": "该类事项的办理期限不能延长",
    "extended-already": "办理期限已经延长过一次",
    "limit-passed": "办理期限已经届满，不能再延长",
    "not-charged": "该事项不收费",
    "fee-noticed-already": "已经发出缴费通知",
    "fee-not-noticed": "尚未发出缴费通知",
    "fee-paid-already": "费用已经缴清",
    "fee-waived": "费用已经准予免缴",
    "fee-unpaid": "费用尚未缴清",
    "not-granted": "没有作出准予的决定",
    "no-licence": "该事项的办理结果不是证照",
    "licence-issued-already": "结果证照已经制发",
    "licence-not-issued": "结果证照尚未制发",
    "elsewhere": "该办件属于其他县区，应当移送该县区办理",
    "own-county": "该办件属于本县区，不需要移送",
    "papers-issued": "没有待出具的文书",
    "nothing-to-verify": "没有需要核验原件的材料",
}


@dataclass(frozen=True)
class Standing:
    """How a case stands today, as far as the law asks.

    `acceptance_due` and `legal_due` are the last days of clock A and of the legal limit; None
    while a clock stands still or has not begun. `unmet` are the notified points not yet corrected.
    `elsewhere`: received for another county and not handed to it yet.
    """

    regime: str
    state: str
    today: date
    acceptance_due: date | None = None
    legal_due: date | None = None
    notices: int = 0
    unmet: frozenset[str] = frozenset()
    extended: bool = False
    charged: bool = False
    fee: str = "none"  # none, noticed, paid, waived
    granted: bool = False
    gives_licence: bool = False
    licence_issued: bool = False
    elsewhere: bool = False
    papers_owed: int = 0
    to_verify: int = 0

    @property
    def rules(self) -> Regime:
        """The rules of its regime."""
        return REGIMES[self.regime]

    @property
    def deemed(self) -> bool:
        """Whether the law has accepted it: clock A ran out without a decision."""
        return (
            self.state == RECEIVED
            and self.rules.deemed_accepted
            and self.acceptance_due is not None
            and self.today > self.acceptance_due
        )


@dataclass(frozen=True)
class Verdict:
    """Whether an act is allowed; `reason` says why not, or under which condition."""

    allowed: bool
    reason: str = ""


def _no(reason: str) -> Verdict:
    return Verdict(allowed=False, reason=reason)


YES = Verdict(allowed=True)


@dataclass(frozen=True)
class LegalAct:
    """An act of the life of a case: from which states, under which further conditions."""

    title: str
    source: str  # the rule of the regime it stands on
    states: frozenset[str]
    condition: Callable[[Standing], Verdict] = lambda _: YES
    elsewhere: bool = False  # also where the case belongs to another county


def _deciding_acceptance(standing: Standing) -> Verdict:
    return _no("deemed-accepted") if standing.deemed else YES


def _accepting(standing: Standing) -> Verdict:
    if standing.deemed:
        return _no("deemed-accepted")
    return _no("points-unmet") if standing.unmet else YES


def _notifying(standing: Standing) -> Verdict:
    if standing.deemed:
        return _no("deemed-accepted")
    if not standing.notices:
        return YES
    if not standing.unmet:
        return _no("points-met")
    return Verdict(allowed=True, reason="known-points-only")


def _suspending(standing: Standing) -> Verdict:
    return YES if standing.rules.special_procedure else _no("no-special-procedure")


def _extending(standing: Standing) -> Verdict:
    if not standing.rules.extension_days:
        return _no("no-extension")
    if standing.extended:
        return _no("extended-already")
    if standing.legal_due is not None and standing.today > standing.legal_due:
        return _no("limit-passed")
    return YES


def _noticing_fee(standing: Standing) -> Verdict:
    if not standing.charged:
        return _no("not-charged")
    if standing.fee == "waived":
        return _no("fee-waived")
    return YES if standing.fee == "none" else _no("fee-noticed-already")


def _waiving_fee(standing: Standing) -> Verdict:
    if not standing.charged:
        return _no("not-charged")
    if standing.fee == "waived":
        return _no("fee-waived")
    return YES if standing.fee in ("none", "noticed") else _no("fee-paid-already")


def _marking_paid(standing: Standing) -> Verdict:
    if standing.fee == "none":
        return _no("fee-not-noticed" if standing.charged else "not-charged")
    if standing.fee == "waived":
        return _no("fee-waived")
    return YES if standing.fee == "noticed" else _no("fee-paid-already")


def _fee_settled(standing: Standing) -> Verdict:
    """What is granted for a fee is paid for, or the fee was waived; a refusal asks for none."""
    if standing.fee == "noticed":
        return _no("fee-unpaid")
    if standing.charged and standing.granted and standing.fee == "none":
        return _no("fee-not-noticed")
    return YES


def _issuing_licence(standing: Standing) -> Verdict:
    if not standing.granted:
        return _no("not-granted")
    if not standing.gives_licence:
        return _no("no-licence")
    if standing.licence_issued:
        return _no("licence-issued-already")
    return _fee_settled(standing)


def _closing(standing: Standing) -> Verdict:
    settled = _fee_settled(standing)
    if not settled.allowed:
        return settled
    if standing.granted and standing.gives_licence and not standing.licence_issued:
        return _no("licence-not-issued")
    return YES


def _transferring(standing: Standing) -> Verdict:
    return YES if standing.elsewhere else _no("own-county")


def _issuing_paper(standing: Standing) -> Verdict:
    return YES if standing.papers_owed else _no("papers-issued")


def _verifying(standing: Standing) -> Verdict:
    return YES if standing.to_verify else _no("nothing-to-verify")


_RECEIVED = frozenset({RECEIVED})

ACTS: Mapping[str, LegalAct] = {
    "accept-received": LegalAct("受理", "acceptance", _RECEIVED, _accepting),
    "correct-on-spot": LegalAct("当场更正", "acceptance", _RECEIVED, _deciding_acceptance),
    "notify-missing": LegalAct("补正告知", "notice", _RECEIVED, _notifying),
    "submit-corrections": LegalAct("提交补正材料", "notice", frozenset({TO_CORRECT})),
    "refuse-acceptance": LegalAct("不予受理", "acceptance", _RECEIVED, _deciding_acceptance),
    "withdraw-case": LegalAct("撤回申请", "acceptance", UNDECIDED | {IN_TRANSFER}, elsewhere=True),
    "transfer-case": LegalAct(
        "移送其他县区", "acceptance", frozenset({RECEIVED, ACCEPTED}), _transferring, elsewhere=True
    ),
    "take-over-case": LegalAct("接收移送", "acceptance", frozenset({IN_TRANSFER}), elsewhere=True),
    "hand-over": LegalAct("移交承办", "legal", frozenset({ACCEPTED})),
    "suspend-case": LegalAct("启动特别程序", "special", IN_HAND, _suspending),
    "resume-case": LegalAct("结束特别程序", "special", frozenset({SUSPENDED})),
    "extend-case": LegalAct("延长办理期限", "extension", IN_HAND, _extending),
    "notice-fee": LegalAct("缴费通知", "legal", IN_HAND | {DECIDED}, _noticing_fee),
    "waive-fee": LegalAct("免缴费用", "legal", IN_HAND | {SUSPENDED, DECIDED}, _waiving_fee),
    "mark-paid": LegalAct(
        "登记缴费", "legal", IN_HAND | {SUSPENDED, DECIDED}, _marking_paid, elsewhere=True
    ),
    "review-case": LegalAct("审核", "legal", frozenset({HANDED_OVER})),
    "decide-case": LegalAct("决定", "legal", frozenset({REVIEWED})),
    "issue-result": LegalAct("制发结果证照", "delivery", frozenset({DECIDED}), _issuing_licence),
    "close-case": LegalAct("办结", "legal", frozenset({DECIDED}), _closing),
    "deliver-result": LegalAct("送达", "delivery", frozenset({CLOSED}), elsewhere=True),
    "terminate-case": LegalAct("终止办理", "legal", UNDECIDED),
    "attach-material": LegalAct(
        "添加材料",
        "notice",
        frozenset({RECEIVED, TO_CORRECT, ACCEPTED, HANDED_OVER, SUSPENDED}),
        elsewhere=True,
    ),
    "verify-original": LegalAct("核验原件", "notice", UNDECIDED, _verifying, elsewhere=True),
    "issue-paper": LegalAct(
        "出具文书", "acceptance", frozenset(STATES), _issuing_paper, elsewhere=True
    ),
}


def verdict(act: str, standing: Standing) -> Verdict:
    """Whether an act is allowed for a case that stands so. KeyError for an act there is not."""
    legal = ACTS[act]
    if standing.state in ENDED and act != "issue-paper":
        return _no("ended")
    if standing.elsewhere and not legal.elsewhere:
        return _no("elsewhere")
    states = legal.states | (_also_when_deemed(act) if standing.deemed else frozenset())
    if standing.state not in states:
        return _no("not-in-this-state")
    return legal.condition(standing)


def verdicts(standing: Standing) -> dict[str, Verdict]:
    """The verdict of every act, in the order of a case's life."""
    return {act: verdict(act, standing) for act in ACTS}


def _also_when_deemed(act: str) -> frozenset[str]:
    """What is allowed after acceptance is allowed once the law has accepted."""
    return _RECEIVED if ACCEPTED in ACTS[act].states else frozenset()
