"""`make faults`, `make fuzz`, `make stores`: more of the tests than `make test` has time for.

The first two run in full size what `make test` runs in a short form, the third runs on PostgreSQL
all tests that have a platform. Shows a table and writes out/faults.json, out/fuzz.json or
out/stores.json: what each test counted, the sums, how long it took, commit and date. Ends with 1
when anything failed, was skipped or did not run.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools import stamp


@dataclass(frozen=True)
class Run:
    """What pytest is told to run, the environment it is told so in, how workers share the tests."""

    chosen: tuple[str, ...]
    environment: Mapping[str, str]
    shared: str = "loadfile"


FULL_SIZE = {"HALL_COUNTER_SIZE": "full"}
ON_POSTGRESQL = {"HALL_COUNTER_STORE": "postgresql"}  # what is about SQLite itself is left out


def _platforms_own(folder: str) -> list[str]:
    return sorted(
        str(path.relative_to(stamp.ROOT))
        for path in (stamp.ROOT / "tests" / folder).glob("test_platform_*.py")
    )


RUNS: Mapping[str, Run] = {
    "faults": Run(
        (
            "tests/faults",
            "tests/contract/test_platform_durability.py",
            "tests/contract/test_platform_storm.py",
            "tests/contract/test_platform_slow_connections.py",
            "tests/contract/test_platform_check.py",
        ),
        FULL_SIZE,
    ),
    # Hypothesis marks its tests itself, others say that they are full; the rest is in `make test`.
    "fuzz": Run(
        (
            *("-m", "hypothesis or full", "tests/fuzz"),
            "tests/end_to_end/test_scan_command.py",
            "tests/unit/test_hard_pictures.py",
            "tests/unit/test_codes.py",
            "tests/unit/test_wedge.py",
            "tests/unit/test_hid_pos.py",
            "tests/unit/test_sdt_protocol.py",
            "tests/unit/test_sdt_card_text.py",
            "tests/unit/test_ipp.py",
            "tests/unit/test_identity.py",
            "tests/contract/test_scan_gun_pty.py",
            "tests/unit/test_platform_import_reading.py",
            "tests/contract/test_event_stream.py",
            "tests/contract/test_platform_figures.py",
            "tests/contract/test_platform_hall_model.py",
            "tests/contract/test_platform_played.py",
        ),
        FULL_SIZE,
        shared="worksteal",  # one file of it takes longer than all the others
    ),
    "stores": Run(
        (
            *_platforms_own("contract"),
            *_platforms_own("unit"),
            "tests/contract/test_event_stream.py",
            "tests/contract/test_security_key.py",
            "tests/contract/test_signed_counter.py",
            "tests/end_to_end/test_enrol_command.py",
            "tests/end_to_end/test_headless_visit.py",
            "tests/faults/test_hall_crowds.py",
            "tests/faults/test_killed_counter.py",
            "tests/gui/test_display.py",
            "tests/gui/test_kiosk_morning.py",
        ),
        ON_POSTGRESQL,
    ),
}
WHOLE_TIMEOUT_S = 3600
TEST_TIMEOUT_S = 1800


@dataclass(frozen=True)
class Outcome:
    """One test: `state` is passed, failed or skipped; `figures` are what it counted."""

    name: str
    state: str
    seconds: float
    figures: dict[str, int]


def main(arguments: list[str]) -> int:
    """Run, show, write; the exit code."""
    if len(arguments) != 1 or arguments[0] not in RUNS:
        print(f"say one of: {', '.join(RUNS)}", file=sys.stderr)
        return 2
    name = arguments[0]
    began = time.monotonic()
    ended, outcomes = run(RUNS[name])
    seconds = time.monotonic() - began
    passed = [one for one in outcomes if one.state == "passed"]
    figures = {
        "passed": len(passed),
        "not_passed": [one.name for one in outcomes if one.state != "passed"],
        "exit": ended,
        "seconds": round(seconds, 1),
        "figures": sums(outcomes),
        "tests": {one.name: {"seconds": one.seconds, **one.figures} for one in outcomes},
    }
    path = stamp.OUT / f"{name}.json"
    stamp.write(path, figures)
    print(table(outcomes))
    well = ended == 0 and bool(passed) and len(passed) == len(outcomes)
    print(
        f"{name}: {len(passed)} of {len(outcomes)} tests passed in {seconds:.0f} s; "
        f"figures in {path.relative_to(stamp.ROOT)}"
    )
    return 0 if well else 1


def run(wanted: Run) -> tuple[int, list[Outcome]]:
    """Run these tests; pytest's exit code, and what came of each."""
    environment = {**os.environ, **wanted.environment, "QT_QPA_PLATFORM": "offscreen"}
    with tempfile.TemporaryDirectory(prefix="hall-counter-full-") as folder:
        report = Path(folder) / "report.xml"
        limits = [f"--timeout={TEST_TIMEOUT_S}", "-o", f"faulthandler_timeout={TEST_TIMEOUT_S}"]
        options = ["-n", "2", "--dist", wanted.shared, "-q", *limits]
        options += ["-o", "junit_family=xunit1"]  # the family that has properties
        command = [sys.executable, "-m", "pytest", *options, f"--junitxml={report}", *wanted.chosen]
        done = subprocess.run(
            command, cwd=stamp.ROOT, env=environment, timeout=WHOLE_TIMEOUT_S, check=False
        )
        return done.returncode, read(report) if report.exists() else []


def read(report: Path) -> list[Outcome]:
    """The outcomes in pytest's report, by name."""
    root = ET.parse(report).getroot()  # noqa: S314 - written by our own pytest just now
    return sorted((_outcome(case) for case in root.iter("testcase")), key=lambda one: one.name)


def _outcome(case: ET.Element) -> Outcome:
    module = case.get("classname", "").rpartition(".")[2]
    state = "passed"
    if case.find("failure") is not None or case.find("error") is not None:
        state = "failed"
    elif case.find("skipped") is not None:
        state = "skipped"
    figures = {
        one.get("name", ""): int(one.get("value", "0"))
        for one in case.iter("property")
        if one.get("value", "").isdecimal()
    }
    seconds = round(float(case.get("time", "0")), 1)
    return Outcome(f"{module}::{case.get('name')}", state, seconds, figures)


def sums(outcomes: list[Outcome]) -> dict[str, int]:
    """Every figure over all tests."""
    total: dict[str, int] = {}
    for outcome in outcomes:
        for name, count in outcome.figures.items():
            total[name] = total.get(name, 0) + count
    return dict(sorted(total.items()))


def table(outcomes: list[Outcome]) -> str:
    """A line a test: how it went, how long it took, what it counted."""
    width = max((len(one.name) for one in outcomes), default=0)
    lines = [
        f"{one.name:<{width}}  {one.state:<7} {one.seconds:>7.1f} s  "
        + ", ".join(f"{name} {count}" for name, count in one.figures.items())
        for one in outcomes
    ]
    return "\n".join(line.rstrip() for line in lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
