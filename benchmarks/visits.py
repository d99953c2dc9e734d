"""Visits through the window, each moment of waiting beside what it cannot be quicker than.

The counter runs as `make run` has it, with platform and devices as processes of their own, played
by keys and wires (`benchmarks.counter_at_work`). It stops every few visits, so that the floors are
measured in the same minutes.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any

from benchmarks.figures import Figure, median, percentile
from benchmarks.plain import PlainCommit, PlainPaper

VISITS = 200
FEWEST = 100  # 20 that warm, 40 noted, 40 watched
TIMEOUT_S = 900


def measure(visits: int = VISITS) -> list[Figure]:
    """All figures that come from visits.

    Raises ValueError for fewer visits than warming, noting and watching take.
    """
    if visits < FEWEST:
        raise ValueError(f"at least {FEWEST} visits")
    paper, commit = PlainPaper(), PlainCommit()
    try:
        told, floors = _play(visits, paper, commit)
    finally:
        commit.close()
    made = median(floors["paper"]) + median(floors["commit"])
    round_trip = median(told["round_trip"]) + median(told["paint"])

    applicant = median(told["online"]["identity_painted"])

    def card(what: str, moment: str, beside: str, floor: float) -> Figure:
        name = f"last card byte to {what} painted"
        return Figure(name, median(told["online"][moment]), "ms", beside, floor, 1.5)

    def accepted(what: str, moment: str, where: str) -> Figure:
        name = f"accept pressed to {what}, {where}"
        value = median(told[where][moment])
        return Figure(name, value, "ms", "reportlab + segno + one commit", made, 1.3)

    def away(name: str, of: Callable[[Sequence[float]], float], goal: float) -> Figure:
        name = f"GUI thread away in visits, {name}"
        value, idle = of(told["away_visits"]), of(told["away_idle"])
        return Figure(name, value, "ms", "the same window idle", idle, goal, goal_for="value")

    return [
        card("applicant", "identity_painted", "one round trip + paint", round_trip),
        card(
            "licences and pre-applications",
            "answer_painted",
            "the applicant painted, then one round trip + paint",
            applicant + round_trip,
        ),
        accepted("case durable", "durable", "online"),
        accepted("PDF ready", "pdf", "online"),
        accepted("case durable", "durable", "offline"),
        accepted("PDF ready", "pdf", "offline"),
        away("99th percentile", lambda times: percentile(times, 0.99), 32),
        away("longest", max, 100),
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
