"""Pre-applications in the store: found, claimed by one window, given back."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from hall_platform.clock import stamp
from hall_platform.etags import check_match, tag
from hall_platform.problems import Problem
from hall_platform.tables import preapplications

CLAIMABLE = frozenset({"submitted", "checked", "to_correct"})


def of_person(connection: Connection, number: str) -> list[dict[str, Any]]:
    """All of a person's pre-applications, newest first."""
    rows = connection.execute(
        select(preapplications)
        .where(preapplications.c.applicant_number == number)
        .order_by(preapplications.c.submitted_at.desc(), preapplications.c.id)
    )
    return [shown(row) for row in rows]


def by_code(connection: Connection, code: str) -> list[dict[str, Any]]:
    """The pre-application of a code, or none."""
    rows = connection.execute(select(preapplications).where(preapplications.c.code == code))
    return [shown(row) for row in rows]


def row_to_change(connection: Connection, identifier: str) -> Row[Any]:
    """The row, held for this transaction. Problem("not-found")."""
    row = connection.execute(
        select(preapplications).where(preapplications.c.id == identifier).with_for_update()
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


def claim(
    connection: Connection, identifier: str, if_match: str, window: str, now: datetime
) -> dict[str, Any]:
    """Take it to a window; a window that has it already is told so again.

    Problems: not-found, claimed-elsewhere, not-claimable, changed-meanwhile.
    """
    row = row_to_change(connection, identifier)
    if row.state == "claimed":
        if row.claimed_window != window:
            raise Problem("claimed-elsewhere", window=row.claimed_window)
        return shown(row)
    if row.state not in CLAIMABLE:
        raise Problem("not-claimable", state=row.state)
    check_match(if_match, tag(row.id, row.version))
    return _changed(
        connection,
        row,
        state="claimed",
        state_before_claim=row.state,
        claimed_window=window,
        claimed_at=stamp(now),
    )


def release(connection: Connection, identifier: str, if_match: str, window: str) -> dict[str, Any]:
    """Give it back in the state it was in.

    Problems: not-found, claimed-elsewhere, not-claimed, changed-meanwhile.
    """
    row = row_to_change(connection, identifier)
    if row.state != "claimed":
        raise Problem("not-claimed", state=row.state)
    if row.claimed_window != window:
        raise Problem("claimed-elsewhere", window=row.claimed_window)
    check_match(if_match, tag(row.id, row.version))
    return _changed(
        connection,
        row,
        state=row.state_before_claim,
        state_before_claim=None,
        claimed_window=None,
        claimed_at=None,
    )


def accept(connection: Connection, identifier: str, case: str, window: str) -> None:
    """It became a case. Problems: preapplication-unknown, claimed-elsewhere, not-claimable."""
    row = row_to_change(connection, identifier)
    if row.state == "claimed" and row.claimed_window != window:
        raise Problem("claimed-elsewhere", window=row.claimed_window)
    if row.state not in CLAIMABLE | {"claimed"}:
        raise Problem("not-claimable", state=row.state)
    _changed(connection, row, state="accepted", case_id=case)


def _changed(connection: Connection, row: Row[Any], **values: Any) -> dict[str, Any]:
    connection.execute(
        update(preapplications)
        .where(preapplications.c.id == row.id)
        .values(version=row.version + 1, **values)
    )
    return shown(row_to_change(connection, row.id))
