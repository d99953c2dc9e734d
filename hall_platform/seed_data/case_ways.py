"""The ways a case of the invented halls goes, step by step, to each state of its life."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from hall_platform.business import life
from hall_platform.business.regimes import REGIMES
from hall_platform.clock import HALL_ZONE, stamp
from hall_platform.seed_data.case_told import Staff, Told, Worker
from hall_platform.seed_data.places import BODIES, HALL, NEIGHBOUR, Hall

_REASONS = ("经营场所图纸缺少比例尺", "申请书缺少签名", "租赁合同已过期", "健康证明缺页")


_TO_REVIEW = ("accept", "hand_over")
_TO_DECISION = (*_TO_REVIEW, "review")
WAYS: Mapping[str, tuple[str, ...]] = {
    "received": (),
    "to_correct": ("notify",),
    "corrected": ("notify", "correct"),
    "in_transfer": ("transfer",),
    "taken_over": ("transfer", "take_over", "accept"),
    "accepted": ("accept",),
    "fee_noticed": ("accept", "notice_fee"),
    "fee_paid": ("accept", "notice_fee", "pay"),
    "handed_over": _TO_REVIEW,
    "suspended": (*_TO_REVIEW, "suspend"),
    "resumed": (*_TO_REVIEW, "suspend", "resume"),
    "extended": (*_TO_REVIEW, "extend"),
    "reviewed": _TO_DECISION,
    "decided": (*_TO_DECISION, "grant"),
    "turned_down": (*_TO_DECISION, "turn_down", "close"),
    "closed": (*_TO_DECISION, "grant", "issue", "close"),
    "delivered": (*_TO_DECISION, "grant", "issue", "close", "deliver"),
    "turned_down_delivered": (*_TO_DECISION, "turn_down", "close", "deliver"),
    "refused": ("refuse",),
    "withdrawn": ("accept", "withdraw"),
    "terminated": ("notify", "terminate"),
}


@dataclass
class Way:
    """The way of a case from receipt to the state it is told up to."""

    told: Told
    staff: Staff
    hall: Hall
    days: Iterator[date]
    licence: str | None
    clerk: Worker
    hour: int = 9

    def lead(self, until: str) -> None:
        """Every step up to the state."""
        for step in WAYS[until]:
            getattr(self, f"_{step}")()

    def _at(self) -> datetime:
        """The next working day while there are some left, later on the day itself after that."""
        day = next(self.days)
        filed = date.fromisoformat(self.told.row["filed_on"])
        self.hour = min(self.hour + 1, 17) if day != filed else 17
        return datetime.combine(day, time(self.hour, 15), HALL_ZONE)

    @property
    def _reviewer(self) -> Worker:
        return self.staff.reviewer(self.told.row["department"])

    def _notify(self) -> None:
        told, at = self.told, self._at()
        what = _REASONS[len(told.row["id"]) % len(_REASONS)]
        told.points.append(
            {
                "county": told.row["county"],
                "case_id": told.row["id"],
                "code": "P1",
                "material": told.item["materials"][-1]["code"],
                "what": what,
                "basis": told.item["legal_basis"][0],
                "form": "原件",
                "notices": 1,
                "met_at": None,
            }
        )
        told.stand("acceptance", "correction", at.date())
        told.step(
            "notify-missing",
            self.clerk,
            at,
            life.TO_CORRECT,
            paper="correction_notice",
            reason=what,
            details={"points": ["P1"], "correct_by": None},
            notices=1,
        )

    def _correct(self) -> None:
        told, at = self.told, self._at()
        told.points[0]["met_at"] = stamp(at)
        told.go_on(at.date())
        details = {"met": ["P1"]}
        told.step(
            "submit-corrections", self.clerk, at, life.RECEIVED, paper="receipt", details=details
        )

    def _accept(self) -> None:
        at = self._at()
        self.told.step(
            "accept-received",
            self.clerk,
            at,
            life.ACCEPTED,
            paper="acceptance_notice",
            accepted_at=stamp(at),
            accepted_on=at.date().isoformat(),
        )

    def _refuse(self) -> None:
        details = {
            "ground": "not_our_power",
            "legal_basis": "《行政许可法》第三十二条第一款第二项",
            "right_body": BODIES["city_health"].name,
            "remedies": REGIMES[self.told.row["regime"]].remedies,
        }
        self.told.step(
            "refuse-acceptance",
            self.clerk,
            self._at(),
            life.REFUSED,
            paper="refusal_notice",
            reason="该申请属于市级机关职权范围",
            details=details,
        )

    def _withdraw(self) -> None:
        reason = "申请人调整经营计划"
        self.told.step(
            "withdraw-case",
            self.clerk,
            self._at(),
            life.WITHDRAWN,
            paper="withdrawal_notice",
            reason=reason,
        )

    def _terminate(self) -> None:
        self.told.step(
            "terminate-case",
            self.clerk,
            self._at(),
            life.TERMINATED,
            paper="termination_notice",
            reason="申请人逾期未补正，经告知后仍未提交",
            details={"legal_basis": self.told.item["legal_basis"][0]},
        )

    def _transfer(self) -> None:
        details = {"by": "electronic", "post_number": "", "for_county": self.told.row["for_county"]}
        self.told.step(
            "transfer-case",
            self.clerk,
            self._at(),
            life.IN_TRANSFER,
            paper="county_transfer",
            details=details,
            state_before=life.RECEIVED,
        )

    def _take_over(self) -> None:
        there = NEIGHBOUR if self.hall is HALL else HALL
        self.clerk = self.staff.clerk(there, "01" if there is NEIGHBOUR else "03")
        at = self._at()
        self.told.step(
            "take-over-case",
            self.clerk,
            at,
            life.RECEIVED,
            paper="material_transfer",
            state_before="",
            handling_county=self.told.row["for_county"],
            clock_from=at.date().isoformat(),
        )

    def _hand_over(self) -> None:
        details = {"originals": 1, "department": self.told.row["department"]}
        self.told.step(
            "hand-over",
            self.clerk,
            self._at(),
            life.HANDED_OVER,
            paper="material_transfer",
            details=details,
        )

    def _suspend(self) -> None:
        at = self._at()
        self.told.stand("handling", "inspection", at.date(), 10)
        self.told.step(
            "suspend-case",
            self._reviewer,
            at,
            life.SUSPENDED,
            paper="special_procedure_notice",
            reason="需要对经营场所进行现场核查",
            details={"kind": "inspection", "expected_days": 10},
            state_before=life.HANDED_OVER,
        )

    def _resume(self) -> None:
        at = self._at()
        self.told.go_on(at.date())
        self.told.step(
            "resume-case",
            self._reviewer,
            at,
            life.HANDED_OVER,
            reason="现场核查合格",
            state_before="",
        )

    def _extend(self) -> None:
        days = REGIMES[self.told.row["regime"]].extension_days
        self.told.step(
            "extend-case",
            self._reviewer,
            self._at(),
            paper="extension_notice",
            reason="情形复杂，需要进一步核实",
            details={"days": days, "approved_by": "拟立新"},
            extension_days=days,
        )

    def _notice_fee(self) -> None:
        fee = self.told.item["fees"][0]
        self.told.step(
            "notice-fee",
            self.clerk,
            self._at(),
            paper="fee_notice",
            details={
                "cents": fee["amount_fen"],
                "listed_cents": fee["amount_fen"],
                "charges": [{"name": fee["name"], "count": 1}],
                "basis": fee["basis"],
            },
            fee="noticed",
            fee_cents=fee["amount_fen"],
        )

    def _pay(self) -> None:
        cents = self.told.row["fee_cents"]
        details = {"receipt_number": f"99{self.told.row['number'][8:]}", "cents": cents}
        self.told.step("mark-paid", self.clerk, self._at(), details=details, fee="paid")

    def _review(self) -> None:
        self.told.step(
            "review-case",
            self._reviewer,
            self._at(),
            life.REVIEWED,
            reason="材料齐全，符合法定条件",
            details={"opinion": "grant"},
        )

    def _grant(self) -> None:
        self._decide("granted", "approval_decision", "符合法定条件", {})

    def _turn_down(self) -> None:
        details = {
            "legal_basis": self.told.item["legal_basis"][0],
            "remedies": REGIMES[self.told.row["regime"]].remedies,
        }
        self._decide("refused", "denial_decision", "经营场所不符合规定条件", details)

    def _decide(self, outcome: str, paper: str, reason: str, details: Mapping[str, Any]) -> None:
        at = self._at()
        self.told.step(
            "decide-case",
            self._reviewer,
            at,
            life.DECIDED,
            paper=paper,
            reason=reason,
            details={"outcome": outcome, **details},
            outcome=outcome,
            decided_on=at.date().isoformat(),
        )

    def _issue(self) -> None:
        kind = self.told.item["result"]["licence_type"]["code"]
        self.told.step(
            "issue-result",
            self._reviewer,
            self._at(),
            details={"licence_type": kind},
            result_licence=self.licence,
        )

    def _close(self) -> None:
        self.told.step("close-case", self._reviewer, self._at(), life.CLOSED)

    def _deliver(self) -> None:
        details = {"by": "hand", "recipient": "applicant", "post_number": ""}
        self.told.step(
            "deliver-result",
            self.clerk,
            self._at(),
            life.DELIVERED,
            paper="delivery_receipt",
            details=details,
        )
