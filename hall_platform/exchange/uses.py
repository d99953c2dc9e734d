"""The looks at a person's data, as they are shown to the person (数据使用记录查询).

Who looked is the hall and the body whose item it was for; the clerk's name is not the person's
business, the purpose is (个人信息保护法 第四十四、四十五条).
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Row, and_, or_, select

from hall_platform.catalogue import queries as catalogue
from hall_platform.cursors import cursor_after, key_of
from hall_platform.exchange.directory import fields_of
from hall_platform.exchange.tables import data_uses, resources
from hall_platform.identity.tables import halls
from hall_platform.problems import invalid
from hall_platform.shapes import Holder

# What other modules look at under names of their own.
_TITLES = {
    "licences": "电子证照",
    "licence-directory": "电子证照目录",
    "licence-file": "电子证照文件",
    "preapplications": "网上申请",
    "cases": "办件列表",
    "case": "办件详情",
    "data-uses": "数据使用记录",
    "correction": "数据校核申请",
    "province": "报送省平台的办件数据",
}


def page(
    connection: Connection, holder: Holder, limit: int, cursor: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    """Looks at the holder's data, newest first, and the cursor of the next page."""
    wanted = (
        select(data_uses, halls.c.name.label("hall_name"))
        .outerjoin(halls, halls.c.code == data_uses.c.hall)
        .where(data_uses.c.holder_kind == holder.kind)
        .where(data_uses.c.holder_number == holder.number)
        .order_by(data_uses.c.at.desc(), data_uses.c.id.desc())
        .limit(limit + 1)
    )
    before = place_of(cursor)
    if before is not None:
        at, identifier = before
        wanted = wanted.where(
            or_(data_uses.c.at < at, and_(data_uses.c.at == at, data_uses.c.id < identifier))
        )
    rows = connection.execute(wanted).all()
    known = {row.code: row for row in connection.execute(select(resources))}
    items = {
        code: catalogue.item(connection, code, None)
        for code in {row.item for row in rows if row.item is not None}
    }
    shown = [_shown(row, known.get(row.resource), items.get(row.item)) for row in rows[:limit]]
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


def _shown(row: Row[Any], resource: Row[Any] | None, item: dict[str, Any] | None) -> dict[str, Any]:
    fields = {} if resource is None else fields_of(resource)
    return {
        "id": row.id,
        "at": row.at,
        "by": {
            "kind": "platform" if row.session is None else "hall" if row.hall else "online",
            "hall": row.hall_name,
            "body": item["body"]["name"] if item else None,
        },
        "resource": row.resource,
        "title": _TITLES.get(row.resource, row.resource) if resource is None else resource.title,
        "why": row.purpose,
        "item": row.item,
        "item_name": item["name"] if item else None,
        "for_case": bool(row.case_id or row.preapplication),
        "seen": [fields[code]["title"] for code in json.loads(row.answered) if code in fields],
        "outcome": row.outcome,
    }
