"""Examples of the online hall's accounts."""

from __future__ import annotations

from typing import Any

from hall_platform.examples import HOLDER, KEY, LATER, MOMENT, OPERATOR, SESSION, WINDOW, Example

_CITIZEN = "7e1e4c9a-2b60-4f0e-8a67-9c1d5e3f2b20"
_CODE = "8f1e4c9a-2b60-4f0e-8a67-9c1d5e3f2b21"
_AGENCY = "9a1e4c9a-2b60-4f0e-8a67-9c1d5e3f2b22"
_ORGANISATION = "91990302MA4L000115"
_KEY = {"Idempotency-Key": KEY}
_AT_WINDOW: dict[str, Any] = {"operator": OPERATOR, "window": WINDOW}

_ACCOUNT: dict[str, Any] = {
    "id": _CITIZEN,
    "kind": "resident",
    "number": "9903**********0016",
    "name": "测试甲",
    "mobile": "120****0000",
    "level": 1,
    "registered_at": MOMENT,
    "verified_at": None,
}
_SIGNED_IN: dict[str, Any] = {
    "session": SESSION,
    "access_token": "kQ3v…",
    "access_expires_at": LATER,
    "refresh_token": "9sXw…",
    "citizen": _ACCOUNT,
}
_SENT = {"id": _CODE, "expires_at": LATER}
_BOUND: dict[str, Any] = {
    "id": _AGENCY,
    "organisation": _ORGANISATION,
    "name": "雨山区样张商贸有限公司",
    "capacity": "agent",
    "bound_at": MOMENT,
    "ends_on": "2027-11-30",
}

EXAMPLES = {
    "POST /v1/citizen-registrations": Example(
        request={
            **HOLDER,
            "name": "测试甲",
            "mobile": "12000000000",
            "password": "一个没有别人会想到的密码",
        },
        answer=_SENT,
    ),
    "POST /v1/citizens": Example(
        request={"registration": _CODE, "code": "492039"}, answer=_SIGNED_IN
    ),
    "POST /v1/citizen-password-resets": Example(
        request={**HOLDER, "mobile": "12000000000"}, answer=_SENT
    ),
    "POST /v1/citizen-password-resets/completion": Example(
        request={"reset": _CODE, "code": "492039", "new_password": "又一个别人想不到的密码"}
    ),
    "POST /v1/citizen-sessions": Example(
        request={**HOLDER, "password": "一个密码"}, answer=_SIGNED_IN
    ),
    "POST /v1/citizen-sessions/refresh": Example(
        request={"refresh_token": "9sXw…"}, answer=_SIGNED_IN
    ),
    "GET /v1/own-account": Example(answer=_ACCOUNT),
    "POST /v1/own-account/deletion": Example(request={"password": "一个密码"}),
    "GET /v1/own-organisations": Example(answer={"organisations": [_BOUND]}),
    "POST /v1/citizen-verifications": Example(
        parameters=_KEY,
        request={
            "act": "verify-citizen",
            **_AT_WINDOW,
            **HOLDER,
            "name": "测试甲",
            "document": {
                "source": "card",
                "sam_id": "05.03-20150101-0000123456-0000007890",
                "valid_to": "2040-01-01",
            },
        },
        answer={"citizen": _CITIZEN, "level": 2, "verified_at": MOMENT},
    ),
    "POST /v1/organisation-agents": Example(
        parameters=_KEY,
        request={
            "act": "bind-organisation-agent",
            **_AT_WINDOW,
            **HOLDER,
            "organisation": _ORGANISATION,
            "capacity": "agent",
            "evidence": "营业执照、授权委托书",
            "ends_on": "2027-11-30",
        },
        answer=_BOUND,
    ),
    "POST /v1/organisation-agents/{agency}/ending": Example(
        parameters={**_KEY, "agency": _AGENCY},
        request={
            "act": "unbind-organisation-agent",
            **_AT_WINDOW,
            "reason": "已不在该单位工作",
        },
        answer={"id": _AGENCY, "ended_at": LATER},
    ),
}
