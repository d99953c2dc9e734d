"""A number's way by key, touch and wire: kiosk, call, display, visit, and the supervisor's figures.

The clerk's window is this process's; the other faces are processes of their own.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import Qt

from ui.clerk.queue import WindowQueue
from ui.clerk.window import ClerkWindow
from ui.demo.face_process import FaceProcess
from ui.demo.hands import look
from ui.demo.played_face import PlayedFace
from ui.demo.scripted_visit import ScriptedVisit, Stopwatch
from ui.demo.stage import Stage
from ui.words import tr

KIOSK = (0, 0, 1080, 1920)
DISPLAY = (0, 0, 1920, 1080)
SUPERVISOR = (0, 0, 1366, 768)
# Long enough for figures that differ from nothing and from each other.
WAITS_S, SERVED_S = 2.0, 1.0


@dataclass
class QueueStory:
    """What happened to the number; `wait` and `service` are as the supervisor's page shows them."""

    number: str = ""
    service: str = ""
    case_number: str = ""
    case_id: str = ""
    board: str = ""
    wait: str = ""
    service_time: str = ""
    touches: int = 0
    keys: int = 0
    stages: list[dict[str, object]] = field(default_factory=list)


class ScriptedQueue:
    """A context manager: the faces begin and end with it. `shots` is a folder for pictures.

    The clerk has signed in already. Raises NotSeenError for what did not come.
    """

    def __init__(
        self, window: ClerkWindow, stage: Stage, shots: Path, language: str = "zh"
    ) -> None:
        self._window = window
        self._stage = stage
        self._shots = shots
        self._language = language
        self._visit = ScriptedVisit(window, stage)
        self._since = 0.0
        self._ended = ExitStack()
        self.story = QueueStory()

    def __enter__(self) -> ScriptedQueue:
        self.kiosk = self._played("kiosk", KIOSK)
        self.display = self._played("display", DISPLAY)
        self.supervisor = self._played("supervisor", SUPERVISOR)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.close()

    def _played(self, face: str, place: tuple[int, int, int, int]) -> PlayedFace:
        process = FaceProcess(self._stage, face, place, language=self._language, played=True)
        self._ended.callback(process.end)
        # All are asked to end before the first is waited for.
        self._ended.callback(process.ask_to_end)
        return PlayedFace(process)

    def run(self, person: Mapping[str, object], service: str, item: str) -> QueueStory:
        """From the card at the kiosk to the figures."""
        story = self.story
        story.service = service
        with Stopwatch(story.stages, "faces ready"):
            self.open()
        with Stopwatch(story.stages, "card to ticket in the hand"):
            self.take(person, service)
        with Stopwatch(story.stages, "called and shown"):
            self.call()
        with Stopwatch(story.stages, "served"):
            self._stay(SERVED_S)
            visit = self._visit.serve(person, item)
        story.case_number, story.case_id = visit.case_number, visit.case_id
        with Stopwatch(story.stages, "in the figures"):
            self.watch()
        faces = (self.kiosk, self.supervisor)
        story.touches = sum(one.touches for one in faces)
        story.keys = self._visit.hands.keys + sum(one.keys for one in faces)
        return story

    def open(self) -> None:
        """The window calls, the display is live, the supervisor looks on."""
        head = self._stage.supervisor()
        self.supervisor.see(tr("大厅实况与统计"))
        self.supervisor.type(head.username)
        self.supervisor.press("Return")
        self.supervisor.type(head.password)
        self.supervisor.press("Return")
        look("the queue is known", lambda: self._queue.bench is not None and self._queue.live)
        self._visit.hands.press(Qt.Key.Key_F6)
        look("the window calls", lambda: self._queue.is_open and not self._queue.busy)
        self.supervisor.see(f"{tr('今日取号')} 0")
        self.display.see(tr("暂时没有叫号"))

    def take(self, person: Mapping[str, object], service: str) -> None:
        """A number for the card on the kiosk's reader, on paper."""
        kiosk, desk = self.kiosk, self._stage.kiosk_desk
        kiosk.touch(tr("我要取号"))
        desk.put(person)
        kiosk.see(tr("已读到证件"))
        kiosk.touch(service)
        kiosk.see(tr("请取走号票"))
        begin = tr("您的号是 {number}", number="")
        self.story.number = kiosk.read(begin).removeprefix(begin)
        kiosk.picture(self._shots / "5-kiosk-ticket.png")
        (ticket,) = Path(desk.tickets).glob("*.png")
        shutil.copyfile(ticket, self._shots / "6-ticket-print.png")
        self._since = time.monotonic()
        desk.lift()
        kiosk.touch(tr("完成"))
        kiosk.see(tr("我要取号"))

    def call(self) -> None:
        """The clerk's key brings the number onto the display."""
        look("one waits", lambda: self._waiting() == 1)
        self._stay(WAITS_S)
        self._visit.hands.press(Qt.Key.Key_F2)
        look("somebody is called", lambda: self._queue.in_hand is not None)
        self._since = time.monotonic()
        look("nobody waits any more", lambda: self._waiting() == 0 and not self._queue.busy)
        self.display.see(self.story.number)
        self.display.see(f"{self.story.service} {tr('{count} 人', count=0)}")
        self.story.board = self.display.read(tr("请") + " ")
        self._window.grab().save(str(self._shots / "7-called.png"))
        self.display.picture(self._shots / "8-display.png")

    def watch(self) -> None:
        """What the supervisor's page says of it."""
        page = self.supervisor
        page.see(f"{tr('今日办结')} 1")
        self.story.wait = self._figure(tr("等候 平均"))
        self.story.service_time = self._figure(tr("办理 平均"))
        page.picture(self._shots / "9-supervisor.png")
        page.press("F3")
        page.see(tr("选好日期和分组,按 F9 查询。"))
        page.press("F9")
        page.read(tr("从 {first} 到 {last}", first="\0", last="").partition("\0")[0] + "20")
        page.picture(self._shots / "10-period.png")

    def _figure(self, title: str) -> str:
        return self.supervisor.read(f"{title} ").removeprefix(title).strip()

    def _stay(self, seconds: float) -> None:
        """The person stays for so long before anything goes on."""
        look("time has passed", lambda: time.monotonic() - self._since > seconds)

    def _waiting(self) -> int:
        bench = self._queue.bench
        return -1 if bench is None else bench.waiting

    @property
    def _queue(self) -> WindowQueue:
        assert self._window.queue is not None
        return self._window.queue
