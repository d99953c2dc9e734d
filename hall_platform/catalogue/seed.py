"""The invented county's catalogue."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from hall_platform.catalogue import publishing
from hall_platform.catalogue.tables import item_grams, items, one_things, seals
from hall_platform.clock import HALL_ZONE
from hall_platform.seed import Invention, Row, Rows
from hall_platform.seed_data import seals as drawn
from hall_platform.seed_data.items import ITEMS, earlier_versions
from hall_platform.seed_data.one_things import ONE_THINGS


def invent(invention: Invention) -> Rows:
    """Items in their current and earlier versions, one things, seals."""
    del invention
    current = [_item(item, current=True) for item in ITEMS.values()]
    return {
        items: [*current, *(_item(item, current=False) for item in earlier_versions())],
        item_grams: [
            found
            for row in current
            for found in publishing.grams_of(row["code"], row["folded_text"], row["folded_codes"])
        ],
        one_things: [
            {**thing, "items": json.dumps(thing["items"])} for thing in ONE_THINGS.values()
        ],
        seals: drawn.seals(),
    }


def _item(item: dict[str, Any], *, current: bool) -> Row:
    begins = date.fromisoformat(item["valid_from"])
    ends = date.fromisoformat(item["valid_to"]) if item["valid_to"] else None
    published = datetime(begins.year, begins.month, begins.day, tzinfo=HALL_ZONE)
    row = publishing.row_of(item, begins, ends, at=published)
    return {**row, "is_current": current}
