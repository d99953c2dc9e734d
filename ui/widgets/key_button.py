"""A button that shows its key: the word left, the key right, as on every button of the counter."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QShortcut,
)
from PySide6.QtWidgets import QPushButton, QWidget

from ui import theme
from ui.words import tr


class KeyButton(QPushButton):
    """A push button with its key printed on it. The key works from anywhere in the window.

    `note` is a short soft text between word and key, such as "还差 1 份材料". A `small` one stands
    in a row with others.
    """

    def __init__(
        self,
        word: str,
        key: str = "",
        *,
        main: bool = False,
        small: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._margin = 7 if small else 13
        self._word = word
        self._note = ""
        self._main = main
        self._key = key
        self.setAccessibleName(word)
        self.setAccessibleDescription(tr("按键 {key}", key=key) if key else "")
        self.setFixedHeight(52 if main else 34 if small else 42)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        if key and key not in ("Enter", "Esc"):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(self.press)

    def press(self) -> None:
        """What the key does: as a click, and nothing while the button is off or hidden."""
        if self.isEnabled() and self.isVisible():
            self.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.click()

    def set_word(self, word: str) -> None:
        """Change the word."""
        if word != self._word:
            self._word = word
            self.setAccessibleName(word)
            self.update()

    def set_note(self, note: str) -> None:
        """Change the note beside the word."""
        if note != self._note:
            self._note = note
            self.setAccessibleDescription(
                tr("，").join(
                    filter(None, (note, tr("按键 {key}", key=self._key) if self._key else ""))
                )
            )
            self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._word_font())
        small = QFontMetrics(theme.sized(12))
        width = 2 * self._margin + metrics.horizontalAdvance(self._word)
        if self._key:
            width += 20 + small.horizontalAdvance(self._key)
        if self._note:
            width += 16 + small.horizontalAdvance(self._note)
        return QSize(width, self.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground, line, ink = self._colours()
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setBrush(QColor(ground))
        painter.setPen(QPen(QColor(line), 1))
        painter.drawRoundedRect(box, 5, 5)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(c.on_accent if self._main else c.accent), 2))
            inset = 4 if self._main else 1
            painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), 4, 4)
        self._paint_words(painter, ink)
        painter.end()

    def _colours(self) -> tuple[str, str, str]:
        c = theme.colours()
        if not self.isEnabled():
            return c.off, c.off, c.off_ink
        if self._main:
            return c.accent, c.accent, c.on_accent
        ground = c.accent_soft if self.underMouse() or self.isDown() else c.card
        return ground, c.field_line, c.ink

    def _word_font(self) -> QFont:
        return theme.sized(17 if self._main else 15, bold=self._main)

    def _paint_words(self, painter: QPainter, ink: str) -> None:
        c = theme.colours()
        inner = self.rect().adjusted(self._margin, 0, -self._margin, 0)
        small = theme.sized(12)
        if self._key:
            width = QFontMetrics(small).horizontalAdvance(self._key) + 12
            chip = QRect(inner.right() - width + 1, inner.center().y() - 10, width, 21)
            painter.setFont(small)
            painter.setPen(QPen(QColor(ink if self._main else c.line), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush if self._main else QColor(c.ground))
            painter.drawRoundedRect(QRectF(chip), 3, 3)
            painter.setPen(QColor(ink if self._main or not self.isEnabled() else c.soft))
            painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, self._key)
            inner.setRight(chip.left() - 8)
        font = self._word_font()
        painter.setFont(font)
        painter.setPen(QColor(ink))
        metrics = QFontMetrics(font)
        word = metrics.elidedText(self._word, Qt.TextElideMode.ElideRight, inner.width())
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(inner, middle | Qt.AlignmentFlag.AlignLeft, word)
        if self._note:
            painter.setFont(theme.sized(13))
            painter.drawText(inner, middle | Qt.AlignmentFlag.AlignRight, self._note)
