"""Examples of ratings: what a service given is rated by, and what is said against a rating."""

from __future__ import annotations

from typing import Any

from hall_platform.examples import CASE, ETAG, HALL, LATER, OPERATOR, WINDOW, Example
from hall_platform.hall.rating_queries import scale

RECORD = "3f0b7c52-5a0e-4a53-9d1f-7a1f7be0c003"
APPEAL = "3f0b7c52-5a0e-4a53-9d1f-7a1f7be0c004"
TOKEN = "Jx0m4Jw2u6pZ3c9q8r7s6t5u4v3w2x1y"  # noqa: S105 - an example
DAY = "2026-11-24"

OFFER = {
    "record": RECORD,
    "case": CASE,
    "service_number": 1,
    "token": TOKEN,
    "ends_at": "2026-11-27T10:25:30.000+08:00",
}
_APPEAL: dict[str, Any] = {
    "appeal": APPEAL,
    "rating": RECORD,
    "grounds": "mistaken",
    "text": "群众当场说明误点，已重新说明。",
    "by": OPERATOR["id"],
    "at": LATER,
    "state": "open",
    "decided_by": None,
    "decided_at": None,
    "note": "",
    "etag": ETAG,
}
_POOR = {
    "level": "poor",
    "details": ["N06"],
    "text": "等了一个多小时才叫到。",
}
_RATING = {
    "rating": RECORD,
    "case": CASE,
    "service_number": 1,
    "kind": "accept",
    "hall": HALL["code"],
    "window": WINDOW,
    "service": "market",
    "operator": OPERATOR["id"],
    "outcome": "rated",
    **_POOR,
    "channel": "window_screen",
    "standing": "appealed",
    "at": LATER,
    "appeal": _APPEAL,
}

EXAMPLES = {
    "GET /v1/rating-scale": Example(answer=scale()),
    "POST /v1/ratings": Example(
        request={"act": "rate", "token": TOKEN, "outcome": "rated", **_POOR},
        answer={"received": True, "at": LATER},
    ),
    "GET /v1/ratings": Example(
        parameters={"since": DAY, "until": DAY}, answer={"ratings": [_RATING], "next": None}
    ),
    "GET /v1/ratings/own": Example(
        answer={
            "ratings": [
                {
                    "rating": RECORD,
                    "day": "2026-11-23",
                    "window": WINDOW,
                    **_POOR,
                    "standing": "counted",
                }
            ]
        }
    ),
    "POST /v1/ratings/{rating}/appeal": Example(
        parameters={"rating": RECORD},
        request={"act": "appeal-rating", "grounds": "mistaken", "text": _APPEAL["text"]},
        answer=_APPEAL,
    ),
    "POST /v1/rating-appeals/{appeal}/review": Example(
        parameters={"appeal": APPEAL, "If-Match": ETAG},
        request={"act": "review-rating", "decision": "upheld", "note": "经核实为误点。"},
        answer={
            **_APPEAL,
            "state": "upheld",
            "decided_by": OPERATOR["id"],
            "decided_at": LATER,
            "note": "经核实为误点。",
        },
    ),
}
