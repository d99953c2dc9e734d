"""One device in the status bar: a dot, its name, its state in words; pressing says what to do."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QWidget

from ui import theme


class StateChip(QPushButton):
    """A flat button showing a state; `kind` is ok, warn or bad, told by shape as well as colour."""

    def __init__(self, name: str, *, on_bar: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._on_bar = on_bar
        self._state = ""
        self._kind = "ok"
        self.setFlat(True)
        self.setFixedHeight(30)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(name)

    def show_state(self, state: str, kind: str) -> None:
        """Change what it says."""
        if (state, kind) == (self._state, self._kind):
            return
        self._state, self._kind = state, kind
        self.setAccessibleName(f"{self._name} {state}")
        self.updateGeometry()
        self.update()

    @property
    def kind(self) -> str:
        """ok, warn or bad."""
        return self._kind

    @property
    def words(self) -> str:
        """What it says."""
        return f"{self._name} {self._state}"

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(self._font()).horizontalAdvance(self.words) + 34, 30)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        dot, ink = self._colours()
        if self.hasFocus() or self.underMouse():
            painter.setPen(QPen(QColor(c.on_bar if self._on_bar else c.accent), 1.5))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        middle = self.height() / 2
        painter.setBrush(QColor(dot))
        painter.setPen(Qt.PenStyle.NoPen)
        if self._kind == "ok":
            painter.drawEllipse(QRectF(9, middle - 4, 8, 8))
        else:
            painter.drawRect(QRectF(9, middle - 4, 8, 8))
        painter.setFont(self._font())
        painter.setPen(QColor(ink))
        painter.drawText(
            self.rect().adjusted(24, 0, -6, 0), Qt.AlignmentFlag.AlignVCenter, self.words
        )
        painter.end()

    def _font(self) -> QFont:
        return theme.sized(15 if self._on_bar else 13)

    def _colours(self) -> tuple[str, str]:
        """Of the dot and of the words."""
        c = theme.colours()
        if self._on_bar:
            dot = c.bar_ok if self._kind == "ok" else c.bar_warn
            return dot, c.on_bar if self._kind == "ok" else c.bar_warn
        kind: str = getattr(c, self._kind)
        return kind, c.soft if self._kind == "ok" else kind
