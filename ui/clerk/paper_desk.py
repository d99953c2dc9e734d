"""Making, printing and following the papers of cases, for the clerk's page."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from counter_app.domain.case import FINAL_PAPER_STATES, PaperRecord, PaperState
from counter_app.domain.papers import AcceptanceNotice
from counter_app.domain.session import Session
from counter_app.errors import HallError
from counter_app.services.papers import Papers, Pressed
from ui.jobs import Jobs, Lane, ignored
from ui.messages import message_of

_FOLLOW_MS = 250


class PaperDesk(QObject):
    """Prints papers one at a time and follows each until its outcome is final.

    Signals: `changed(PaperRecord)`, `made_ahead(str, bytes)` and `made(str, bytes)` (case id and
    PDF for the preview; the second comes where another than the first is printed), `failed(str)`
    (case id; what went wrong was said by `said(Message)`).
    """

    changed = Signal(object)
    made = Signal(str, object)
    made_ahead = Signal(str, object)
    failed = Signal(str)
    said = Signal(object)

    def __init__(self, papers: Papers, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._papers = papers
        self._jobs = jobs
        self._printing: set[str] = set()
        self._ahead: dict[str, Pressed] = {}  # touched in the paper lane alone
        self._accepted = ""  # the case whose paper made ahead may be shown
        self._early: tuple[str, bytes] | None = None  # made before its case was on disk
        self._followed: tuple[PaperRecord, ...] = ()
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_FOLLOW_MS)
        self._again.timeout.connect(self._ask)

    def rehearse(
        self, notice: Callable[[], AcceptanceNotice], failed: Callable[[HallError], None]
    ) -> None:
        """Make that 受理通知书 and throw it away; `failed(error)` where it cannot be made."""
        papers = self._papers
        self._jobs.run(self, lambda: papers.rehearse(notice()), ignored, failed, Lane.PAPER)

    def make_ahead(self, case_id: str, notice: AcceptanceNotice) -> None:
        """Make the 受理通知书 of a case that is on its way to the disk. Any thread may call.

        It is shown and kept for `print_notice` once `accepted` is called, and dropped by
        `not_accepted`.
        """
        papers, ahead = self._papers, self._ahead

        def make() -> bytes:
            ahead[case_id] = papers.pressed_of(notice)
            return ahead[case_id].pdf

        def made(pdf: bytes) -> None:
            if case_id == self._accepted:
                self.made_ahead.emit(case_id, pdf)
            else:
                self._early = (case_id, pdf)

        # What goes wrong here goes wrong again when it is printed, and is said then.
        self._jobs.run(self, make, made, ignored, Lane.PAPER)

    def accepted(self, case_id: str) -> None:
        """The case is on disk: its paper is shown, now or when it is made."""
        self._accepted = case_id
        early, self._early = self._early, None
        if early is not None and early[0] == case_id:
            self.made_ahead.emit(*early)

    def not_accepted(self) -> None:
        """The case made ahead for did not come to the disk: there is no such paper."""
        self._accepted = ""

        def forgotten(_: None) -> None:
            self._early = None

        # In the lane in which it is made, so after it was made.
        self._jobs.run(self, self._ahead.clear, forgotten, ignored, Lane.PAPER)

    def print_notice(self, case_id: str, session: Session) -> None:
        """Make the 受理通知书, hand it to the preview, print it; a second time it says 补打.

        One at a time a case.
        """
        if case_id in self._printing:
            return
        self._printing.add(case_id)
        papers, ahead = self._papers, self._ahead

        def press() -> tuple[bytes, bool]:
            earlier = ahead.pop(case_id, None)
            now = papers.pressed(case_id, earlier)
            return now.pdf, now is not earlier

        def pressed(answer: tuple[bytes, bool]) -> None:
            pdf, is_new = answer
            if is_new:
                self.made.emit(case_id, pdf)
            self._jobs.run(
                self,
                lambda: papers.print_notice(case_id, session.operator.id, session.window.code, pdf),
                sent,
                not_sent,
                Lane.PAPER,
            )

        def sent(record: PaperRecord) -> None:
            self._printing.discard(case_id)
            self._note(record)

        def not_sent(error: HallError) -> None:
            self._printing.discard(case_id)
            self.said.emit(message_of(error))
            self.failed.emit(case_id)

        self._jobs.run(self, press, pressed, not_sent, Lane.PAPER)

    def resume(self) -> None:
        """Follow what was on its way before a restart."""

        def found(records: tuple[PaperRecord, ...]) -> None:
            for record in records:
                if record.state is not PaperState.OWED:
                    self._note(record)

        self._jobs.run(
            self,
            self._papers.unfinished,
            found,
            lambda error: self.said.emit(message_of(error)),
            Lane.DESK,
        )

    def _note(self, record: PaperRecord) -> None:
        self.changed.emit(record)
        if record.state not in FINAL_PAPER_STATES:
            others = tuple(r for r in self._followed if r.case != record.case)
            self._followed = (*others, record)
            self._again.start()

    def _ask(self) -> None:
        followed, papers = self._followed, self._papers
        if not followed:
            return

        def asked(records: tuple[PaperRecord, ...]) -> None:
            self._followed = tuple(r for r in records if r.state not in FINAL_PAPER_STATES)
            for before, after in zip(followed, records, strict=True):
                if before != after:
                    self.changed.emit(after)
            if self._followed:
                self._again.start()

        def not_asked(error: HallError) -> None:
            self.said.emit(message_of(error))
            self._again.start()

        self._jobs.run(
            self,
            lambda: tuple(papers.follow(record) for record in followed),
            asked,
            not_asked,
            Lane.PAPER,
        )
