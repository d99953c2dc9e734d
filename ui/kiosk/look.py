"""The kiosk's look: large, few colours, 7:1 (WCAG 1.4.6); elder mode is half as large again."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QWidget

from ui import theme

INK = "#1a2330"
SOFT = "#3d4856"
ACCENT = "#184c9b"
ON_ACCENT = "#ffffff"
GROUND = "#ffffff"
PANEL = "#e8f0fb"
LINE = "#8c9aab"
WARN_GROUND, WARN_INK = "#fdf3df", "#5c3a00"
OFF_GROUND, OFF_INK = "#e6ebf1", "#414b57"

ELDER = 1.5
SMALLEST_TEXT = 24
TARGET = 104  # 20 mm on a 21.5 inch screen of 1080 dots across, with some to spare

_size = 1.0


def choose_size(factor: float) -> None:
    """Make what is built from now on that much larger."""
    global _size  # noqa: PLW0603 - one kiosk a process
    _size = factor


def px(pixels: float) -> int:
    """Pixels in the size now in use."""
    return round(pixels * _size)


class Text(QLabel):
    """A text that wraps and is never smaller than may be."""

    def __init__(
        self,
        text: str = "",
        pixels: int = 30,
        *,
        bold: bool = False,
        colour: str = INK,
        middle: bool = False,
    ) -> None:
        super().__init__(text)
        self.setFont(_font(pixels, bold=bold))
        self.setWordWrap(True)
        self.setStyleSheet(f"color: {colour}; background: transparent;")
        self.setTextFormat(Qt.TextFormat.PlainText)
        if middle:
            self.setAlignment(Qt.AlignmentFlag.AlignCenter)


class BigButton(QPushButton):
    """A touch target: a word, a softer line below it. A `main` one is what most people want."""

    def __init__(
        self, word: str, note: str = "", *, main: bool = False, pixels: int = 32, low: bool = False
    ) -> None:
        super().__init__()
        self._word, self._note, self._main, self._pixels = word, note, main, pixels
        self.setAccessibleName(word)
        self.setAccessibleDescription(note)
        self.setMinimumSize(TARGET, max(TARGET, self._height()))
        tall = QSizePolicy.Policy.Fixed if low else QSizePolicy.Policy.Expanding
        self.setSizePolicy(QSizePolicy.Policy.Expanding, tall)

    @property
    def word(self) -> str:
        """The word."""
        return self._word

    def set_word(self, word: str) -> None:
        """Change the word."""
        self._word = word
        self.setAccessibleName(word)
        self.update()

    def set_note(self, note: str) -> None:
        """Change the line below the word."""
        self._note = note
        self.setAccessibleDescription(note)
        self.update()

    def _height(self) -> int:
        """Room for word and note, or for two lines of a word in elder mode."""
        return px(self._pixels * 1.6) + (px(44) if self._note else px(24)) + 20

    def sizeHint(self) -> QSize:
        return QSize(
            max(TARGET, QFontMetrics(_font(self._pixels)).horizontalAdvance(self._word) + 40),
            max(TARGET, self._height()),
        )

    def minimumSizeHint(self) -> QSize:
        return QSize(TARGET, max(TARGET, self._height()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground, line, ink, soft = self._colours()
        painter.setBrush(QColor(ground))
        painter.setPen(QPen(QColor(line), 3))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), 12, 12)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(ink), 3))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(8, 8, -8, -8), 8, 8)
        inner = self.rect().adjusted(14, 10, -14, -10)
        wrap = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        bold = self._main or self._pixels > 32
        note = painter_height = 0
        if self._note:
            painter.setFont(_font(SMALLEST_TEXT))
            painter_height = painter.boundingRect(inner, int(wrap), self._note).height()
            note = painter_height + px(8)
        painter.setPen(QColor(ink))
        painter.setFont(_font(self._pixels, bold=bold))
        word = painter.boundingRect(inner.adjusted(0, 0, 0, -note), int(wrap), self._word)
        top = inner.center().y() - (word.height() + note) // 2
        word.moveTop(top)
        word.setLeft(inner.left())
        word.setRight(inner.right())
        painter.drawText(word, int(wrap), self._word)
        if self._note:
            painter.setFont(_font(SMALLEST_TEXT))
            painter.setPen(QColor(soft))
            below = inner.adjusted(0, 0, 0, 0)
            below.setTop(word.bottom() + px(8))
            below.setHeight(painter_height + 4)
            painter.drawText(below, int(wrap), self._note)
        painter.end()

    def _colours(self) -> tuple[str, str, str, str]:
        if not self.isEnabled():
            return OFF_GROUND, OFF_GROUND, OFF_INK, OFF_INK
        if self._main or self.isChecked():
            return ACCENT, ACCENT, ON_ACCENT, ON_ACCENT
        return (PANEL if self.isDown() else GROUND), LINE, INK, SOFT


def _font(pixels: float, *, bold: bool = False) -> QFont:
    font = theme.sized(15, bold=bold)
    font.setPixelSize(max(SMALLEST_TEXT, px(pixels)))
    return font


def panel(widget: QWidget, ground: str) -> None:
    """Give a widget a ground of its own."""
    widget.setObjectName("kioskPanel")
    widget.setStyleSheet(f"QWidget#kioskPanel {{ background: {ground}; border-radius: 14px; }}")
