"""Service items as last seen, so that a counter can go on without the platform."""

from __future__ import annotations

from datetime import datetime

import msgspec

from counter_app.domain.item import Item, ItemSummary
from counter_app.store.database import Connection


def keep(connection: Connection, item: Item, at: datetime) -> None:
    """Remember an item; what was known of it before is replaced."""
    connection.execute(
        "INSERT INTO item (code, name, pinyin, content, seen_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (code) DO UPDATE SET name = excluded.name, pinyin = excluded.pinyin,"
        " content = excluded.content, seen_at = excluded.seen_at",
        (item.code, item.name, item.pinyin, msgspec.json.encode(item), at.isoformat()),
    )


def find(connection: Connection, code: str) -> Item | None:
    """The item as last seen, None if it never was."""
    row = connection.execute("SELECT content FROM item WHERE code = ?", (code,)).fetchone()
    return None if row is None else msgspec.json.decode(row[0], type=Item)


def summaries(connection: Connection) -> tuple[ItemSummary, ...]:
    """All items remembered, by name."""
    rows = connection.execute("SELECT content FROM item ORDER BY name, code")
    return tuple(msgspec.json.decode(content, type=ItemSummary) for (content,) in rows)
