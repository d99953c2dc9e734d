"""`make bench`: measures everything, shows a table and writes out/bench.json."""

from __future__ import annotations

import argparse
import sys

from benchmarks import (
    city_peak,
    first_paint,
    hall_faces,
    live_camera,
    platform_work,
    typed_scans,
    visits,
)
from benchmarks.figures import Figure, table, write
from tools.stamp import OUT


def _queue_figures() -> list[Figure]:
    from benchmarks import queue_figures  # needs DuckDB, which only measuring does

    return queue_figures.measure()


def _codes() -> list[Figure]:
    from benchmarks import codes  # needs the tests' symbols, which only measuring does

    return codes.measure()


QUESTIONS = {
    "first-paint": first_paint.measure,
    "visits": visits.measure,
    "hall-faces": hall_faces.measure,
    "live-camera": live_camera.measure,
    "queue-figures": _queue_figures,
    "platform-work": platform_work.measure,
    "city-peak": city_peak.measure,
    "codes": _codes,
    "typed-scans": typed_scans.measure,
}


def main(arguments: list[str]) -> int:
    """Ask the chosen questions, all by default; the table marks a goal that was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("question", nargs="*", choices=[[], *QUESTIONS], default=[])
    chosen = parser.parse_args(arguments).question or list(QUESTIONS)
    figures = []
    for name in chosen:
        print(f"measuring: {name}", file=sys.stderr)
        figures += QUESTIONS[name]()
    print(table(figures))
    if set(chosen) == set(QUESTIONS):
        write(OUT / "bench.json", figures)
        print(f"written: {OUT.name}/bench.json")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
