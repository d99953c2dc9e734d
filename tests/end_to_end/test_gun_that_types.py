"""A gun that types into a real window under a real X server, with a Chinese input method on."""

import contextlib
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
import x11_session

from counter_app.devices.gun_check import TEST_CODE
from counter_app.devices.simulators.typing_gun import keystrokes

pytestmark = pytest.mark.timeout(300)

ROOT = Path(__file__).resolve().parents[2]
CODE = "HCPRE:8F3K-2mQ9x_Z7"
ADDRESS = "https://example.invalid/x?y=1&Z=ni hao"
RECEIPT = "名称:湘潭市个体工商户;No.7"
PATIENCE_S = 100
WAITING = "正在等扫码枪"


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
def session(home, *, input_method, keys="", keyboard=x11_session.Keyboard, **rules):
    """With a gap as long as it may be: a machine busy with tests is slow to press keys."""
    with x11_session.x_server() as display, contextlib.ExitStack() as stack:
        env = x11_session.environment(display, home, input_method=input_method)
        start = [
            sys.executable,
            str(Path(__file__).with_name("gun_window.py")),
            json.dumps({"gap_s": 0.15, **rules}),
            *([keys] if keys else []),
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
        before_it = keyboard(display)
        stack.callback(before_it.close)
        one = Session(process, before_it)
        assert one.ready == {"ready": "xcb"}
        one.until(lambda report: report["active"])
        yield one


def scanned(*texts, encoding="utf-8"):
    return [text.encode(encoding).hex() for text in texts]


def switch_on_pinyin(one):
    """Until the input method makes characters of what a person types, which is the control."""
    one.until(lambda _: one.tell("engine on")["engine"] == "libpinyin")
    type_chinese(one, again="engine on")


def type_chinese(one, again=None):
    """Type until characters come: on a busy machine the input method lets letters go by."""
    before = len(one.tell("report")["text"])
    deadline = time.monotonic() + PATIENCE_S
    while not one.tell("report")["text"][before:].endswith("你好"):
        one.keyboard.type("nihao ")
        one.waits_for(lambda report: report["text"][before:].endswith("你好"), 5)
        assert time.monotonic() < deadline
        if again:
            one.tell(again)  # it may have come before the window was the input method's


def scan_test_code(one):
    """What the check says, scanning again where nothing happens: a late input method eats keys."""
    one.tell("check")
    one.until(lambda report: report["active"] and WAITING in report["check"])
    deadline = time.monotonic() + PATIENCE_S
    while True:
        one.keyboard.scan_after_a_while(TEST_CODE + "\r")
        said = one.waits_for(lambda report: WAITING not in report["check"], 15)["check"]
        if WAITING not in said:
            return said
        assert time.monotonic() < deadline


def test_with_pinyin_switched_on_a_scan_is_read_and_typing_is_chinese(tmp_path):
    with session(tmp_path, input_method=True) as one:
        switch_on_pinyin(one)
        before = one.tell("report")["text"]
        one.keyboard.scan_after_a_while(CODE + "\r")
        one.until(lambda report: len(report["scans"]) == 1)
        one.keyboard.scan_after_a_while(ADDRESS + "\r")
        one.until(lambda report: len(report["scans"]) == 2)
        one.keyboard.scan_after_a_while(RECEIPT + "\r", alt_codes="gbk")
        one.until(lambda report: len(report["scans"]) == 3)
        one.keyboard.caps_lock()
        one.keyboard.scan_after_a_while(CODE + "\r")
        report = one.until(lambda report: len(report["scans"]) == 4)
        one.keyboard.caps_lock()
        expected = [CODE.encode(), ADDRESS.encode(), RECEIPT.encode("gb18030"), CODE.encode()]
        assert report["scans"] == [payload.hex() for payload in expected]
        assert report["text"] == before  # not a letter of the scans
        type_chinese(one)  # still
        report = one.tell("report")
        assert report["done"] == []
        assert report["broken"] == 0


def test_the_check_finds_an_input_method_that_takes_the_keys_first(tmp_path):
    """As on Windows and Wayland, where keys come to the program as Qt's own events."""
    with session(tmp_path, input_method=True, keys="qt") as one:
        switch_on_pinyin(one)
        assert "gun.check_input_method" in scan_test_code(one)


def test_the_check_is_content_where_the_keys_come_before_the_input_method(tmp_path):
    with session(tmp_path, input_method=True) as one:
        switch_on_pinyin(one)
        assert "扫码枪设置正确" in scan_test_code(one)


def test_the_check_is_content_with_qts_keys_where_no_input_method_is_on(tmp_path):
    with session(tmp_path, input_method=False, keys="qt") as one:
        assert "扫码枪设置正确" in scan_test_code(one)


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
        one.keyboard.scan_after_a_while(RECEIPT + "\r", alt_codes="gbk")
        one.until(lambda report: len(report["scans"]) == 2)
        env = x11_session.environment(one.keyboard.display, tmp_path, input_method=False)
        subprocess.run(["setxkbmap", "de"], env=env, check=True)
        one.keyboard.scan_after_a_while(CODE + "\r")
        report = one.until(lambda report: len(report["scans"]) == 3)
        expected = [CODE.encode(), RECEIPT.encode("gb18030"), CODE.encode()]
        assert report["scans"] == [payload.hex() for payload in expected]
        assert report["text"] == ""
        assert report["done"] == []


def test_a_gun_that_follows_caps_lock_and_numbers_characters_by_unicode(tmp_path):
    rules = {"follows_caps": True, "alt_codes": "unicode"}
    with session(tmp_path, input_method=False, **rules) as one:
        text = RECEIPT + "€𠮷"
        one.keyboard.scan_after_a_while(text + "\r", alt_codes="unicode")
        one.until(lambda report: len(report["scans"]) == 1)
        one.keyboard.caps_lock()
        # Such a gun knows that caps lock is on and presses Shift the other way round.
        one.keyboard.scan_after_a_while(CODE.swapcase() + "\r")
        report = one.until(lambda report: len(report["scans"]) == 2)
        one.keyboard.caps_lock()
        one.keyboard.scan_after_a_while(CODE + "\r")
        report = one.until(lambda report: len(report["scans"]) == 3)
        assert report["scans"] == scanned(text, CODE, CODE)
        assert (report["text"], report["done"], report["broken"]) == ("", [], 0)


A, SHIFT = 30, 42


def held(code, since, until):
    return [(since, code, True, 0), (until, code, False, 0)]


def test_a_person_and_a_gun_type_at_once_on_keyboards_of_their_own(tmp_path):
    """Shift and one key are pressed on both at once: neither's is the other's."""
    with session(tmp_path, input_method=False, keyboard=x11_session.TwoKeyboards) as one:
        code = "aaAAa-BcaDa:x/aA"
        scan = [(at + 1, *rest) for at, *rest in keystrokes(code + "\r", pace_s=0.004)]
        ends = scan[-1][0]
        typed = [
            *held(SHIFT, 0.99, 1.02),
            *held(A, 1.0, 1.06),  # rests while the gun presses it, and longer
            *held(SHIFT, 1.03, ends + 0.1),
            *held(16, ends + 0.05, ends + 0.12),
        ]
        one.keyboard.press_both(typed, scan)
        report = one.until(lambda report: report["scans"] or report["broken"])
        assert (report["scans"], report["broken"]) == (scanned(code), 0)
        report = one.until(lambda report: len(report["text"]) == 2)
        assert report["text"].lower() == "aq"
        # It has scanned, so its Shift is known to be no person's.
        code = "ABCDEFGHIJ"
        scan = [(at + 1, *rest) for at, *rest in keystrokes(code + "\r", pace_s=0.02)]
        shifted = [at for at, key, down, _ in scan if key == SHIFT and down]
        typed = [
            stroke
            for key, since in zip((37, 38, 50), shifted[2::3], strict=True)  # k, l, m
            for stroke in held(key, since + 0.002, since + 0.06)
        ]
        one.keyboard.press_both(typed, scan)
        report = one.until(lambda report: len(report["scans"]) == 2)
        assert (report["scans"][1], report["broken"]) == (scanned(code)[0], 0)
        assert one.until(lambda report: len(report["text"]) == 5)["text"][2:] == "klm"
        assert report["done"] == []
