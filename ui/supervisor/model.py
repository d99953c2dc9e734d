"""The hall live, without a widget in it: who is signed in, the last good values, since when."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from counter_app.domain.figures import LiveHall, RowsQuestion
from counter_app.domain.happening import FeedEvent, FeedLost
from counter_app.errors import HallError, PlatformRefused
from counter_app.ports import Figures, SessionFeed, SupervisorSession
from ui.jobs import Jobs, ignored
from ui.messages import message_of

AT_MOST_EVERY_MS = 1000
AT_LEAST_EVERY_MS = 30_000


class LiveModel(QObject):
    """What the live page shows. `live` are the last good values; `online` is False when they age.

    Events make it look again, at most once a second; without any it looks every 30 seconds.
    Signals: `changed`, `said(Message)`, `ended` when the session is over on the platform.
    """

    changed = Signal()
    said = Signal(object)
    ended = Signal()

    def __init__(
        self, figures: Figures, feed: SessionFeed, jobs: Jobs, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.figures = figures
        self.jobs = jobs
        self._feed = feed
        self.session: SupervisorSession | None = None
        self.live: LiveHall | None = None
        self.online = False
        self.looks = 0  # how often the platform was asked
        self._asking = False
        self._again = False
        self._pause = QTimer(self, interval=AT_MOST_EVERY_MS, singleShot=True)
        self._pause.timeout.connect(self._paused)
        self._often = QTimer(self, interval=AT_LEAST_EVERY_MS)
        self._often.timeout.connect(self.look)

    def begin(self, session: SupervisorSession) -> None:
        """A supervisor has signed in; nothing of whoever was here before stays."""
        self._forget()
        self.session = session
        self._feed.begin()
        self._often.start()
        self.look()

    def end(self) -> None:
        """Nobody is here: no figure stays, and the session ends on the platform."""
        session, figures = self.session, self.figures
        self._forget()
        if session is not None:
            self.jobs.run(self, lambda: figures.sign_out(session.id), ignored, ignored)

    def hear(self, event: FeedEvent) -> None:
        """Something happened in the hall, or the feed came or went."""
        if self.session is None:
            return
        if isinstance(event, FeedLost):
            self._lost()
        self.look()

    def look(self) -> None:
        """Ask for the hall as it is, now or as soon as the second is over."""
        session, figures = self.session, self.figures
        if session is None:
            return
        if self._asking or self._pause.isActive():
            self._again = True
            return
        self._asking, self._again = True, False
        self.looks += 1
        self._pause.start()

        def done(live: LiveHall) -> None:
            if self.session is session:
                self._asking = False
                self._stands(live)

        def failed(error: HallError) -> None:
            if self.session is session:
                self._asking = False
                self._fails(error)

        self.jobs.run(self, figures.live, done, failed)

    def today(
        self, figure: str, *, service: str | None = None, window: str | None = None
    ) -> RowsQuestion | None:
        """Which rows are behind a figure of today; None before anything is known."""
        if self.live is None:
            return None
        return RowsQuestion(figure, self.live.day, self.live.day, service, window)

    def _paused(self) -> None:
        if self._again and not self._asking:
            self.look()

    def _stands(self, live: LiveHall) -> None:
        self.live, self.online = live, True
        self.changed.emit()
        self._look_if_wanted()

    def _fails(self, error: HallError) -> None:
        if isinstance(error, PlatformRefused):
            self.said.emit(message_of(error))
            if error.code == "platform.session_ended":
                self.ended.emit()
            return
        self._lost()
        self._look_if_wanted()

    def _look_if_wanted(self) -> None:
        if self._again and not self._pause.isActive():
            self.look()

    def _lost(self) -> None:
        if self.online:
            self.online = False
            self.changed.emit()

    def _forget(self) -> None:
        self._feed.end()
        self._often.stop()
        self._pause.stop()
        self.session, self.live, self.online = None, None, False
        self._asking = self._again = False
        self.changed.emit()
