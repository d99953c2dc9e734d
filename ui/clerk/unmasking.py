"""Showing name and number in full for a minute (显示全部), after the reason is in the audit."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from counter_app.domain.session import Session
from counter_app.errors import HallError
from counter_app.services.reception import Reception
from ui.jobs import Jobs, Lane

_REVEAL_MS = 60_000


class Unmasking(QObject):
    """Masked until a reason was given, and again a minute later.

    Signals: `changed`, `failed(HallError)`.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, reception: Reception, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reception = reception
        self._jobs = jobs
        self.revealed = False
        self._person = 0
        self._mask_again = QTimer(self)
        self._mask_again.setSingleShot(True)
        self._mask_again.setInterval(_REVEAL_MS)
        self._mask_again.timeout.connect(self.conceal)

    def reveal(self, session: Session, reason: str) -> None:
        """Show in full, once the reason is in the audit."""
        reception, person = self._reception, self._person

        def audited(_: None) -> None:
            if person == self._person:  # the reason was given for whoever has left meanwhile
                self.revealed = True
                self._mask_again.start()
                self.changed.emit()

        def not_audited(error: HallError) -> None:
            self.failed.emit(error)

        self._jobs.run(
            self, lambda: reception.reveal(session, reason), audited, not_audited, Lane.DESK
        )

    def conceal(self) -> None:
        """Mask again."""
        if self.revealed:
            self.revealed = False
            self.changed.emit()

    def next_person(self) -> None:
        """The visit is over: masked, whatever was asked for before."""
        self._person += 1
        self.revealed = False
        self._mask_again.stop()
