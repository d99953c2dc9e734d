"""Examples of figures."""

from __future__ import annotations

from typing import Any

from hall_platform.analytics import figures, periodic
from hall_platform.analytics.histograms import Sum, codes_of
from hall_platform.analytics.measures import SERVICE, TAKEN, WAIT
from hall_platform.examples import HALL, MOMENT, WINDOW, Example

_TICKET = "0193a5c2-7f10-7aa2-8c3d-51d2a4c1be31"
_DAYS = {"from": "2026-11-01", "to": "2026-11-24"}


def _figures() -> dict[str, int | float | None]:
    """Three tickets, two of them finished."""
    import numpy as np

    facts = [(TAKEN, 0)] * 3 + [
        (WAIT, 180),
        (WAIT, 600),
        (WAIT, 1260),
        (SERVICE, 300),
        (SERVICE, 540),
    ]
    facts.sort(key=lambda fact: (fact[0].number, fact[1]))
    codes = codes_of([one.number for one, _ in facts], [9] * len(facts), [v for _, v in facts])
    found = Sum()
    found.add(codes, np.ones(len(facts), np.uint32))
    return figures.reckoned(found, "queue")


_FIGURES = _figures()
_TOTAL: dict[str, Any] = {"label": "", "title": "合计", "figures": _FIGURES, "withheld": False}
_SERVICE = {**_TOTAL, "label": "market", "title": "市场主体登记"}
_DEFINITIONS = periodic.definitions("queue")
_SHEET = "\ufeff代码,名称,取号数（次）\r\nmarket,市场主体登记,3\r\n,合计,3\r\n"

EXAMPLES = {
    "GET /v1/analytics/definitions": Example(answer={"definitions": periodic.definitions()}),
    "GET /v1/analytics/live": Example(
        answer={
            "at": MOMENT,
            "day": "2026-11-24",
            "hall": HALL["code"],
            "name": HALL["name"],
            "queue": {
                "at": MOMENT,
                "waiting": 1,
                "held": 0,
                "services": [
                    {
                        "service": "market",
                        "name": "市场主体登记",
                        "prefix": "A",
                        "taking": True,
                        "windows_on": 6,
                        "waiting": 1,
                        "priority_waiting": 0,
                        "longest_wait_s": 240,
                        "expected": {
                            "seconds": 600,
                            "mean_service_s": 600,
                            "basis": "standard",
                            "samples": 2,
                            "open_windows": 1,
                        },
                    }
                ],
            },
            "windows": [
                {
                    "window": WINDOW,
                    "name": "综合窗口 03",
                    "active": True,
                    "state": "open",
                    "reason": "",
                    "operator_name": "测小兰",
                    "since": "2026-11-24T08:58:00.000+08:00",
                    "services": ["market"],
                    "in_hand": "A012",
                    "in_hand_since": MOMENT,
                    "finished": 2,
                    "service_mean": 420.0,
                }
            ],
            "course": [{"begins": "09:00", "taken": 3, "called": 3, "finished": 2}],
            "forecast": {
                "hour": 11,
                "arrivals": 14.3,
                "days": 4,
                "formula": "此前 4 周同一星期几（有人取号的日子）该小时进入队列次数的平均值。",
                "formula_in_english": (
                    "Mean of how often somebody joined a queue in that hour on the same weekday of "
                    "the 4 weeks before, of the days on which numbers were taken."
                ),
            },
            "today": {**_TOTAL, "title": "今天"},
            "services": [_SERVICE],
            "definitions": _DEFINITIONS,
        }
    ),
    "GET /v1/analytics/figures": Example(
        parameters={**_DAYS, "by": "service", "about": "queue"},
        answer={
            "scope": {"level": "hall", "code": HALL["code"], "title": HALL["name"], "halls": 1},
            "first": _DAYS["from"],
            "last": _DAYS["to"],
            "by": "service",
            "about": "queue",
            "parts": [_SERVICE],
            "total": _TOTAL,
            "definitions": _DEFINITIONS,
        },
    ),
    "GET /v1/analytics/figures.csv": Example(
        parameters={**_DAYS, "by": "service", "about": "queue"}, answer=_SHEET
    ),
    "GET /v1/analytics/rows": Example(
        parameters={**_DAYS, "figure": "wait_p90", "limit": 100},
        answer={
            "definition": periodic.defined(figures.BY_ID["wait_p90"]),
            "value": WAIT.value,
            "value_in_english": WAIT.value_in_english,
            "kept_from": "2025-10-20",
            "rows": [
                {
                    "at": MOMENT,
                    "subject": _TICKET,
                    "number": "A012",
                    "service": "market",
                    "window": WINDOW,
                    "hour": 10,
                    "value": 1260,
                }
            ],
            "next": None,
        },
    ),
}
