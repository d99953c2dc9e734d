"""The demonstration for people: each face a window and a process of its own, the panel beside them.

Closing the panel, or the last window, ends everything.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial

from PySide6.QtCore import QObject, QRect, QTimer
from PySide6.QtWidgets import QApplication

from ui import theme, words
from ui.demo.face_process import FaceProcess
from ui.demo.stage import PAST_DAYS, Account, Stage
from ui.simulator_panel import CablePage, DeskPage, FacePage, KioskPage, SimulatorPanel, ToFront
from ui.words import tr

_LOOK_MS = 200
_PANEL_WIDE = 340
_SMALLEST = (1366, 768)
_STEP = 48  # from one window to the next where they lie over each other


def show(faces: Sequence[str], language: str = "zh") -> int:
    """Open those faces and wait until they are closed; the exit code."""
    words.choose(language)
    existing = QApplication.instance()
    qt = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    theme.apply(qt, "light", 1.0)
    with _told_to_end() as ended:
        try:
            _play_on(qt, faces, language, ended)
        except RuntimeError:
            if not ended:  # else the platform was told to end, too, before it stood
                raise
    return ended[0] if ended else 0


def _play_on(qt: QApplication, faces: Sequence[str], language: str, ended: list[int]) -> None:
    """Everything from the beginning of the platform to its end."""
    with Stage(PAST_DAYS) as stage:
        if ended:
            return
        shown = _Shown(stage, faces, language)
        qt.setQuitOnLastWindowClosed(False)
        shown.open_all()
        with _closing(shown, ended):
            qt.exec()
        shown.end()


class _Shown(QObject):
    """The panel and the windows around it."""

    def __init__(self, stage: Stage, faces: Sequence[str], language: str) -> None:
        super().__init__()
        self._stage = stage
        self._language = language
        self._processes: dict[str, FaceProcess] = {}
        self.panel = SimulatorPanel(
            {face: _page(stage, face, partial(self._to_front, face)) for face in faces}
        )
        self.panel.closed.connect(self._over)
        self.panel.wanted.connect(self._open)
        self.panel.chosen.connect(self._to_front)
        room = QApplication.primaryScreen().availableGeometry()
        self._places = places(room, faces)
        self.panel.setGeometry(
            room.right() - _PANEL_WIDE, room.top() + 32, _PANEL_WIDE, min(760, room.height() - 48)
        )
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self._closed)

    def open_all(self) -> None:
        """Every face and the panel."""
        for face in self._places:
            self._open(face)
        self.panel.show()
        self._look.start()

    def end(self) -> None:
        """Close every window and wait for it."""
        self._look.stop()
        for process in self._processes.values():
            process.ask_to_end()
        for process in self._processes.values():
            process.end()
        self._processes.clear()
        self.panel.deleteLater()

    def _open(self, face: str) -> None:
        if face in self._processes:
            self._processes[face].to_front()
            return
        place = self._places[face]
        self._processes[face] = FaceProcess(self._stage, face, place, language=self._language)
        self.panel.show_open(face, is_open=True)

    def _to_front(self, face: str) -> int:
        """Its process, 0 where its window is closed."""
        if face not in self._processes:
            return 0
        self._processes[face].to_front()
        return self._processes[face].process.pid

    def _closed(self) -> None:
        """Somebody may have closed a window."""
        for face, process in list(self._processes.items()):
            if not process.running:
                process.end()
                del self._processes[face]
                self.panel.show_open(face, is_open=False)
        if not self._processes:
            self._over()

    def _over(self) -> None:
        self._look.stop()
        QApplication.quit()


def places(room: QRect, faces: Sequence[str]) -> Mapping[str, tuple[int, int, int, int]]:
    """Left, top, width and height of each window: side by side where there is room for it.

    The panel has the right edge.
    """
    wide, high = room.width() - _PANEL_WIDE, room.height()
    across = 2 if len(faces) > 1 and wide >= 2 * _SMALLEST[0] else 1
    down = -(-len(faces) // across)
    if down > 1 and high < down * _SMALLEST[1]:
        step = _STEP
        size = (
            min(max(_SMALLEST[0], wide - step * len(faces)), wide),
            min(max(_SMALLEST[1], high - step * len(faces)), high),
        )
        return {
            face: (room.left() + step * place, room.top() + step * place, *size)
            for place, face in enumerate(faces)
        }
    size = (wide // across, high // down)
    return {
        face: (
            room.left() + place % across * size[0],
            room.top() + place // across * size[1],
            *size,
        )
        for place, face in enumerate(faces)
    }


def _page(stage: Stage, face: str, to_front: ToFront) -> FacePage:
    """The panel's page for a face."""
    head = _typed(stage.supervisor())
    if face == "clerk":
        codes = [
            (f"{one['item_name']} {one['code']}", f"HCPRE:{one['code']}") for one in stage.codes()
        ]
        account = _typed(stage.account())
        return DeskPage(tr("窗口员"), stage.desk, stage.people(), codes, account, to_front=to_front)
    if face == "kiosk":
        booked = [
            (f"{one['day']} {one['start']} {one['code']}", one["code"]) for one in stage.booked()
        ]
        desk, people = stage.kiosk_desk, stage.people()
        return KioskPage(tr("自助机"), desk, people, booked, head, to_front=to_front)
    if face == "display":
        return CablePage(tr("叫号屏"), stage.network(face))
    return CablePage(tr("负责人"), stage.network(face), head)


def _typed(account: Account) -> str:
    return f"{account.username}  {account.password}"


@contextmanager
def _told_to_end() -> Iterator[list[int]]:
    """Collects the exit code of a signal to end; the program looks at it where it can end."""
    ended: list[int] = []
    numbers = [signal.SIGTERM, signal.SIGINT]
    before = {
        number: signal.signal(number, lambda one, _frame: ended.append(128 + one))
        for number in numbers
    }
    try:
        yield ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _closing(shown: _Shown, ended: list[int]) -> Iterator[None]:
    """Once told to end, everything is closed as if somebody had closed the panel."""
    watch = QTimer(shown, interval=_LOOK_MS)
    watch.timeout.connect(lambda: shown.panel.close() if ended else None)
    watch.start()
    yield
    watch.stop()
