"""One figure in large type; pressing it opens the rows behind it."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from ui import theme


class Tile(QPushButton):
    """A title, the figure, and a line beneath. `figure` is the id of what it shows.

    Signals: `focused(figure)`.
    """

    focused = Signal(str)

    def __init__(self, figure: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.figure = figure
        self.title = title
        self.value = ""
        self.detail = ""
        self.setFixedHeight(round(84 * theme.sized(15).pixelSize() / 15))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(title)

    def show_figure(self, value: str, detail: str, explained: str) -> None:
        """Change what it says; `explained` is its definition."""
        if (value, detail, explained) == (self.value, self.detail, self.toolTip()):
            return
        self.value, self.detail = value, detail
        self.setToolTip(explained)
        self.setAccessibleName(" ".join(one for one in (self.title, value, detail) if one))
        self.setAccessibleDescription(explained)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit(self.figure)

    def sizeHint(self) -> QSize:
        return QSize(150, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        marked = self.hasFocus() or self.underMouse()
        painter.setPen(QPen(QColor(c.accent if marked else c.line), 2 if self.hasFocus() else 1))
        painter.setBrush(QColor(c.card))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        inner = self.rect().adjusted(14, 8, -10, -8)
        third = inner.height() // 4
        top = inner.adjusted(0, 0, 0, -3 * third)
        middle = inner.adjusted(0, third, 0, -third)
        bottom = inner.adjusted(0, 3 * third, 0, 0)
        for area, font, ink, text in (
            (top, theme.sized(13), c.soft, self.title),
            (middle, theme.sized(25, bold=True), c.ink, self.value),
            (bottom, theme.sized(12), c.soft, self.detail),
        ):
            _write(painter, area, _fitting(font, text, area.width()), QColor(ink), text)
        painter.end()


def _fitting(font: QFont, text: str, width: int) -> QFont:
    """The font, smaller where the text would not fit."""
    while font.pixelSize() > theme.sized(12).pixelSize():
        if QFontMetrics(font).horizontalAdvance(text) <= width:
            break
        font.setPixelSize(font.pixelSize() - 1)
    return font


def _write(painter: QPainter, area: QRect, font: QFont, ink: QColor, text: str) -> None:
    painter.setFont(font)
    painter.setPen(ink)
    elided = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, elided)
