"""Takings whose answer was lost on the way: the kiosk knows the key, and nobody has the number."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, select

from hall_platform.acts import Delivery
from hall_platform.clock import stamp
from hall_platform.hall.shapes import VoidAct, WithdrawAct
from hall_platform.hall.tables import visits
from hall_platform.hall.taking import GIVEN_UP_BY_KIOSK, give_up
from hall_platform.hall.tickets import held, of_visit
from hall_platform.idempotency import hold_key
from hall_platform.problems import Problem
from hall_platform.statements import put
from hall_platform.sync.tables import idempotency_keys

_TAKINGS = ("take-ticket", "check-in")


def withdraw(connection: Connection, act: WithdrawAct, delivery: Delivery) -> dict[str, Any]:
    """Void what was taken under a key, as long as no paper of it was reported.

    Where nothing was, nothing will be: a taking that comes later under that key is refused.
    Problems: not-found (the key is that of another act, or of another hall), ticket-state.
    """
    caller, key = delivery.caller, delivery.subject
    hold_key(connection, caller.county, key)
    known = connection.execute(
        select(idempotency_keys)
        .where(idempotency_keys.c.county == caller.county)
        .where(idempotency_keys.c.key == key)
    ).one_or_none()
    if known is None:
        _use_up(connection, delivery)
        return {"known": False, "numbers": []}
    if known.act not in _TAKINGS or known.hall != caller.hall:
        raise Problem("not-found")
    return {
        "known": True,
        "numbers": _void(connection, json.loads(known.answer)["visit"], act, delivery),
    }


def _void(connection: Connection, visit: str, act: WithdrawAct, delivery: Delivery) -> list[str]:
    """Give up every ticket of the visit that still waits; their numbers."""
    caller = delivery.caller
    paper = connection.execute(
        select(visits.c.paper).where(visits.c.county == caller.county).where(visits.c.id == visit)
    ).scalar_one()
    if paper != "pending":
        raise Problem("ticket-state", state=paper)
    given_up = VoidAct(act="void-ticket", reason=act.reason)
    numbers = []
    for one in reversed(of_visit(connection, caller.county, visit)):
        row = held(connection, caller.county, caller.hall, one.id)
        if row.state in GIVEN_UP_BY_KIOSK:
            give_up(connection, row, given_up, delivery)
            numbers.append(row.number)
    return sorted(numbers)


def _use_up(connection: Connection, delivery: Delivery) -> None:
    put(
        connection,
        idempotency_keys,
        county=delivery.caller.county,
        key=delivery.subject,
        fingerprint=delivery.fingerprint,
        act="withdraw-taking",
        subject=delivery.subject,
        hall=delivery.caller.hall,
        status=200,
        answer="{}",
        at=stamp(delivery.received_at),
    )
