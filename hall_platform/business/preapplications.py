"""Pre-applications in the store: found, claimed by one window, given back."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Row, select, update

from hall_platform.access import Caller, of_county
from hall_platform.acts import Delivery
from hall_platform.business.shapes import ClaimAct, ReleaseAct
from hall_platform.business.tables import preapplications
from hall_platform.clock import stamp
from hall_platform.etags import check_match, tag
from hall_platform.events.log import emit
from hall_platform.identity.tables import halls
from hall_platform.problems import Problem

CLAIMABLE = frozenset({"submitted", "checked", "to_correct"})


def of_person(connection: Connection, caller: Caller, number: str) -> list[dict[str, Any]]:
    """All of a person's pre-applications in the caller's county, newest first."""
    rows = connection.execute(
        select(preapplications)
        .where(of_county(caller, preapplications.c.county))
        .where(preapplications.c.applicant_number == number)
        .order_by(preapplications.c.submitted_at.desc(), preapplications.c.id)
    )
    return [shown(row) for row in rows]


def by_code(connection: Connection, caller: Caller, code: str) -> list[dict[str, Any]]:
    """The pre-application of a code in the caller's county, or none."""
    rows = connection.execute(
        select(preapplications)
        .where(of_county(caller, preapplications.c.county))
        .where(preapplications.c.code == code)
    )
    return [shown(row) for row in rows]


def place_of_code(connection: Connection, code: str) -> str | None:
    """A hall of the county a code belongs to, for who holds that code; nothing else of it."""
    return connection.execute(
        select(halls.c.name)
        .join(preapplications, preapplications.c.county == halls.c.county)
        .where(preapplications.c.code == code)
        .order_by(halls.c.code)
        .limit(1)
    ).scalar_one_or_none()


def row_to_change(connection: Connection, caller: Caller, identifier: str) -> Row[Any]:
    """The row, held for this transaction. Problem("not-found")."""
    row = connection.execute(
        select(preapplications)
        .where(of_county(caller, preapplications.c.county))
        .where(preapplications.c.id == identifier)
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise Problem("not-found")
    return row


def shown(row: Row[Any]) -> dict[str, Any]:
    """A pre-application in the contract's shape."""
    claimed = {"window": row.claimed_window, "at": row.claimed_at} if row.claimed_window else None
    return {
        "id": row.id,
        "code": row.code,
        "item": row.item,
        "item_name": row.item_name,
        "submitted_at": row.submitted_at,
        "state": row.state,
        "note": row.note,
        "applicant": {
            "kind": row.applicant_kind,
            "name": row.applicant_name,
            "number": row.applicant_number,
            "mobile": row.applicant_mobile,
        },
        "form_complete": row.form_complete,
        "uploads": json.loads(row.uploads),
        "claimed_by": claimed,
        "etag": tag(row.id, row.version),
    }


def claim(connection: Connection, act: ClaimAct, delivery: Delivery) -> dict[str, Any]:
    """Exactly one window gets it; asking again from that window is answered alike.

    Problems: not-found, claimed-elsewhere, not-claimable, changed-meanwhile.
    """
    caller = delivery.caller
    row = row_to_change(connection, caller, delivery.subject)
    if row.state == "claimed":
        _check_claimed_here(row, caller, act.window)
        return shown(row)
    if row.state not in CLAIMABLE:
        raise Problem("not-claimable", state=row.state)
    check_match(delivery.if_match, tag(row.id, row.version))
    return _changed(
        connection,
        row,
        delivery,
        state="claimed",
        state_before_claim=row.state,
        claimed_hall=caller.hall,
        claimed_window=act.window,
        claimed_at=stamp(delivery.received_at),
    )


def release(connection: Connection, act: ReleaseAct, delivery: Delivery) -> dict[str, Any]:
    """It goes back into the state it was claimed from.

    Problems: not-found, claimed-elsewhere, not-claimed, changed-meanwhile.
    """
    row = row_to_change(connection, delivery.caller, delivery.subject)
    if row.state != "claimed":
        raise Problem("not-claimed", state=row.state)
    _check_claimed_here(row, delivery.caller, act.window)
    check_match(delivery.if_match, tag(row.id, row.version))
    return _changed(
        connection,
        row,
        delivery,
        state=row.state_before_claim,
        state_before_claim=None,
        claimed_hall=None,
        claimed_window=None,
        claimed_at=None,
    )


def accept(
    connection: Connection, identifier: str, case: str, window: str, delivery: Delivery
) -> None:
    """It became a case. Problems: not-found, claimed-elsewhere, not-claimable."""
    row = row_to_change(connection, delivery.caller, identifier)
    if row.state == "claimed":
        _check_claimed_here(row, delivery.caller, window)
    if row.state not in CLAIMABLE | {"claimed"}:
        raise Problem("not-claimable", state=row.state)
    _changed(connection, row, delivery, state="accepted", case_id=case)


def _check_claimed_here(row: Row[Any], caller: Caller, window: str) -> None:
    if (row.claimed_hall, row.claimed_window) != (caller.hall, window):
        raise Problem("claimed-elsewhere", window=row.claimed_window)


def _changed(
    connection: Connection, row: Row[Any], delivery: Delivery, **values: Any
) -> dict[str, Any]:
    connection.execute(
        update(preapplications)
        .where(preapplications.c.county == row.county)
        .where(preapplications.c.id == row.id)
        .values(version=row.version + 1, **values)
    )
    emit(
        connection,
        "preapplication-changed",
        at=delivery.received_at,
        county=row.county,
        hall=delivery.caller.hall,
        subject=row.id,
        body={"preapplication": row.id, "state": values["state"]},
    )
    return shown(row_to_change(connection, delivery.caller, row.id))
