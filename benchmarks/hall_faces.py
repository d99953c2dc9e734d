"""The hall's other faces: a ticket in the hand, a call on the display, the figures while all come.

Each question runs in a process of its own against a platform of its own
(`benchmarks.faces_at_work`).
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from benchmarks.figures import Figure, median, percentile

TIMEOUT_S = 300
FEWEST_A_SECOND = 45.0  # of 50: the stream has to keep up, or the figure says nothing
FEWEST_REPAINTS = 10


def measure() -> list[Figure]:
    """All of them. Raises RuntimeError where a question could not be asked as it says."""
    kiosk, calls, stream = (_told(name) for name in ("kiosk", "calls", "supervisor"))
    if stream["a_second"] < FEWEST_A_SECOND or stream["repaints"] < FEWEST_REPAINTS:
        raise RuntimeError(
            f"{stream['a_second']:.0f} tickets a second, {stream['repaints']} repaints"
        )
    return [
        Figure(
            "card to ticket bytes at the printer, without the wire",
            median(kiosk["ticket"]),
            "ms",
            "one take-ticket by a bare client, the ticket set in bytes",
            median(kiosk["bare"]),
            500,
            goal_for="value",
        ),
        Figure(
            "clerk's key to call painted on the display, 99th percentile",
            percentile(calls["painted"], 0.99),
            "ms",
            "the same key to the event at a bare listener",
            percentile(calls["heard"], 0.99),
            300,
            goal_for="value",
        ),
        _away("99th percentile", percentile(stream["away"], 0.99), stream, 32),
        _away("longest", max(stream["away"]), stream, 100),
    ]


def _away(name: str, value: float, stream: dict[str, Any], goal: float) -> Figure:
    idle = max(stream["idle"]) if name == "longest" else percentile(stream["idle"], 0.99)
    title = f"supervisor's GUI thread away at 50 tickets a second, {name}"
    return Figure(title, value, "ms", "the same window idle", idle, goal, goal_for="value")


def _told(question: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.faces_at_work", question],
        stdout=subprocess.PIPE,
        text=True,
        timeout=TIMEOUT_S,
        check=True,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told
