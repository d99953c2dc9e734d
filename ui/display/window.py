"""The display's window: fills its screen, shows the page, has the voice speak."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer

from ui.display.page import DisplayPage
from ui.jobs import Jobs
from ui.window import FaceWindow
from ui.words import tr

if TYPE_CHECKING:
    from counter_app.domain.ticket import Call
    from counter_app.errors import HallError
    from counter_app.ports import Voice
    from ui.assembly_display import Display
    from ui.display.model import DisplayModel

SMALLEST = (1366, 768)
_TICK_MS = 1000
_SEEN_MS = 100


class DisplayWindow(FaceWindow):
    """Nobody touches it: it takes no key and no pointer, and comes back by itself."""

    def __init__(self, jobs: Jobs, *, full_screen: bool = True) -> None:
        super().__init__()
        self.setWindowTitle(tr("叫号屏"))
        self._jobs = jobs
        self.model: DisplayModel | None = None
        self._voice: Voice | None = None
        self.page = DisplayPage()
        self.setCentralWidget(self.page)
        self.resize(*SMALLEST)
        if full_screen:
            self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
            self.setWindowState(Qt.WindowState.WindowFullScreen)
            self.setCursor(Qt.CursorShape.BlankCursor)
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self._show_state)

    def use(self, display: Display) -> None:
        """The link is there: ask for the board, listen to the hall."""
        from ui.display.model import DisplayModel

        self._voice = display.voice
        self.model = DisplayModel(display.board, display.clock, self._jobs, self)
        self.model.changed.connect(self._show)
        self.model.called.connect(self._call)
        self.model.begin()
        self._jobs.listen(self.model, "events", display.feed.next_event, self.model.hear)
        self._show()
        self._tick.start()

    def fail(self, error: HallError) -> None:
        """As promised by FaceWindow: a display that cannot begin says why."""
        from ui.messages import message_of

        said = message_of(error)
        self.page.show_trouble(
            tr("{what}。{do} [{code}]", what=said.what, do=said.do, code=said.code)
        )

    def _call(self, call: Call) -> None:
        from counter_app.domain.board import spoken

        self.page.emphasise(call)
        voice, words = self._voice, spoken(call)
        if voice is not None:  # seen first: beginning a process holds this one up for a moment
            QTimer.singleShot(_SEEN_MS, self, lambda: voice.speak(words))

    def _show(self) -> None:
        if self.model is not None and self.model.board is not None:
            self.page.show_board(self.model.board)
        self._show_state()

    def _show_state(self) -> None:
        """What changes without an event: the clock, the voice, what is wrong and since when."""
        if self.model is None or self._voice is None:
            return
        self.page.show_now(self.model.now())
        self.page.show_trouble(self.model.trouble())
        self.page.show_voice(self._voice.state().value in ("ready", "none"))
