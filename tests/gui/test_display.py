"""The display on a real platform: a clerk calls, the hall sees and hears it."""

from __future__ import annotations

import sys

import pytest
from hall_desk import MORNING, Hall, person, taken
from painted_calls import PaintedCalls
from platform_process import PlatformProcess

from counter_app.devices.simulators.network import SimulatedNetwork
from counter_app.settings import loads
from counter_app.store.vault import DEVICE_SECRET, KeyFileVault
from ui.demo.hands import look

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints", "does not support raise", "grabbing"),
]

SPEAKER = """
import sys
told = sys.stdin.buffer.read()
with open(sys.argv[1], "ab") as record:
    record.write(told + b"\\n")
"""
LATER = "2026-11-24T10:10:00+08:00"


class OnTheWall:
    """A display in its hall, its network, and what its voice was told."""

    def __init__(self, platform, network, app, record):
        self.platform, self.network = platform, network
        self.app, self.record = app, record
        self.hall = None
        self.sign_in()

    def sign_in(self):
        """The hall's people and devices; again after their sessions have run out."""
        self.sign_out()
        self.hall = Hall(self.platform)
        self.desk = self.hall.desks[0].open()

    def sign_out(self):
        if self.hall is not None:
            for client in self.hall.clients():
                client.http.close()

    @property
    def page(self):
        return self.app.window.page

    @property
    def model(self):
        return self.app.window.model

    def call(self, serial, desk=None):
        """A number is taken and called; the call as the platform answered it."""
        taken(self.hall.kiosk, "market", holder=person(serial), name="测试人")
        answer = (desk or self.desk).call()
        assert answer.status_code == 200, answer.text
        return answer.json()

    def done(self, ticket):
        assert self.desk.on(ticket["ticket"], "finish").status_code == 200

    def shown(self):
        return self.page.now.words

    def spoken(self):
        return self.record.read_text("utf-8").splitlines() if self.record.exists() else []

    def waiting(self, service="market"):
        return next(one.waiting for one in self.model.board.waiting if one.code == service)


def aloud(number):
    """A number's digits as they are spoken."""
    return " ".join("零一二三四五六七八九"[int(c)] if c.isdigit() else c for c in number)


@pytest.fixture(scope="module")
def wall(tmp_path_factory, qapp):
    from ui.app import FaceApp
    from ui.faces import face_of

    folder = tmp_path_factory.mktemp("display")
    platform = PlatformProcess.start(folder / "platform", clock=MORNING)
    device = platform.accounts["displays"][0]
    (folder / "display").mkdir(mode=0o700)
    KeyFileVault(folder / "display/keys.json").put(DEVICE_SECRET, device["secret"].encode())
    record = folder / "spoken"
    with SimulatedNetwork(platform.url) as network:
        settings = loads(
            {
                "platform": {"url": network.url, "device": device["device"]},
                "display": {"full_screen": False},
                "voice": {"command": [sys.executable, "-I", "-c", SPEAKER, str(record)]},
                "store": {"vault": "key_file"},
            },
            data_dir=folder / "display",
        )
        app = FaceApp(settings, face_of("display"), quiet=True)
        app.window.show()
        one = OnTheWall(platform, network, app, record)
        look("the board is there", lambda: one.model is not None and one.model.live)
        one.at_first = [one.shown(), one.page.head.words, one.page.waiting.words]
        yield one
        app.window.close()
        app.close()
    one.sign_out()
    one.platform.stop()


@pytest.fixture
def board(wall):
    """The display with nobody in hand."""
    yield wall
    wall.network.plug()
    held = wall.desk.workbench()["in_hand"]
    if held is not None:
        wall.hall.void(held["ticket"], wall.desk.client)
    look("live again", lambda: wall.model.live, 30)


def test_an_empty_hall_says_so(board):
    now, head, waiting = board.at_first
    assert "暂时没有叫号" in now
    assert "市民之家" in head
    assert "2026-11-24 星期二 09:5" in head
    assert waiting.count("0 人") == len(board.model.board.waiting) > 1


def test_a_call_is_shown_masked_and_spoken_twice(board, record_property):
    painted = PaintedCalls(board.app.window)
    taken(board.hall.kiosk, "market", holder=person(1), name="测试人")
    look("one waits", lambda: board.waiting() == 1)
    took = painted.took(lambda: board.desk.call().json())
    record_property("call_to_painted_ms", round(took * 1000, 1))
    ticket = board.desk.workbench()["in_hand"]
    window = int(board.desk.window)
    assert ticket["number"] in board.shown()
    assert f"{window} 号窗口" in board.shown()
    assert "测*" in board.shown()
    assert "测试人" not in board.shown()
    assert board.page.now.emphasised
    look("nobody waits any more", lambda: board.waiting() == 0)
    words = f"请 {aloud(ticket['number'])} 号到 {window} 号窗口"
    look("spoken twice", lambda: board.spoken().count(words) == 2)
    board.desk.on(ticket["ticket"], "recall")
    look("called again", lambda: "第 2 次呼叫" in board.shown())
    look("and spoken again", lambda: board.spoken().count(words) == 4)


def test_pulled_network_keeps_what_was_and_missed_calls_come_afterwards(board):
    ticket = board.call(2)
    look("it is shown", lambda: ticket["number"] in board.shown())
    spoken_before = len(board.spoken())
    board.network.pull()
    look("it is said", lambda: "网络中断,以下为" in board.page.foot.words, 30)
    assert board.page.head.words[-5:-1] in board.page.foot.words, "and since when"
    assert ticket["number"] in board.shown()
    board.done(ticket)
    missed = board.call(3)
    board.network.plug()
    look("the missed call is shown", lambda: missed["number"] in board.shown(), 30)
    look("live", lambda: board.model.live and "网络中断" not in board.page.foot.words, 30)
    assert ticket["number"] in board.page.calls.words
    words = f"请 {aloud(missed['number'])} 号到"
    look("and spoken", lambda: sum(words in one for one in board.spoken()) == 2)
    assert len(board.spoken()) <= spoken_before + 4, "\n".join(board.spoken())


def test_after_a_restart_old_calls_are_shown_and_not_spoken(board):
    """The platform comes back a quarter of an hour later, and has called meanwhile."""
    before = board.call(4)
    look("it is shown", lambda: before["number"] in board.shown())
    words = f"请 {aloud(before['number'])} 号到"
    look("and spoken", lambda: sum(words in one for one in board.spoken()) == 2)
    board.network.pull()
    look("it is said", lambda: not board.model.live, 30)
    board.done(before)
    missed = board.call(5)
    port = int(board.platform.url.rsplit(":", 1)[1])
    board.platform.stop()
    board.platform = PlatformProcess.start(
        board.platform.data_dir, seed=False, port=port, clock=LATER
    )
    board.sign_in()
    board.network.plug()
    look("live again", lambda: board.model.live, 30)
    look("what was missed is shown", lambda: missed["number"] in board.shown())
    look("by the platform's clock", lambda: "10:1" in board.page.head.words)
    assert not any(f"请 {aloud(missed['number'])} 号到" in one for one in board.spoken())


def test_a_display_without_a_voice_says_so_on_its_foot(board):
    board.page.show_voice(False)
    assert "语音不可用" in board.page.foot.words
    look("and takes it back", lambda: "语音不可用" not in board.page.foot.words)
