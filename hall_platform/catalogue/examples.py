"""Examples of the catalogue."""

from __future__ import annotations

from typing import Any

from hall_platform.catalogue import one_things
from hall_platform.catalogue.shapes import ItemContent
from hall_platform.examples import DIGEST, KEY, MOMENT, Example
from hall_platform.seed_data.items import FOOD, ITEMS, SOLE_TRADER
from hall_platform.seed_data.one_things import ONE_THINGS, RESTAURANT

_ITEM = ITEMS[SOLE_TRADER]
_SUMMARY = ("code", "name", "version", "body", "regime", "pinyin")
_CODE = {"code": _ITEM["code"]}
_THING = {"code": RESTAURANT}
_MEMBERS = [ITEMS[SOLE_TRADER], ITEMS[FOOD]]
_FILLED = {
    "name": "雨山区测小兰早餐店",
    "address": "试验省试验市雨山区测试路1号",
    "scope": "餐饮服务",
    "kind": "个人经营",
    "mobile": "12000000000",
}
_FILLED_FOOD = {"business_kind": "餐饮服务经营者", "projects": ["热食类制售"]}


def _summary(item: dict[str, Any]) -> dict[str, Any]:
    return {member: item[member] for member in _SUMMARY}


def _content(item: dict[str, Any]) -> dict[str, Any]:
    return {member: item[member] for member in item if member in ItemContent.model_fields}


_THING_SUMMARY = {
    member: ONE_THINGS[RESTAURANT][member] for member in ("code", "name", "version", "items")
}

EXAMPLES = {
    "GET /v1/items": Example(
        parameters={"q": _ITEM["pinyin"]},
        answer={"items": [_summary(_ITEM)], "next": None},
    ),
    "GET /v1/items/{code}": Example(parameters=_CODE, answer=_ITEM),
    "GET /v1/item-changes": Example(
        parameters={"since": "MTI"},
        answer={
            "changes": [{**_CODE, "version": 2, "change": "published", "at": MOMENT}],
            "next": "MTM",
            "more": False,
        },
    ),
    "POST /v1/items/{code}/versions": Example(
        parameters={**_CODE, "Idempotency-Key": KEY},
        request={"act": "publish-item", "item": _content(_ITEM), "valid_from": "2027-01-01"},
        answer={**_ITEM, "version": 2, "valid_from": "2027-01-01"},
    ),
    "POST /v1/items/{code}/withdrawal": Example(
        parameters={**_CODE, "Idempotency-Key": KEY},
        request={"act": "withdraw-item", "version": 1, "reason": "依据已经废止"},
        answer={**_ITEM, "state": "withdrawn"},
    ),
    "POST /v1/items/{code}/form-checks": Example(
        parameters=_CODE,
        request={"version": 1, "form": "F01", "data": {**_FILLED, "mobile": "120"}},
        answer={
            "fits": False,
            "errors": [{"where": "/mobile", "what": "联系电话：格式不对"}],
        },
    ),
    "GET /v1/one-things": Example(answer={"things": [_THING_SUMMARY]}),
    "GET /v1/one-things/{code}": Example(
        parameters=_THING,
        answer={
            **_THING_SUMMARY,
            "description": ONE_THINGS[RESTAURANT]["description"],
            "members": [_summary(one) for one in _MEMBERS],
            "form": one_things.joined_form(ONE_THINGS[RESTAURANT]["name"], _MEMBERS),
            "materials": one_things.joined_materials(_MEMBERS),
            "promised_days": 5,
        },
    ),
    "POST /v1/one-things/{code}/splits": Example(
        parameters=_THING,
        request={"data": {**_FILLED, **_FILLED_FOOD}},
        answer={
            "fits": True,
            "errors": [],
            "forms": one_things.split(_MEMBERS, {**_FILLED, **_FILLED_FOOD}),
        },
    ),
    "GET /v1/seals": Example(
        answer={
            "seals": [
                {
                    "code": "YZ990302001",
                    "kind": "approval",
                    "name": "行政审批专用章",
                    "body": _ITEM["body"],
                    "region": "990302000000",
                    "sha256": DIGEST,
                    "valid_from": "2021-01-01",
                    "valid_to": None,
                }
            ]
        }
    ),
    "GET /v1/seals/{code}/picture": Example(
        parameters={"code": "YZ990302001"}, answer="（PNG 图片的字节）"
    ),
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
