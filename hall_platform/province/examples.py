"""Examples of the province's side."""

from __future__ import annotations

from typing import Any

from hall_platform.catalogue.shapes import ItemContent
from hall_platform.examples import CASE, ETAG, ITEM, ITEM_NAME, KEY, MOMENT, Example
from hall_platform.seed_data.items import ITEMS, SOLE_TRADER

_LETTER = "0c4f0c1e-8f0d-4c57-9d2a-6f1f3f5c1a02"
_CONTENT = ItemContent.model_validate(
    {
        name: ITEMS[SOLE_TRADER][name]
        for name in ItemContent.model_fields
        if name in ITEMS[SOLE_TRADER]
    }
).model_dump(mode="json")
_REFUSED: dict[str, Any] = {
    "id": _LETTER,
    "case": CASE,
    "kind": "case",
    "event": "case-accepted",
    "happened_at": MOMENT,
    "state": "refused",
    "attempts": 1,
    "next_at": MOMENT,
    "reason": "field-wrong",
    "fields": ["areaCode"],
    "receipt": None,
    "sent_at": None,
    "confirmed_at": None,
    "note": "",
    "etag": ETAG,
}
_PULLED: dict[str, Any] = {
    "code": ITEM,
    "version": 3,
    "name": ITEM_NAME,
    "withdrawn": False,
    "pulled_at": MOMENT,
    "state": "new",
    "adopted_as": None,
    "note": "",
    "in_force_here": 1,
    "differs": ["promised_days"],
}
_MATCHED = {"letter": _LETTER, "Idempotency-Key": KEY, "If-Match": ETAG}

EXAMPLES = {
    "GET /v1/province": Example(
        answer={
            "configured": True,
            "signature": "ed25519",
            "waiting": 3,
            "held_back": 1,
            "sent": 12,
            "confirmed": 480,
            "refused": 1,
            "set_aside": 0,
            "oldest_waiting_at": MOMENT,
            "last_sent_at": MOMENT,
            "read_back_at": MOMENT,
            "catalogue_version": 7,
            "catalogue_pulled_at": MOMENT,
            "new_items": 1,
            "left_out": 1,
            "left_out_entries": [
                {
                    "kind": "item",
                    "code": ITEM,
                    "version": 5,
                    "errors": [{"where": "materials", "what": "缺少这一项"}],
                    "pulled_at": MOMENT,
                }
            ],
        }
    ),
    "GET /v1/province/letters": Example(
        parameters={"state": "refused"}, answer={"letters": [_REFUSED], "next": None}
    ),
    "GET /v1/province/letters/{letter}": Example(parameters={"letter": _LETTER}, answer=_REFUSED),
    "POST /v1/province/letters/{letter}/sending": Example(
        parameters=_MATCHED,
        request={"act": "send-letter-again"},
        answer={**_REFUSED, "state": "waiting", "reason": "", "fields": []},
    ),
    "POST /v1/province/letters/{letter}/setting-aside": Example(
        parameters=_MATCHED,
        request={"act": "set-letter-aside", "reason": "省平台已由上级部门补录"},
        answer={**_REFUSED, "state": "set_aside", "note": "省平台已由上级部门补录"},
    ),
    "POST /v1/province/checks": Example(
        parameters={"Idempotency-Key": KEY},
        request={"act": "check-province", "first": "2026-11-01", "last": "2026-11-24"},
        answer={"letters": 480},
    ),
    "GET /v1/province/items": Example(
        parameters={"state": "new"}, answer={"items": [_PULLED], "next": None}
    ),
    "GET /v1/province/items/{code}/versions/{version}": Example(
        parameters={"code": ITEM, "version": 3}, answer={**_PULLED, "item": _CONTENT}
    ),
    "POST /v1/province/items/{item}/adoption": Example(
        parameters={"item": ITEM, "Idempotency-Key": KEY},
        request={"act": "adopt-province-item", "version": 3, "valid_from": "2026-12-01"},
        answer={**_PULLED, "state": "adopted", "adopted_as": 2, "item": _CONTENT},
    ),
    "POST /v1/province/items/{item}/passing-over": Example(
        parameters={"item": ITEM, "Idempotency-Key": KEY},
        request={
            "act": "pass-province-item-over",
            "version": 3,
            "reason": "本区该事项由上级行使",
        },
        answer={
            **_PULLED,
            "state": "passed_over",
            "note": "本区该事项由上级行使",
            "item": _CONTENT,
        },
    ),
}
