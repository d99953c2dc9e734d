"""A table that is read and moved in by keys; Enter opens what a cell stands for."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from ui import theme

Lines = tuple[tuple[str, ...], ...]


class Fit(Enum):
    """Which columns take the room there is."""

    FIRST = 1
    EVEN = 2
    CONTENT = 3


class Table(QTableWidget):
    """Texts in lines. Signals: `chosen(line, column)` on Enter or double click.

    The first `words` columns are words and stand left, the others are figures and stand right.
    `empty` is said where there are no lines; it may be set later.
    """

    chosen = Signal(int, int)

    def __init__(
        self,
        name: str,
        words: int = 1,
        *,
        fit: Fit = Fit.FIRST,
        empty: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.empty = empty
        self._words = words
        self._fit = fit
        self.setAccessibleName(name)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        self.verticalHeader().setDefaultSectionSize(theme.sized(15).pixelSize() * 2)
        c = theme.colours()
        self.setStyleSheet(
            f"QTableWidget {{ background: {c.card}; border: 0; outline: 0; }}"
            f"QTableWidget:focus {{ border: 1px solid {c.accent}; }}"
            f"QHeaderView {{ background: {c.card}; border: 0; }}"
            f"QHeaderView::section {{ background: {c.card}; color: {c.soft}; border: 0;"
            f" border-bottom: 1px solid {c.line}; padding: 3px 6px; }}"
            f"QTableWidget::item {{ border-bottom: 1px solid {c.line}; padding: 0 6px; }}"
            f"QTableWidget::item:selected {{ background: {c.accent_soft}; color: {c.ink}; }}"
        )
        self.cellDoubleClicked.connect(self.chosen)

    def set_head(self, names: tuple[str, ...], explained: tuple[str, ...] = ()) -> None:
        """Name the columns; `explained` are their definitions."""
        if self.head() != names:
            self.setColumnCount(len(names))
            self.setHorizontalHeaderLabels(list(names))
            header, modes = self.horizontalHeader(), QHeaderView.ResizeMode
            even = self._fit is Fit.EVEN
            header.setSectionResizeMode(modes.Stretch if even else modes.ResizeToContents)
            header.setMinimumSectionSize(48)
            if self._fit is Fit.FIRST:
                header.setSectionResizeMode(0, modes.Stretch)
        for column in range(len(names)):
            item = self.horizontalHeaderItem(column)
            if item is None:
                continue
            item.setTextAlignment(self._side(column))
            item.setToolTip(explained[column] if column < len(explained) else "")

    def head(self) -> tuple[str, ...]:
        """The names of the columns."""
        items = (self.horizontalHeaderItem(column) for column in range(self.columnCount()))
        return tuple(item.text() for item in items if item is not None)

    def show_lines(self, lines: Lines) -> None:
        """Replace the lines; what is the same stays as it is, and so does the place."""
        if self.rowCount() != len(lines):
            self.setRowCount(len(lines))
        for number, line in enumerate(lines):
            for column, text in enumerate(line):
                item = self.item(number, column)
                if item is None:
                    item = QTableWidgetItem()
                    item.setTextAlignment(self._side(column))
                    self.setItem(number, column, item)
                if item.text() != text:
                    item.setText(text)
        if lines and self.currentRow() < 0:
            self.setCurrentCell(0, 0)

    def lines(self) -> Lines:
        """What is shown."""
        return tuple(
            tuple(
                item.text() if (item := self.item(number, column)) is not None else ""
                for column in range(self.columnCount())
            )
            for number in range(self.rowCount())
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.empty and self.rowCount() == 0:
            painter = QPainter(self.viewport())
            painter.setPen(theme.colour("soft"))
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, self.empty)
            painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentRow() >= 0:
            self.chosen.emit(self.currentRow(), self.currentColumn())
            return
        super().keyPressEvent(event)

    def _side(self, column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignLeft if column < self._words else Qt.AlignmentFlag.AlignRight
        return side | Qt.AlignmentFlag.AlignVCenter
