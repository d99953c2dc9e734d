"""Corrections as those who follow them see them: the reporter, the hall, the source body."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, Row, and_, false, or_, select

from hall_platform.access import Caller
from hall_platform.clock import day_of
from hall_platform.events.log import emit
from hall_platform.exchange import directory
from hall_platform.exchange.tables import correction_steps, corrections
from hall_platform.licences.tables import licence_types
from hall_platform.problems import Problem
from hall_platform.roles import CLERK, REVIEWER, SUPERVISOR, SYSTEM_ADMIN

OPEN = ("reported", "with_source")
Correcting: TypeAlias = Row[Any]


def seen_by(caller: Caller) -> ColumnElement[bool]:
    """One's own reports, those of one's hall or to one's body; an administrator's county."""
    if caller.citizen:
        return corrections.c.citizen == caller.citizen
    seen: list[ColumnElement[bool]] = [false()]
    if caller.roles & {CLERK, SUPERVISOR}:
        seen.append(and_(corrections.c.hall == caller.hall, corrections.c.county == caller.county))
    if REVIEWER in caller.roles and caller.body:
        seen.append(corrections.c.body_code == caller.body)
    if SYSTEM_ADMIN in caller.roles:
        seen.append(corrections.c.county == caller.county)
    return or_(*seen)


def one(
    connection: Connection, caller: Caller, identifier: str, *, hold: bool = False
) -> Correcting:
    """A correction the caller follows, held for this transaction if asked. Problem("not-found")."""
    wanted = select(corrections).where(seen_by(caller)).where(corrections.c.id == identifier)
    row = connection.execute(wanted.with_for_update() if hold else wanted).first()
    if row is None:
        raise Problem("not-found")
    return row


def page(
    connection: Connection,
    caller: Caller,
    state: str | None,
    limit: int,
    before: tuple[str, str] | None,
) -> list[Correcting]:
    """Corrections the caller follows, newest first, one more than the limit."""
    wanted = (
        select(corrections)
        .where(seen_by(caller))
        .order_by(corrections.c.reported_at.desc(), corrections.c.id.desc())
        .limit(limit + 1)
    )
    if state is not None:
        wanted = wanted.where(corrections.c.state == state)
    if before is not None:
        at, identifier = before
        wanted = wanted.where(
            or_(
                corrections.c.reported_at < at,
                and_(corrections.c.reported_at == at, corrections.c.id < identifier),
            )
        )
    return list(connection.execute(wanted))


def etag(row: Correcting) -> str:
    """The tag of a correction's state."""
    return f'"{row.id[-12:]}-{row.version}"'


def shown(connection: Connection, row: Correcting) -> dict[str, Any]:
    """A correction in the contract's shape, without the person and the values."""
    resource = directory.found(connection, row.resource)
    assert resource is not None, "resources are never taken away"
    steps = connection.execute(
        select(
            correction_steps.c.at,
            correction_steps.c.state,
            correction_steps.c.reason,
            correction_steps.c.document,
        )
        .where(correction_steps.c.county == row.county)
        .where(correction_steps.c.correction == row.id)
        .order_by(correction_steps.c.position)
    ).mappings()
    field = directory.fields_of(resource).get(row.field)
    return {
        "correction": row.id,
        "resource": row.resource,
        "title": resource.title,
        "body": {"name": resource.body_name, "code": resource.body_code},
        "field": row.field,
        "field_title": field["title"] if field else row.field,
        "state": row.state,
        "reported_at": row.reported_at,
        "due_on": row.due_on,
        "due_provisional": row.due_provisional,
        "overdue": row.overdue_at is not None,
        "reply": row.reply,
        "steps": [dict(step) for step in steps],
        "etag": etag(row),
    }


def tell(connection: Connection, row: Correcting, state: str, at: datetime) -> None:
    """Tell those who follow it, and the citizen who reported it."""
    body = {"correction": row.id, "resource": row.resource, "state": state}
    emit(
        connection,
        "correction-changed",
        at=at,
        county=row.county,
        hall=row.hall,
        subject=row.id,
        body=body,
    )
    if row.citizen:
        emit(
            connection,
            "own-correction-changed",
            at=at,
            county="",
            hall="",
            subject=row.citizen,
            body=body,
        )


def tell_overdue(connection: Connection, row: Correcting, at: datetime) -> None:
    """Tell that the source body is late."""
    emit(
        connection,
        "correction-overdue",
        at=at,
        county=row.county,
        hall=row.hall,
        subject=row.id,
        body={
            "correction": row.id,
            "resource": row.resource,
            "body": row.body_code,
            "due_on": row.due_on,
            "days": (day_of(at) - datetime.fromisoformat(row.due_on).date()).days,
        },
    )


def all_licence_types(connection: Connection) -> frozenset[str]:
    """Every type of e-licence there is."""
    return frozenset(connection.execute(select(licence_types.c.code)).scalars())
