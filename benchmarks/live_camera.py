"""The live camera: how long a frame takes, and how long it keeps the clerk's window away.

Films of 1280 × 720 at 30 frames a second, with the grain and the blur of a camera, are played to
the counter's own camera in a process of its own (`benchmarks.camera_at_work`).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from benchmarks.figures import Figure, percentile

TIMEOUT_S = 300
FRAME_MS = 1000 / 30
FEWEST_FRAMES = 200


def measure() -> list[Figure]:
    """All of them. Raises RuntimeError where the camera did not read what was shown."""
    told = _told()
    if told["codes"] != 1 or min(len(told[kind]) for kind in ("code", "empty")) < FEWEST_FRAMES:
        raise RuntimeError(f"{told['codes']} codes told of one that was shown throughout")
    return [
        *(
            _frame(f"{words}, {name}", told, kind, part)
            for kind, words in (("code", "with a code"), ("empty", "without a code"))
            for name, part in (("median", 0.5), ("99th percentile", 0.99))
        ),
        _away("99th percentile", told, 0.99, 16),
        _away("longest", told, 1.0, 100),
    ]


def _frame(words: str, told: dict[str, Any], kind: str, part: float) -> Figure:
    return Figure(
        f"processor time of a camera frame {words}",
        percentile(told[kind], part),
        "ms",
        "zxing-cpp alone, once over the same frame",
        percentile(told[f"{kind}-bare"], part),
        round(FRAME_MS),
        goal_for="value",
    )


def _away(words: str, told: dict[str, Sequence[float]], part: float, goal: float) -> Figure:
    return Figure(
        f"clerk's GUI thread away with camera and picture, {words}",
        percentile(told["away"], part),
        "ms",
        "the same window with the camera unplugged",
        percentile(told["idle"], part),
        goal,
        goal_for="value",
    )


def _told() -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.camera_at_work"],
        stdout=subprocess.PIPE,
        text=True,
        timeout=TIMEOUT_S,
        check=True,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told
