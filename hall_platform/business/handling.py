"""Handling (承办) from acceptance to delivery: department, clock B, decision, result."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from sqlalchemy import Connection

from hall_platform.acts import Delivery
from hall_platform.business import life, limits
from hall_platform.business.life_shapes import (
    CloseCaseAct,
    DecideCaseAct,
    DeliverResultAct,
    ExtendCaseAct,
    HandOverAct,
    IssueResultAct,
    ResumeCaseAct,
    ReviewCaseAct,
    SuspendCaseAct,
    TakeOverCaseAct,
    TerminateCaseAct,
    TransferCaseAct,
)
from hall_platform.business.receiving import wanted
from hall_platform.business.standing import result_type
from hall_platform.business.steps import Held, Step, done_at, hold, move
from hall_platform.business.stops import begin_stop, end_stop
from hall_platform.clock import day_of
from hall_platform.licences import issuing
from hall_platform.problems import Problem, invalid


def transfer(connection: Connection, act: TransferCaseAct, delivery: Delivery) -> dict[str, Any]:
    """Send a case to the county whose it is (异地代收移送), with the slip that goes with it.

    Problems: not-found, act-not-allowed.
    """
    held = hold(connection, delivery, act.act)
    if delivery.caller.county != held.row["handling_county"]:
        raise Problem("case-elsewhere", county=held.row["handling_county"])
    step = Step(
        act=act.act,
        operator=str(act.operator.id),
        event="case-handed-over",
        to=life.IN_TRANSFER,
        papers=(wanted("county_transfer", act.paper, delivery),),
        details={
            "by": act.by,
            "post_number": act.post_number,
            "for_county": held.row["for_county"],
        },
        values={"state_before": held.row["state"]},
    )
    return move(connection, delivery, held, step, done_at(act.done_at, delivery, held.row))


def take_over(connection: Connection, act: TakeOverCaseAct, delivery: Delivery) -> dict[str, Any]:
    """The county takes over what was received for it; clock A begins (接收移送).

    Problems: not-found, case-elsewhere, act-not-allowed.
    """
    held = hold(connection, delivery, act.act)
    at = done_at(act.done_at, delivery, held.row)
    step = Step(
        act=act.act,
        operator=str(act.operator.id),
        event="case-received",
        to=held.row["state_before"],
        papers=(wanted("material_transfer", act.paper, delivery),),
        values={
            "state_before": "",
            "handling_county": held.row["for_county"],
            "clock_from": held.row["clock_from"] or day_of(at).isoformat(),
        },
    )
    return move(connection, delivery, held, step, at)


def hand_over(connection: Connection, act: HandOverAct, delivery: Delivery) -> dict[str, Any]:
    """Hand a case to the department that decides (受办分离), with 物料流转凭证.

    Problems: not-found, case-elsewhere, act-not-allowed.
    """
    held = hold(connection, delivery, act.act)
    step = Step(
        act=act.act,
        operator=str(act.operator.id),
        event="case-handed-over",
        to=life.HANDED_OVER,
        reason=act.note,
        papers=(wanted("material_transfer", act.paper, delivery),),
        details={"originals": act.originals, "department": held.row["department"]},
    )
    return move(connection, delivery, held, step, done_at(act.done_at, delivery, held.row))


def suspend(connection: Connection, act: SuspendCaseAct, delivery: Delivery) -> dict[str, Any]:
    """A special procedure begins (特别程序); reason and time needed are told in writing.

    Problems: not-found, case-elsewhere, act-not-allowed.
    """
    held = hold(connection, delivery, act.act)
    at = delivery.received_at
    begin_stop(
        connection,
        held.row,
        limits.HANDLING,
        day_of(at),
        kind=act.kind,
        reason=act.reason,
        expected_days=act.expected_days,
    )
    step = Step(
        act=act.act,
        operator=str(act.operator.id),
        event="case-suspended",
        to=life.SUSPENDED,
        reason=act.reason,
        papers=(wanted("special_procedure_notice", act.paper, delivery),),
        details={"kind": act.kind, "expected_days": act.expected_days},
        values={"state_before": held.row["state"]},
    )
    return move(connection, delivery, held, step, at)


def resume(connection: Connection, act: ResumeCaseAct, delivery: Delivery) -> dict[str, Any]:
    """The special procedure has ended; the case goes on where it was, and clock B with it.

    Problems: not-found, case-elsewhere, act-not-allowed.
    """
    held = hold(connection, delivery, act.act)
    end_stop(connection, held.row, limits.HANDLING, day_of(delivery.received_at))
    step = Step(
        act=act.act,
        operator=str(act.operator.id),
        event="case-resumed",
        to=held.row["state_before"],
        reason=act.result,
        values={"state_before": ""},
    )
    return move(connection, delivery, held, step, delivery.received_at)


def extend(connection: Connection, act: ExtendCaseAct, delivery: Delivery) -> dict[str, Any]:
    """Extend the limit once (延长办理期限), approved by the head of the body; the reason is told.

    Problems: not-found, case-elsewhere, act-not-allowed.
    """
    held = hold(connection, delivery, act.act)
    days = held.standing.rules.extension_days
    step = Step(
        act=act.act,
        operator=str(act.operator.id),
        event="case-extended",
        reason=act.reason,
        papers=(wanted("extension_notice", act.paper, delivery),),
        details={"days": days, "approved_by": act.approved_by},
        values={"extension_days": days},
    )
    return move(connection, delivery, held, step, delivery.received_at)


def review(connection: Connection, act: ReviewCaseAct, delivery: Delivery) -> dict[str, Any]:
    """The department's reviewer gives an opinion (审核); never who accepted the case.

    Problems: not-found, case-elsewhere, act-not-allowed, same-operator.
    """
    held = hold(connection, delivery, act.act)
    _somebody_else(held, str(act.operator.id))
    step = Step(
        act=act.act,
        operator=str(act.operator.id),
        event="case-reviewed",
        to=life.REVIEWED,
        reason=act.reason,
        details={"opinion": act.opinion},
    )
    return move(connection, delivery, held, step, delivery.received_at)


def decide(connection: Connection, act: DecideCaseAct, delivery: Delivery) -> dict[str, Any]:
    """Grant or refuse (决定); a refusal gives reasons, basis and remedies; never who accepted it.

    Problems: not-found, case-elsewhere, act-not-allowed, same-operator.
    """
    held = hold(connection, delivery, act.act)
    _somebody_else(held, str(act.operator.id))
    granted = act.outcome == "granted"
    details: dict[str, Any] = {"outcome": act.outcome}
    if not granted:
        details |= {
            "legal_basis": act.legal_basis,
            "remedies": act.remedies or held.standing.rules.remedies,
        }
    step = Step(
        act=act.act,
        operator=str(act.operator.id),
        event="case-decided",
        to=life.DECIDED,
        reason=act.reason,
        papers=(
            wanted("approval_decision" if granted else "denial_decision", act.paper, delivery),
        ),
        details=details,
        values={
            "outcome": act.outcome,
            "decided_on": day_of(delivery.received_at).isoformat(),
        },
    )
    return move(connection, delivery, held, step, delivery.received_at)


def _somebody_else(held: Held, operator: str) -> None:
    """Acceptance and handling are different people's (受办分离)."""
    if operator == held.row["operator"]:
        raise Problem("same-operator")


def issue_result(connection: Connection, act: IssueResultAct, delivery: Delivery) -> dict[str, Any]:
    """Issue the licence that is the result (制发结果证照) to the applicant.

    Problems: not-found, case-elsewhere, act-not-allowed, licence-type-unknown.
    """
    held = hold(connection, delivery, act.act)
    applicant = json.loads(held.row["applicant"])
    kind = result_type(held.item)
    assert kind is not None  # else the act was not allowed
    valid_from = _day("valid_from", act.valid_from)
    valid_to = _day("valid_to", act.valid_to) if act.valid_to else None
    if valid_to is None:
        valid_to = issuing.lapses_on(connection, kind, valid_from)
    if valid_to is not None and valid_to < valid_from:
        raise invalid("body.valid_to", "before valid_from")
    identifier = issuing.issue(
        connection,
        type_code=kind,
        issuer=held.item["body"],
        holder_kind=applicant["kind"],
        holder_number=applicant["number"],
        holder_name=applicant["name"],
        valid_from=valid_from,
        valid_to=valid_to,
        content=act.content,
        at=delivery.received_at,
        case=held.row["id"],
    )
    step = Step(
        act=act.act,
        operator=str(act.operator.id),
        event="case-result-issued",
        details={"licence_type": kind},
        values={"result_licence": identifier},
    )
    return move(connection, delivery, held, step, delivery.received_at)


def _day(member: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise invalid(f"body.{member}", "not a date") from None


def close(connection: Connection, act: CloseCaseAct, delivery: Delivery) -> dict[str, Any]:
    """The case is done (办结): decided, paid for or waived, the licence issued if there is one.

    Problems: not-found, case-elsewhere, act-not-allowed.
    """
    held = hold(connection, delivery, act.act)
    step = Step(act=act.act, operator=str(act.operator.id), event="case-closed", to=life.CLOSED)
    return move(connection, delivery, held, step, delivery.received_at)


def deliver(connection: Connection, act: DeliverResultAct, delivery: Delivery) -> dict[str, Any]:
    """The result goes out (送达): by hand with 送达回执, or by post with its number.

    Problems: not-found, act-not-allowed, post-not-offered.
    """
    held = hold(connection, delivery, act.act)
    if act.recipient == "agent" and held.row["agent"] is None:
        raise invalid("body.recipient", "the case has no agent")
    if act.by == "post" and not held.item.get("postal_delivery"):
        raise Problem("post-not-offered")
    step = Step(
        act=act.act,
        operator=str(act.operator.id),
        event="case-delivered",
        to=life.DELIVERED,
        papers=(wanted("delivery_receipt", act.paper, delivery),),
        details={"by": act.by, "recipient": act.recipient, "post_number": act.post_number},
    )
    return move(connection, delivery, held, step, done_at(act.done_at, delivery, held.row))


def terminate(connection: Connection, act: TerminateCaseAct, delivery: Delivery) -> dict[str, Any]:
    """Handling ends without a decision (终止), with reason and basis.

    Problems: not-found, case-elsewhere, act-not-allowed.
    """
    held = hold(connection, delivery, act.act)
    step = Step(
        act=act.act,
        operator=str(act.operator.id),
        event="case-terminated",
        to=life.TERMINATED,
        reason=act.reason,
        papers=(wanted("termination_notice", act.paper, delivery),),
        details={"legal_basis": act.legal_basis},
    )
    return move(connection, delivery, held, step, delivery.received_at)
