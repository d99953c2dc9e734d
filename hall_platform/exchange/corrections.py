"""Errors in records, reported and followed until the source body has answered (数据校核)."""

from __future__ import annotations

import json
import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from hall_platform.acts import Delivery
from hall_platform.clock import day_of, stamp
from hall_platform.etags import check_match
from hall_platform.exchange import directory, following, persons
from hall_platform.exchange.changing import change_record
from hall_platform.exchange.following import OPEN, Correcting
from hall_platform.exchange.shapes import PassOn, Report, Settlement
from hall_platform.exchange.sources import Question, connector, is_local
from hall_platform.exchange.tables import correction_steps, corrections, data_uses
from hall_platform.idempotency import hold_key
from hall_platform.identity.tables import halls
from hall_platform.problems import Problem, invalid
from hall_platform.roles import SYSTEM_ADMIN

SEEN_WITHIN = timedelta(days=1)  # a window reports what it saw with the person before it


def report(connection: Connection, act: Report, delivery: Delivery) -> dict[str, Any]:
    """Report an error of the person's own record, or of one the window has just seen.

    Problems: resource-unknown, record-unknown, correction-open, purpose-unfounded,
    account-unknown, identity-not-verified.
    """
    caller = delivery.caller
    county = _county(connection, act, delivery)
    row = directory.found(connection, act.resource)
    if row is None:
        raise Problem("resource-unknown")
    if caller.citizen:
        if persons.own(connection, caller) != act.holder:
            raise Problem("purpose-unfounded")
    elif not _was_seen(connection, act, delivery):
        raise Problem("record-unknown")
    if act.field not in directory.fields_of(row) or not _is_there(connection, act, delivery, row):
        raise Problem("record-unknown")
    hold_key(connection, county, f"correction {act.resource} {act.record} {act.field}")
    _nobody_else(connection, act)
    due_on, provisional = delivery.context.calendar.due_date(
        day_of(delivery.received_at), row.correction_days, "working"
    )
    identifier = str(uuid.uuid4())
    connection.execute(
        insert(corrections).values(
            county=county,
            id=identifier,
            resource=act.resource,
            record=act.record,
            field=act.field,
            should_be=act.should_be,
            grounds=act.grounds,
            holder_kind=act.holder.kind,
            holder_number=act.holder.number,
            citizen=caller.citizen,
            operator=caller.operator,
            hall=caller.hall,
            body_code=row.body_code,
            state="reported",
            reported_at=stamp(delivery.received_at),
            due_on=due_on.isoformat(),
            due_provisional=provisional,
            reply="",
            version=1,
        )
    )
    correcting = following.one(connection, caller, identifier)
    _step(connection, correcting, delivery, "reported")
    following.tell(connection, correcting, "reported", delivery.received_at)
    return following.shown(connection, following.one(connection, caller, identifier))


def pass_on(connection: Connection, act: PassOn, delivery: Delivery) -> dict[str, Any]:
    """Pass a report to the source body. Problems: not-found, correction-settled."""
    correcting = _matched(connection, delivery)
    if correcting.state != "reported":
        raise Problem("correction-settled")
    return _moved(connection, correcting, delivery, "with_source", reason=act.note)


def settle(connection: Connection, act: Settlement, delivery: Delivery) -> dict[str, Any]:
    """The source body's answer; what it corrects in this store is corrected with it.

    Problems: not-found, correction-settled, value-unfit.
    """
    correcting = _matched(connection, delivery)
    if correcting.state != "with_source":
        raise Problem("correction-settled")
    if SYSTEM_ADMIN in delivery.caller.roles and not act.document.strip():
        raise invalid("body.document", "the body's written answer")
    if (act.outcome == "corrected") is (act.value is None):
        raise invalid("body.value", "given for what is corrected, and only then")
    if act.outcome == "corrected":
        change_record(connection, correcting, act.value or "", delivery.received_at)
    return _moved(
        connection, correcting, delivery, act.outcome, reason=act.reason, document=act.document
    )


def remind(connection: Connection, now: datetime, calendar: Any) -> None:
    """Tell once of each correction that is late; count anew what had been provisional."""
    today = day_of(now)
    rows = connection.execute(
        select(corrections)
        .where(corrections.c.state.in_(OPEN))
        .where(corrections.c.overdue_at.is_(None))
        .where(corrections.c.due_on < today.isoformat())
    ).all()
    for row in rows:
        if row.due_provisional:
            resource = directory.found(connection, row.resource)
            begun = day_of(datetime.fromisoformat(row.reported_at))
            days = resource.correction_days if resource is not None else 0
            due_on, provisional = calendar.due_date(begun, days, "working")
            _set(connection, row, due_on=due_on.isoformat(), due_provisional=provisional)
            if due_on >= today:
                continue
        _set(connection, row, overdue_at=stamp(now))
        following.tell_overdue(connection, row, now)


def _county(connection: Connection, act: Report, delivery: Delivery) -> str:
    """The county that follows it: the window's own, or the one a citizen names."""
    if not delivery.caller.citizen:
        return delivery.caller.county
    known = connection.execute(
        select(func.count()).select_from(halls).where(halls.c.county == (act.county or ""))
    ).scalar_one()
    if not known:
        raise invalid("body.county", "a county with a hall")
    return str(act.county)


def _was_seen(connection: Connection, act: Report, delivery: Delivery) -> bool:
    """Whether this hall asked for that field of that person's lately: no report is a guess."""
    rows = connection.execute(
        select(data_uses.c.answered)
        .where(data_uses.c.holder_number == act.holder.number)
        .where(data_uses.c.holder_kind == act.holder.kind)
        .where(data_uses.c.resource == act.resource)
        .where(data_uses.c.hall == delivery.caller.hall)
        .where(data_uses.c.outcome == "answered")
        .where(data_uses.c.at > stamp(delivery.received_at - SEEN_WITHIN))
    ).scalars()
    return any(act.field in json.loads(answered) for answered in rows)


def _is_there(connection: Connection, act: Report, delivery: Delivery, row: Any) -> bool:
    """Whether the record is the person's; of another platform's only they know."""
    if not is_local(row.connector):
        return True
    question = Question(
        resource=act.resource,
        holder=act.holder,
        fields=(act.field,),
        licence_types=following.all_licence_types(connection),
        today=day_of(delivery.received_at),
        basis={},
    )
    found = connector(row.connector, connection, delivery.context).fetch(question)
    return any(one.record == act.record for one in found)


def _nobody_else(connection: Connection, act: Report) -> None:
    known = connection.execute(
        select(corrections.c.id)
        .where(corrections.c.resource == act.resource)
        .where(corrections.c.record == act.record)
        .where(corrections.c.field == act.field)
        .where(corrections.c.holder_number == act.holder.number)
        .where(corrections.c.state.in_(OPEN))
    ).first()
    if known is not None:
        raise Problem("correction-open")


def _matched(connection: Connection, delivery: Delivery) -> Correcting:
    correcting = following.one(connection, delivery.caller, delivery.subject, hold=True)
    check_match(delivery.if_match, following.etag(correcting))
    return correcting


def _moved(
    connection: Connection,
    correcting: Correcting,
    delivery: Delivery,
    state: str,
    *,
    reason: str,
    document: str = "",
) -> dict[str, Any]:
    """The correction in its next state; its last words are the reply."""
    values = {} if state in OPEN else {"reply": reason}
    _set(connection, correcting, version=corrections.c.version + 1, state=state, **values)
    _step(connection, correcting, delivery, state, reason=reason, document=document)
    following.tell(connection, correcting, state, delivery.received_at)
    return following.shown(connection, following.one(connection, delivery.caller, correcting.id))


def _set(connection: Connection, correcting: Correcting, **values: Any) -> None:
    connection.execute(
        update(corrections)
        .where(corrections.c.county == correcting.county)
        .where(corrections.c.id == correcting.id)
        .values(**values)
    )


def _step(
    connection: Connection,
    correcting: Correcting,
    delivery: Delivery,
    state: str,
    *,
    reason: str = "",
    document: str = "",
) -> None:
    position = connection.execute(
        select(func.count())
        .select_from(correction_steps)
        .where(correction_steps.c.county == correcting.county)
        .where(correction_steps.c.correction == correcting.id)
    ).scalar_one()
    connection.execute(
        insert(correction_steps).values(
            county=correcting.county,
            correction=correcting.id,
            position=position,
            at=stamp(delivery.received_at),
            state=state,
            operator=delivery.caller.operator,
            citizen=delivery.caller.citizen,
            document=document,
            reason=reason,
        )
    )
