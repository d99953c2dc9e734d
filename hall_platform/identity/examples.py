"""Examples of sign-in."""

from __future__ import annotations

from typing import Any

from hall_platform.examples import HALL, LATER, OPERATOR, SESSION, WINDOW, WINDOW_SHOWN, Example

_SIGNED_IN: dict[str, Any] = {
    "session": SESSION,
    "access_token": "kQ3v…",
    "access_expires_at": LATER,
    "refresh_token": "9sXw…",
    "operator": {"id": OPERATOR["id"], "name": OPERATOR["name"], "roles": ["clerk"]},
    "hall": HALL,
    "window": WINDOW_SHOWN,
}

EXAMPLES = {
    "POST /v1/sessions": Example(
        request={"username": "clerk03", "password": "一个密码", "window": WINDOW},
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
}
