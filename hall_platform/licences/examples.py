"""Examples of e-licences."""

from __future__ import annotations

from typing import Any

from hall_platform.examples import (
    CASE,
    HOLDER,
    ITEM,
    KEY,
    LATER,
    MOMENT,
    OPERATOR,
    WINDOW,
    Example,
)

LICENCE: dict[str, Any] = {
    "identifier": ("1.2.156.3005.2.11990000MB0B0001XX005.11990302MB0A0007XX.20210911000000.001.0"),
    "type_code": "11990000MB0B0001XX005",
    "type_name": "不动产权证书",
    "number": "试（2021）雨山区不动产权第0010000号",
    "issuer": {"name": "雨山区自然资源局", "code": "11990302MB0A0007XX"},
    "issued_on": "2021-09-11",
    "valid_from": "2021-09-11",
    "valid_to": None,
    "status": "valid",
    "holder": {"kind": "resident", "name": "测试甲", "number": HOLDER["number"]},
    "trust_grade": "A",
    "summary": "坐落：试验省试验市雨山区测试路1号；用途：商业服务；面积：86.40 平方米",
}

_QUERY = "6f1f3f5c-1a02-4c57-9d2a-5b2f0c1e8f0d"
_PRESENTATION = "2c9e7b10-54d3-4a8e-b6f1-0d7c3a9e5f42"
_CODE = "YZ7K2M9PQX4C8T3VR6WJ5HN1FGAB"
_IDENTIFIER = LICENCE["identifier"]
_NEXT = "1.2.156.3005.2.11990000MB0B0001XX005.11990302MB0A0007XX.20210911000000.002.Y"
_CONTENT = {"坐落": "试验省试验市雨山区测试路1号", "用途": "商业服务"}
_KEYED = {"Idempotency-Key": KEY}
_STATE = {
    "presentation": _PRESENTATION,
    "state": "open",
    "expires_at": LATER,
    "redeemed_at": None,
    "hall": None,
    "window": None,
}

EXAMPLES = {
    "GET /v1/licence-types": Example(
        answer={
            "types": [
                {
                    "code": LICENCE["type_code"],
                    "name": LICENCE["type_name"],
                    "definer": {"name": "试验省数据局", "code": LICENCE["type_code"][:18]},
                    "years": None,
                    "issuers": [LICENCE["issuer"]["code"]],
                }
            ]
        }
    ),
    "POST /v1/licence-queries": Example(
        request={"holder": HOLDER, "item": ITEM, "purpose": "受理申请", "case": CASE},
        answer={"query": _QUERY, "licences": [LICENCE]},
    ),
    "POST /v1/case-licence-queries": Example(
        request={"case": CASE, "purpose": "审查申请材料"},
        answer={"query": _QUERY, "licences": [LICENCE], "results": []},
    ),
    "POST /v1/licence-verifications": Example(
        request={"identifier": _IDENTIFIER, "purpose": "核验申请人出示的证照"},
        answer={
            "identifier": _IDENTIFIER,
            "check_holds": True,
            "known": True,
            "status": "superseded",
            "type_name": LICENCE["type_name"],
            "issuer": LICENCE["issuer"],
            "issued_on": LICENCE["issued_on"],
            "valid_from": LICENCE["valid_from"],
            "valid_to": None,
            "version": 1,
            "successor": _NEXT,
            "changed_at": MOMENT,
            "reason": "用途变更",
        },
    ),
    "POST /v1/licence-files": Example(
        request={
            "identifier": _IDENTIFIER,
            "format": "pdf",
            "holder": HOLDER,
            "item": ITEM,
            "purpose": "受理申请",
        },
        answer="（文件的字节）",
    ),
    "GET /v1/own-licences": Example(answer={"licences": [LICENCE]}),
    "GET /v1/presentations/{presentation}": Example(
        parameters={"presentation": _PRESENTATION}, answer=_STATE
    ),
    "POST /v1/licences": Example(
        parameters=_KEYED,
        request={
            "act": "issue-licence",
            "type_code": LICENCE["type_code"],
            "issuer": LICENCE["issuer"],
            "holder": LICENCE["holder"],
            "valid_from": "2026-11-24",
            "valid_to": None,
            "content": _CONTENT,
        },
        answer={
            "identifier": _IDENTIFIER,
            "version": 1,
            "status": "valid",
            "supersedes": None,
        },
    ),
    "POST /v1/licence-changes": Example(
        parameters=_KEYED,
        request={
            "act": "change-licence",
            "identifier": _IDENTIFIER,
            "reason": "用途变更",
            "valid_from": "2026-11-24",
            "valid_to": None,
            "content": {**_CONTENT, "用途": "办公"},
        },
        answer={
            "identifier": _NEXT,
            "version": 2,
            "status": "valid",
            "supersedes": _IDENTIFIER,
        },
    ),
    "POST /v1/licence-revocations": Example(
        parameters=_KEYED,
        request={
            "act": "revoke-licence",
            "identifier": _NEXT,
            "reason": "持证主体申请注销",
        },
        answer={"identifier": _NEXT, "version": 2, "status": "revoked", "supersedes": None},
    ),
    "POST /v1/presentations": Example(
        parameters=_KEYED,
        request={
            "act": "present-licences",
            "licences": [_IDENTIFIER],
            "purpose": "办理个体工商户设立登记",
            "consent": True,
        },
        answer={
            "presentation": _PRESENTATION,
            "code": _CODE,
            "purpose": "办理个体工商户设立登记",
            "licences": [_IDENTIFIER],
            "expires_at": LATER,
        },
    ),
    "POST /v1/presentations/{presentation}/cancellation": Example(
        parameters={**_KEYED, "presentation": _PRESENTATION},
        request={"act": "cancel-presentation"},
        answer={**_STATE, "state": "cancelled"},
    ),
    "POST /v1/presentation-redemptions": Example(
        parameters=_KEYED,
        request={
            "act": "redeem-presentation",
            "operator": OPERATOR,
            "window": WINDOW,
            "code": _CODE,
            "item": ITEM,
        },
        answer={
            "presentation": _PRESENTATION,
            "query": _QUERY,
            "purpose": "办理个体工商户设立登记",
            "licences": [LICENCE],
        },
    ),
}
