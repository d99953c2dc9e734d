"""A kiosk at ten to ten: appointments checked in, pages read aloud, staff leaving by touch."""

from __future__ import annotations

import sys
from contextlib import contextmanager

import pytest
from hall_desk import MORNING
from platform_client import sign_in_as
from platform_process import ACCOUNTS, PEOPLE, PlatformProcess, run_platform
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from counter_app.devices.simulators.ticket_printer import SimulatedTicketPrinter
from counter_app.services.ticketing import TicketOut
from counter_app.settings import loads
from counter_app.store.vault import DEVICE_SECRET, KeyFileVault
from ui.app import FaceApp
from ui.demo.hands import Hands, look
from ui.kiosk.face import FACE
from ui.kiosk.model import Step

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints"),
]

SPEAKER = """
import sys
told = sys.stdin.buffer.read()
with open(sys.argv[1], "ab") as record:
    record.write(told + b"\\n")
"""


@contextmanager
def opened(folder, platform, printer):
    device = platform.accounts["kiosks"][0]
    place = folder / "kiosk"
    place.mkdir(mode=0o700)
    KeyFileVault(place / "keys.json").put(DEVICE_SECRET, device["secret"].encode())
    speaker = [sys.executable, "-I", "-c", SPEAKER, str(folder / "spoken")]
    settings = loads(
        {
            "platform": {"url": platform.url, "device": device["device"]},
            "ticket_printer": {"kind": "escpos", "host": printer.host, "port": printer.port},
            "kiosk": {"full_screen": False},
            "voice": {"command": speaker},
            "store": {"vault": "key_file"},
        },
        data_dir=place,
    )
    app = FaceApp(settings, FACE, quiet=True)
    app.window.resize(1080, 1920)
    app.window.show()
    yield app
    app.window.close()
    app.close()


class Morning:
    """The kiosk, its platform, and what its voice was told."""

    def __init__(self, folder, platform, app):
        self.platform, self.window = platform, app.window
        self.record = folder / "spoken"
        self.hands = Hands(app.window)
        look("the hall is known", lambda: self.model is not None and self.model.hall is not None)

    @property
    def model(self):
        return self.window.model

    @property
    def page(self):
        return self.window.page

    def touch(self, button):
        look(f"{button.word} on the screen", button.isVisible)
        assert button.isEnabled(), button.word
        assert min(button.width(), button.height()) >= 104, button.word
        self.hands.click(button)

    def type(self, text):
        """On the keyboard of the page to leave by."""
        keyboard = self.page.keyboard
        for character in text:
            by_word = {key.word: key for key in keyboard.keys}
            if character not in by_word:
                sign = not character.isalnum()
                for switch, wanted in ((keyboard.signs, sign), (keyboard.capitals, not sign)):
                    if switch.isChecked() != wanted and (switch is keyboard.signs or not sign):
                        self.touch(switch)
                by_word = {key.word: key for key in keyboard.keys}
            self.touch(by_word[character])
            for switch in (keyboard.signs, keyboard.capitals):
                if switch.isChecked():
                    self.touch(switch)

    def spoken(self):
        return self.record.read_text("utf-8") if self.record.exists() else ""

    def booked(self, start):
        today = MORNING[:10]
        return next(
            one
            for one in self.platform.people["appointments"]
            if (one["day"], one["start"]) == (today, start)
        )

    def check_in(self, code):
        self.touch(self.page.choices[1])
        for key in code:
            self.touch(self.page.keys[key])
        self.touch(self.page.enter)


@pytest.fixture(scope="module")
def machine(tmp_path_factory, qapp):
    folder = tmp_path_factory.mktemp("morning")
    data = folder / "platform"
    seeded = run_platform(
        *("seed", "--data-dir", data, "--today", MORNING[:10]),
        *("--accounts", data / ACCOUNTS, "--people", data / PEOPLE),
    )
    assert seeded.returncode == 0, seeded.stderr
    platform = PlatformProcess.start(data, seed=False, clock=MORNING)
    with (
        SimulatedTicketPrinter(folder / "tickets") as printer,
        opened(folder, platform, printer) as app,
    ):
        yield Morning(folder, platform, app)
    platform.stop()


@pytest.fixture
def kiosk(machine):
    yield machine
    look("not busy", lambda: not machine.model.busy)
    machine.window.forget()


def test_an_appointment_is_checked_in_by_its_code(kiosk):
    kiosk.check_in(kiosk.booked("10:00")["code"])
    look("an answer", lambda: kiosk.model.visit is not None or kiosk.model.said is not None)
    assert kiosk.model.said is None
    look("the paper", lambda: kiosk.model.out is TicketOut.HANDED_OUT)
    number = kiosk.page.number.text()
    head = next(one for one in kiosk.platform.accounts["staff"] if one["username"] == "head")
    with sign_in_as(kiosk.platform, head) as client:
        told = next(
            one for one in client.get("/v1/tickets").json()["tickets"] if one["number"] == number
        )
    assert (told["source"], told["state"], told["paper"]) == (
        "appointment",
        "waiting",
        "handed_out",
    )
    kiosk.touch(kiosk.page.done)
    kiosk.check_in(kiosk.booked("10:00")["code"])
    look("it is said", lambda: kiosk.model.said is not None)
    assert kiosk.model.said.code == "ticket.appointment_used"


def test_an_appointment_of_the_afternoon_is_too_early(kiosk):
    kiosk.check_in(kiosk.booked("15:30")["code"])
    look("it is said", lambda: kiosk.model.said is not None)
    assert kiosk.model.said.code == "ticket.too_early"
    assert kiosk.model.step is Step.CODE


def test_each_page_is_read_aloud_for_who_asks_and_for_nobody_after_them(kiosk):
    kiosk.touch(kiosk.window.aloud)
    look("the page is read", lambda: "请把身份证放在读卡区" in kiosk.spoken())
    assert "我要取号 办事、咨询" in kiosk.spoken()
    kiosk.touch(kiosk.page.choices[0])
    kiosk.touch(kiosk.window.back)
    assert not kiosk.window.reads
    before = kiosk.spoken()
    kiosk.touch(kiosk.page.choices[3])
    assert kiosk.spoken() == before


def test_a_number_is_read_digit_by_digit(kiosk):
    kiosk.touch(kiosk.window.aloud)
    kiosk.model.go(Step.SERVICES)
    look("services", lambda: bool(kiosk.page.services))
    kiosk.touch(kiosk.page.services[0])
    look("the paper", lambda: kiosk.model.out is TicketOut.HANDED_OUT)
    number = kiosk.page.number.text()
    digits = " ".join("零一二三四五六七八九"[int(c)] if c.isdigit() else c for c in number)
    look("its number", lambda: digits in kiosk.spoken())
    assert number not in kiosk.spoken()


def test_staff_leave_without_a_keyboard_of_their_own(kiosk):
    left = []
    kiosk.model.left.disconnect()
    kiosk.model.left.connect(lambda: left.append(True))
    head = next(one for one in kiosk.platform.accounts["staff"] if one["username"] == "head")
    kiosk.window.held.setInterval(50)
    name, middle = kiosk.window._hall, QPoint(40, 20)
    QTest.mousePress(name, Qt.MouseButton.LeftButton, pos=middle)
    look("the way out", lambda: kiosk.model.step is Step.LEAVE)
    QTest.mouseRelease(name, Qt.MouseButton.LeftButton, pos=middle)
    look("the name's field", kiosk.page.username.hasFocus)
    kiosk.type(head["username"])
    kiosk.touch(kiosk.page.keyboard.enter)
    kiosk.type("x")
    kiosk.touch(kiosk.page.keyboard.erase)
    kiosk.type(head["password"])
    assert kiosk.page.password.text() == head["password"]
    kiosk.touch(kiosk.page.keyboard.enter)
    look("left", lambda: bool(left))
    assert kiosk.page.password.text() == ""


def test_a_touch_on_the_halls_name_alone_opens_nothing(kiosk):
    name, middle = kiosk.window._hall, QPoint(40, 20)
    QTest.mousePress(name, Qt.MouseButton.LeftButton, pos=middle)
    assert kiosk.window.held.isActive()
    QTest.mouseRelease(name, Qt.MouseButton.LeftButton, pos=middle)
    assert not kiosk.window.held.isActive()
    assert kiosk.model.step is Step.WELCOME
