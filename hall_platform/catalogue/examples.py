"""Examples of the catalogue."""

from __future__ import annotations

from hall_platform.examples import Example
from hall_platform.seed_data.items import ITEMS, SOLE_TRADER

_ITEM = ITEMS[SOLE_TRADER]
_SUMMARY = ("code", "name", "version", "body", "regime", "pinyin")

EXAMPLES = {
    "GET /v1/items": Example(
        parameters={"q": _ITEM["pinyin"]},
        answer={"items": [{member: _ITEM[member] for member in _SUMMARY}], "next": None},
    ),
    "GET /v1/items/{code}": Example(parameters={"code": _ITEM["code"]}, answer=_ITEM),
    "GET /v1/calendar": Example(
        answer={
            "version": "2026",
            "years": {
                "2026": {
                    "source": "国务院办公厅关于2026年部分节假日安排的通知",
                    "off": ["2026-01-01", "2026-01-02"],
                    "work": ["2026-01-04"],
                }
            },
        }
    ),
}
