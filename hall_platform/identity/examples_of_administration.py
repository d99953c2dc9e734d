"""Examples of administration and of the audit."""

from __future__ import annotations

from typing import Any

from hall_platform.examples import DIGEST, HALL, KEY, LATER, MOMENT, OPERATOR, SESSION, Example
from hall_platform.identity.examples_of_accounts import SESSION_SHOWN

_APPROVAL = "1e9d4c9a-2b60-4f0e-8a67-9c1d5e3f2b18"
_OTHER = "d1a8f5de-1f4b-4d2c-9a0e-3b7d6e5f4a99"
_BODY = "11990302MB0A0001XX"
_KEY = {"Idempotency-Key": KEY}
_OF_OPERATOR = {**_KEY, "operator": OPERATOR["id"]}
_OF_DEVICE = {**_KEY, "device": "counter-99"}

_ACCOUNT: dict[str, Any] = {
    "id": OPERATOR["id"],
    "username": "clerk07",
    "name": "测小竹",
    "hall": HALL["code"],
    "roles": ["clerk"],
    "body": None,
    "active": True,
    "password_to_change": False,
    "locked_until": None,
    "factors": ["security_key"],
}
_ASKED: dict[str, Any] = {
    "id": _APPROVAL,
    "kind": "roles",
    "operator": OPERATOR["id"],
    "roles": ["clerk"],
    "body": None,
    "reason": "新到岗",
    "asked_by": _OTHER,
    "asked_at": MOMENT,
    "state": "waiting",
    "decided_by": None,
    "decided_at": None,
    "decision_reason": None,
}
_DECIDED = {
    **_ASKED,
    "state": "approved",
    "decided_by": SESSION,
    "decided_at": LATER,
    "decision_reason": "已核对任命文件",
}
_WINDOW = {"hall": HALL["code"], "code": "21", "name": "综合窗口 21", "phone": "0000-82300021"}
_WINDOW_SHOWN = {**_WINDOW, "active": True}
_DEVICE: dict[str, Any] = {
    "code": "counter-99",
    "kind": "kiosk",
    "name": "一层东侧自助机",
    "hall": HALL["code"],
    "window": None,
    "active": True,
    "key": None,
    "key_registered_at": None,
}
_RULE = {"name": "second_factor.clerk", "hall": HALL["code"], "value": "none"}
_LINE: dict[str, Any] = {
    "serial": 1,
    "at": MOMENT,
    "kind": "sign-in",
    "title": "登录",
    "county": "990302",
    "hall": HALL["code"],
    "actor": OPERATOR["id"],
    "session": SESSION,
    "subject": OPERATOR["id"],
    "result": "done",
    "facts": {"window": "03", "factor": "security_key", "steps": []},
    "hash": DIGEST,
}
_ADMINISTRATION = "/v1/administration"
_OPERATOR = f"{_ADMINISTRATION}/operators/{{operator}}"
_DEVICES = f"{_ADMINISTRATION}/devices/{{device}}"

EXAMPLES = {
    f"GET {_ADMINISTRATION}/operators": Example(answer={"operators": [_ACCOUNT], "next": None}),
    f"POST {_ADMINISTRATION}/operators": Example(
        parameters=_KEY,
        request={
            "act": "create-operator",
            "username": "clerk07",
            "name": "测小竹",
            "hall": HALL["code"],
        },
        answer={**_ACCOUNT, "roles": [], "password_to_change": True, "factors": []},
    ),
    f"GET {_OPERATOR}": Example(parameters={"operator": OPERATOR["id"]}, answer=_ACCOUNT),
    f"POST {_OPERATOR}/one-time-password": Example(
        parameters={"operator": OPERATOR["id"]},
        answer={"operator": OPERATOR["id"], "password": "a1b2c3-…", "until": LATER},
    ),
    f"POST {_OPERATOR}/standing": Example(
        parameters=_OF_OPERATOR,
        request={"act": "switch-operator", "active": False, "reason": "调离"},
        answer={**_ACCOUNT, "active": False},
    ),
    f"POST {_OPERATOR}/unlocking": Example(
        parameters=_OF_OPERATOR,
        request={"act": "unlock-operator", "reason": "本人到场说明"},
        answer=_ACCOUNT,
    ),
    f"POST {_OPERATOR}/role-requests": Example(
        parameters=_OF_OPERATOR,
        request={"act": "ask-roles", "roles": ["clerk"], "body": None, "reason": "新到岗"},
        answer=_ASKED,
    ),
    f"POST {_OPERATOR}/recovery-requests": Example(
        parameters=_OF_OPERATOR,
        request={"act": "ask-recovery", "reason": "安全密钥遗失，本人持证到场"},
        answer={**_ASKED, "kind": "recovery", "roles": None},
    ),
    f"GET {_ADMINISTRATION}/approvals": Example(answer={"approvals": [_DECIDED], "next": None}),
    f"POST {_ADMINISTRATION}/approvals/{{approval}}/decision": Example(
        parameters={**_KEY, "approval": _APPROVAL},
        request={"act": "decide-approval", "approved": True, "reason": "已核对任命文件"},
        answer=_DECIDED,
    ),
    f"GET {_ADMINISTRATION}/rules": Example(answer={"rules": [_RULE]}),
    f"POST {_ADMINISTRATION}/rules": Example(
        parameters=_KEY, request={"act": "set-security-rule", **_RULE}, answer=_RULE
    ),
    f"GET {_ADMINISTRATION}/sessions": Example(
        answer={"sessions": [{**SESSION_SHOWN, "current": False}], "next": None}
    ),
    f"POST {_ADMINISTRATION}/session-endings": Example(
        parameters=_KEY,
        request={
            "act": "end-sessions",
            "whose": "operator",
            "operator_id": OPERATOR["id"],
            "reason": "离岗未退出",
        },
        answer={"ended": 1},
    ),
    f"GET {_ADMINISTRATION}/windows": Example(
        answer={
            "halls": [
                {
                    **HALL,
                    "windows": [
                        {
                            "code": "03",
                            "name": "综合窗口 03",
                            "phone": "0000-82300003",
                            "active": True,
                        }
                    ],
                }
            ]
        }
    ),
    f"POST {_ADMINISTRATION}/windows": Example(
        parameters=_KEY, request={"act": "add-window", **_WINDOW}, answer=_WINDOW_SHOWN
    ),
    f"POST {_ADMINISTRATION}/window-names": Example(
        parameters=_KEY, request={"act": "rename-window", **_WINDOW}, answer=_WINDOW_SHOWN
    ),
    f"GET {_ADMINISTRATION}/devices": Example(answer={"devices": [_DEVICE]}),
    f"POST {_ADMINISTRATION}/devices": Example(
        parameters=_KEY,
        request={
            "act": "add-device",
            "code": "counter-99",
            "kind": "kiosk",
            "name": "一层东侧自助机",
            "hall": HALL["code"],
        },
        answer=_DEVICE,
    ),
    f"POST {_DEVICES}/change": Example(
        parameters=_OF_DEVICE,
        request={"act": "change-device", "name": "一层东侧自助机", "active": True},
        answer=_DEVICE,
    ),
    f"POST {_DEVICES}/key-revocation": Example(
        parameters=_OF_DEVICE,
        request={"act": "revoke-device-key", "reason": "更换主板"},
        answer=_DEVICE,
    ),
    f"POST {_DEVICES}/secret": Example(
        parameters={"device": "counter-98"},
        answer={"device": "counter-98", "secret": "n5Kq…"},
    ),
    "GET /v1/audit/lines": Example(answer={"lines": [_LINE], "next": None}),
    "GET /v1/audit/check": Example(
        answer={"lines": 1, "head": DIGEST, "whole": True, "broken_at": None}
    ),
}
