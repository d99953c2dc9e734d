"""A list of two-line rows: a mark, a title with a tag, a line beneath, a badge or hint at the end.

Pre-applications, licences, cases, items and materials are all such rows. One view, one delegate,
so that forty licences cost no more widgets than four; what a row says is also its accessible text.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui import theme
from ui.words import tr

_Index = QModelIndex | QPersistentModelIndex

ROW = Qt.ItemDataRole.UserRole


class Mark(Enum):
    """The sign before a row; shape and word carry the meaning, colour only helps."""

    NONE = ""
    MET = "✓"
    WANTED = "!"
    MISSING = "○"


@dataclass(frozen=True, slots=True)
class Row:
    """What one row shows. `tag_kind` is ok, info, warn or bad; `key` is what the row stands for."""

    key: str
    title: str
    detail: str = ""
    tag: str = ""
    tag_kind: str = "info"
    badge: str = ""
    badge_kind: str = "ok"
    hint: str = ""
    mark: Mark = Mark.NONE
    detail_kind: str = ""
    usable: bool = True

    @property
    def spoken(self) -> str:
        """The row as one sentence, for a screen reader."""
        sign = {"✓": tr("已满足"), "!": tr("待核验"), "○": tr("还没有"), "": ""}[self.mark.value]
        parts = (sign, self.title, self.tag, self.detail, self.badge, self.hint)
        return ",".join(part for part in parts if part)


class RowModel(QAbstractListModel):
    """The rows of a list."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[Row, ...] = ()

    def show(self, rows: tuple[Row, ...]) -> None:
        """Replace all rows; nothing happens when they are the same."""
        if rows == self.rows:
            return
        if [row.key for row in rows] == [row.key for row in self.rows]:
            self.rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == ROW:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.spoken
        return None


class RowDelegate(QStyledItemDelegate):
    """Paints a row."""

    HEIGHT = 64

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        scale = theme.sized(15).pixelSize() / 15
        return QSize(100, round(self.HEIGHT * max(1.0, scale)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row = index.data(ROW)
        if not isinstance(row, Row):
            return
        c = theme.colours()
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(c.accent_soft))
            if state & QStyle.StateFlag.State_HasFocus:
                painter.setPen(QPen(QColor(c.accent), 2))
                painter.drawRect(area.adjusted(1, 1, -1, -2))
        painter.setPen(QPen(QColor(c.line), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        inner = area.adjusted(12, 9, -12, -9)
        if row.mark is not Mark.NONE:
            self._paint_mark(painter, inner, row.mark)
            inner.setLeft(inner.left() + 32)
        inner.setRight(self._paint_end(painter, inner, row))
        self._paint_text(painter, inner, row)
        painter.restore()

    def _paint_mark(self, painter: QPainter, inner: QRect, mark: Mark) -> None:
        c = theme.colours()
        circle = QRectF(inner.left(), inner.top() + 1, 20, 20)
        if mark is Mark.MET:
            painter.setBrush(QColor(c.ok))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(circle)
            painter.setPen(QColor(c.card))
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(c.warn), 2))
            painter.drawEllipse(circle.adjusted(1, 1, -1, -1))
        if mark is not Mark.MISSING:
            painter.setFont(theme.sized(13, bold=True))
            painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, mark.value)

    def _paint_end(self, painter: QPainter, inner: QRect, row: Row) -> int:
        """Badge and hint at the right; where the text must end."""
        right = inner.right()
        for text, kind in ((row.badge, row.badge_kind), (row.hint, "info" if row.usable else "")):
            if text:
                right = self._paint_tag(painter, right, inner, text, kind, from_right=True) - 10
        return right

    def _paint_text(self, painter: QPainter, inner: QRect, row: Row) -> None:
        c = theme.colours()
        top = QRect(inner.left(), inner.top() - 1, inner.width(), inner.height() // 2 + 1)
        bottom = QRect(inner.left(), inner.center().y() + 1, inner.width(), inner.height() // 2)
        bold = theme.sized(15, bold=row.mark is Mark.NONE)
        metrics = QFontMetrics(bold)
        tag_width = QFontMetrics(theme.sized(12)).horizontalAdvance(row.tag) + 24 if row.tag else 0
        title = metrics.elidedText(
            row.title, Qt.TextElideMode.ElideRight, max(40, top.width() - tag_width)
        )
        painter.setFont(bold)
        painter.setPen(QColor(c.ink if row.usable else c.soft))
        painter.drawText(top, Qt.AlignmentFlag.AlignVCenter, title)
        if row.tag:
            left = top.left() + metrics.horizontalAdvance(title) + 10
            self._paint_tag(painter, left, top, row.tag, row.tag_kind, from_right=False)
        small = theme.sized(13)
        painter.setFont(small)
        painter.setPen(theme.colour(row.detail_kind or "soft"))
        detail = QFontMetrics(small).elidedText(
            row.detail, Qt.TextElideMode.ElideRight, bottom.width()
        )
        painter.drawText(bottom, Qt.AlignmentFlag.AlignVCenter, detail)

    def _paint_tag(
        self, painter: QPainter, edge: int, line: QRect, text: str, kind: str, *, from_right: bool
    ) -> int:
        """A small coloured word; returns its left edge."""
        small = theme.sized(12)
        width = QFontMetrics(small).horizontalAdvance(text) + 14
        left = edge - width if from_right else edge
        box = QRect(left, line.center().y() - 10, width, 20)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour({"info": "accent_soft", "": "off"}.get(kind, f"{kind}_soft")))
        painter.drawRoundedRect(QRectF(box), 3, 3)
        painter.setFont(small)
        painter.setPen(theme.colour({"info": "accent", "": "off_ink"}.get(kind, kind)))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        return left


class RowList(QListView):
    """The view. Signals: `chosen(key)` on Enter or double click, `selected(key)` on moving."""

    chosen = Signal(str)
    selected = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._when_empty = ""
        self._rows = RowModel(self)
        self.setModel(self._rows)
        self.setItemDelegate(RowDelegate(self))
        self.setAccessibleName(name)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.doubleClicked.connect(self._choose_current)
        self.selectionModel().currentChanged.connect(self._tell_selected)

    def show_rows(self, rows: tuple[Row, ...]) -> None:
        """Replace the rows; the selected one stays selected if it is still there."""
        key = self.selected_key()
        self._rows.show(rows)
        if key:
            self.select(key)

    def say_when_empty(self, text: str) -> None:
        """What stands in the list's place while it has no rows."""
        if text != self._when_empty:
            self._when_empty = text
            self.setAccessibleDescription(text)
            self.viewport().update()

    def rows(self) -> tuple[Row, ...]:
        """What is shown."""
        return self._rows.rows

    def selected_key(self) -> str:
        """The key of the selected row, or ""."""
        index = self.currentIndex()
        if not index.isValid() or index.row() >= len(self._rows.rows):
            return ""
        return self._rows.rows[index.row()].key

    def select(self, key: str) -> None:
        """Select the row of that key, if there is one."""
        for number, row in enumerate(self._rows.rows):
            if row.key == key:
                self.setCurrentIndex(self._rows.index(number))
                return

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._rows.rows or not self._when_empty:
            return
        painter = QPainter(self.viewport())
        painter.setFont(theme.sized(13))
        painter.setPen(theme.colour("soft"))
        room = self.viewport().rect().adjusted(0, 12, 0, 0)
        flags = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
        painter.drawText(room, int(flags), self._when_empty)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose_current()
            return
        super().keyPressEvent(event)

    def _choose_current(self) -> None:
        key = self.selected_key()
        if key:
            self.chosen.emit(key)

    def _tell_selected(self) -> None:
        self.selected.emit(self.selected_key())
