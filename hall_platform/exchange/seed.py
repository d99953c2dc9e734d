"""The invented people and organisations in the base libraries."""

from __future__ import annotations

import json
from typing import Any

from hall_platform.exchange.tables import organisations, people
from hall_platform.seed import Invention, Row, Rows


def invent(invention: Invention) -> Rows:
    """Each person and organisation."""
    return {
        people: [{**_party(one), "kind": one["kind"]} for one in invention.people["people"]],
        organisations: [_party(one) for one in invention.people["organisations"]],
    }


def _party(party: dict[str, Any]) -> Row:
    return {
        "number": party["number"],
        "name": party["name"],
        "body": json.dumps(party, ensure_ascii=False),
    }
