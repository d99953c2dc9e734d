"""Examples of supervision."""

from __future__ import annotations

from typing import Any

from hall_platform.examples import (
    CASE,
    CASE_NUMBER,
    ETAG,
    ITEM,
    KEY,
    LATER,
    MOMENT,
    OPERATOR,
    Example,
)
from hall_platform.seed_data.places import BODIES
from hall_platform.supervision import rules

ALERT = "5e2d1c0b-9a87-4f65-8e43-2b1a0c9d8e7f"
INSTRUCTION = "5e2d1c0b-9a87-4f65-8e43-2b1a0c9d8e70"
RULE = "case-due"

_HEAD = {"Idempotency-Key": KEY}
_MATCHED = {**_HEAD, "If-Match": ETAG}
_THRESHOLDS = {"remind": -2, "yellow": 0, "red": 1}
_CHANGE: dict[str, Any] = {
    "thresholds": _THRESHOLDS,
    "regimes": [],
    "items": [],
    "enabled": True,
    "reason": "提前两个工作日提醒。",
}
_CHANGED = {
    **rules.shown(rules.RULES[RULE]),
    **_CHANGE,
    "version": 1,
    "changed_at": MOMENT,
    "changed_by": OPERATOR["id"],
    "etag": ETAG,
}
_EVIDENCE = {
    "state": "handed_over",
    "accepted_on": "2026-11-10",
    "due_on": "2026-11-24",
    "due_provisional": False,
    "on": "2026-11-24",
    "value": 0,
    "unit": "working_days",
    "threshold": 0,
    "measures": rules.RULES[RULE].measures,
    "rule_version": 0,
}
_DEPARTMENT = BODIES["market"].code
_ALERT: dict[str, Any] = {
    "id": ALERT,
    "number": "JC99030226112400001",
    "rule": RULE,
    "rule_title": rules.RULES[RULE].title,
    "subject_kind": "case",
    "subject": CASE,
    "subject_number": CASE_NUMBER,
    "item": ITEM,
    "department": _DEPARTMENT,
    "colour": "yellow",
    "value": 0,
    "unit": "working_days",
    "evidence": _EVIDENCE,
    "state": "open",
    "raised_at": MOMENT,
    "changed_at": MOMENT,
    "over_at": None,
    "closed_at": None,
    "etag": ETAG,
}
_INSTRUCTION: dict[str, Any] = {
    "id": INSTRUCTION,
    "number": "DB99030226112400001",
    "alert": ALERT,
    "to": {"kind": "department", "code": _DEPARTMENT},
    "text": "请说明未按承诺期限办结的原因，并于期限前办结。",
    "due_on": "2026-11-26",
    "given_at": MOMENT,
    "given_by": OPERATOR["id"],
    "state": "given",
    "late": False,
    "answer": "",
    "answered_at": None,
    "answered_by": None,
}
_ANSWERED = {
    **_INSTRUCTION,
    "state": "answered",
    "answer": "现场核查已完成，今天作出决定。",
    "answered_at": LATER,
    "answered_by": OPERATOR["id"],
}
_STEP = {
    "at": MOMENT,
    "act": "raised",
    "colour": "yellow",
    "rule_version": 0,
    "operator": "",
    "text": "",
    "evidence": _EVIDENCE,
}
_NONE = {"remind": 0, "yellow": 0, "red": 0}
_ONE = {**_NONE, "yellow": 1}

EXAMPLES = {
    "GET /v1/supervision/rules": Example(
        answer=[rules.shown(rule) for rule in rules.RULES.values()]
    ),
    "GET /v1/supervision/rules/{rule}/versions": Example(
        parameters={"rule": RULE}, answer=[_CHANGED, rules.shown(rules.RULES[RULE])]
    ),
    "POST /v1/supervision/rules/{rule}/versions": Example(
        parameters={**_MATCHED, "rule": RULE},
        request={"act": "change-rule", **_CHANGE},
        answer=_CHANGED,
    ),
    "GET /v1/supervision/alerts": Example(
        parameters={"colour": "yellow", "state": "open", "lasting": True, "limit": 50},
        answer={"alerts": [_ALERT], "next": None},
    ),
    "GET /v1/supervision/alerts/{alert}": Example(
        parameters={"alert": ALERT},
        answer={**_ALERT, "steps": [_STEP], "instructions": [_INSTRUCTION]},
    ),
    "POST /v1/supervision/alerts/{alert}/acknowledgement": Example(
        parameters={**_MATCHED, "alert": ALERT},
        request={"act": "acknowledge-alert"},
        answer={**_ALERT, "state": "acknowledged"},
    ),
    "POST /v1/supervision/alerts/{alert}/closing": Example(
        parameters={**_MATCHED, "alert": ALERT},
        request={"act": "close-alert", "reason": "已督促部门办结，原因已查明。"},
        answer={**_ALERT, "state": "closed", "closed_at": LATER},
    ),
    "POST /v1/supervision/alerts/{alert}/instructions": Example(
        parameters={**_HEAD, "alert": ALERT},
        request={
            "act": "give-instruction",
            "to": _INSTRUCTION["to"],
            "text": _INSTRUCTION["text"],
            "due_on": "2099-12-31",
        },
        answer={**_INSTRUCTION, "due_on": "2099-12-31"},
    ),
    "POST /v1/supervision/instructions/{instruction}/answer": Example(
        parameters={**_HEAD, "instruction": INSTRUCTION},
        request={"act": "answer-instruction", "text": _ANSWERED["answer"]},
        answer=_ANSWERED,
    ),
    "GET /v1/supervision/counts": Example(
        answer={
            "at": MOMENT,
            "open": _ONE,
            "acknowledged": _NONE,
            "rules": [{"rule": RULE, "title": rules.RULES[RULE].title, "counts": _ONE}],
            "instructions_waiting": 1,
            "instructions_late": 0,
        }
    ),
    "GET /v1/supervision/instructions": Example(
        parameters={"state": "given"}, answer={"instructions": [_INSTRUCTION]}
    ),
    "GET /v1/supervision/statistics": Example(
        parameters={"from": "2026-11-01", "to": "2026-11-24"},
        answer={
            "first": "2026-11-01",
            "last": "2026-11-24",
            "bodies": [
                {
                    "department": _DEPARTMENT,
                    "title": BODIES["market"].name,
                    "raised": _ONE,
                    "lasting": 1,
                    "closed": 0,
                    "instructions": 1,
                    "answered_in_time": 0,
                    "answered_late": 0,
                    "unanswered": 1,
                }
            ],
        },
    ),
}
