"""The hall's queue at this window, without a widget in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from counter_app.domain.happening import FeedEvent, FeedLost, FeedReady
from counter_app.domain.identity import Identity
from counter_app.domain.session import Session
from counter_app.domain.ticket import HallVisit, Ticket, TicketState
from counter_app.errors import HallError, PlatformUnreachable, QueueRefused
from counter_app.ports import HallService, WindowState, Workbench
from counter_app.services.calling import Calling
from ui.jobs import Jobs
from ui.messages import Message, message, message_of, notice
from ui.words import tr

T = TypeVar("T")

_LOOK_AFTER_MS = 400  # many events at once are one look


class WindowQueue(QObject):
    """Whom this window has in hand and who waits for it; what the clerk does about them.

    `bench` is None until it is known, and where the window has no queue. `stranger` is set while
    the card on the reader is not that of the person called. Signals: `changed`, `said(Message)`.
    """

    changed = Signal()
    said = Signal(object)

    def __init__(self, calling: Calling, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._calling = calling
        self._jobs = jobs
        self.session: Session | None = None
        self.bench: Workbench | None = None
        self.services: tuple[HallService, ...] = ()
        self.live = False
        self.busy = False
        self.stranger = False
        self._acts = 0  # begun and ended
        self._soon = QTimer(self, interval=_LOOK_AFTER_MS, singleShot=True)
        self._soon.timeout.connect(self.look)

    @property
    def is_open(self) -> bool:
        """Whether this window calls."""
        return self.bench is not None and self.bench.state is WindowState.OPEN

    @property
    def in_hand(self) -> Ticket | None:
        """Whom this window has called and not let go."""
        return self.bench.in_hand if self.bench else None

    @property
    def awaited(self) -> bool:
        """Whether the person called has not come yet."""
        ticket = self.in_hand
        return ticket is not None and ticket.state is TicketState.CALLED

    def begin(self, session: Session) -> None:
        """A clerk has signed in."""
        self.session = session
        self.look()

        def found(services: tuple[HallService, ...]) -> None:
            self.services = services
            self.changed.emit()

        self._jobs.run(self, self._calling.services, found, self._unheard)

    def end(self) -> None:
        """The clerk has signed out."""
        self.session = None
        self.stranger = False
        self.changed.emit()

    def hear(self, event: FeedEvent) -> None:
        """Something happened in the hall, or the feed came or went."""
        match event:
            case FeedLost():
                self.live = False
                self.changed.emit()
            case FeedReady():
                self.live = True
                self.look()
            case _:
                if not self._soon.isActive():
                    self._soon.start()

    def look(self) -> None:
        """Ask how the window stands."""
        before = self._acts

        def stands(bench: Workbench | None) -> None:
            if before == self._acts:
                self._stands(bench)
            else:  # an act has begun or ended meanwhile: what was seen may be older than it
                self.look()

        self._jobs.run(self, self._calling.look, stands, self._unheard)

    # -- what the clerk does -----------------------------------------------------------------------

    def open_or_pause(self) -> None:
        """Open the window, or pause it when it is open."""
        session, calling = self.session, self._calling
        if session is None or self.bench is None:
            return
        if self.is_open:
            self._do(lambda: calling.pause_window(session))
        else:
            self._do(lambda: calling.open_window(session))

    def next(self, cases: tuple[str, ...]) -> None:
        """Finish with who is here and call whose turn it is. Nothing where the window is shut."""
        session, calling, ticket = self.session, self._calling, self.in_hand
        if session is None or not self.is_open:
            return
        if self.awaited and ticket is not None:
            self.said.emit(
                Message(
                    tr("{number} 还没有来", number=ticket.number),
                    tr("重呼按 F3,没有人来按 F4 过号。"),
                    "info",
                )
            )
            return
        self._do(lambda: calling.next(session, ticket, cases))

    def finish(self, cases: tuple[str, ...]) -> None:
        """Finish with who is here and call nobody: the next one stands there already."""
        session, calling, ticket = self.session, self._calling, self.in_hand
        if session is not None and ticket is not None and not self.awaited:
            self._do(lambda: calling.finish(session, ticket, cases))

    def recall(self) -> None:
        """Call again (重呼)."""
        self._with_ticket(self._calling.recall)

    def pass_over(self) -> None:
        """Nobody came (过号)."""
        self._with_ticket(self._calling.pass_over)

    def park(self) -> None:
        """Put aside (挂起)."""
        self._with_ticket(self._calling.park)

    def transfer(self, service: str) -> None:
        """Send to another service (转号)."""
        calling = self._calling
        self._with_ticket(lambda session, ticket: calling.transfer(session, ticket, service))

    def take_back(self, ticket: Ticket) -> None:
        """Go on with one that was put aside, or with one who was passed over and came."""
        session, calling = self.session, self._calling
        if session is None:
            return
        parked = ticket.state is TicketState.PARKED
        again = calling.take_back if parked else calling.call
        self._do(lambda: again(session, ticket))

    def person_is_here(self, identity: Identity | None) -> None:
        """Somebody has put a card down: of the person called, or of another."""
        session, calling, ticket = self.session, self._calling, self.in_hand
        if session is None or ticket is None or not self.awaited:
            return

        self._acts += 1

        def refused(error: HallError) -> None:
            self._acts += 1
            if isinstance(error, QueueRefused) and error.code == "queue.other_person":
                self.stranger = True
                self.said.emit(message(error.code, number=ticket.number))
                self.changed.emit()
            else:
                self._not_done(error)

        def started(now: Ticket) -> None:
            self._acts += 1
            self._put_in_hand(now)

        self._jobs.run(self, lambda: calling.start(session, ticket, identity), started, refused)

    def ticket_came(self, visit: HallVisit) -> None:
        """The code of a ticket was scanned: its person stands here.

        Whom this window has called has come; who was passed over or put aside is taken back, as
        the person is here now. Whoever waits goes on waiting: their turn is the hall's to give.
        """
        ticket = _due(visit)
        if ticket is None:
            self.said.emit(message("code.ticket_over"))
            return
        held = self.in_hand
        if held is not None and held.id == ticket.id:
            if self.awaited:
                self.person_is_here(None)
            self.said.emit(notice(tr("{number} 在本窗口办理", number=ticket.number)))
        elif ticket.in_hand:
            what = tr("{number} 已叫到 {window} 号窗口", number=ticket.number, window=ticket.window)
            self.said.emit(Message(what, tr("请办事人到那个窗口。"), "info"))
        elif ticket.state in (TicketState.PASSED, TicketState.PARKED) and self.is_open:
            if held is not None:
                self.said.emit(message("queue.in_hand"))
            else:
                self.take_back(ticket)
        else:
            what = tr("{number} 还在等候", number=ticket.number)
            ahead = tr("前面 {count} 人,请等候叫号。", count=visit.ahead)
            self.said.emit(Message(what, ahead, "info"))

    # -- within ------------------------------------------------------------------------------------

    def _with_ticket(self, act: Callable[[Session, Ticket], object]) -> None:
        session, ticket = self.session, self.in_hand
        if session is not None and ticket is not None:
            self._do(lambda: act(session, ticket))

    def _do(self, work: Callable[[], object]) -> None:
        """One thing at a time; then how the window stands."""
        if self.busy:
            return
        self.busy = True
        self._acts += 1
        self.stranger = False
        self.changed.emit()

        def done(answer: object) -> None:
            self.busy = False
            self._acts += 1
            if isinstance(answer, Ticket) and answer.in_hand:
                self._put_in_hand(answer)
            self.changed.emit()
            self.look()

        def failed(error: HallError) -> None:
            self.busy = False
            self._acts += 1
            self._not_done(error)
            self.look()

        self._jobs.run(self, work, done, failed)

    def _put_in_hand(self, ticket: Ticket) -> None:
        """Show it at once; the rest of the window's state follows."""
        if self.bench is not None:
            self.bench = replace(self.bench, in_hand=ticket)
            self.stranger = False
            self.changed.emit()

    def _stands(self, bench: Workbench | None) -> None:
        if bench != self.bench:
            self.bench = bench
            self.changed.emit()

    def _not_done(self, error: HallError) -> None:
        self.changed.emit()
        self.said.emit(message_of(error))

    def _unheard(self, error: HallError) -> None:
        """The page says by itself that the platform cannot be reached."""
        if isinstance(error, PlatformUnreachable):
            self.live = False
            self.changed.emit()


_OVER = frozenset({TicketState.FINISHED, TicketState.VOID})
_WANTED = (TicketState.CALLED, TicketState.SERVING, TicketState.PARKED, TicketState.PASSED)


def _due(visit: HallVisit) -> Ticket | None:
    """The number of a visit that matters now; None when all are over."""
    for wanted in _WANTED:
        for ticket in visit.tickets:
            if ticket.state is wanted:
                return ticket
    return next((one for one in visit.tickets if one.state not in _OVER), None)
