"""The invented county's catalogue."""

from __future__ import annotations

import json
from typing import Any

from hall_platform.catalogue.tables import items
from hall_platform.seed import Invention, Row, Rows
from hall_platform.seed_data.items import ITEMS, earlier_versions


def invent(invention: Invention) -> Rows:
    """Items in their current and earlier versions."""
    del invention
    return {
        items: [
            *(_item(item, current=True) for item in ITEMS.values()),
            *(_item(item, current=False) for item in earlier_versions()),
        ]
    }


def _item(item: dict[str, Any], *, current: bool) -> Row:
    return {
        "code": item["code"],
        "version": item["version"],
        "is_current": current,
        "name": item["name"],
        "pinyin": item["pinyin"],
        "body": json.dumps(item, ensure_ascii=False),
    }
