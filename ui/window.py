"""What every face's window has: it says when it was painted first and when it is closed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import QMainWindow

from counter_app.errors import HallError


class FaceWindow(QMainWindow):
    """A face's window. Signals: `painted` (once, after the first paint), `closed`."""

    painted = Signal()
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._was_painted = False

    def fail(self, error: HallError) -> None:
        """What stands behind the face could not be built: say so where a person looks."""
        raise NotImplementedError

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            self.painted.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()
        super().closeEvent(event)
