"""Receipt (收件) and what follows until acceptance: correction, notice, refusal, withdrawal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from hall_platform.acts import Delivery
from hall_platform.business import (
    acceptance,
    life,
    limits,
    materials,
    notices,
    preapplications,
)
from hall_platform.business.life_shapes import (
    AcceptReceivedAct,
    CorrectOnSpotAct,
    MissingPoint,
    NotifyMissingAct,
    PaperOut,
    ReceiveAct,
    RefuseAcceptanceAct,
    SubmitCorrectionsAct,
    WithdrawCaseAct,
)
from hall_platform.business.moments import come, signed
from hall_platform.business.papers import Wanted
from hall_platform.business.standing import unmet
from hall_platform.business.steps import Held, Step, done_at, hold, move
from hall_platform.business.stops import begin_stop, end_stop
from hall_platform.business.tables import case_points
from hall_platform.clock import day_of, stamp
from hall_platform.problems import Problem, invalid


def receive(connection: Connection, act: ReceiveAct, delivery: Delivery) -> dict[str, Any]:
    """Receive an application; clock A begins where the item's regime has one (收件).

    Received for another county, it begins when that county has taken it over. Problems:
    case-exists, item-unknown, county-unknown, bundle-of-another, number-unknown, number-used,
    numbers-exhausted, preapplication-unknown, claimed-elsewhere, not-claimable, time-ahead,
    paper-number-used.
    """
    item = acceptance.opened(connection, act, delivery)
    filed_at = come(act.filed_at, delivery, "filed_at")
    filed_on = day_of(filed_at)
    number = acceptance.number_of(connection, act, delivery)
    duplicates = acceptance.duplicates(connection, act, delivery, filed_on)
    row = acceptance.new_row(act, delivery, item, number) | {
        "state": life.RECEIVED,
        "filed_at": stamp(filed_at),
        "filed_on": filed_on.isoformat(),
    }
    if row["for_county"] == row["county"]:
        row["clock_from"] = row["filed_on"]
    row |= limits.due_days(connection, row, item, delivery.context.calendar)
    acceptance.write(connection, row, act.materials, filed_at)
    if act.preapplication is not None:
        preapplications.accept(connection, str(act.preapplication), row["id"], act.window, delivery)
    answer = acceptance.begun(
        connection, row, item, delivery, act="receive", paper=wanted("receipt", act.paper, delivery)
    )
    return {
        **answer,
        "key": delivery.key,
        "query_code": act.query_code,
        "body_sha256": delivery.fingerprint,
        "duplicate_of": duplicates,
    }


def wanted(kind: str, paper: PaperOut | None, delivery: Delivery) -> Wanted:
    """The act's paper: printed with it, or owed. Problem("time-ahead"): signed in time to come."""
    if paper is None:
        return Wanted(kind)
    return Wanted(kind, paper.number, signed(paper.signed_at, delivery, "paper.signed_at"))


def accept_received(
    connection: Connection, act: AcceptReceivedAct, delivery: Delivery
) -> dict[str, Any]:
    """Accept (受理) a case that was received; clock B begins, the notice is owed or printed.

    Problems: not-found, case-elsewhere, act-not-allowed, material-missing.
    """
    held = hold(connection, delivery, act.act)
    at = done_at(act.done_at, delivery, held.row)
    materials.add_all(connection, held.row, act.materials, at)
    acceptance.check_kept(connection, held.row, held.item, delivery, day_of(at))
    step = Step(
        act=act.act,
        operator=str(act.operator.id),
        event="case-accepted",
        to=life.ACCEPTED,
        papers=(wanted("acceptance_notice", act.paper, delivery),),
        values={"accepted_at": stamp(at), "accepted_on": day_of(at).isoformat()},
    )
    return move(connection, delivery, held, step, at)


def correct_on_spot(
    connection: Connection, act: CorrectOnSpotAct, delivery: Delivery
) -> dict[str, Any]:
    """An error was corrected on the spot (当场更正); the case stays received.

    Problems: not-found, case-elsewhere, act-not-allowed.
    """
    held = hold(connection, delivery, act.act)
    step = Step(act=act.act, operator=str(act.operator.id), event="case-corrected", reason=act.what)
    return move(connection, delivery, held, step, done_at(act.done_at, delivery, held.row))


def notify_missing(
    connection: Connection, act: NotifyMissingAct, delivery: Delivery
) -> dict[str, Any]:
    """Tell once everything that is missing (补正告知); clock A stands still until it is handed in.

    Problems: not-found, case-elsewhere, act-not-allowed, new-point-in-second-notice.
    """
    held = hold(connection, delivery, act.act)
    at = done_at(act.done_at, delivery, held.row)
    codes = [point.code for point in act.points]
    if len(set(codes)) < len(codes):
        raise invalid("body.points", "a code occurs twice")
    if held.row["notices"]:
        _notify_again(connection, held, act.points)
    else:
        _notify_first(connection, held, act.points)
    begin_stop(connection, held.row, limits.ACCEPTANCE, day_of(at), kind="correction")
    step = Step(
        act=act.act,
        operator=str(act.operator.id),
        event="case-corrections-notified",
        to=life.TO_CORRECT,
        reason="；".join(point.what for point in act.points)[:500],
        papers=(wanted("correction_notice", act.paper, delivery),),
        details={"points": codes, "correct_by": notices.checked(act.correct_by, day_of(at))},
        values={"notices": held.row["notices"] + 1},
    )
    return move(connection, delivery, held, step, at)


def _notify_first(connection: Connection, held: Held, points: Sequence[MissingPoint]) -> None:
    connection.execute(
        insert(case_points),
        [
            {
                "county": held.row["county"],
                "case_id": held.row["id"],
                **point.model_dump(),
                "notices": 1,
                "met_at": None,
            }
            for point in points
        ],
    )


def _notify_again(connection: Connection, held: Held, points: Sequence[MissingPoint]) -> None:
    """Only what the first notice named, word for word, and is still unmet."""
    known = {
        row["code"]: row
        for row in connection.execute(
            select(case_points)
            .where(case_points.c.county == held.row["county"])
            .where(case_points.c.case_id == held.row["id"])
        ).mappings()
    }
    for point in points:
        before = known.get(point.code)
        if (
            before is None
            or before["met_at"] is not None
            or (before["material"], before["what"]) != (point.material, point.what)
        ):
            raise Problem(
                "new-point-in-second-notice",
                point=point.code,
                unmet=sorted(held.standing.unmet),
                basis=held.standing.rules.source("notice"),
            )
        connection.execute(
            update(case_points)
            .where(case_points.c.county == held.row["county"])
            .where(case_points.c.case_id == held.row["id"])
            .where(case_points.c.code == point.code)
            .values(notices=case_points.c.notices + 1)
        )


def submit_corrections(
    connection: Connection, act: SubmitCorrectionsAct, delivery: Delivery
) -> dict[str, Any]:
    """What was missing is handed in (提交补正材料); clock A goes on.

    Problems: not-found, case-elsewhere, act-not-allowed, point-unknown.
    """
    held = hold(connection, delivery, act.act)
    at = done_at(act.done_at, delivery, held.row)
    unknown = sorted(set(act.met) - unmet(connection, held.row))
    if unknown:
        raise Problem("point-unknown", points=unknown)
    connection.execute(
        update(case_points)
        .where(case_points.c.county == held.row["county"])
        .where(case_points.c.case_id == held.row["id"])
        .where(case_points.c.code.in_(act.met))
        .values(met_at=stamp(at))
    )
    materials.add_all(connection, held.row, act.materials, at)
    end_stop(connection, held.row, limits.ACCEPTANCE, day_of(at))
    step = Step(
        act=act.act,
        operator=str(act.operator.id),
        event="case-corrected",
        to=life.RECEIVED,
        papers=(wanted("receipt", act.paper, delivery),),
        details={"met": act.met},
    )
    return move(connection, delivery, held, step, at)


def refuse_acceptance(
    connection: Connection, act: RefuseAcceptanceAct, delivery: Delivery
) -> dict[str, Any]:
    """Refuse acceptance in writing (不予受理): reason, basis, the right body, remedies.

    Problems: not-found, case-elsewhere, act-not-allowed.
    """
    held = hold(connection, delivery, act.act)
    step = Step(
        act=act.act,
        operator=str(act.operator.id),
        event="case-acceptance-refused",
        to=life.REFUSED,
        reason=act.reason,
        papers=(wanted("refusal_notice", act.paper, delivery),),
        details={
            "ground": act.ground,
            "legal_basis": act.legal_basis,
            "right_body": act.right_body,
            "remedies": act.remedies or held.standing.rules.remedies,
        },
    )
    return move(connection, delivery, held, step, done_at(act.done_at, delivery, held.row))


def withdraw(connection: Connection, act: WithdrawCaseAct, delivery: Delivery) -> dict[str, Any]:
    """The applicant withdraws (撤回) before the decision.

    Problems: not-found, act-not-allowed.
    """
    held = hold(connection, delivery, act.act)
    at: datetime = done_at(act.done_at, delivery, held.row)
    step = Step(
        act=act.act,
        operator=str(act.operator.id),
        event="case-withdrawn",
        to=life.WITHDRAWN,
        reason=act.reason,
        papers=(wanted("withdrawal_notice", act.paper, delivery),),
    )
    return move(connection, delivery, held, step, at)
