"""`hall-counter demo` as a person starts it on a machine without a screen."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "ui.commands", "demo"]
PICTURES = ("1-sign-in.png", "2-applicant.png", "3-materials.png", "4-accepted.png")

pytestmark = pytest.mark.xdist_group("demo")


def surroundings(tmp_path):
    scratch = tmp_path / "tmp"
    scratch.mkdir(exist_ok=True)
    kept = {key: value for key, value in os.environ.items() if key not in ("DISPLAY",)}
    return {**kept, "TMPDIR": str(scratch), "QT_QPA_PLATFORM": "offscreen"}


def processes_with(marker):
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                command = (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if marker.encode() in command:
                found.append(int(folder.name))
    return found


def wait_until(condition, seconds):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not come true in time"
        time.sleep(0.02)


def test_it_does_the_whole_job_and_leaves_its_evidence(tmp_path):
    env = surroundings(tmp_path)
    out = tmp_path / "demo"
    done = subprocess.run(
        [*COMMAND, "--out", str(out)],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    story = json.loads((out / "visit.json").read_text("utf-8"))
    assert set(story) == {
        "case_number",
        "item",
        "stages",
        "outbox",
        "printer",
        "keys",
        "typed_characters",
    }
    assert (story["outbox"], story["printer"]) == ("confirmed", "printed")
    assert story["item"] == "个体工商户设立登记"
    assert all(set(stage) == {"name", "ms"} and stage["ms"] >= 0 for stage in story["stages"])
    text = subprocess.run(
        ["pdftotext", "-raw", str(out / "receipt.pdf"), "-"],
        capture_output=True,
        timeout=30,
        check=True,
    ).stdout.decode("utf-8")
    assert story["case_number"] in text
    assert "测试甲" in text
    for name in PICTURES:
        picture = (out / name).read_bytes()
        assert picture.startswith(b"\x89PNG")
        assert int.from_bytes(picture[16:20]) == 1366
        assert int.from_bytes(picture[20:24]) == 768
    assert list((tmp_path / "tmp").iterdir()) == [], "nothing is left behind"
    assert processes_with(str(tmp_path)) == [], "nothing keeps running"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_ended_in_the_middle_nothing_keeps_running(tmp_path, number):
    env = surroundings(tmp_path)
    running = subprocess.Popen(
        [*COMMAND, "--out", str(tmp_path / "demo")],
        cwd=ROOT,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: len(processes_with(str(tmp_path / "tmp"))) >= 2, 60)
        running.send_signal(number)
        running.wait(30)
    finally:
        running.kill()
        running.wait()
    wait_until(lambda: processes_with(str(tmp_path)) == [], 20)
    if number is signal.SIGTERM:
        assert list((tmp_path / "tmp").iterdir()) == []
