"""Examples of letters and of what is published of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hall_platform.examples import ETAG, HALL, ITEM, KEY, LATER, MOMENT, OPERATOR, Example

COUNTY = "990302"
LETTER = "c1f0a7b2-3d4e-4f6b-8a52-0b7b1d2f4c61"
ANSWER = "d2e1b8c3-4e5f-4a7c-9b63-1c8c2e3f5d72"

_BODY = {"name": "雨山区市场监督管理局", "code": "11990302MB0A0001XX"}
_ASKED = {"at": MOMENT, "act": "ask", "text": "租来的房子可以作为经营场所吗？", "body": ""}
_SAID = {"at": LATER, "act": "answer", "text": "可以，请带租赁合同。", "body": _BODY["name"]}
_LETTER: dict[str, Any] = {
    "id": LETTER,
    "county": COUNTY,
    "hall": HALL["code"],
    "hall_name": HALL["name"],
    "kind": "consultation",
    "anonymous": False,
    "title": "经营场所",
    "item": ITEM,
    "case_number": None,
    "body": None,
    "state": "received",
    "received_at": MOMENT,
    "due_on": "2026-12-01",
    "due_provisional": False,
    "overdue": False,
    "answered_at": None,
    "seen_at": None,
    "reopened_at": None,
    "may_reopen": False,
    "turns": [_ASKED],
    "code": None,
    "etag": ETAG,
}
_ANSWERED = {
    **_LETTER,
    "state": "answered",
    "body": _BODY["name"],
    "answered_at": LATER,
    "may_reopen": True,
    "turns": [_ASKED, _SAID],
}
_SUMMARY: dict[str, Any] = {
    "id": LETTER,
    "kind": "consultation",
    "anonymous": False,
    "title": "经营场所",
    "item": ITEM,
    "body": None,
    "state": "received",
    "received_at": MOMENT,
    "due_on": "2026-12-01",
    "due_provisional": False,
    "overdue": False,
    "reopened": False,
}
_INBOX: dict[str, Any] = {
    **_SUMMARY,
    "name": "测试甲",
    "mobile": "12000000000",
    "case_number": None,
    "answered_at": None,
    "seen_at": None,
    "turns": [{**_ASKED, "operator": ""}],
    "etag": ETAG,
}
_PUBLISHED = {
    "id": ANSWER,
    "county": COUNTY,
    "hall_name": HALL["name"],
    "item": ITEM,
    "question": "租来的房子可以作为经营场所吗？",
    "answer": "可以，请提供租赁合同和房屋的不动产权证书。",
    "published_at": LATER,
}
_TERMS = {
    "terms": [
        {"kind": "consultation", "days": 3, "own": True},
        {"kind": "suggestion", "days": 15, "own": False},
        {"kind": "complaint", "days": 15, "own": False},
    ]
}
_MATCHED = {"letter": LETTER, "If-Match": ETAG}


def keyed(acts: Mapping[str, Example]) -> dict[str, Example]:
    """Examples of acts, each under a key."""
    return {
        operation: replace(one, parameters={**one.parameters, "Idempotency-Key": KEY})
        for operation, one in acts.items()
    }


_ASKED_FOR = {
    "GET /v1/portal/letters": Example(answer={"letters": [_ANSWERED]}),
    "POST /v1/portal/letter-code-queries": Example(
        request={"county": COUNTY, "code": "K7M2P9QXTR"}, answer={**_ANSWERED, "anonymous": True}
    ),
    "GET /v1/letters": Example(answer={"letters": [_SUMMARY], "next": None}),
    "GET /v1/letters/{letter}": Example(parameters={"letter": LETTER}, answer=_INBOX),
    "GET /v1/letter-terms": Example(answer=_TERMS),
    "GET /v1/faq": Example(
        parameters={"q": "经营场所"}, answer={"answers": [_PUBLISHED], "next": None}
    ),
}
_DONE = {
    "POST /v1/portal/letters": Example(
        request={
            "act": "send-letter",
            "hall": HALL["code"],
            "kind": "consultation",
            "title": "经营场所",
            "text": "租来的房子可以作为经营场所吗？",
            "item": ITEM,
        },
        answer=_LETTER,
    ),
    "POST /v1/portal/letters/{letter}/seeing": Example(
        parameters={"letter": LETTER},
        request={"act": "see-answer", "county": COUNTY},
        answer={**_ANSWERED, "seen_at": LATER},
    ),
    "POST /v1/portal/letters/{letter}/reopening": Example(
        parameters=_MATCHED,
        request={"act": "reopen-letter", "county": COUNTY, "text": "没有产权证怎么办？"},
        answer={**_ANSWERED, "state": "assigned", "reopened_at": LATER, "may_reopen": False},
    ),
    "POST /v1/letters/{letter}/assignment": Example(
        parameters=_MATCHED,
        request={"act": "assign-letter", "body": _BODY},
        answer={**_INBOX, "state": "assigned", "body": _BODY},
    ),
    "POST /v1/letters/{letter}/answer": Example(
        parameters=_MATCHED,
        request={"act": "answer-letter", "text": "可以，请带租赁合同。"},
        answer={
            **_INBOX,
            "state": "answered",
            "answered_at": LATER,
            "turns": [
                {**_ASKED, "operator": ""},
                {**_SAID, "operator": OPERATOR["id"]},
            ],
        },
    ),
    "POST /v1/letters/{letter}/publication": Example(
        parameters={"letter": LETTER},
        request={
            "act": "publish-answer",
            "question": _PUBLISHED["question"],
            "answer": _PUBLISHED["answer"],
        },
        answer=_PUBLISHED,
    ),
    "POST /v1/faq/{answer}/withdrawal": Example(
        parameters={"answer": ANSWER}, request={"act": "withdraw-answer"}, answer=_PUBLISHED
    ),
    "POST /v1/letter-term-changes": Example(
        request={"act": "set-letter-term", "kind": "consultation", "days": 3}, answer=_TERMS
    ),
}
EXAMPLES = {**_ASKED_FOR, **keyed(_DONE)}
