"""The paper as it comes out of the printer, beside the page."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from ui import theme
from ui.words import tr


class _Sheet(QWidget):
    """One page, as wide as there is room."""

    def __init__(self) -> None:
        super().__init__()
        self.picture = QImage()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if not self.picture.isNull():
            painter.fillRect(self.rect(), Qt.GlobalColor.white)
            painter.drawImage(self.rect(), self.picture)
            painter.setPen(theme.colour("line"))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()


class PaperView(QScrollArea):
    """Shows a page; arrow keys scroll it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sheet = _Sheet()
        self.setWidget(self._sheet)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.setAccessibleName(tr("文书预览"))

    def show_page(self, picture: QImage) -> None:
        """Show this picture of a page."""
        self._sheet.picture = picture
        self._fit()
        self._sheet.update()

    def forget(self) -> None:
        """Keep nothing of the paper."""
        self._sheet.picture = QImage()
        self._sheet.resize(1, 1)

    def resizeEvent(self, event: object) -> None:
        from PySide6.QtGui import QResizeEvent

        assert isinstance(event, QResizeEvent)
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        picture = self._sheet.picture
        if picture.isNull():
            return
        width = min(self.viewport().width(), 720)
        self._sheet.resize(width, round(width * picture.height() / picture.width()))
