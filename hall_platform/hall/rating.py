"""Ratings (好差评): given once for a service by whoever got it, and reviewed where appealed.

No clerk can give one: the act is open to the applicant's screen, the kiosk and citizens, and takes
the service's token. What was given is not shown to the clerk before it is sent, nor that day.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from hall_platform.access import CITIZEN, DEVICE, KIOSK, SUPERVISOR, Caller, token_hash
from hall_platform.acts import Delivery
from hall_platform.clock import stamp
from hall_platform.etags import check_match, tag
from hall_platform.events.log import emit
from hall_platform.hall.rating_levels import NEEDS_DETAILS
from hall_platform.hall.rating_shapes import AppealAct, RateAct, ReviewAct
from hall_platform.hall.tables import rating_appeals, ratings, service_records
from hall_platform.hall.tickets import hall_day, new_id
from hall_platform.problems import Problem


def rate(connection: Connection, act: RateAct, delivery: Delivery) -> dict[str, Any]:
    """A service is rated, once; not to rate and to let the time pass are outcomes of their own.

    Problems: rating-closed, rating-incomplete.
    """
    if act.level in NEEDS_DETAILS and not (act.details and act.text.strip()):
        raise Problem("rating-incomplete")
    now, caller = delivery.received_at, delivery.caller
    given = _open_record(connection, act.token, caller, stamp(now))
    connection.execute(
        insert(ratings).values(
            county=given.county,
            record=given.id,
            outcome=act.outcome,
            level=act.level,
            details=json.dumps(act.details),
            text=act.text,
            channel=_channel(caller),
            standing="counted",
            hall=given.hall,
            operator=given.operator,
            at=stamp(now),
        )
    )
    if act.outcome == "rated":
        _tell(connection, "rating-given", given, delivery, level=act.level)
    else:
        _tell(connection, "rating-not-given", given, delivery, outcome=act.outcome)
    return {"received": True, "at": stamp(now)}


def _open_record(connection: Connection, token: str, caller: Caller, now: str) -> Row[Any]:
    """The service of a token that may still be rated, at this screen. Problem("rating-closed")."""
    row = connection.execute(
        select(service_records)
        .where(service_records.c.token_hash == token_hash(token))
        .with_for_update()
    ).one_or_none()
    if row is None or row.token_ends_at <= now:
        raise Problem("rating-closed")
    other_hall = caller.hall != row.hall and CITIZEN not in caller.roles
    if other_hall or (DEVICE in caller.roles and caller.window != row.window):
        raise Problem("rating-closed")
    rated = connection.execute(
        select(ratings.c.record)
        .where(ratings.c.county == row.county)
        .where(ratings.c.record == row.id)
    ).first()
    if rated is not None:
        raise Problem("rating-closed")
    return row


def _channel(caller: Caller) -> str:
    if DEVICE in caller.roles:
        return "window_screen"
    return "kiosk" if KIOSK in caller.roles else "online"


def _tell(
    connection: Connection, kind: str, given: Row[Any], delivery: Delivery, **more: Any
) -> None:
    emit(
        connection,
        kind,
        at=delivery.received_at,
        county=given.county,
        hall=given.hall,
        subject=given.id,
        body={
            "case": given.case_id or "",
            "service_number": given.service_number,
            "window": given.window,
            "service": given.service,
            **more,
        },
    )


# appeals 申诉, reviews 复核 ----------------------------------------------------------------------


def appeal(connection: Connection, act: AppealAct, delivery: Delivery) -> dict[str, Any]:
    """An appeal against a rating: by the clerk it is about, or by the head of the hall.

    Problems: not-found, appeal-exists.
    """
    caller = delivery.caller
    row = connection.execute(
        select(ratings)
        .where(ratings.c.county == caller.county)
        .where(ratings.c.hall == caller.hall)
        .where(ratings.c.record == delivery.subject)
        .where(ratings.c.outcome == "rated")
        .with_for_update()
    ).one_or_none()
    today = hall_day(delivery.received_at)
    if row is None or not (SUPERVISOR in caller.roles or may_see_own(row, caller, today)):
        raise Problem("not-found")
    if appeal_of(connection, row.county, row.record) is not None:
        raise Problem("appeal-exists")
    connection.execute(
        insert(rating_appeals).values(
            county=row.county,
            id=new_id(),
            record=row.record,
            hall=row.hall,
            grounds=act.grounds,
            text=act.text,
            by=caller.operator,
            at=stamp(delivery.received_at),
            state="open",
            note="",
            version=1,
        )
    )
    _stand(connection, row.county, row.record, "appealed")
    made = appeal_of(connection, row.county, row.record)
    assert made is not None
    return appeal_shown(made)


def may_see_own(row: Row[Any], caller: Caller, today: str) -> bool:
    """A clerk sees a rating of the own work from the day after, when nobody knows whose it was."""
    return bool(row.operator == caller.operator and row.at[:10] < today)


def review(connection: Connection, act: ReviewAct, delivery: Delivery) -> dict[str, Any]:
    """An appeal is decided; a struck rating counts no more and stays readable.

    Problems: not-found, changed-meanwhile, appeal-decided.
    """
    caller = delivery.caller
    row = connection.execute(
        select(rating_appeals)
        .where(rating_appeals.c.county == caller.county)
        .where(rating_appeals.c.hall == caller.hall)
        .where(rating_appeals.c.id == delivery.subject)
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise Problem("not-found")
    if row.state != "open":
        raise Problem("appeal-decided", state=row.state)
    check_match(delivery.if_match, _appeal_tag(row))
    connection.execute(
        update(rating_appeals)
        .where(rating_appeals.c.county == row.county)
        .where(rating_appeals.c.id == row.id)
        .values(
            state=act.decision,
            decided_by=caller.operator,
            decided_at=stamp(delivery.received_at),
            note=act.note,
            version=row.version + 1,
        )
    )
    standing = "struck" if act.decision == "upheld" else "counted"
    _stand(connection, row.county, row.record, standing)
    given = connection.execute(
        select(service_records, ratings.c.level)
        .join(
            ratings,
            (ratings.c.county == service_records.c.county)
            & (ratings.c.record == service_records.c.id),
        )
        .where(service_records.c.county == row.county)
        .where(service_records.c.id == row.record)
    ).one()
    _tell(connection, "rating-reviewed", given, delivery, level=given.level, standing=standing)
    decided = appeal_of(connection, row.county, row.record)
    assert decided is not None
    return appeal_shown(decided)


def appeal_of(connection: Connection, county: str, record: str) -> Row[Any] | None:
    """The appeal against a rating, if there is one."""
    return connection.execute(
        select(rating_appeals)
        .where(rating_appeals.c.county == county)
        .where(rating_appeals.c.record == record)
    ).one_or_none()


def appeal_shown(row: Row[Any]) -> dict[str, Any]:
    """An appeal in the contract's shape."""
    return {
        "appeal": row.id,
        "rating": row.record,
        "grounds": row.grounds,
        "text": row.text,
        "by": row.by,
        "at": row.at,
        "state": row.state,
        "decided_by": row.decided_by,
        "decided_at": row.decided_at,
        "note": row.note,
        "etag": _appeal_tag(row),
    }


def _stand(connection: Connection, county: str, record: str, standing: str) -> None:
    connection.execute(
        update(ratings)
        .where(ratings.c.county == county)
        .where(ratings.c.record == record)
        .values(standing=standing)
    )


def _appeal_tag(row: Row[Any]) -> str:
    return tag(row.id, row.version)
