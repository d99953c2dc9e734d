"""Locks the window when nobody has touched it for some minutes (MLPS level 3: idle time-out)."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

_TOUCHES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    }
)


class IdleLock(QObject):
    """Counts from the last key, click or move of the mouse. Signals: `expired`."""

    expired = Signal()

    def __init__(self, minutes: float, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(round(minutes * 60_000))
        self._timer.timeout.connect(self.expired)

    def start(self) -> None:
        """Watch from now on."""
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]  # there is one
        self._timer.start()

    def stop(self) -> None:
        """Nobody is signed in; there is nothing to lock."""
        self._timer.stop()
        QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]  # there is one

    def touched(self) -> None:
        """Somebody is there: a card or a code counts like a key."""
        if self._timer.isActive():
            self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _TOUCHES:
            self.touched()
        return False
