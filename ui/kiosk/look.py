"""The kiosk's look: large, few colours, 7:1 (WCAG 1.4.6); elder mode is half as large again.

Sizes are those of a screen of 1080 dots across its short side. Another screen shows all of it in
proportion, down to the smallest text and target that may be.
"""

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
_TARGET = 104  # 20 mm on a 21.5 inch screen of 1080 dots across, with some to spare
_SMALLEST_TARGET = 80  # 20 mm on a 15.6 inch screen of 768
_ACROSS = 1080
_LEAST, _MOST = 0.7, 2.0

_LINE = 1.45  # of a text's height: from one line to the next

_screen = 1.0
_lies = False
_size = 1.0
_by_key = False


def choose_screen(width: int, height: int) -> bool:
    """Fit what is built from now on to a screen; whether that is another one than before."""
    global _screen, _lies  # noqa: PLW0603 - one kiosk a process
    before = (_screen, _lies)
    _screen = min(_MOST, max(_LEAST, min(width, height) / _ACROSS))
    _lies = width > height
    return (_screen, _lies) != before


def choose_size(factor: float) -> None:
    """Make the texts that are built from now on that much larger, and what holds them."""
    global _size  # noqa: PLW0603 - one kiosk a process
    _size = factor


def show_focus(*, by_key: bool) -> None:
    """Whether the focus is shown: to who uses keys; a finger sees where it is."""
    global _by_key  # noqa: PLW0603 - one kiosk a process
    _by_key = by_key


def is_large() -> bool:
    """Whether texts are of elder mode."""
    return _size > 1


def px(pixels: float) -> int:
    """The height of a text in the size now in use."""
    return round(max(SMALLEST_TEXT, pixels * _screen) * _size)


def dots(pixels: float) -> int:
    """A distance: of the screen's size, and the same for large texts."""
    return round(pixels * _screen)


def target() -> int:
    """What a finger needs, across and down."""
    return max(_SMALLEST_TARGET, dots(_TARGET))


def gap() -> int:
    """Between one thing and the next."""
    return dots(24)


def margins(across: int, down: int) -> tuple[int, int, int, int]:
    """Room around what lies on a ground of its own."""
    return dots(across), dots(down), dots(across), dots(down)


def key_gap() -> int:
    """Between keys: so that eight of 20 mm fit on a standing screen."""
    return dots(12)


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
        super().__init__()
        self._pixels, self._bold = pixels, bold
        self.setText(text)
        self.setWordWrap(True)
        self.setStyleSheet(f"color: {colour}; background: transparent;")
        self.setTextFormat(Qt.TextFormat.PlainText)
        if middle:
            self.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def setText(self, text: str) -> None:
        self.setFont(_font(self._pixels, text, bold=self._bold))
        super().setText(text)


class BigButton(QPushButton):
    """A touch target: a word, a softer line below it. A `main` one is what most people want."""

    def __init__(
        self, word: str, note: str = "", *, main: bool = False, pixels: int = 32, low: bool = False
    ) -> None:
        super().__init__()
        self._word, self._note, self._main, self._pixels = word, note, main, pixels
        self.setAccessibleName(word)
        self.setAccessibleDescription(note)
        self.setMinimumSize(target(), max(target(), self._height()))
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
        """Room for word and note; on a standing screen for two lines of a word in elder mode."""
        lines = px(self._pixels) + (px(SMALLEST_TEXT) if self._note else 0)
        second = px(SMALLEST_TEXT) if is_large() and not (self._note or _lies) else 0
        return round((lines + second) * _LINE) + dots(28)

    def sizeHint(self) -> QSize:
        return QSize(
            max(target(), QFontMetrics(self._font()).horizontalAdvance(self._word) + dots(40)),
            max(target(), self._height()),
        )

    def minimumSizeHint(self) -> QSize:
        return QSize(target(), max(target(), self._height()))

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
        if self.hasFocus() and _by_key:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(ink), 3))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(8, 8, -8, -8), 8, 8)
        inner = self.rect().adjusted(6, 8, -6, -8)
        wrap = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        note = painter_height = 0
        if self._note:
            painter.setFont(_font(SMALLEST_TEXT, self._note))
            painter_height = painter.boundingRect(inner, int(wrap), self._note).height()
            note = painter_height + dots(8)
        painter.setPen(QColor(ink))
        room = inner.adjusted(0, 0, 0, -note)
        font = self._font()
        painter.setFont(font)
        word = painter.boundingRect(room, int(wrap), self._word)
        while font.pixelSize() > SMALLEST_TEXT and not room.contains(word):
            font.setPixelSize(max(SMALLEST_TEXT, font.pixelSize() - 4))
            painter.setFont(font)
            word = painter.boundingRect(room, int(wrap), self._word)
        top = inner.center().y() - (word.height() + note) // 2
        word.moveTop(top)
        word.setLeft(inner.left())
        word.setRight(inner.right())
        painter.drawText(word, int(wrap), self._word)
        if self._note:
            painter.setFont(_font(SMALLEST_TEXT, self._note))
            painter.setPen(QColor(soft))
            below = inner.adjusted(0, 0, 0, 0)
            below.setTop(word.bottom() + dots(8))
            below.setHeight(painter_height + 4)
            painter.drawText(below, int(wrap), self._note)
        painter.end()

    def _font(self) -> QFont:
        return _font(self._pixels, self._word, bold=self._main or self._pixels > 32)

    def _colours(self) -> tuple[str, str, str, str]:
        if not self.isEnabled():
            return OFF_GROUND, OFF_GROUND, OFF_INK, OFF_INK
        if self._main or self.isChecked():
            return ACCENT, ACCENT, ON_ACCENT, ON_ACCENT
        return (PANEL if self.isDown() else GROUND), LINE, INK, SOFT


def _font(pixels: float, text: str, *, bold: bool = False) -> QFont:
    """A font that has every character of the text: a place may have a rare one in its name."""
    theme.cover(text)
    font = theme.sized(15, bold=bold and theme.bold_covers(text))
    font.setPixelSize(px(pixels))
    return font


def panel(widget: QWidget, ground: str) -> None:
    """Give a widget a ground of its own."""
    widget.setObjectName("kioskPanel")
    widget.setStyleSheet(f"QWidget#kioskPanel {{ background: {ground}; border-radius: 14px; }}")
