"""The looks at a person's data, as they are shown to the person (数据使用记录查询).

Who looked is the hall and the body whose item it was for; the clerk's name is not the person's
business, the purpose is (个人信息保护法 第四十四、四十五条).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, or_, select

from hall_platform.catalogue import queries as catalogue
from hall_platform.cursors import cursor_after, key_of
from hall_platform.exchange.directory import fields_of
from hall_platform.exchange.tables import data_uses, resources
from hall_platform.identity.tables import halls
from hall_platform.licences.tables import licences
from hall_platform.looks import Look, looks
from hall_platform.problems import invalid
from hall_platform.shapes import Holder


def page(
    connection: Connection,
    holder: Holder,
    limit: int,
    cursor: str | None,
    county: str | None = None,
) -> tuple[list[dict[str, Any]], str | None]:
    """Looks at the holder's data, newest first, and the cursor of the next page.

    With a county only those from its halls, and what was sent of its cases.
    """
    wanted = (
        select(data_uses, halls.c.name.label("hall_name"))
        .outerjoin(halls, halls.c.code == data_uses.c.hall)
        .where(data_uses.c.holder_kind == holder.kind)
        .where(data_uses.c.holder_number == holder.number)
        .order_by(data_uses.c.at.desc(), data_uses.c.id.desc())
        .limit(limit + 1)
    )
    if county is not None:
        wanted = wanted.where(data_uses.c.county == county)
    before = place_of(cursor)
    if before is not None:
        at, identifier = before
        wanted = wanted.where(
            or_(data_uses.c.at < at, and_(data_uses.c.at == at, data_uses.c.id < identifier))
        )
    rows = connection.execute(wanted).all()
    shown = _all_shown(connection, rows[:limit])
    return shown, cursor_of(rows[limit - 1]) if len(rows) > limit else None


def cursor_of(row: Row[Any]) -> str:
    """The cursor after a row that has `at` and `id`."""
    return cursor_after(f"{row.at} {row.id}")


def place_of(cursor: str | None) -> tuple[str, str] | None:
    """Time and number after which a page begins. Problem("invalid-request")."""
    key = key_of(cursor)
    if not key:
        return None
    at, separator, identifier = key.partition(" ")
    if not separator:
        raise invalid("query.cursor", "not a cursor of this platform")
    return at, identifier


def _all_shown(connection: Connection, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    known = {row.code: row for row in connection.execute(select(resources))}
    items = {
        code: catalogue.item(connection, code, None)
        for code in {row.item for row in rows if row.item is not None}
    }
    types = _licence_types(connection, rows)
    return [
        _shown(row, _look(row, known.get(row.resource)), types, items.get(row.item)) for row in rows
    ]


def _look(row: Row[Any], resource: Row[Any] | None) -> Look:
    """What kind of look it was: at a resource of the directory, or at what a module has named."""
    if resource is None:
        return looks().get(row.resource) or Look(row.resource)
    fields = {code: one["title"] for code, one in fields_of(resource).items()}
    return Look(resource.title, fields)


def _licence_types(connection: Connection, rows: Sequence[Row[Any]]) -> dict[str, str]:
    """The types of the e-licences that were seen, by their identifiers."""
    of_licences = {name for name, look in looks().items() if look.of_licences}
    seen = {
        identifier
        for row in rows
        if row.resource in of_licences
        for identifier in json.loads(row.answered)
    }
    found = connection.execute(
        select(licences.c.identifier, licences.c.type_name).where(
            licences.c.identifier.in_(sorted(seen))
        )
    )
    return {row.identifier: row.type_name for row in found}


def _shown(
    row: Row[Any], look: Look, types: Mapping[str, str], item: dict[str, Any] | None
) -> dict[str, Any]:
    titles = types if look.of_licences else look.fields
    return {
        "id": row.id,
        "at": row.at,
        "by": {
            "kind": "platform" if row.session is None else "hall" if row.hall else "online",
            "hall": row.hall_name,
            "body": item["body"]["name"] if item else None,
        },
        "resource": row.resource,
        "title": look.title,
        "why": row.purpose,
        "item": row.item,
        "item_name": item["name"] if item else None,
        "for_case": bool(row.case_id or row.preapplication),
        "seen": list(
            dict.fromkeys(titles[code] for code in json.loads(row.answered) if code in titles)
        ),
        "outcome": row.outcome,
    }
