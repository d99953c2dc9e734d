"""A gun that types into a real window under a real X server, with a Chinese input method on."""

import contextlib
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
import x11_session

pytestmark = pytest.mark.timeout(300)

ROOT = Path(__file__).resolve().parents[2]
CODE = "HCPRE:8F3K-2mQ9x_Z7"
ADDRESS = "https://example.invalid/x?y=1&Z=ni hao"
PATIENCE_S = 100


def test_this_machine_has_what_the_session_needs():
    assert x11_session.missing() == []


class Session:
    """The window's process, and the keyboard before it."""

    def __init__(self, process, keyboard):
        self._process = process
        self.keyboard = keyboard
        self.ready = self._line()

    def _line(self):
        while line := self._process.stdout.readline():
            if line.startswith("{"):  # services of the session's bus write here too
                return json.loads(line)
        raise AssertionError("the window has ended")

    def tell(self, words):
        self._process.stdin.write(words + "\n")
        self._process.stdin.flush()
        return self._line()

    def until(self, holds):
        """The first report of which it holds."""
        report = self.waits_for(holds, PATIENCE_S)
        assert holds(report), report
        return report

    def waits_for(self, holds, seconds):
        """The first report of which it holds, or the last one there was time for."""
        deadline = time.monotonic() + seconds
        while True:
            report = self.tell("report")
            if holds(report) or time.monotonic() > deadline:
                return report


@contextlib.contextmanager
def session(home, *, input_method, gap_s=0.15):
    """With a gap as long as it may be: a machine busy with tests is slow to press keys."""
    with x11_session.x_server() as display, contextlib.ExitStack() as stack:
        env = x11_session.environment(display, home, input_method=input_method)
        start = [
            sys.executable,
            str(Path(__file__).with_name("gun_window.py")),
            json.dumps({"gap_s": gap_s}),
        ]
        if input_method:
            start = ["dbus-run-session", "--", "sh", "-c", x11_session.WITH_PINYIN, "sh", *start]
        process = subprocess.Popen(
            start,
            env=env | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=home,
        )
        stack.callback(process.stdout.close)
        stack.callback(process.wait, PATIENCE_S)
        stack.callback(process.stdin.close)
        keyboard = x11_session.Keyboard(display)
        stack.callback(keyboard.close)
        one = Session(process, keyboard)
        assert one.ready == {"ready": "xcb"}
        one.until(lambda report: report["active"])
        yield one


def scanned(*texts, encoding="utf-8"):
    return [text.encode(encoding).hex() for text in texts]


def test_with_pinyin_switched_on_a_scan_is_read_and_typing_is_chinese(tmp_path):
    with session(tmp_path, input_method=True) as one:
        one.until(lambda _: one.tell("engine on")["engine"] == "libpinyin")
        deadline = time.monotonic() + PATIENCE_S
        # The control: the input method is on, and makes characters of what a person types.
        while not one.tell("report")["text"].endswith("你好"):
            one.keyboard.type("nihao ")
            one.waits_for(lambda report: report["text"].endswith("你好"), 5)
            assert time.monotonic() < deadline
        before = one.tell("report")["text"]
        one.keyboard.scan_after_a_while(CODE + "\r")
        report = one.until(lambda report: report["scans"])
        assert report["scans"] == scanned(CODE)
        one.keyboard.scan_after_a_while(ADDRESS + "\r")
        report = one.until(lambda report: len(report["scans"]) == 2)
        assert report["scans"] == scanned(CODE, ADDRESS)
        one.keyboard.type("nihao ")
        report = one.until(lambda report: len(report["text"]) > len(before))
        assert report["text"] == before + "你好"  # not a letter of the scans, and still Chinese
        assert report["done"] == []
        assert report["broken"] == 0


def test_scans_and_typing_from_every_place(tmp_path):
    with session(tmp_path, input_method=False) as one:
        for place in ("list", "combo", "button", "edit"):
            before = one.tell(f"focus {place}")
            one.keyboard.scan_after_a_while(CODE + "\r")
            after = one.until(lambda report, n=len(before["scans"]): len(report["scans"]) > n)
            assert after | {"scans": []} == before | {"scans": []}, place
        one.tell("focus edit")
        one.keyboard.type("Typed By Hand, 1+1=2")
        report = one.until(lambda report: report["text"].endswith("2"))
        assert report["text"] == "Typed By Hand, 1+1=2"
        one.keyboard.press([(0, 60, True, 0), (0.05, 60, False, 0)])
        one.keyboard.type("\r")
        assert one.until(lambda report: len(report["done"]) == 2)["done"] == ["F2", "return"]
        one.tell("focus dialog")
        one.keyboard.scan_after_a_while(CODE + "\x1d" + CODE + "\r")
        report = one.until(lambda report: len(report["scans"]) == 5)
        assert report["scans"][-1] == scanned(CODE + "\x1d" + CODE)[0]
        assert (report["in_dialog"], report["done"]) == ("", ["F2", "return"])


def test_caps_lock_other_layouts_and_characters_by_number(tmp_path):
    with session(tmp_path, input_method=False) as one:
        one.keyboard.caps_lock()
        one.keyboard.scan_after_a_while(CODE + "\r")
        one.until(lambda report: len(report["scans"]) == 1)
        one.keyboard.caps_lock()
        text = "名称:湘潭市个体工商户;No.7"
        one.keyboard.scan_after_a_while(text + "\r", alt_codes="gbk")
        one.until(lambda report: len(report["scans"]) == 2)
        env = x11_session.environment(one.keyboard.display, tmp_path, input_method=False)
        subprocess.run(["setxkbmap", "de"], env=env, check=True)
        one.keyboard.scan_after_a_while(CODE + "\r")
        report = one.until(lambda report: len(report["scans"]) == 3)
        expected = [CODE.encode(), text.encode("gb18030"), CODE.encode()]
        assert report["scans"] == [payload.hex() for payload in expected]
        assert report["text"] == ""
        assert report["done"] == []
