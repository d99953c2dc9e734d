"""Looking through a pre-application before anybody comes (预审), by a window of its county.

What is to correct is told once and whole, as at the window (行政许可法 32(4)): the first look that
finds something names everything, and a later one only what of that is still wrong, word for word.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Row, and_, insert, or_, select

from hall_platform.acts import Delivery
from hall_platform.business import preapplications as claims
from hall_platform.business.regimes import REGIMES
from hall_platform.business.tables import preapplications
from hall_platform.catalogue import queries as catalogue
from hall_platform.clock import day_of
from hall_platform.context import Context
from hall_platform.cursors import cursor_after
from hall_platform.etags import check_match, tag
from hall_platform.identity.tables import citizens
from hall_platform.portal import handing_in, own
from hall_platform.portal.own_shapes import CheckPreapplication
from hall_platform.portal.tables import preapplication_points
from hall_platform.problems import Problem, invalid

CHECKABLE = frozenset({"submitted", "checked", "to_correct"})


def page(
    connection: Connection,
    county: str,
    state: str,
    *,
    context: Context,
    limit: int,
    after: str,
) -> dict[str, Any]:
    """The county's pre-applications in a state, the oldest first, with the day they are due."""
    wanted = (
        select(preapplications)
        .where(preapplications.c.county == county)
        .where(preapplications.c.state == state)
    )
    if after:
        at, _, identifier = after.partition(" ")
        if not identifier:
            raise invalid("query.cursor", "not a cursor of this list")
        same = and_(preapplications.c.submitted_at == at, preapplications.c.id > identifier)
        wanted = wanted.where(or_(preapplications.c.submitted_at > at, same))
    rows = connection.execute(
        wanted.order_by(preapplications.c.submitted_at, preapplications.c.id).limit(limit + 1)
    ).all()
    today = day_of(context.clock.now()).isoformat()
    last = rows[limit - 1] if len(rows) > limit else None
    return {
        "preapplications": [_waiting(connection, row, context, today) for row in rows[:limit]],
        "next": cursor_after(f"{last.submitted_at} {last.id}") if last is not None else None,
    }


def _waiting(connection: Connection, row: Row[Any], context: Context, today: str) -> dict[str, Any]:
    due = own.check_due(connection, row, context)
    return {
        "id": row.id,
        "code": row.code,
        "item": row.item,
        "item_name": row.item_name,
        "state": row.state,
        "submitted_at": row.submitted_at,
        "check_due_on": due,
        "late": due is not None and due < today,
        "etag": tag(row.id, row.version),
    }


def check(connection: Connection, act: CheckPreapplication, delivery: Delivery) -> dict[str, Any]:
    """Right as it is, or told everything that is to correct; the applicant gets a message.

    Problems: not-found, claimed-elsewhere, not-claimable, changed-meanwhile,
    new-point-in-second-notice.
    """
    row = claims.row_to_change(connection, delivery.caller, delivery.subject)
    if row.state == "claimed":
        raise Problem("claimed-elsewhere", window=row.claimed_window)
    if row.state not in CHECKABLE:
        raise Problem("not-claimable", state=row.state)
    check_match(delivery.if_match, tag(row.id, row.version))
    if act.result == "to_correct" and not act.points:
        raise invalid("body.points", "say what is to correct")
    if act.result == "checked" and act.points:
        raise invalid("body.points", "nothing is to correct")
    _tell_points(connection, act, row)
    note = act.note or "；".join(point.what for point in act.points)
    handing_in.change(
        connection, row, state=act.result, note=note, form_complete=act.result == "checked"
    )
    handing_in.tell(connection, delivery, row, delivery.caller.hall, act.result)
    return claims.shown(claims.row_to_change(connection, delivery.caller, row.id))


def _tell_points(connection: Connection, act: CheckPreapplication, row: Row[Any]) -> None:
    """Points of this look; earlier ones stay, so that one sees what was asked when."""
    looks = [
        json.loads(points)
        for points in connection.execute(
            select(preapplication_points.c.points)
            .where(preapplication_points.c.county == row.county)
            .where(preapplication_points.c.preapplication == row.id)
            .order_by(preapplication_points.c.position)
        ).scalars()
    ]
    points = [point.model_dump() for point in act.points]
    if any(looks):
        _named_before(connection, row, points, still=looks[-1])
    connection.execute(
        insert(preapplication_points).values(
            county=row.county,
            preapplication=row.id,
            position=len(looks),
            points=json.dumps(points, ensure_ascii=False),
        )
    )


def _named_before(
    connection: Connection,
    row: Row[Any],
    points: list[dict[str, Any]],
    *,
    still: list[dict[str, Any]],
) -> None:
    """What the look before did not name any more was met. Problem("new-point-in-second-notice")."""
    new = next((point for point in points if point not in still), None)
    if new is None:
        return
    item = catalogue.item(connection, row.item, None)
    raise Problem(
        "new-point-in-second-notice",
        point=new["what"],
        unmet=[point["what"] for point in still],
        basis=REGIMES[item["regime"]].source("notice") if item is not None else "",
    )


def filled(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    """What was filled in online, in the shape of the window's answer; `row` is of the draft."""
    applied_by = None
    if row.citizen is not None:
        account = connection.execute(
            select(citizens.c.kind, citizens.c.number, citizens.c.name, citizens.c.mobile)
            .where(citizens.c.id == row.citizen)
            .where(citizens.c.number.is_not(None))
        ).one_or_none()
        if account is not None and account.number != row.applicant_number:
            applied_by = {**account._asdict(), "mobile": account.mobile or ""}
    return {
        "preapplication": row.id,
        "item": row.item,
        "item_version": row.item_version,
        "form": json.loads(row.form),
        "applied_by": applied_by,
        "authorisation": row.authorisation,
        "points": own.points_of(connection, row.county, row.id),
        "steps": own.steps_of(connection, row.county, row.id),
    }
