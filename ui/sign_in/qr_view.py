"""A QR code on the screen: black on white in either theme, whole pixels, with its quiet zone."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

_QUIET = 4  # modules (ISO/IEC 18004)
_SIDE = 198  # three pixels a module for what an enrolment is


class QrView(QWidget):
    """Shows a text as QR code, or nothing."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._rows: tuple[bytes, ...] = ()

    def show_text(self, text: str) -> None:
        """Show that text; "" forgets the one before."""
        if text:
            import segno  # not before it is wanted

            matrix = segno.make(text, error="m", micro=False).matrix
            self._rows = tuple(bytes(row) for row in matrix)
        else:
            self._rows = ()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_SIDE, _SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if not self._rows:
            return
        painter = QPainter(self)
        modules = len(self._rows) + 2 * _QUIET
        side = max(1, min(self.width(), self.height()) // modules)
        left = (self.width() - side * modules) // 2
        top = (self.height() - side * modules) // 2
        painter.fillRect(left, top, side * modules, side * modules, Qt.GlobalColor.white)
        for y, row in enumerate(self._rows, _QUIET):
            for x, module in enumerate(row, _QUIET):
                if module:
                    painter.fillRect(
                        left + x * side, top + y * side, side, side, QColor(Qt.GlobalColor.black)
                    )
        painter.end()
