"""Licences are issued, changed and revoked (证照签发、变更、注销); what was issued stays on record.

Identifiers after GB/T 36904: root, type, issuer, serial, version, check character (ISO 7064
MOD 37,36). A change keeps the serial and raises the version; the version before it is superseded.
The functions run inside the transaction of whoever calls them: the act that decides a case, or the
issuer's own acts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hall_platform.check_digits import licence_identifier
from hall_platform.clock import day_of, stamp
from hall_platform.licences import ofd
from hall_platform.licences.tables import (
    licence_files,
    licence_serials,
    licence_types,
    licences,
)
from hall_platform.problems import Problem

LAST_VERSION = 999


def issue(
    connection: Connection,
    *,
    type_code: str,
    issuer: Mapping[str, str],
    holder_kind: str,
    holder_number: str,
    holder_name: str,
    valid_from: date,
    valid_to: date | None,
    content: Mapping[str, str],
    at: datetime,
    number: str | None = None,
    case: str | None = None,
    file: bytes | None = None,
) -> str:
    """A new licence in version 001; returns its identifier (电子证照标识).

    `issuer` is a body as items name it ({"name", "code"}); `content` is what the licence shows
    (照面信息), label to text; `case` is the case whose result it is. Without `number` it gets one
    by the rule of its type; without `file`, an OFD the issuer brings, one is made.
    Problem("licence-type-unknown").
    """
    kind = _type(connection, type_code)
    issued = day_of(at)
    count = _next_serial(connection, type_code, issuer["code"], issued)
    serial = f"{issued:%Y%m%d}A{count:06d}"
    identifier = licence_identifier(type_code, issuer["code"], serial, 1)
    values = {
        "identifier": identifier,
        "type_code": type_code,
        "type_name": kind.name,
        "number": number or _number(kind, holder_number, issued, count),
        "issuer_name": issuer["name"],
        "issuer_code": issuer["code"],
        "serial": serial,
        "version": 1,
        "issued_on": issued.isoformat(),
        "holder_kind": holder_kind,
        "holder_number": holder_number,
        "holder_name": holder_name,
        "trust_grade": "A",
        "checked_on": None,
        "case_id": case,
        "standing": "in_force",
        "standing_reason": "",
        **_shown(content, valid_from, valid_to),
    }
    _write(connection, values, file, at)
    return identifier


def new_version(
    connection: Connection,
    identifier: str,
    *,
    valid_from: date,
    valid_to: date | None,
    content: Mapping[str, str],
    at: datetime,
    reason: str = "变更",
    holder_name: str | None = None,
    case: str | None = None,
    file: bytes | None = None,
) -> str:
    """The next version of a licence, with the same serial; returns its identifier.

    The version before it is superseded from then on. Problems: licence-unknown,
    licence-not-in-force, licence-versions-exhausted.
    """
    before = _in_force(connection, identifier)
    version = before.version + 1
    if version > LAST_VERSION:
        raise Problem("licence-versions-exhausted")
    after = licence_identifier(before.type_code, before.issuer_code, before.serial, version)
    values = {
        **before._mapping,
        "identifier": after,
        "version": version,
        "issued_on": day_of(at).isoformat(),
        "holder_name": holder_name or before.holder_name,
        "case_id": case,
        "trust_grade": "A",
        "checked_on": None,
        **_shown(content, valid_from, valid_to),
    }
    _write(connection, values, file, at)
    _end(connection, identifier, "superseded", reason=reason, at=at, successor=after)
    return after


def revoke(connection: Connection, identifier: str, *, reason: str, at: datetime) -> None:
    """The licence is worth nothing from then on (注销、撤销、吊销); the reason stays with it.

    Problems: licence-unknown, licence-not-in-force (revoked or superseded already).
    """
    _in_force(connection, identifier, also="suspended")
    _end(connection, identifier, "revoked", reason=reason, at=at)


def lapses_on(connection: Connection, type_code: str, valid_from: date) -> date | None:
    """The last day of a licence of that type; None without an end.

    Problem("licence-type-unknown").
    """
    years = _type(connection, type_code).years
    if years is None:
        return None
    day = 28 if (valid_from.month, valid_from.day) == (2, 29) else valid_from.day
    end = date(valid_from.year + years, valid_from.month, day)
    return date.fromordinal(end.toordinal() - 1)


def _type(connection: Connection, type_code: str) -> Row[Any]:
    row = connection.execute(
        select(licence_types).where(licence_types.c.code == type_code)
    ).one_or_none()
    if row is None:
        raise Problem("licence-type-unknown")
    return row


def _write(
    connection: Connection, values: Mapping[str, Any], file: bytes | None, at: datetime
) -> None:
    """The licence and its file as issued."""
    connection.execute(insert(licences).values(values))
    connection.execute(insert(licence_files).values(file_row(values, file, stamp(at))))


def file_row(values: Mapping[str, Any], file: bytes | None, made_at: str) -> dict[str, Any]:
    """The row of a licence's file: the one given, or one made of what the licence says."""
    whole = file if file is not None else ofd.made(values)
    return {
        "licence": values["identifier"],
        "format": "ofd",
        "sha256": hashlib.sha256(whole).hexdigest(),
        "made_at": made_at,
        "content": whole,
    }


def _next_serial(connection: Connection, type_code: str, issuer: str, day: date) -> int:
    """The next number of type, issuer and day, in one statement, so that it holds everywhere."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    moved = (
        dialect.insert(licence_serials)
        .values(type_code=type_code, issuer_code=issuer, day=f"{day:%Y%m%d}", last=1)
        .on_conflict_do_update(
            index_elements=["type_code", "issuer_code", "day"],
            set_={"last": licence_serials.c.last + 1},
        )
        .returning(licence_serials.c.last)
    )
    return int(connection.execute(moved).scalar_one())


def _number(kind: Row[Any], holder_number: str, issued: date, count: int) -> str:
    """证照编号: the holder's own number, or the type's prefix with day and count."""
    if kind.number_rule == "holder":
        return holder_number
    ending = "号" if kind.number_prefix.endswith("第") else ""
    return f"{kind.number_prefix}{issued:%Y%m%d}{count:04d}{ending}"


def _shown(content: Mapping[str, str], valid_from: date, valid_to: date | None) -> dict[str, Any]:
    return {
        "valid_from": valid_from.isoformat(),
        "valid_to": valid_to.isoformat() if valid_to is not None else None,
        "summary": "；".join(f"{label}：{text}" for label, text in content.items()),
        "content": json.dumps(dict(content), ensure_ascii=False),
    }


def _in_force(connection: Connection, identifier: str, also: str = "in_force") -> Row[Any]:
    """The licence, held until the end of the transaction."""
    row = connection.execute(
        select(licences).where(licences.c.identifier == identifier).with_for_update()
    ).one_or_none()
    if row is None:
        raise Problem("licence-unknown")
    if row.standing not in ("in_force", also):
        raise Problem("licence-not-in-force", successor=row.successor)
    return row


def _end(
    connection: Connection,
    identifier: str,
    standing: str,
    *,
    reason: str,
    at: datetime,
    successor: str | None = None,
) -> None:
    connection.execute(
        update(licences)
        .where(licences.c.identifier == identifier)
        .values(
            standing=standing, standing_at=stamp(at), standing_reason=reason, successor=successor
        )
    )
