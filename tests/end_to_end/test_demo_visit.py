"""`hall-counter demo` as a person starts it, on a machine without a screen and with its windows."""

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
PICTURES = {
    "1-sign-in.png": (1366, 768),
    "2-applicant.png": (1366, 768),
    "3-materials.png": (1366, 768),
    "4-accepted.png": (1366, 768),
    "5-kiosk-ticket.png": (1080, 1920),
    "7-called.png": (1366, 768),
    "8-display.png": (1920, 1080),
    "9-supervisor.png": (1366, 768),
    "10-period.png": (1366, 768),
}
SHOW = "import sys; from ui.demo.show import show; sys.exit(show(sys.argv[1:]))"
FACES = ("clerk", "kiosk", "display", "supervisor")

pytestmark = pytest.mark.timeout(300)


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
    for name, size in PICTURES.items():
        picture = (out / name).read_bytes()
        assert picture.startswith(b"\x89PNG")
        assert (int.from_bytes(picture[16:20]), int.from_bytes(picture[20:24])) == size, name
    assert (out / "6-ticket-print.png").read_bytes().startswith(b"\x89PNG")
    _is_a_whole_queue(json.loads((out / "queue.json").read_text("utf-8")))
    assert list((tmp_path / "tmp").iterdir()) == [], "nothing is left behind"
    assert processes_with(str(tmp_path)) == [], "nothing keeps running"


def _is_a_whole_queue(queue):
    """The number's times come one after the other, and page and events agree about them."""
    times = [queue["ticket"][name] for name in ("taken", "called", "finished")]
    assert times == sorted(times)
    assert queue["events"]["wait_s"] >= 2
    assert queue["events"]["service_s"] >= 1
    assert queue["page"] == {name: queue["events"][name] for name in ("wait", "service")}
    assert queue["page"]["wait"] == f"{queue['events']['wait_s']} 秒"
    assert queue["paper"] == "handed_out"
    assert queue["number"] in queue["board"]
    assert queue["number"][0] in queue["spoken"]


def faces_running(tmp_path):
    """The processes of faces, by face."""
    found = {}
    for number in processes_with(str(tmp_path / "tmp")):
        try:
            command = Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
        except OSError:  # it has ended meanwhile
            continue
        if b"--stop-with-stdin" in command and b"--face" in command:
            found[command[command.index(b"--face") + 1].decode()] = number
    return found


@pytest.fixture
def shown(tmp_path):
    """Starts the demonstration with windows of the faces asked for, and waits for them."""
    running = []

    def start(*faces):
        running.append(
            subprocess.Popen(
                [sys.executable, "-c", SHOW, *faces],
                cwd=ROOT,
                env=surroundings(tmp_path),
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        wait_until(lambda: set(faces_running(tmp_path)) == set(faces), 90)
        begun = "tmp/*/*/crash.log"  # the first thing a face makes
        wait_until(lambda: len(list(tmp_path.glob(begun))) == len(faces), 60)
        return running[-1]

    yield start
    for one in running:
        one.kill()
        one.wait()
        one.stderr.close()


@pytest.mark.parametrize(
    ("faces", "number"), [(FACES, signal.SIGTERM), (("display",), signal.SIGKILL)]
)
def test_with_windows_every_face_is_a_process_and_all_end_together(tmp_path, shown, faces, number):
    demonstration = shown(*faces)
    demonstration.send_signal(number)
    code = demonstration.wait(60)
    wait_until(lambda: processes_with(str(tmp_path)) == [], 40)
    if number is signal.SIGTERM:
        assert code == 128 + number
        assert "Traceback" not in demonstration.stderr.read()
        assert list((tmp_path / "tmp").iterdir()) == [], "nothing is left behind"


def test_with_windows_closing_the_last_one_ends_everything(tmp_path, shown):
    demonstration = shown("display", "supervisor")
    for number in faces_running(tmp_path).values():
        os.kill(number, signal.SIGTERM)  # closes the window
    assert demonstration.wait(60) == 0
    wait_until(lambda: processes_with(str(tmp_path)) == [], 20)
    assert list((tmp_path / "tmp").iterdir()) == []


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
