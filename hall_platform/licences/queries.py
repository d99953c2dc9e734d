"""E-licences in the store, and the record of every look at them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select

from hall_platform.licences.tables import licence_files, licence_types, licences


def of_holder(
    connection: Connection,
    number: str,
    type_codes: Iterable[str] | None,
    today: date,
    kind: str | None = None,
) -> list[dict[str, Any]]:
    """The holder's licences, of the types given; without types the bare directory of all.

    With `kind` only what is held as such: a number alone may be of another kind of holder.
    """
    bare = type_codes is None
    return [
        shown(row, today, bare=bare) for row in rows_of(connection, number, type_codes, kind=kind)
    ]


def rows_of(
    connection: Connection,
    number: str,
    type_codes: Iterable[str] | None = None,
    *,
    kind: str | None = None,
) -> list[Row[Any]]:
    """The holder's licences in their newest versions."""
    given: dict[str, Any] = {"holder": number}
    if kind is not None:
        given["kind"] = kind
    if type_codes is not None:
        given["types"] = list(type_codes)
    return list(connection.execute(_held(*given), given))


@cache
def _held(*given: str) -> Select[Any]:
    """A holder's newest licences, narrowed by what is given of `kind` and `types`."""
    wanted = (
        select(licences)
        .where(licences.c.holder_number == bindparam("holder"))
        .where(licences.c.standing != "superseded")
        .order_by(licences.c.type_code, licences.c.identifier)
    )
    if "kind" in given:
        wanted = wanted.where(licences.c.holder_kind == bindparam("kind"))
    if "types" in given:
        wanted = wanted.where(licences.c.type_code.in_(bindparam("types", expanding=True)))
    return wanted


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
        "trust_grade": row.trust_grade,
        "summary": "" if bare else row.summary,
    }


def by_identifier(connection: Connection, identifier: str) -> Row[Any] | None:
    """One licence, if there is one."""
    return connection.execute(
        select(licences).where(licences.c.identifier == identifier)
    ).one_or_none()


def results_of(connection: Connection, case: str) -> list[Row[Any]]:
    """The licences a case led to, in their newest versions."""
    return list(
        connection.execute(
            select(licences)
            .where(licences.c.case_id == case)
            .where(licences.c.standing != "superseded")
            .order_by(licences.c.identifier)
        )
    )


def types(connection: Connection) -> list[dict[str, Any]]:
    """The types of licences there are (证照目录)."""
    return [
        {
            "code": row.code,
            "name": row.name,
            "definer": {"name": row.definer_name, "code": row.definer_code},
            "years": row.years,
            "issuers": json.loads(row.issuers),
        }
        for row in connection.execute(select(licence_types).order_by(licence_types.c.code))
    ]


def file(connection: Connection, identifier: str) -> Row[Any] | None:
    """The file as issued, if one is kept."""
    return connection.execute(
        select(licence_files).where(licence_files.c.licence == identifier)
    ).one_or_none()
