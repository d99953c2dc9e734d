"""What an applicant does with a case of their own: corrects it online, withdraws it, rates it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from hall_platform.access import new_token, token_hash
from hall_platform.acts import Delivery
from hall_platform.business import life, limits, materials, uploads
from hall_platform.business.papers import Wanted
from hall_platform.business.shapes import MaterialMet
from hall_platform.business.standing import unmet
from hall_platform.business.steps import Held, Step, hold, move
from hall_platform.business.stops import end_stop
from hall_platform.business.tables import case_points
from hall_platform.clock import day_of, stamp
from hall_platform.hall import rating
from hall_platform.hall.rating_levels import DETAIL_CODES
from hall_platform.hall.rating_shapes import RateAct
from hall_platform.hall.tables import service_records
from hall_platform.portal import offers, own, people
from hall_platform.portal.own_shapes import CorrectCase, RateOwnService, WithdrawCase
from hall_platform.problems import Problem, invalid

RATABLE = timedelta(days=30)  # after the service; the token of a receipt is good for less

_BY = {"by": "applicant", "channel": "online"}


def correct(connection: Connection, act: CorrectCase, delivery: Delivery) -> dict[str, Any]:
    """What the notice asked for is handed in online (网上补正); clock A goes on, a receipt is owed.

    Problems: account-unknown, not-found, case-elsewhere, act-not-allowed, changed-meanwhile,
    point-unknown, material-unknown, upload-unknown.
    """
    row = _own(connection, delivery)
    held = hold(connection, delivery, "submit-corrections")
    at = delivery.received_at
    unknown = sorted(set(act.met) - unmet(connection, held.row))
    if unknown:
        raise Problem("point-unknown", points=unknown)
    given = _given(connection, act, held, delivery.caller.county)
    connection.execute(
        update(case_points)
        .where(case_points.c.county == held.row["county"])
        .where(case_points.c.case_id == held.row["id"])
        .where(case_points.c.code.in_(act.met))
        .values(met_at=stamp(at))
    )
    materials.add_all(connection, held.row, given, at)
    end_stop(connection, held.row, limits.ACCEPTANCE, day_of(at))
    step = Step(
        act="submit-corrections",
        operator="",
        event="case-corrected",
        to=life.RECEIVED,
        papers=(Wanted("receipt"),),
        details={"met": act.met, **_BY},
    )
    move(connection, delivery, held, step, at)
    return _again(connection, delivery, row)


def _given(connection: Connection, act: CorrectCase, held: Held, county: str) -> list[MaterialMet]:
    """The files as materials of the case, kept where the case is."""
    missing = sorted(
        {one.sha256 for one in act.uploads if not uploads.known(connection, county, one.sha256)}
    )
    if missing:
        raise Problem("upload-unknown", uploads=missing)
    found = []
    for one in offers.listed(dict(held.item), act.uploads):
        uploads.bring(connection, one["sha256"], county, held.row["county"])
        found.append(
            MaterialMet(
                material=one["material"],
                met_by="upload",
                reference=one["sha256"],
                trust_grade=one["trust_grade"],
            )
        )
    return found


def withdraw(connection: Connection, act: WithdrawCase, delivery: Delivery) -> dict[str, Any]:
    """The applicant takes the application back online, before the decision (撤回).

    Problems: account-unknown, not-found, act-not-allowed, changed-meanwhile.
    """
    row = _own(connection, delivery)
    held = hold(connection, delivery, "withdraw-case")
    step = Step(
        act="withdraw-case",
        operator="",
        event="case-withdrawn",
        to=life.WITHDRAWN,
        reason=act.reason,
        papers=(Wanted("withdrawal_notice"),),
        details=_BY,
    )
    move(connection, delivery, held, step, delivery.received_at)
    return _again(connection, delivery, row)


def _own(connection: Connection, delivery: Delivery) -> Row[Any]:
    who = people.person(connection, delivery.caller)
    return own.case_row(connection, who, delivery.context, delivery.subject)


def _again(connection: Connection, delivery: Delivery, row: Row[Any]) -> dict[str, Any]:
    who = people.person(connection, delivery.caller)
    return own.case(connection, who, delivery.context, row.id)


def rate(connection: Connection, act: RateOwnService, delivery: Delivery) -> dict[str, Any]:
    """A service of one's own case is rated, once, without the token of the receipt.

    Problems: account-unknown, not-found, rating-closed, rating-incomplete.
    """
    who = people.person(connection, delivery.caller)
    own.case_row(connection, who, delivery.context, str(act.case))
    if any(act.level not in DETAIL_CODES.get(one, ("", ()))[1] for one in act.details):
        raise invalid("body.details", "not the code of a detail of this level")
    row = connection.execute(
        select(service_records.c.county, service_records.c.id, service_records.c.finished_at)
        .where(service_records.c.id == delivery.subject)
        .where(service_records.c.case_id == str(act.case))
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise Problem("not-found")
    if row.finished_at < stamp(delivery.received_at - RATABLE):
        raise Problem("rating-closed")
    # A fresh token in place of the receipt's: what is rated once is rated by one way or the other.
    token = new_token()
    connection.execute(
        update(service_records)
        .where(service_records.c.county == row.county)
        .where(service_records.c.id == row.id)
        .values(
            token_hash=token_hash(token),
            token_ends_at=stamp(delivery.received_at + timedelta(minutes=1)),
        )
    )
    word = RateAct(
        act="rate",
        token=token,
        outcome="rated",
        level=act.level,
        details=act.details,
        text=act.text,
    )
    return rating.rate(connection, word, delivery)
