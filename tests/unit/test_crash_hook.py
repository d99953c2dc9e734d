"""An error nobody expected: its trace is kept, what it was about is not."""

import subprocess
import sys
from pathlib import Path

import pytest

from counter_app.errors import StoreError
from ui.crash import trace_without_values

ROOT = Path(__file__).resolve().parents[2]
PERSON = "测试甲"
NUMBER = "990302199001010016"


def a_value_in_the_message(name, number):
    raise ValueError(f"no such person: {name} {number}")


def a_key(name, _):
    {}[name]


def a_cause(name, number):
    try:
        raise KeyError(name)
    except KeyError as error:
        raise RuntimeError(number) from error


def two_errors_on_the_way(name, number):
    try:
        int(number + name)
    except ValueError:
        {}[number]


def a_note(name, _):
    error = RuntimeError("x")
    error.add_note(name)
    raise error


def a_group(name, number):
    raise ExceptionGroup(name, [ValueError(name), KeyError(number)])


def a_circle(name, number):
    first, second = ValueError(name), KeyError(number)
    first.__cause__, second.__cause__ = second, first
    raise first


@pytest.mark.parametrize(
    "fault",
    [a_value_in_the_message, a_key, a_cause, two_errors_on_the_way, a_note, a_group, a_circle],
    ids=lambda fault: fault.__name__,
)
def test_a_trace_says_where_and_not_about_whom(fault):
    with pytest.raises(Exception) as caught:
        fault(PERSON, NUMBER)
    text = trace_without_values(caught.value)
    assert f"in {fault.__name__}" in text
    assert type(caught.value).__name__ in text
    assert PERSON not in text
    assert NUMBER not in text


def test_what_led_to_it_is_there_too():
    with pytest.raises(RuntimeError) as caught:
        a_cause(PERSON, NUMBER)
    assert "RuntimeError\nafter\n" in trace_without_values(caught.value)
    with pytest.raises(ExceptionGroup) as caught:
        a_group(PERSON, NUMBER)
    assert trace_without_values(caught.value).endswith("\nafter\nValueError\nafter\nKeyError")


def test_what_speaks_of_the_program_only_is_kept_for_support():
    assert trace_without_values(StoreError("store.full")) == "StoreError: store.full"
    with pytest.raises(AttributeError) as caught:
        None.missing
    assert "has no attribute 'missing'" in trace_without_values(caught.value)


PROGRAM = """
import os, sys, threading
from pathlib import Path
os.umask(0)
from counter_app import logs
from ui import crash

logs.install(Path(sys.argv[1]))
crash.install(Path(sys.argv[1]), quiet=True)

def serve(name, number):
    raise ValueError(name + number)

def in_a_thread():
    thread = threading.Thread(target=serve, args=sys.argv[2:])
    thread.start()
    thread.join()
    sys.exit(70)

{start}
"""


@pytest.mark.parametrize("start", ["serve(*sys.argv[2:])", "in_a_thread()"])
def test_the_program_ends_and_keeps_the_trace_for_its_owner_alone(tmp_path, start):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(start=start), str(tmp_path), PERSON, NUMBER],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 70
    assert done.stderr.count("see the log") == 1
    files = {file.name: file for file in tmp_path.rglob("*.log")}
    assert set(files) == {"counter.log", "crash.log"}
    written = files["counter.log"].read_text("utf-8")
    assert written.count("CRITICAL ui.crash") == written.count("in serve") == 1
    for text in (written, done.stderr):
        assert PERSON not in text
        assert NUMBER not in text
    assert {file.stat().st_mode & 0o777 for file in files.values()} == {0o600}
