"""The city's peak on this machine, and the largest multiple of it that still holds."""

from __future__ import annotations

from benchmarks.figures import Figure
from hall_platform.simulation.peak import largest_multiple, peak
from hall_platform.simulation.report import GOAL_P99_MS

QUARTER_HOUR = 900.0
SUBSCRIBERS = 1_500


def measure(seconds: float = QUARTER_HOUR) -> list[Figure]:
    """The peak quarter-hour, then steps of twenty seconds up to what does not hold."""
    first = peak(seconds, 1.0, SUBSCRIBERS)
    held = first.multiple if first.holds else 0.0
    further = largest_multiple(first.multiple, SUBSCRIBERS) if first.holds else []
    held = max([held, *(one.multiple for one in further if one.holds)])
    refused = float(sum(first.refused.values()) + first.streams_lost)
    return [
        Figure(
            "the city's peak quarter-hour, 99th percentile",
            first.p99_ms,
            "ms",
            "the goal",
            GOAL_P99_MS,
            GOAL_P99_MS,
            goal_for="value",
        ),
        Figure("refused or lost in it", refused, "", "the goal", 0.0, 0.0, goal_for="value"),
        Figure(
            "platform's processors in it",
            first.server_cpu,
            "",
            "one processor",
            1.0,
            1.0,
            goal_for="value",
        ),
        Figure(
            "largest multiple of the peak that holds",
            held,
            "×",
            "the city's peak",
            1.0,
            1.0,
            better="higher",
            goal_for="value",
        ),
    ]
