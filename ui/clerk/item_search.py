"""Looking for items by name, pinyin initials or code while the clerk types."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from counter_app.domain.item import ItemSummary
from counter_app.errors import HallError
from counter_app.services.reception import Reception
from ui.jobs import Jobs


class ItemSearch(QObject):
    """Answers the last question only. Signals: `found(tuple)`, `failed(HallError)`."""

    found = Signal(object)
    failed = Signal(object)

    def __init__(self, reception: Reception, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reception = reception
        self._jobs = jobs
        self._number = 0

    def look_for(self, query: str) -> None:
        """Ask the platform, or what is kept here when it is away."""
        reception = self._reception
        self._number += 1
        number = self._number

        def found(items: tuple[ItemSummary, ...]) -> None:
            if number == self._number:  # answers may overtake each other
                self.found.emit(items)

        def not_found(error: HallError) -> None:
            self.failed.emit(error)

        self._jobs.run(self, lambda: reception.search_items(query), found, not_found)
