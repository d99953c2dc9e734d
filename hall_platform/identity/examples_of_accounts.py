"""Examples of signing in and of one's own account."""

from __future__ import annotations

from typing import Any

from hall_platform.examples import (
    HALL,
    LATER,
    MOMENT,
    OPERATOR,
    SESSION,
    WINDOW,
    WINDOW_SHOWN,
    Example,
)

FACTOR = "4c1f0c1e-8f0d-4c57-9d2a-6f1f3f5c1a77"
DEVICE_KEY = "9a7f0c1e-8f0d-4c57-9d2a-6f1f3f5c1b12"
SIGN_IN = "Zm9yIHRoZSBuZXh0IHN0ZXA"
ENROLMENT = "ZW5yb2xtZW50IHVuZGVyIHdheQ"

_SIGNED_IN: dict[str, Any] = {
    "session": SESSION,
    "access_token": "kQ3v…",
    "access_expires_at": LATER,
    "refresh_token": "9sXw…",
    "operator": {"id": OPERATOR["id"], "name": OPERATOR["name"], "roles": ["clerk"]},
    "hall": HALL,
    "window": WINDOW_SHOWN,
}
_BEGUN: dict[str, Any] = {
    "enrolment": ENROLMENT,
    "kind": "totp",
    "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    "uri": "otpauth://totp/x:clerk03?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=x",
    "options": None,
}
_FACTOR: dict[str, Any] = {
    "id": FACTOR,
    "kind": "totp",
    "name": "手机上的动态口令",
    "enrolled_at": MOMENT,
    "used_at": None,
}
SESSION_SHOWN: dict[str, Any] = {
    "id": SESSION,
    "kind": "operator",
    "operator": OPERATOR["id"],
    "device": None,
    "citizen": None,
    "hall": HALL["code"],
    "window": WINDOW,
    "factor": None,
    "started_at": MOMENT,
    "ends_at": LATER,
    "current": True,
}

EXAMPLES = {
    "POST /v1/sessions": Example(
        request={"username": "clerk03", "password": "一个密码", "window": WINDOW},
        answer=_SIGNED_IN,
    ),
    "POST /v1/sessions/second-factor": Example(
        request={"sign_in": SIGN_IN, "code": "492039"}, answer=_SIGNED_IN
    ),
    "POST /v1/sessions/new-password": Example(
        request={"sign_in": SIGN_IN, "new_password": "一个没有别人会想到的密码"},
        answer=_SIGNED_IN,
    ),
    "POST /v1/sessions/enrolments": Example(
        request={"sign_in": SIGN_IN, "kind": "totp"}, answer=_BEGUN
    ),
    "POST /v1/sessions/enrolments/completion": Example(
        request={
            "sign_in": SIGN_IN,
            "enrolment": ENROLMENT,
            "name": _FACTOR["name"],
            "code": "492039",
        },
        answer=_SIGNED_IN,
    ),
    "POST /v1/sessions/refresh": Example(request={"refresh_token": "9sXw…"}, answer=_SIGNED_IN),
    "DELETE /v1/sessions/current": Example(),
    "POST /v1/device-sessions": Example(
        request={"device": "counter-03", "secret": "一个密钥"},
        answer={
            "session": SESSION,
            "access_token": "kQ3v…",
            "access_expires_at": LATER,
            "device": {
                "code": "counter-03",
                "kind": "window",
                "hall": HALL,
                "window": WINDOW_SHOWN,
            },
        },
    ),
    "POST /v1/device-keys": Example(
        request={
            "secret": "一个密钥",
            "public_key": "JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=",
            "proof": "A" * 86 + "==",
        },
        answer={"id": DEVICE_KEY, "device": "counter-03", "registered_at": MOMENT},
    ),
    "POST /v1/own-password": Example(
        request={"password": "一个密码", "new_password": "一个没有别人会想到的密码"}
    ),
    "GET /v1/own-sessions": Example(answer={"sessions": [SESSION_SHOWN], "next": None}),
    "POST /v1/own-sessions/{session}/end": Example(
        parameters={"session": SESSION}, request={"password": "一个密码"}
    ),
    "GET /v1/own-factors": Example(answer={"factors": [_FACTOR]}),
    "POST /v1/own-factors": Example(
        request={"password": "一个密码", "kind": "totp"}, answer=_BEGUN
    ),
    "POST /v1/own-factors/completion": Example(
        request={"enrolment": ENROLMENT, "name": _FACTOR["name"], "code": "492039"},
        answer=_FACTOR,
    ),
    "POST /v1/own-factors/{factor}/removal": Example(
        parameters={"factor": FACTOR}, request={"password": "一个密码"}
    ),
}
