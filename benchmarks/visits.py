"""Visits through the window, each moment of waiting beside what it cannot be quicker than.

The counter runs as `make run` has it, with platform and devices as processes of their own, played
by keys and wires (`benchmarks.counter_at_work`). It stops every few visits, so that the floors are
measured in the same minutes.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import IO, Any

from benchmarks.figures import Figure, median, percentile
from benchmarks.plain import PlainCommit, PlainPaper

VISITS = 200
TIMEOUT_S = 900


def measure(visits: int = VISITS) -> list[Figure]:
    """All figures that come from visits."""
    paper, commit = PlainPaper(), PlainCommit()
    try:
        told, floors = _play(visits, paper, commit)
    finally:
        commit.close()
    made = median(floors["paper"]) + median(floors["commit"])
    made_against = "reportlab + segno + one commit"
    online, offline = told["online"], told["offline"]
    return [
        Figure(
            "last card byte to applicant painted",
            median(online["identity_painted"]),
            "ms",
            "one round trip + paint",
            median(told["round_trip"]) + median(told["paint"]),
            1.5,
        ),
        Figure(
            "last card byte to licences and pre-applications painted",
            median(online["answer_painted"]),
            "ms",
            "one round trip + paint",
            median(told["round_trip"]) + median(told["paint"]),
            1.5,
        ),
        Figure(
            "accept pressed to case durable, online",
            median(online["durable"]),
            "ms",
            made_against,
            made,
            1.3,
        ),
        Figure(
            "accept pressed to PDF ready, online",
            median(online["pdf"]),
            "ms",
            made_against,
            made,
            1.3,
        ),
        Figure(
            "accept pressed to case durable, offline",
            median(offline["durable"]),
            "ms",
            made_against,
            made,
            1.3,
        ),
        Figure(
            "accept pressed to PDF ready, offline",
            median(offline["pdf"]),
            "ms",
            made_against,
            made,
            1.3,
        ),
        Figure(
            "accept pressed to case durable, the act alone",
            median(online["durable"]),
            "ms",
            "one commit of as many bytes",
            median(floors["commit"]),
            1.3,
        ),
        Figure(
            "GUI thread away in visits, 99th percentile",
            percentile(told["away_visits"], 0.99),
            "ms",
            "the same window idle",
            percentile(told["away_idle"], 0.99),
            32,
            goal_for="value",
        ),
        Figure(
            "GUI thread away in visits, longest",
            max(told["away_visits"]),
            "ms",
            "the same window idle",
            max(told["away_idle"]),
            100,
            goal_for="value",
        ),
        Figure(
            f"resident memory after {visits} visits",
            told["memory"][str(visits)] / 1e6,
            "MB",
            "after 20 visits",
            told["memory"]["20"] / 1e6,
            1.05,
        ),
    ]


def _play(
    visits: int, paper: PlainPaper, commit: PlainCommit
) -> tuple[dict[str, Any], Mapping[str, list[float]]]:
    """What the counter told, and the floors measured at its stops."""
    floors: dict[str, list[float]] = {"paper": [], "commit": []}
    counter = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.counter_at_work", str(visits)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert counter.stdin is not None
        assert counter.stdout is not None
        told = _serve(counter.stdin, counter.stdout, floors, paper, commit)
        if counter.wait(60) != 0:
            raise RuntimeError("the counter did not end well")
        return told, floors
    finally:
        counter.kill()
        counter.wait()


def _serve(
    orders: IO[str],
    answers: IO[str],
    floors: dict[str, list[float]],
    paper: PlainPaper,
    commit: PlainCommit,
) -> dict[str, Any]:
    for line in answers:
        if line.startswith("stop"):
            floors["paper"].append(paper.milliseconds())
            floors["commit"].append(commit.milliseconds())
            orders.write("go\n")
            orders.flush()
        elif line.startswith("{"):
            told: dict[str, Any] = json.loads(line)
            return told
    raise RuntimeError("the counter ended without a word")
