"""The act of acceptance (受理) at the clerk's page: on disk first, then told, sent and printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from counter_app.domain.case import CaseRecord, PaperRecord
from counter_app.domain.deadlines import DueDate
from counter_app.domain.item import CaseType
from counter_app.domain.session import Session
from counter_app.domain.visit import Visit, VisitState
from counter_app.errors import HallError
from counter_app.services.acceptance import Acceptance
from ui.clerk.accepted_cases import AcceptedCases
from ui.clerk.surroundings import Surroundings
from ui.jobs import Jobs, Lane
from ui.messages import Message, message, message_of, notice
from ui.words import tr

if TYPE_CHECKING:
    from ui.clerk.model import ClerkModel

_SLOW_MS = 80


class AcceptanceModel(QObject):
    """Accepts the visit in hand, and knows how its case and paper stand while it is on the page.

    `paper` is the notice of the case in hand, `refusal` the platform's no to it; both None before.
    Signals: `changed`, `accepted(CaseRecord)` (the case of the visit in hand is on disk),
    `case_changed(CaseRecord)` (what the platform told of the case in hand),
    `paper_changed(PaperRecord)`, `notice_ready(bytes)` (the paper in hand as PDF), `said(Message)`.
    """

    changed = Signal()
    accepted = Signal(object)
    case_changed = Signal(object)
    paper_changed = Signal(object)
    notice_ready = Signal(object)
    said = Signal(object)

    def __init__(
        self,
        acceptance: Acceptance,
        jobs: Jobs,
        surroundings: Surroundings,
        cases: AcceptedCases,
        model: ClerkModel,
    ) -> None:
        super().__init__(model)
        self._acceptance = acceptance
        self._jobs = jobs
        self._surroundings = surroundings
        self._cases = cases
        self._model = model
        self._saving: Visit | None = None
        self.paper: PaperRecord | None = None
        self.refusal: Message | None = None
        # Usually the act is done before a person could read "saving".
        self._slow = QTimer(self, interval=_SLOW_MS, singleShot=True)
        self._slow.timeout.connect(self.changed)
        self._connect()

    @property
    def under_way(self) -> bool:
        """Whether the visit in hand is being accepted just now."""
        return self._saving is not None

    def due(self) -> DueDate | None:
        """By when the case would be due if it were accepted now; None for an item done at once."""
        taken_up = self._model.visit.taken_up
        if taken_up is None or taken_up.item.case_type is CaseType.IMMEDIATE:
            return None
        return self._acceptance.due(taken_up.item, self._model.now)

    def rehearse(self) -> None:
        """Make the notice of the item just put on the desk, and throw it away.

        What cannot be printed is said before anybody is promised it, and when it counts the press
        has just made one like it.
        """
        session, visit, acceptance = self._model.session, self._model.visit, self._acceptance
        if session is None or visit.state is not VisitState.HANDLING:
            return

        def not_made(error: HallError) -> None:
            on_desk = self._model.visit.taken_up is visit.taken_up
            if on_desk and error.code == "paper.will_not_print":
                self.said.emit(message_of(error))

        self._cases.rehearse(lambda: acceptance.rehearsal(visit, session), not_made)

    def accept(self) -> None:
        """Accept the case (受理)."""
        session, visit = self._model.session, self._model.visit
        if session is None or self.under_way or visit.state is not VisitState.HANDLING:
            return
        if not self._model.checklist().complete:
            self.said.emit(message("visit.material_missing"))
            return
        acceptance, cases = self._acceptance, self._cases
        online = self._model.devices.online
        self._saving = visit
        self._slow.start()

        self._jobs.run(
            self,
            lambda: acceptance.accept(visit, session, online=online, paper_known=cases.make_ahead),
            lambda case: self._is_kept(case, session, visit),
            lambda error: self._is_not_kept(error, visit),
            Lane.DESK,
        )

    def leave(self) -> None:
        """The visit is over: nothing of it stays here."""
        self._saving = self.paper = self.refusal = None
        self._slow.stop()
        self._cases.wait_no_longer()  # the paper is owed to whoever leaves before the receipt

    def print_notice(self, case_id: str) -> None:
        """Make the 受理通知书, show it, print it. A second time it says 补打."""
        session = self._model.session
        if session is not None:
            self._cases.print_notice(case_id, session)

    # -- what came of it -------------------------------------------------------------------------

    def _is_kept(self, case: CaseRecord, session: Session, visit: Visit) -> None:
        """On disk. Sending and printing begin first, then the page changes."""
        here = self._saving is visit  # else the window was locked or left meanwhile
        self._cases.add(case, session, await_receipt=here and self._model.devices.online)
        if here:
            self._saved()
            self.accepted.emit(case)
        self._cases.show(case.id)
        self.said.emit(notice(tr("已受理 {number}", number=case.shown_number)))
        self._surroundings.refresh_figures()

    def _is_not_kept(self, error: HallError, visit: Visit) -> None:
        self._cases.not_accepted()
        if self._saving is visit:
            self._saved()
            self.changed.emit()
        self.said.emit(message_of(error))

    def _saved(self) -> None:
        self._saving = None
        self._slow.stop()

    # -- what follows it -------------------------------------------------------------------------

    def _is_here(self, case_id: str) -> bool:
        case = self._model.visit.case
        return case is not None and case.id == case_id

    def _told(self, fresh: CaseRecord) -> None:
        if self._is_here(fresh.id):
            self.case_changed.emit(fresh)

    def _refused(self, case_id: str, said: Message) -> None:
        if self._is_here(case_id):
            self.refusal = said
        self.said.emit(said)

    def _paper_noted(self, record: PaperRecord) -> None:
        if self._is_here(record.case):
            self.paper = record
        self.paper_changed.emit(record)

    def _paper_made(self, case_id: str, pdf: bytes) -> None:
        if self._is_here(case_id):
            self.notice_ready.emit(pdf)

    def _delivered(self) -> None:
        case = self._model.visit.case
        if case is not None and case.receipt is None:
            self._cases.reload(case.id)

    def _connect(self) -> None:
        self._surroundings.delivered.connect(self._delivered)
        self._cases.case_changed.connect(self._told)
        self._cases.refused.connect(self._refused)
        self._cases.paper_changed.connect(self._paper_noted)
        self._cases.paper_made.connect(self._paper_made)
