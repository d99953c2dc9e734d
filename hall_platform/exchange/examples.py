"""Examples of the exchange."""

from __future__ import annotations

from typing import Any

from hall_platform.examples import CASE, ETAG, HALL, HOLDER, ITEM, ITEM_NAME, KEY, MOMENT, Example
from hall_platform.exchange.use_rules import RULES, shown
from hall_platform.seed_data.places import BODIES
from hall_platform.seed_data.resources import RESOURCES

_CODE = "estate-registration"
_ROW = next(one for one in RESOURCES if one["code"] == _CODE)
_RECORD = "fad82f93-d0ed-45e4-a6d2-9d1f3f5b7044"
_LOOK = "6f1f3f5c-1a02-4c57-9d2a-5b2f0c1e8f0d"
_CORRECTION = "2c4f0c1e-8f0d-4c57-9d2a-6f1f3f5c1a02"
_SOURCE = {"name": BODIES["land"].name, "code": BODIES["land"].code}
_FIELDS = ["certificate", "location", "use", "area"]

_RESOURCE: dict[str, Any] = {
    "code": _CODE,
    "library": _ROW["library"],
    "title": _ROW["title"],
    "body": _SOURCE,
    "fields": _ROW["fields"],
    "update_cycle": _ROW["update_cycle"],
    "sharing": _ROW["sharing"],
    "sharing_condition": _ROW["sharing_condition"],
    "correction_days": _ROW["correction_days"],
    "standing": "open",
    "stopped_at": None,
    "stop_reason": None,
    "etag": f'"{_CODE}-1"',
}
_STOPPED = {
    **_RESOURCE,
    "standing": "stopped",
    "stopped_at": MOMENT,
    "stop_reason": "接口异常返回他人数据，先行停用排查",
    "etag": f'"{_CODE}-2"',
}
_USE = {
    "id": _LOOK,
    "at": MOMENT,
    "by": {"kind": "hall", "hall": HALL["name"], "body": BODIES["market"].name},
    "resource": _CODE,
    "title": _ROW["title"],
    "why": "核验经营场所",
    "item": ITEM,
    "item_name": ITEM_NAME,
    "for_case": True,
    "seen": ["证书号", "坐落", "用途", "面积"],
    "outcome": "answered",
}
_REPORTED: dict[str, Any] = {
    "correction": _CORRECTION,
    "resource": _CODE,
    "title": _ROW["title"],
    "body": _SOURCE,
    "field": "area",
    "field_title": "面积",
    "state": "reported",
    "reported_at": MOMENT,
    "due_on": "2026-12-08",
    "due_provisional": False,
    "overdue": False,
    "reply": "",
    "steps": [{"at": MOMENT, "state": "reported", "reason": "", "document": ""}],
    "etag": ETAG,
}
_PASSED: dict[str, Any] = {
    **_REPORTED,
    "state": "with_source",
    "steps": [
        *_REPORTED["steps"],
        {"at": MOMENT, "state": "with_source", "reason": "请核对登记簿", "document": ""},
    ],
}
_SETTLED = {
    **_PASSED,
    "state": "corrected",
    "reply": "登记簿所载面积为 86.04 平方米，录入有误，已更正",
    "steps": [
        *_PASSED["steps"],
        {
            "at": MOMENT,
            "state": "corrected",
            "reason": "登记簿所载面积为 86.04 平方米，录入有误，已更正",
            "document": "",
        },
    ],
}
_MATCHED = {"correction": _CORRECTION, "Idempotency-Key": KEY, "If-Match": ETAG}
_RULES = [shown(one) for one in RULES.values()]
_RULE = _RULES[0]

EXAMPLES = {
    "GET /v1/exchange/resources": Example(
        parameters={"library": "geography"}, answer={"resources": [_RESOURCE], "next": None}
    ),
    "GET /v1/exchange/resources/{resource}": Example(
        parameters={"resource": _CODE}, answer=_RESOURCE
    ),
    "POST /v1/exchange/queries": Example(
        request={
            "resource": _CODE,
            "holder": HOLDER,
            "item": ITEM,
            "case": CASE,
            "reason": "核验经营场所",
        },
        answer={
            "query": _LOOK,
            "resource": _CODE,
            "title": _ROW["title"],
            "source": _SOURCE,
            "fields": _FIELDS,
            "records": [
                {
                    "record": _RECORD,
                    "values": {
                        "certificate": "试（2021）雨山区不动产权第0010000号",
                        "location": "试验省试验市雨山区测试路1号",
                        "use": "商业服务",
                        "area": "86.40",
                    },
                }
            ],
            "answered_at": MOMENT,
            "trust_grade": "A",
        },
    ),
    "GET /v1/exchange/uses": Example(answer={"uses": [_USE], "next": None}),
    "POST /v1/exchange/use-queries": Example(
        request={"holder": HOLDER, "purpose": "本人到窗口查询"},
        answer={"uses": [_USE], "next": None},
    ),
    "POST /v1/exchange/corrections": Example(
        parameters={"Idempotency-Key": KEY},
        request={
            "act": "report-error",
            "resource": _CODE,
            "holder": HOLDER,
            "record": _RECORD,
            "field": "area",
            "should_be": "86.04",
            "grounds": "不动产权证书所载面积为 86.04 平方米",
        },
        answer=_REPORTED,
    ),
    "GET /v1/exchange/corrections": Example(
        parameters={"state": "reported"}, answer={"corrections": [_REPORTED], "next": None}
    ),
    "GET /v1/exchange/corrections/{correction}": Example(
        parameters={"correction": _CORRECTION}, answer=_REPORTED
    ),
    "POST /v1/exchange/corrections/{correction}/content": Example(
        parameters={"correction": _CORRECTION},
        request={"purpose": "核对登记簿"},
        answer={
            "query": _LOOK,
            "correction": _PASSED,
            "holder": HOLDER,
            "record": _RECORD,
            "is_now": "86.40",
            "should_be": "86.04",
            "grounds": "不动产权证书所载面积为 86.04 平方米",
        },
    ),
    "POST /v1/exchange/corrections/{correction}/passing-on": Example(
        parameters=_MATCHED,
        request={"act": "pass-correction-on", "note": "请核对登记簿"},
        answer=_PASSED,
    ),
    "POST /v1/exchange/corrections/{correction}/settlement": Example(
        parameters=_MATCHED,
        request={
            "act": "settle-correction",
            "outcome": "corrected",
            "value": "86.04",
            "reason": "登记簿所载面积为 86.04 平方米，录入有误，已更正",
        },
        answer=_SETTLED,
    ),
    "POST /v1/exchange/resources/{resource}/description": Example(
        parameters={
            "resource": _CODE,
            "Idempotency-Key": KEY,
            "If-Match": f'"{_CODE}-1"',
        },
        request={
            "act": "describe-resource",
            "library": _ROW["library"],
            "title": _ROW["title"],
            "body": _SOURCE,
            "fields": _ROW["fields"],
            "update_cycle": _ROW["update_cycle"],
            "sharing": _ROW["sharing"],
            "sharing_condition": _ROW["sharing_condition"],
            "connector": _ROW["connector"],
            "correction_days": _ROW["correction_days"],
        },
        answer={**_RESOURCE, "etag": f'"{_CODE}-2"'},
    ),
    "POST /v1/exchange/resources/{resource}/stop": Example(
        parameters={"resource": _CODE, "Idempotency-Key": KEY},
        request={"act": "stop-resource", "reason": "接口异常返回他人数据，先行停用排查"},
        answer=_STOPPED,
    ),
    "POST /v1/exchange/resources/{resource}/reopening": Example(
        parameters={"resource": _CODE, "Idempotency-Key": KEY},
        request={"act": "reopen-resource", "reason": "已修复并复核"},
        answer={**_RESOURCE, "etag": f'"{_CODE}-3"'},
    ),
    "GET /v1/exchange/use-rules": Example(answer={"rules": _RULES}),
    "POST /v1/exchange/use-rules/{rule}": Example(
        parameters={"rule": _RULE["code"], "Idempotency-Key": KEY},
        request={"act": "set-use-rule", "most": 30, "minutes": 60, "active": True},
        answer={**_RULE, "most": 30},
    ),
    "GET /v1/exchange/unusual-uses": Example(
        answer={
            "unusual": [
                {
                    "id": _LOOK,
                    "at": MOMENT,
                    "since": "2026-11-24T09:00:00.000+08:00",
                    "rule": _RULE["code"],
                    "title": _RULE["title"],
                    "operator": "c0a8f5de-1f4b-4d2c-9a0e-3b7d6e5f4a21",
                    "counted": 21,
                }
            ],
            "next": None,
        }
    ),
}
