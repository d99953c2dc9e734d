"""A card on its way to the reader, beside the words that ask for it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ui.kiosk import look

_WIDE, _HIGH = 200, 176
_CARD = QRectF(4, 54, 192, 118)
_PORTRAIT = QRectF(24, 76, 46, 52)
_LINES = ((84, 82, 76), (84, 104, 76), (84, 126, 50))  # left, top, length
_ARROW = (QPointF(100, 4), QPointF(100, 38))
_HEAD = (QPointF(86, 26), QPointF(100, 40), QPointF(114, 26))


class CardPicture(QWidget):
    """The picture; it says nothing that the words do not."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(look.dots(_WIDE), look.dots(_HIGH))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self.width() / _WIDE, self.height() / _HIGH)
        accent, pale = QColor(look.ACCENT), QColor(look.ACCENT)
        pale.setAlpha(90)
        round_line = Qt.PenCapStyle.RoundCap
        painter.setPen(QPen(accent, 6, Qt.PenStyle.SolidLine, round_line))
        painter.drawLine(*_ARROW)
        painter.drawPolyline(_HEAD)
        painter.setBrush(QColor(look.GROUND))
        painter.drawRoundedRect(_CARD, 12, 12)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(pale)
        painter.drawRect(_PORTRAIT)
        for left, top, length in _LINES:
            painter.drawRect(QRectF(left, top, length, 8))
        painter.end()
