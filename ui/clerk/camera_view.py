"""What the camera sees, small, over a corner of the page; codes it has found are outlined."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from counter_app.ports import CameraPicture
from ui import theme
from ui.words import tr

_WIDTH = 320
_LINE_PX = 3
_MARGIN = 12


class CameraView(QWidget):
    """Shows the newest picture; hidden, it holds none. It takes neither focus nor clicks."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._outlines: tuple[tuple[tuple[float, float], ...], ...] = ()
        self._words = tr("摄像头还没有图像")
        self.setAccessibleName(tr("摄像头图像"))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.resize(self.sizeHint())
        self.hide()

    @property
    def image(self) -> QImage:
        """The picture as it is shown; null where there is none."""
        return self._image

    @property
    def outlines(self) -> tuple[tuple[tuple[float, float], ...], ...]:
        """The codes outlined in it, in fractions of its width and height."""
        return self._outlines

    def show_picture(self, picture: CameraPicture) -> None:
        """The newest picture."""
        kind = QImage.Format.Format_BGR888
        shown = QImage(picture.pixels, picture.width, picture.height, picture.width * 3, kind)
        changed = shown.size() != self._image.size()
        self._image = shown.copy()  # its bytes are Python's
        self._outlines = picture.outlines
        if changed:
            self._fit()
        self.update()

    def say(self, words: str) -> None:
        """Words in place of a picture."""
        self._words = words
        self.forget()

    def forget(self) -> None:
        """Keep no picture."""
        self._image = QImage()
        self._outlines = ()
        self.update()

    def place(self, room: QRectF) -> None:
        """Stand in the lower left corner of that room."""
        self.move(round(room.left()) + _MARGIN, round(room.bottom()) - self.height() - _MARGIN)

    def sizeHint(self) -> QSize:
        if self._image.isNull():
            return QSize(_WIDTH, _WIDTH * 9 // 16)
        return QSize(_WIDTH, max(1, self._image.height() * _WIDTH // self._image.width()))

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.colours()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(c.bar))
        if self._image.isNull():
            painter.setPen(QColor(c.on_bar))
            painter.setFont(theme.sized(13))
            centred = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(12, 12, -12, -12), centred, self._words)
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self.rect(), self._image)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw_outlines(painter)
        painter.setPen(QPen(QColor(c.accent), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.end()

    def _draw_outlines(self, painter: QPainter) -> None:
        """Light within dark, so that it is seen on any paper."""
        for colour, width in (("#000000", _LINE_PX + 2), ("#35e07a", _LINE_PX)):
            pen = QPen(QColor(colour), width)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for outline in self._outlines:
                corners = [QPointF(x * self.width(), y * self.height()) for x, y in outline]
                painter.drawPolygon(QPolygonF(corners))

    def _fit(self) -> None:
        """The height of the picture; the lower edge stays where it is."""
        bottom = self.geometry().bottom()
        self.resize(self.sizeHint())
        self.move(self.x(), bottom - self.height() + 1)
