"""A measured figure, the table people read and the list that programs read."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from tools import stamp


@dataclass(frozen=True)
class Figure:
    """One answer.

    `value` and `floor` are in `unit`; `against` says what the floor is. `goal` is what `ratio`
    should keep to, or, with `goal_for` "value", what `value` should.
    """

    name: str
    value: float
    unit: str
    against: str
    floor: float
    goal: float
    better: str = "lower"
    goal_for: str = "ratio"

    @property
    def ratio(self) -> float:
        """How many times the floor it is."""
        if not self.floor:
            return float("inf") if self.value else 0.0
        return self.value / self.floor

    @property
    def reached(self) -> bool:
        """Whether the goal is kept."""
        judged = self.ratio if self.goal_for == "ratio" else self.value
        return judged <= self.goal if self.better == "lower" else judged >= self.goal


def median(values: Iterable[float]) -> float:
    """The middle one."""
    return statistics.median(values)


def percentile(values: Sequence[float], part: float) -> float:
    """Nearest rank: the smallest value that at least `part` of all do not exceed."""
    ordered = sorted(values)
    rank = -(-round(part * 1_000_000) * len(ordered) // 1_000_000)
    return ordered[max(0, rank - 1)]


def table(figures: Sequence[Figure]) -> str:
    """A line a figure."""
    rows = [("what", "value", "floor", "ratio", "goal", "", "against")]
    for one in figures:
        goal = f"{one.goal:g}" + ("" if one.goal_for == "ratio" else f" {one.unit}")
        rows.append(
            (
                one.name,
                f"{one.value:.2f} {one.unit}",
                f"{one.floor:.2f} {one.unit}",
                f"{one.ratio:.2f}",
                f"{'≤' if one.better == 'lower' else '≥'} {goal}",
                "" if one.reached else "missed",
                one.against,
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    return "\n".join(
        "  ".join([*(cell.ljust(w) for cell, w in zip(row, widths, strict=False)), row[-1]])
        for row in rows
    )


def _record(figure: Figure) -> dict[str, object]:
    record = asdict(figure) | {"ratio": round(figure.ratio, 3)}
    if record.pop("goal_for") == "value":
        record["against"] = f"{figure.against}; the goal is for the value"
    return record


def write(path: Path, figures: Sequence[Figure]) -> None:
    """Write them as a JSON list, each with commit and date, whole or not at all."""
    commit, date = stamp.commit(), datetime.now(UTC).isoformat(timespec="seconds")
    records = [_record(one) | {"commit": commit, "date": date} for one in figures]
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".half")
    half.write_text(json.dumps(records, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    half.replace(path)
