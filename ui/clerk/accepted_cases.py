"""What follows acceptance: the cases of this sign-in, sent, printed and followed to their end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal

from counter_app.domain.case import CaseRecord, PaperRecord, PaperState
from counter_app.domain.outgoing import OutgoingAct, OutgoingState
from counter_app.domain.papers import AcceptanceNotice
from counter_app.domain.session import Session
from counter_app.errors import HallError
from counter_app.ports import RECEIPT_WAIT
from ui.clerk.counter import Counter
from ui.clerk.paper_desk import PaperDesk
from ui.clerk.surroundings import Surroundings
from ui.jobs import Jobs, Lane
from ui.messages import message, message_of

_MOST = 50


@dataclass(frozen=True, slots=True)
class DoneToday:
    """A case accepted at this window since the sign-in, and its paper."""

    case: CaseRecord
    paper: PaperState


class AcceptedCases(QObject):
    """Sends each accepted case and prints its notice.

    With the platform there, printing waits for the receipt as long as a person would not notice.
    Signals: `changed` (the list), `case_changed(CaseRecord)` (what the platform told of it),
    `refused(str, Message)` (case id), `paper_changed(PaperRecord)`, `paper_made(str, bytes)` (case
    id and PDF), `platform_answered(str)` (a code), `said(Message)`.
    """

    changed = Signal()
    case_changed = Signal(object)
    refused = Signal(str, object)
    paper_changed = Signal(object)
    paper_made = Signal(str, object)
    platform_answered = Signal(str)
    said = Signal(object)

    def __init__(
        self,
        counter: Counter,
        jobs: Jobs,
        surroundings: Surroundings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._counter = counter
        self._jobs = jobs
        self._surroundings = surroundings
        self.done: tuple[DoneToday, ...] = ()
        self._awaited: tuple[CaseRecord, Session] | None = None  # its paper waits for the receipt
        self._receipt_wait = QTimer(self)
        self._receipt_wait.setSingleShot(True)
        self._receipt_wait.setInterval(int(RECEIPT_WAIT.total_seconds() * 1000))
        self._receipt_wait.timeout.connect(self.wait_no_longer)
        self._papers = PaperDesk(counter.papers, jobs, self)
        self._papers.changed.connect(self._paper_noted)
        self._papers.made.connect(self.paper_made)
        self._papers.made_ahead.connect(self.paper_made)
        self._papers.failed.connect(self._paper_failed)
        self._papers.said.connect(self.said)

    def begin(self) -> None:
        """A clerk has signed in: an empty list; papers on their way are followed on."""
        self.done = ()
        self.changed.emit()
        self._papers.resume()

    def rehearse(
        self, notice: Callable[[], AcceptanceNotice], failed: Callable[[HallError], None]
    ) -> None:
        """Make a notice and throw it away; `failed(PaperError)` where it cannot be made."""
        self._papers.rehearse(notice, failed)

    def make_ahead(self, case_id: str, notice: AcceptanceNotice) -> None:
        """Begin with the paper of a case on its way to the disk. Any thread may call."""
        self._papers.make_ahead(case_id, notice)

    def not_accepted(self) -> None:
        """It did not come to the disk."""
        self._papers.not_accepted()

    def show(self, case_id: str) -> None:
        """The case is on the page: so is its paper, now or when it is made; then the list."""
        self._papers.accepted(case_id)
        self.changed.emit()

    def add(self, case: CaseRecord, session: Session, *, await_receipt: bool) -> None:
        """A case is on disk: send it, and print its paper, with the receipt or at once."""
        if await_receipt:
            self._awaited = (case, session)
            self._receipt_wait.start()
            self._send(case)
        else:
            self._papers.print_notice(case.id, session)
        self.done = (DoneToday(case, PaperState.OWED), *self.done)[:_MOST]

    def wait_no_longer(self) -> None:
        """The receipt came, is late, or the applicant leaves: the paper is printed now."""
        awaited, self._awaited = self._awaited, None
        self._receipt_wait.stop()
        if awaited is not None:
            case, session = awaited
            self._papers.print_notice(case.id, session)

    def print_notice(self, case_id: str, session: Session) -> None:
        """Make the 受理通知书, show it, print it. A second time it says 补打."""
        self._papers.print_notice(case_id, session)

    def reload(self, case_id: str) -> None:
        """Read again what is known of a case."""
        papers = self._counter.papers

        def loaded(fresh: CaseRecord) -> None:
            self.done = tuple(
                replace(d, case=fresh) if d.case.id == fresh.id else d for d in self.done
            )
            self.changed.emit()
            self.case_changed.emit(fresh)

        self._jobs.run(self, lambda: papers.case(case_id), loaded, self._failed, Lane.DESK)

    def _send(self, case: CaseRecord) -> None:
        delivery = self._counter.delivery

        def sent(act: OutgoingAct) -> None:
            self._surroundings.refresh_figures()
            if self._awaited is not None and self._awaited[0].id == case.id:
                self.wait_no_longer()
            if act.state is OutgoingState.REFUSED:
                # The platform's clear no to an accepted case needs a person, and never vanishes.
                self.refused.emit(case.id, message(act.last_code, problem=act.problem))
            elif act.last_code:
                self.platform_answered.emit(act.last_code)
            self.reload(case.id)

        self._jobs.run(self, lambda: delivery.deliver_case(case.id), sent, self._failed)

    def _paper_noted(self, record: PaperRecord) -> None:
        self.done = tuple(
            replace(d, paper=record.state) if d.case.id == record.case else d for d in self.done
        )
        self.paper_changed.emit(record)
        self.changed.emit()
        self._surroundings.look_at_printer()

    def _paper_failed(self, case_id: str) -> None:
        papers = self._counter.papers
        self._jobs.run(
            self, lambda: papers.record(case_id), self._paper_noted, self._failed, Lane.DESK
        )

    def _failed(self, error: HallError) -> None:
        self.platform_answered.emit(error.code)
        self.said.emit(message_of(error))
