"""For whom a citizen stands, as a clerk at a window has seen it: themselves, an organisation."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update

from hall_platform import data_use
from hall_platform.access import Caller
from hall_platform.acts import Delivery
from hall_platform.check_digits import is_credit_code
from hall_platform.clock import day_of, stamp
from hall_platform.exchange.tables import organisations
from hall_platform.identity import audit, citizens
from hall_platform.identity.citizen_shapes import Bind, Unbind, Verify
from hall_platform.identity.tables import citizens as accounts
from hall_platform.identity.tables import halls, organisation_agents
from hall_platform.problems import Problem, invalid
from hall_platform.shapes import Holder

LEGAL_PERSONS = "legal_persons"
PURPOSE = "法人账号绑定核验"


def verify(connection: Connection, act: Verify, delivery: Delivery) -> dict[str, Any]:
    """The account's person stood at the window with their document: level 2.

    Problems: not-found (no account of that number and name), invalid-request (document run out).
    """
    now = delivery.received_at
    citizen = citizens.by_number(connection, act.kind, act.number)
    if citizen is None or not citizens.same_name(citizen.name, act.name):
        raise Problem("not-found")
    valid_to = act.document.valid_to
    if valid_to is not None and valid_to < day_of(now).isoformat():
        raise invalid("body.document.valid_to", "the document is no longer valid")
    if citizen.level < citizens.VERIFIED:
        connection.execute(
            update(accounts)
            .where(accounts.c.id == citizen.id)
            .values(
                level=citizens.VERIFIED,
                verified_at=stamp(now),
                verified_by=str(act.operator.id),
                verified_hall=delivery.caller.hall,
            )
        )
    audit.record(
        connection,
        _line(
            delivery.caller, "citizen-verified", now, act, citizen.id, source=act.document.source
        ),
    )
    verified_at = citizen.verified_at or stamp(now)
    return {"citizen": citizen.id, "level": citizens.VERIFIED, "verified_at": verified_at}


def bind(connection: Connection, act: Bind, delivery: Delivery) -> dict[str, Any]:
    """From now on the person acts for the organisation online.

    Problems: not-found (no such account, or no such organisation in the library), level-too-low,
    not-representative, already-bound, invalid-request.
    """
    now, caller = delivery.received_at, delivery.caller
    if not is_credit_code(act.organisation):
        raise invalid("body.organisation", "the check digit is not right")
    if act.ends_on is not None and act.ends_on < day_of(now).isoformat():
        raise invalid("body.ends_on", "is in the past")
    citizen = citizens.by_number(connection, act.kind, act.number)
    if citizen is None:
        raise Problem("not-found")
    if citizen.level < citizens.VERIFIED:
        raise Problem("level-too-low")
    organisation = _looked_up(connection, act, delivery)
    representative = organisation.get("representative") or {}
    if act.capacity == "legal_representative" and representative.get("number") != citizen.number:
        raise Problem("not-representative")
    if any(one["organisation"] == act.organisation for one in of(connection, citizen.id, now)):
        raise Problem("already-bound")
    number = str(uuid.uuid4())
    connection.execute(
        insert(organisation_agents).values(
            id=number,
            citizen=citizen.id,
            organisation=act.organisation,
            capacity=act.capacity,
            evidence=act.evidence,
            bound_at=stamp(now),
            bound_by=str(act.operator.id),
            bound_hall=caller.hall,
            ends_on=act.ends_on,
        )
    )
    audit.record(
        connection,
        _line(caller, "agent-bound", now, act, citizen.id, agency=number, capacity=act.capacity),
    )
    return next(one for one in of(connection, citizen.id, now) if one["id"] == number)


def _looked_up(connection: Connection, act: Bind, delivery: Delivery) -> dict[str, Any]:
    """The organisation in the library of legal persons; the look is recorded."""
    row = connection.execute(
        select(organisations.c.body).where(organisations.c.number == act.organisation)
    ).scalar_one_or_none()
    if row is None:
        raise Problem("not-found")
    data_use.record(
        connection,
        caller=delivery.caller,
        at=delivery.received_at,
        resource=LEGAL_PERSONS,
        purpose=PURPOSE,
        holder=Holder(kind="organisation", number=act.organisation),
        answered=["name", "representative"],
    )
    found: dict[str, Any] = json.loads(row)
    return found


def unbind(connection: Connection, act: Unbind, delivery: Delivery) -> dict[str, Any]:
    """The person acts for the organisation no more. Problem("not-found").

    A hall ends what halls of its county have bound.
    """
    now, caller = delivery.received_at, delivery.caller
    row = connection.execute(
        select(organisation_agents)
        .join(halls, halls.c.code == organisation_agents.c.bound_hall)
        .where(organisation_agents.c.id == delivery.subject)
        .where(halls.c.county == caller.county)
    ).one_or_none()
    if row is None or row.ended_at is not None:
        raise Problem("not-found")
    connection.execute(
        update(organisation_agents)
        .where(organisation_agents.c.id == row.id)
        .values(ended_at=stamp(now), ended_by=str(act.operator.id))
    )
    audit.record(connection, _line(caller, "agent-unbound", now, act, row.citizen, agency=row.id))
    return {"id": row.id, "ended_at": stamp(now)}


def of(connection: Connection, citizen: str, now: datetime) -> list[dict[str, Any]]:
    """The organisations a citizen acts for today, in the contract's shape."""
    today = day_of(now).isoformat()
    rows = connection.execute(
        select(
            organisation_agents.c.id,
            organisation_agents.c.organisation,
            organisation_agents.c.capacity,
            organisation_agents.c.bound_at,
            organisation_agents.c.ends_on,
            organisations.c.name,
        )
        .outerjoin(organisations, organisations.c.number == organisation_agents.c.organisation)
        .where(organisation_agents.c.citizen == citizen)
        .where(organisation_agents.c.ended_at.is_(None))
        .where(or_(organisation_agents.c.ends_on.is_(None), organisation_agents.c.ends_on >= today))
        .order_by(organisation_agents.c.bound_at, organisation_agents.c.id)
    )
    return [{**row._asdict(), "name": row.name or ""} for row in rows]


def _line(
    caller: Caller,
    kind: str,
    at: datetime,
    act: Verify | Bind | Unbind,
    subject: str,
    **facts: Any,
) -> audit.Line:
    """A line about what an operator did, whoever delivers it."""
    return audit.Line(
        kind,
        at,
        actor=str(act.operator.id),
        session=str(act.operator.session),
        county=caller.county,
        hall=caller.hall,
        subject=subject,
        facts=facts,
    )
