"""Examples of a hall's operations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hall_platform.examples import (
    CASE,
    ETAG,
    HALL,
    HOLDER,
    ITEM,
    KEY,
    LATER,
    MOMENT,
    OPERATOR,
    WINDOW,
    Example,
)
from hall_platform.hall.examples_of_ratings import EXAMPLES as OF_RATINGS
from hall_platform.hall.examples_of_ratings import OFFER

TICKET = "3f0b7c52-5a0e-4a53-9d1f-7a1f7be0c001"
VISIT = "3f0b7c52-5a0e-4a53-9d1f-7a1f7be0c002"
APPOINTMENT = "3f0b7c52-5a0e-4a53-9d1f-7a1f7be0c005"
CODE = "K7M2P9QX"
DAY = "2026-11-24"
SERVICE_NAME = "企业开办与市场准入"

_AT_WINDOW = {"operator": OPERATOR, "window": WINDOW}

_FACTS: dict[str, Any] = {
    "prefix": "A",
    "name": SERVICE_NAME,
    "position": 0,
    "items": [ITEM],
    "mean_service_s": 720,
    "rank": 5,
    "needs_holder": False,
    "slot_capacity": 4,
    "taking": True,
}
_SERVICE = {**_FACTS, "code": "market", "etag": ETAG}
_WINDOW_SHOWN = {
    "window": WINDOW,
    "name": "综合窗口 03",
    "active": True,
    "state": "open",
    "reason": "",
    "operator": OPERATOR["id"],
    "operator_name": OPERATOR["name"],
    "since": MOMENT,
    "services": ["market"],
    "in_hand": "A012",
    "etag": ETAG,
}
_RULES: dict[str, Any] = {
    "recall_limit": 3,
    "reinsert_after": 3,
    "passes_limit": 3,
    "priority_turns": 2,
    "ordinary_turns": 1,
    "appointment_priority": True,
    "appointment_head_start_s": 0,
    "preapplication_head_start_s": 600,
    "early_minutes": 30,
    "late_minutes": 15,
    "booking_days": 14,
    "only_when_open": False,
}
_SPANS = [{"begins": "09:00", "ends": "12:00"}, {"begins": "13:30", "ends": "17:00"}]
_OPENING: dict[str, Any] = {
    "week": [_SPANS, _SPANS, _SPANS, _SPANS, _SPANS, _SPANS[:1], []],
    "exceptions": [{"day": "2026-12-31", "spans": _SPANS[:1], "note": "年终盘点，下午休息"}],
}

_WAITING: dict[str, Any] = {
    "ticket": TICKET,
    "number": "A012",
    "service": "market",
    "service_name": SERVICE_NAME,
    "state": "waiting",
    "day": DAY,
    "name": "测*",
    "source": "kiosk",
    "priority": False,
    "priority_reason": "none",
    "visit": VISIT,
    "position": 0,
    "paper": "handed_out",
    "preapplication": None,
    "window": "",
    "to_window": "",
    "calls": 0,
    "passes": 0,
    "queued_at": MOMENT,
    "called_at": None,
    "ended_at": None,
    "waited": None,
    "served": None,
}
_CALLED = {
    **_WAITING,
    "state": "called",
    "window": WINDOW,
    "calls": 1,
    "called_at": LATER,
    "waited": 900,
}
_SERVING = {**_CALLED, "state": "serving"}
_PASSED = {**_CALLED, "state": "passed", "passes": 1}
_PARKED = {**_CALLED, "state": "parked"}
_FINISHED = {
    **_CALLED,
    "state": "finished",
    "ended_at": "2026-11-24T10:25:30.000+08:00",
    "served": 630,
}
_VOID = {**_WAITING, "state": "void", "ended_at": LATER}
_VISIT = {
    "visit": VISIT,
    "day": DAY,
    "paper": "pending",
    "tickets": [{**_WAITING, "paper": "pending"}],
    "ahead": 4,
    "expected_wait_s": 960,
}
_EXPECTED = {
    "seconds": 960,
    "mean_service_s": 720,
    "basis": "standard",
    "samples": 2,
    "open_windows": 3,
}
_BOARD_WAITING = {"service": "market", "name": SERVICE_NAME, "prefix": "A", "waiting": 4}
_APPOINTMENT = {
    "appointment": APPOINTMENT,
    "code": CODE,
    "hall": HALL["code"],
    "hall_name": HALL["name"],
    "service": "market",
    "service_name": SERVICE_NAME,
    "day": "2026-11-25",
    "start": "10:00",
    "state": "booked",
    "name": "测*",
    "check_in_from": "2026-11-25T09:30:00.000+08:00",
    "check_in_until": "2026-11-25T10:15:00.000+08:00",
    "visit": None,
}
_CANCELLED = {**_APPOINTMENT, "state": "cancelled"}
_OF_TICKET = {"ticket": TICKET}


def _at_window(act: str, **members: Any) -> dict[str, Any]:
    return {"act": act, **_AT_WINDOW, **members}


_EXAMPLES = {
    "GET /v1/hall": Example(
        answer={
            "hall": HALL["code"],
            "name": HALL["name"],
            "day": DAY,
            "open_now": True,
            "spans": _SPANS,
            "services": [_SERVICE],
            "rules": {**_RULES, "etag": ETAG},
        }
    ),
    "GET /v1/hall/opening": Example(answer={**_OPENING, "etag": ETAG}),
    "GET /v1/hall/windows": Example(answer=[_WINDOW_SHOWN]),
    "GET /v1/hall/queue": Example(
        answer={
            "at": LATER,
            "waiting": 4,
            "held": 1,
            "services": [
                {
                    **_BOARD_WAITING,
                    "taking": True,
                    "windows_on": 6,
                    "priority_waiting": 1,
                    "longest_wait_s": 900,
                    "expected": _EXPECTED,
                }
            ],
        }
    ),
    "GET /v1/hall/board": Example(
        answer={
            "at": LATER,
            "hall": HALL["code"],
            "hall_name": HALL["name"],
            "calls": [
                {
                    "ticket": TICKET,
                    "number": "A012",
                    "window": WINDOW,
                    "window_name": "综合窗口 03",
                    "service": "market",
                    "name": "测*",
                    "call": 1,
                    "at": LATER,
                }
            ],
            "waiting": [_BOARD_WAITING],
        }
    ),
    "GET /v1/workbench": Example(
        answer={
            "at": LATER,
            "window": _WINDOW_SHOWN,
            "in_hand": _CALLED,
            "waiting": 4,
            "services": [_BOARD_WAITING],
            "next": [
                {
                    "ticket": VISIT,
                    "number": "A013",
                    "service": "market",
                    "priority": False,
                    "waited_s": 840,
                }
            ],
            "parked": [],
            "passed": [],
        }
    ),
    "GET /v1/ticket-positions/{number}": Example(
        parameters={"number": "A012"},
        answer={
            "number": "A012",
            "service": "market",
            "service_name": SERVICE_NAME,
            "state": "waiting",
            "window": "",
            "ahead": 4,
            "expected": _EXPECTED,
        },
    ),
    "POST /v1/ticket-queries": Example(
        request={"holder": HOLDER, "purpose": "查询今日票号"}, answer={"tickets": [_WAITING]}
    ),
    "GET /v1/tickets/{ticket}": Example(
        parameters=_OF_TICKET,
        answer={
            "ticket": _CALLED,
            "steps": [
                {
                    "at": MOMENT,
                    "act": "take",
                    "by": "kiosk-01",
                    "window": "",
                    "service": "market",
                    "to_state": "waiting",
                    "reason": "",
                }
            ],
        },
    ),
    "GET /v1/visits/{visit}": Example(parameters={"visit": VISIT}, answer=_VISIT),
    "GET /v1/tickets": Example(
        parameters={"day": DAY, "state": "waiting"}, answer={"tickets": [_WAITING], "next": None}
    ),
    # the arrangement
    "POST /v1/hall-services": Example(
        request={"act": "add-service", "code": "market", **_FACTS}, answer=_SERVICE
    ),
    "POST /v1/hall-services/{code}": Example(
        parameters={"code": "market", "If-Match": ETAG},
        request={"act": "change-service", **_FACTS},
        answer=_SERVICE,
    ),
    "POST /v1/hall-windows/{code}/services": Example(
        parameters={"code": WINDOW, "If-Match": ETAG},
        request={"act": "arrange-window", "services": ["market"]},
        answer=_WINDOW_SHOWN,
    ),
    "POST /v1/hall-windows/{code}/state": Example(
        parameters={"code": WINDOW},
        request={"act": "order-window", "state": "paused", "reason": "设备检修"},
        answer={**_WINDOW_SHOWN, "state": "paused", "reason": "设备检修"},
    ),
    "POST /v1/administration/window-standing": Example(
        request={
            "act": "switch-window",
            "hall": HALL["code"],
            "code": WINDOW,
            "active": False,
            "reason": "窗口改造",
            "leave_waiting": True,
        },
        answer={
            "window": {
                **_WINDOW_SHOWN,
                "active": False,
                "state": "closed",
                "reason": "窗口改造",
                "operator": "",
                "operator_name": "",
                "in_hand": "",
            },
            "sessions_ended": 1,
            "left_waiting": [{"service": "market", "name": "市场主体登记", "open": 2}],
        },
    ),
    "POST /v1/window-state": Example(
        request=_at_window("change-window", state="open", reason=""), answer=_WINDOW_SHOWN
    ),
    "POST /v1/hall/queue-rules": Example(
        parameters={"If-Match": ETAG},
        request={"act": "set-queue-rules", **_RULES},
        answer={**_RULES, "etag": ETAG},
    ),
    "POST /v1/hall/opening": Example(
        parameters={"If-Match": ETAG},
        request={"act": "set-opening", **_OPENING},
        answer={**_OPENING, "etag": ETAG},
    ),
    # tickets
    "POST /v1/tickets": Example(
        request={
            "act": "take-ticket",
            "services": ["market"],
            "holder": HOLDER,
            "name": "测试甲",
            "priority": "none",
            "preapplication": None,
        },
        answer=_VISIT,
    ),
    "POST /v1/visits/{visit}/paper": Example(
        parameters={"visit": VISIT},
        request={"act": "report-paper", "outcome": "handed_out", "detail": ""},
        answer={**_VISIT, "paper": "handed_out", "tickets": [_WAITING]},
    ),
    "POST /v1/tickets/{ticket}/void": Example(
        parameters=_OF_TICKET,
        request={"act": "void-ticket", "reason": "号票未打印，放弃取号", "whole_visit": True},
        answer=_VOID,
    ),
    "POST /v1/takings/{taking}/withdrawal": Example(
        parameters={"taking": "take-0193a5c2-7f10-7aa2-8c3d-51d2a4c1be07"},
        request={"act": "withdraw-taking", "reason": "没有收到答复，本人已离开"},
        answer={"known": True, "numbers": ["A012"]},
    ),
    "POST /v1/tickets/{ticket}/reinsertion": Example(
        parameters=_OF_TICKET, request={"act": "reinsert"}, answer={**_WAITING, "passes": 1}
    ),
    # calling
    "POST /v1/calls": Example(request=_at_window("call-next"), answer=_CALLED),
    "POST /v1/tickets/{ticket}/call": Example(
        parameters=_OF_TICKET, request=_at_window("call-one"), answer=_CALLED
    ),
    "POST /v1/tickets/{ticket}/recall": Example(
        parameters=_OF_TICKET, request=_at_window("recall"), answer={**_CALLED, "calls": 2}
    ),
    "POST /v1/tickets/{ticket}/pass": Example(
        parameters=_OF_TICKET,
        request=_at_window("pass-over"),
        answer={"ticket": _PASSED, "may_return": True},
    ),
    "POST /v1/tickets/{ticket}/park": Example(
        parameters=_OF_TICKET,
        request=_at_window("park", reason="补拍照片"),
        answer=_PARKED,
    ),
    "POST /v1/tickets/{ticket}/take-back": Example(
        parameters=_OF_TICKET, request=_at_window("take-back"), answer=_CALLED
    ),
    "POST /v1/tickets/{ticket}/transfer": Example(
        parameters=_OF_TICKET,
        request=_at_window(
            "transfer", to_service="market", to_window="04", reason="应由四号窗口办理"
        ),
        answer={**_WAITING, "to_window": "04", "waited": 900},
    ),
    "POST /v1/tickets/{ticket}/start": Example(
        parameters=_OF_TICKET, request=_at_window("start-service", holder=HOLDER), answer=_SERVING
    ),
    "POST /v1/tickets/{ticket}/finish": Example(
        parameters=_OF_TICKET,
        request=_at_window("finish-ticket", kind="accept", cases=[CASE]),
        answer={"ticket": _FINISHED, "offers": [OFFER], "next": None},
    ),
    # appointments
    "GET /v1/appointment-slots": Example(
        parameters={"service": "market", "day": "2026-11-25"},
        answer={
            "hall": HALL["code"],
            "service": "market",
            "day": "2026-11-25",
            "slots": [{"start": "10:00", "capacity": 4, "taken": 1, "free": 3}],
        },
    ),
    "POST /v1/appointment-slots": Example(
        request={
            "act": "set-slot",
            "service": "market",
            "day": "2026-11-25",
            "start": "10:00",
            "capacity": 6,
        },
        answer={"start": "10:00", "capacity": 6, "taken": 1, "free": 5},
    ),
    "POST /v1/appointments": Example(
        request={
            "act": "book",
            "service": "market",
            "day": "2026-11-25",
            "start": "10:00",
            "holder": HOLDER,
            "name": "测试甲",
            "priority": "none",
        },
        answer=_APPOINTMENT,
    ),
    "GET /v1/appointments/{code}": Example(parameters={"code": CODE}, answer=_APPOINTMENT),
    "GET /v1/appointments": Example(
        parameters={"day": "2026-11-25"}, answer={"appointments": [_APPOINTMENT]}
    ),
    "GET /v1/my/appointments": Example(answer={"appointments": [_APPOINTMENT]}),
    "POST /v1/appointment-queries": Example(
        request={"holder": HOLDER, "purpose": "预约签到"}, answer={"appointments": [_APPOINTMENT]}
    ),
    "POST /v1/appointments/{code}/cancellation": Example(
        parameters={"code": CODE}, request={"act": "cancel-appointment"}, answer=_CANCELLED
    ),
    "POST /v1/appointments/{code}/check-in": Example(
        parameters={"code": CODE},
        request={"act": "check-in"},
        answer={
            **_VISIT,
            "tickets": [
                {**_WAITING, "paper": "pending", "source": "appointment", "priority": True}
            ],
        },
    ),
    # ratings (the rest of them in a file of their own)
    "POST /v1/services-given": Example(
        request=_at_window("finish-service", kind="accept", case=CASE, service="market"),
        answer=OFFER,
    ),
}


def _with_key(example: Example) -> Example:
    """An act comes with its key."""
    if example.request is None or "act" not in example.request:
        return example
    return replace(example, parameters={**example.parameters, "Idempotency-Key": KEY})


EXAMPLES = {name: _with_key(example) for name, example in (_EXAMPLES | OF_RATINGS).items()}
