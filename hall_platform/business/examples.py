"""Examples of pre-applications, numbers and cases."""

from __future__ import annotations

from typing import Any

from hall_platform.business.life_examples import LIFE_EXAMPLES
from hall_platform.examples import (
    CASE,
    CASE_NUMBER,
    DIGEST,
    ETAG,
    HOLDER,
    ITEM,
    ITEM_NAME,
    KEY,
    MOMENT,
    OPERATOR,
    PREAPPLICATION,
    WINDOW,
    Example,
)
from hall_platform.licences.examples import LICENCE

_ACT = {"operator": OPERATOR, "window": WINDOW}
_PARTY = {**HOLDER, "name": "测试甲", "address": "试验省试验市雨山区测试路1号", "source": "card"}
_MATERIALS = [{"material": "M01", "met_by": "identity_card", "trust_grade": "A"}]

_PREAPPLICATION: dict[str, Any] = {
    "id": PREAPPLICATION,
    "code": "YS20261122K7M2P9",
    "item": ITEM,
    "item_name": ITEM_NAME,
    "submitted_at": "2026-11-22T09:20:00.000+08:00",
    "state": "checked",
    "note": "预审通过，请携带租赁合同原件到窗口。",
    "applicant": {**HOLDER, "name": "测试甲", "mobile": "12000000000"},
    "form_complete": True,
    "uploads": [
        {
            "material": "M03",
            "file_name": "个体工商户设立登记申请书.pdf",
            "sha256": DIGEST,
            "pages": 3,
            "trust_grade": "D",
        }
    ],
    "claimed_by": None,
    "etag": ETAG,
}

RECEIPT: dict[str, Any] = {
    "key": KEY,
    "case": CASE,
    "number": CASE_NUMBER,
    "state": "accepted",
    "accepted_at": MOMENT,
    "due_on": "2026-11-25",
    "due_provisional": False,
    "query_code": "K7M2P9QX",
    "received_at": MOMENT,
    "body_sha256": DIGEST,
    "duplicate_of": [],
}

_SUMMARY: dict[str, Any] = {
    "case": CASE,
    "number": CASE_NUMBER,
    "item": ITEM,
    "item_name": ITEM_NAME,
    "state": "accepted",
    "accepted_at": MOMENT,
    "due_on": "2026-11-25",
}

EXAMPLES = {
    "POST /v1/preapplication-queries": Example(
        request={"holder": HOLDER, "purpose": "受理申请"},
        answer={"preapplications": [_PREAPPLICATION]},
    ),
    "POST /v1/preapplications/{preapplication}/claim": Example(
        parameters={"preapplication": PREAPPLICATION, "Idempotency-Key": KEY, "If-Match": ETAG},
        request={"act": "claim", **_ACT},
        answer={
            **_PREAPPLICATION,
            "state": "claimed",
            "claimed_by": {"window": WINDOW, "at": MOMENT},
            "etag": '"9c1d5e3f2b18-2"',
        },
    ),
    "POST /v1/preapplications/{preapplication}/release": Example(
        parameters={"preapplication": PREAPPLICATION, "Idempotency-Key": KEY, "If-Match": ETAG},
        request={"act": "release", **_ACT},
        answer={**_PREAPPLICATION, "etag": '"9c1d5e3f2b18-3"'},
    ),
    "POST /v1/number-blocks": Example(
        parameters={"Idempotency-Key": KEY},
        request={"act": "lease-numbers", "window": WINDOW, "count": 2},
        answer={
            "block": "2c4f0c1e-8f0d-4c57-9d2a-6f1f3f5c1a02",
            "window": WINDOW,
            "numbers": [CASE_NUMBER, "990302202611240300002"],
        },
    ),
    "POST /v1/cases/{case}/acceptance": Example(
        parameters={"case": CASE, "Idempotency-Key": KEY},
        request={
            "act": "accept",
            "case": CASE,
            "number": CASE_NUMBER,
            "query_code": "K7M2P9QX",
            "item": ITEM,
            "item_version": 1,
            "applicant": _PARTY,
            "materials": _MATERIALS,
            "accepted_at": MOMENT,
            **_ACT,
            "paper": {"kind": "acceptance_notice", "number": "雨市监受〔2026〕1号"},
        },
        answer=RECEIPT,
    ),
    "POST /v1/reception-queries": Example(
        request={"holder": HOLDER, "purpose": "窗口接待"},
        answer={
            "preapplications": [_PREAPPLICATION],
            "licences": [{**LICENCE, "number": "", "summary": ""}],
            "cases": [_SUMMARY],
        },
    ),
    "POST /v1/case-queries": Example(
        request={"holder": HOLDER, "purpose": "查询进度"}, answer={"cases": [_SUMMARY]}
    ),
    **LIFE_EXAMPLES,
}
