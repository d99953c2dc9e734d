"""What waits for a person (待办): refused acts and papers that did not come out, one by one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from counter_app.domain.session import Session
from counter_app.errors import HallError
from counter_app.services.matters import Matter, Matters
from ui.clerk.accepted_cases import AcceptedCases
from ui.clerk.surroundings import Surroundings
from ui.jobs import Jobs, Lane
from ui.messages import message_of


class OpenMatters(QObject):
    """The list, and what is done about each.

    Between two looks only their number is kept. Signals: `counted`, `changed` (the list), `done`
    (something was dealt with), `print_again(str)` (case id), `said(Message)`.
    """

    counted = Signal()
    changed = Signal()
    done = Signal()
    print_again = Signal(str)
    said = Signal(object)

    def __init__(self, matters: Matters, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._matters = matters
        self._jobs = jobs
        self.count = 0
        self.open: tuple[Matter, ...] = ()

    def follow(self, surroundings: Surroundings, cases: AcceptedCases) -> None:
        """Count again whenever there may be more or fewer."""
        surroundings.outbox_changed.connect(self.count_again)
        cases.paper_changed.connect(self.count_again)
        self.done.connect(surroundings.refresh_figures)

    def count_again(self, *_: object) -> None:
        """Find out how many there are now."""
        self._jobs.run(self, self._matters.count, self._counted, self._failed, Lane.DESK)

    def look(self) -> None:
        """Read again what there is."""

        def found(matters: tuple[Matter, ...]) -> None:
            self.open = matters
            self._counted(len(matters))
            self.changed.emit()

        self._jobs.run(self, self._matters.open, found, self._failed, Lane.DESK)

    def forget(self) -> None:
        """Nobody looks any more."""
        self.open = ()
        self.changed.emit()

    def again(self, matter: Matter, session: Session) -> None:
        """Send the act or print the paper once more."""
        if matter.act is None:
            self.print_again.emit(matter.case.id)
            self.done.emit()
            return
        matters = self._matters
        self._do(lambda: matters.send_again(matter, session))

    def settle(self, matter: Matter, reason: str, session: Session) -> None:
        """It was dealt with as the reason says."""
        matters = self._matters
        self._do(lambda: matters.settle(matter, reason, session))

    def _do(self, work: Callable[[], None]) -> None:
        def done(_: None) -> None:
            self.done.emit()
            self.look()

        self._jobs.run(self, work, done, self._failed, Lane.DESK)

    def _counted(self, count: int) -> None:
        if count != self.count:
            self.count = count
            self.counted.emit()

    def _failed(self, error: HallError) -> None:
        self.said.emit(message_of(error))
