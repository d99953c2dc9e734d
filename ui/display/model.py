"""The hall as its display knows it, without a widget in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from PySide6.QtCore import QObject, QTimer, Signal

from counter_app.domain.board import Board, with_call
from counter_app.domain.happening import FeedEvent, FeedLost, FeedReady, Happening
from counter_app.domain.ticket import Call
from counter_app.errors import HallError
from counter_app.ports import Clock, HallBoard
from ui.jobs import Jobs
from ui.messages import message, message_of
from ui.words import minute, moment, tr

CALLED = frozenset({"ticket-called", "ticket-recalled"})
SPEAK_WITHIN = timedelta(seconds=60)  # a call older than that is history, and is only shown
_LOOK_AFTER_MS = 250  # many events at once are one look
_LOOK_AGAIN_MS = 5000  # where there was no answer
_LOOK_EVERY_MS = 30_000  # so that what is shown is known to be right, and since when it is not
_AWAY = frozenset({"platform.unreachable", "platform.timeout"})


class DisplayModel(QObject):
    """The last calls, who waits, and since when that is not known any more.

    A call comes onto the display with its event; everything else with a fresh board soon after.
    `board` is None until the first one. Signals: `changed`; `called(Call)` for each call that is to
    be shown with emphasis and spoken, once.
    """

    changed = Signal()
    called = Signal(object)

    def __init__(
        self, source: HallBoard, clock: Clock, jobs: Jobs, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._source = source
        self._clock = clock
        self._jobs = jobs
        self.board: Board | None = None
        self._heard_of: datetime | None = None  # the platform's time of what came last
        self._ahead = timedelta(0)  # how far the platform's clock is before this machine's
        self._missing = False  # the feed was away, and no board has said since how late it is
        self._hearing = False
        self._trouble = ""  # of the feed, by code
        self._failure: HallError | None = None  # of the last look
        self._announced: dict[str, datetime] = {}
        self._looking = False
        self._look_again = False
        self._soon = QTimer(self, interval=_LOOK_AFTER_MS, singleShot=True)
        self._soon.timeout.connect(self.look)
        self._retry = QTimer(self, interval=_LOOK_AGAIN_MS, singleShot=True)
        self._retry.timeout.connect(self.look)
        self._always = QTimer(self, interval=_LOOK_EVERY_MS)
        self._always.timeout.connect(self.look)

    def begin(self) -> None:
        """Ask for the board, now and from time to time."""
        self._always.start()
        self.look()

    @property
    def live(self) -> bool:
        """Whether what is shown is how the hall stands."""
        return self._hearing and self._failure is None and self.board is not None

    def now(self) -> datetime:
        """The hall's time: the platform's, as this machine's clock carries it on."""
        return self._clock.now() + self._ahead

    def trouble(self) -> str:
        """Why what is shown may be old, and of when it is; "" while it is live."""
        if self.live:
            return ""
        what = self._what_is_wrong()
        if not what:
            return "" if self.board is not None else tr("正在连接平台…")
        if self._heard_of is None:
            return what
        of = self._heard_of.astimezone(self.now().tzinfo)
        when = minute(of) if of.date() == self.now().date() else moment(of)
        return tr("{what},以下为 {when} 的情况", what=what, when=when)

    def hear(self, event: FeedEvent) -> None:
        """Something happened in the hall, or the feed came or went."""
        match event:
            case FeedLost():
                self._hearing, self._trouble = False, event.code
                self._missing = True
                self.changed.emit()
            case FeedReady():
                self._hearing, self._trouble = True, ""
                self.look()
            case Happening():
                self._heard_of = max(event.at, self._heard_of or event.at)
                call = self._call_of(event) if event.kind in CALLED else None
                if call is not None:
                    self._show(call)
                if not self._soon.isActive():
                    self._soon.start()

    def look(self) -> None:
        """Ask for a fresh board; one question at a time."""
        if self._looking:
            self._look_again = True
            return
        self._looking = True
        self._jobs.run(self, self._source.board, self._stands, self._unanswered)

    # -- within ------------------------------------------------------------------------------------

    def _what_is_wrong(self) -> str:
        """In words; "" while nothing is known to be wrong."""
        code = self._failure.code if self._failure is not None else self._trouble
        if not code:
            return ""
        if code in _AWAY:
            return tr("网络中断")
        return message_of(self._failure).what if self._failure else message(code).what

    def _stands(self, board: Board) -> None:
        self._looking, self._failure = False, None
        self._ahead = board.at - self._clock.now()
        self._missing = not self._hearing
        self._heard_of = max(board.at, self._heard_of or board.at)
        first, before = self.board is None, self.board
        calls = board.calls
        for call in before.calls if before is not None else ():
            if call.at >= board.at:  # made after the platform looked
                calls = with_call(calls, call)
        self.board = replace(board, calls=calls)
        self.changed.emit()
        for call in reversed(calls):
            self._announce(call, silently=first)
        self._forget_old(board.at)
        if self._look_again:
            self._look_again = False
            self._soon.start()

    def _unanswered(self, error: HallError) -> None:
        self._looking = self._look_again = False
        self._failure = error
        self.changed.emit()
        self._retry.start()

    def _show(self, call: Call) -> None:
        """Show a call at once; how many wait follows.

        What the feed brings after it was away may be long past: the board comes first.
        """
        if self.board is not None:
            self.board = replace(self.board, calls=with_call(self.board.calls, call))
            self.changed.emit()
        if not self._missing:
            self._announce(call)

    def _announce(self, call: Call, *, silently: bool = False) -> None:
        """Have a call seen and heard, unless it was, or is history."""
        known = self._announced.get(call.ticket)
        if known is not None and call.at <= known:
            return
        self._announced[call.ticket] = call.at
        if not silently and self.now() - call.at <= SPEAK_WITHIN:
            self.called.emit(call)

    def _forget_old(self, now: datetime) -> None:
        kept = {one.ticket for one in self.board.calls} if self.board else set()
        self._announced = {
            ticket: at
            for ticket, at in self._announced.items()
            if ticket in kept or now - at <= SPEAK_WITHIN
        }

    def _call_of(self, event: Happening) -> Call | None:
        """The call an event tells of; None where it is not whole, and the board has to tell."""
        body = event.body
        number, window, service = (body.get(name) for name in ("number", "window", "service"))
        name, count = body.get("name", ""), body.get("call", 1)
        if not (isinstance(number, str) and isinstance(window, str) and isinstance(service, str)):
            return None
        if not (isinstance(name, str) and isinstance(count, int)):
            return None
        return Call(
            ticket=event.subject,
            number=number,
            window=window,
            window_name=self._window_name(window),
            service=service,
            name=name,
            call=count,
            at=event.at,
        )

    def _window_name(self, window: str) -> str:
        """The events name windows by their code; the last calls tell some of their names."""
        calls = self.board.calls if self.board is not None else ()
        return next((one.window_name for one in calls if one.window == window), window)
