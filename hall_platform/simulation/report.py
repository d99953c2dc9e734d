"""What a simulation found, for people and for programs."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from hall_platform.simulation.load import Measured

GOAL_P99_MS = 100.0


@dataclass(frozen=True)
class Line:
    """One kind of request."""

    kind: str
    count: int
    p50_ms: float
    p99_ms: float
    worst_ms: float


@dataclass(frozen=True)
class Report:
    """A stretch of load: what was asked, how long it took, what was refused."""

    multiple: float
    seconds: float
    subscribers: int
    lines: list[Line]
    refused: dict[str, int]
    events_heard: int
    streams_lost: int
    server_cpu: float  # processors used by the platform's process, on average

    @property
    def p99_ms(self) -> float:
        """Of everything."""
        return self.lines[-1].p99_ms

    @property
    def holds(self) -> bool:
        """Nothing refused, nobody lost, and all within the goal."""
        return not self.refused and not self.streams_lost and self.p99_ms < GOAL_P99_MS

    def record(self) -> dict[str, object]:
        """As JSON carries it."""
        return {**asdict(self), "p99_ms": self.p99_ms, "holds": self.holds}

    def text(self) -> str:
        """As people read it."""
        rows = [
            f"{one.kind:<10} {one.count:>8} "
            f"{one.p50_ms:>9.1f} {one.p99_ms:>9.1f} {one.worst_ms:>9.1f}"
            for one in self.lines
        ]
        refused = ", ".join(f"{kind}: {count}" for kind, count in sorted(self.refused.items()))
        return "\n".join(
            [
                f"{self.multiple:g} times the city's peak for {self.seconds:.0f} s, "
                f"{self.subscribers} subscribers",
                f"{'request':<10} {'count':>8} {'p50 ms':>9} {'p99 ms':>9} {'worst ms':>9}",
                *rows,
                f"refused: {refused or 'nothing'}; streams lost: {self.streams_lost}; "
                f"events heard: {self.events_heard}; "
                f"platform's processors: {self.server_cpu:.2f}",
                "holds" if self.holds else "does not hold",
            ]
        )


def report(
    measured: Measured, *, multiple: float, seconds: float, subscribers: int, server_cpu: float
) -> Report:
    """The report of what was measured."""
    lines = [_line(kind, values) for kind, values in sorted(measured.seconds.items())]
    return Report(
        multiple=multiple,
        seconds=seconds,
        subscribers=subscribers,
        lines=[*lines, _line("all", measured.all_seconds)],
        refused=dict(measured.refused),
        events_heard=measured.heard,
        streams_lost=measured.lost_streams,
        server_cpu=server_cpu,
    )


def _line(kind: str, seconds: list[float]) -> Line:
    ordered = sorted(one * 1000 for one in seconds)

    def rank(part: float) -> float:
        """Nearest rank."""
        place = -(-round(part * 1_000_000) * len(ordered) // 1_000_000)
        return round(ordered[max(0, place - 1)], 2)

    if not ordered:
        return Line(kind, 0, 0.0, 0.0, 0.0)
    return Line(kind, len(ordered), rank(0.5), rank(0.99), round(ordered[-1], 2))
