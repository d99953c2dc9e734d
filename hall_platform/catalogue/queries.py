"""Items in the store."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, or_, select

from hall_platform.catalogue.tables import items
from hall_platform.cursors import cursor_after

_SUMMARY = ("code", "name", "version", "body", "regime", "pinyin")


def page(
    connection: Connection, query: str, limit: int, after: str
) -> tuple[list[dict[str, Any]], str | None]:
    """Current items by part of the name, by the start of pinyin initials, or by code."""
    wanted = (
        select(items.c.code, items.c.body)
        .where(items.c.is_current.is_(True))
        .where(items.c.code > after)
        .order_by(items.c.code)
        .limit(limit + 1)
    )
    if query:
        wanted = wanted.where(
            or_(
                items.c.name.contains(query, autoescape=True),
                items.c.pinyin.contains(query.lower(), autoescape=True),
                items.c.code.startswith(query.upper(), autoescape=True),
            )
        )
    rows = connection.execute(wanted).all()
    found = [_summary(json.loads(row.body)) for row in rows[:limit]]
    following = cursor_after(rows[limit - 1].code) if len(rows) > limit else None
    return found, following


def item(connection: Connection, code: str, version: int | None) -> dict[str, Any] | None:
    """One item: the current version, or the one asked for."""
    wanted = select(items.c.body).where(items.c.code == code)
    if version is None:
        wanted = wanted.where(items.c.is_current.is_(True))
    else:
        wanted = wanted.where(items.c.version == version)
    body = connection.execute(wanted).scalar_one_or_none()
    if body is None:
        return None
    found: dict[str, Any] = json.loads(body)
    return found


def _summary(body: dict[str, Any]) -> dict[str, Any]:
    return {member: body[member] for member in _SUMMARY}
