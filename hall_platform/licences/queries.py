"""E-licences in the store, and the record of every look at them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select

from hall_platform.licences.tables import licences


def of_holder(
    connection: Connection, number: str, type_codes: Iterable[str] | None, today: date
) -> list[dict[str, Any]]:
    """The holder's licences, of the types given; without types the bare directory of all."""
    wanted = (
        select(licences)
        .where(licences.c.holder_number == number)
        .where(licences.c.standing != "superseded")
        .order_by(licences.c.type_code, licences.c.identifier)
    )
    if type_codes is not None:
        wanted = wanted.where(licences.c.type_code.in_(list(type_codes)))
    bare = type_codes is None
    return [shown(row, today, bare=bare) for row in connection.execute(wanted)]


def status(row: Row[Any], today: date) -> str:
    """valid, expired, revoked, suspended or superseded on that day.

    A licence is valid through its last day, and was valid on the days before its standing changed.
    """
    ended_on = (row.standing_at or "")[:10]
    if row.standing != "in_force" and ended_on <= today.isoformat():
        return str(row.standing)
    return "expired" if row.valid_to is not None and row.valid_to < today.isoformat() else "valid"


def shown(row: Row[Any], today: date, *, bare: bool) -> dict[str, Any]:
    """A licence in the contract's shape."""
    return {
        "identifier": row.identifier,
        "type_code": row.type_code,
        "type_name": row.type_name,
        "number": "" if bare else row.number,
        "issuer": {"name": row.issuer_name, "code": row.issuer_code},
        "issued_on": row.issued_on,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "status": status(row, today),
        "holder": {
            "kind": row.holder_kind,
            "name": row.holder_name,
            "number": row.holder_number,
        },
        "trust_grade": "A",
        "summary": "" if bare else row.summary,
    }


def by_identifier(connection: Connection, identifier: str) -> Row[Any] | None:
    """One licence, if there is one."""
    return connection.execute(
        select(licences).where(licences.c.identifier == identifier)
    ).one_or_none()
