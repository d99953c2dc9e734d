"""Arrivals and finishes through the day, a pair of bars each quarter of an hour.

Full bars are arrivals, hatched ones finishes, so that the two differ without colour too. Left and
Right move along the day and say the numbers; the same stands as a table behind the chart.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from counter_app.domain.figures import QuarterHour
from ui import theme
from ui.words import tr

_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 8, 30, 24
_FEWEST = 16  # places of an axis, so that the first bars of a day are no walls
_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000)
_LINES = 4


class CourseChart(QWidget):
    """The course of a day; `place` is the quarter that is read out, -1 for none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.course: tuple[QuarterHour, ...] = ()
        self.place = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(320, 150)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("今天的来与办"))

    def show_course(self, course: tuple[QuarterHour, ...]) -> None:
        """Show another course."""
        if course != self.course:
            self.course = course
            self.place = min(self.place, len(course) - 1)
            self._moved()

    def read_out(self) -> str:
        """The quarter at the place, in words."""
        if not 0 <= self.place < len(self.course):
            return ""
        one = self.course[self.place]
        return tr(
            "{begins}　到达 {taken}　办结 {finished}",
            begins=one.begins,
            taken=one.taken,
            finished=one.finished,
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self.course) - 1
        wanted = {
            Qt.Key.Key_Right: min(self.place + 1, last),
            Qt.Key.Key_Left: max(self.place - 1, 0) if last >= 0 else -1,
            Qt.Key.Key_Home: min(0, last),
            Qt.Key.Key_End: last,
        }.get(Qt.Key(event.key()))
        if wanted is None:
            super().keyPressEvent(event)
            return
        self.place = wanted
        self._moved()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = int((event.position().x() - _LEFT) / self._pitch())
        if 0 <= place < len(self.course):
            self.place = place
            self._moved()

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.colours()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(c.card))
        self._paint_legend(painter)
        plot = QRectF(self.rect()).adjusted(_LEFT, _TOP, -_RIGHT, -_BOTTOM)
        step = self._step()
        self._paint_axis(painter, plot, step)
        for number, one in enumerate(self.course):
            self._paint_pair(painter, plot, number, one, plot.height() / (step * _LINES))
        if not self.course:
            painter.setPen(QColor(c.soft))
            painter.setFont(theme.sized(15))
            text = tr("今天还没有人取号")
            room = painter.fontMetrics().boundingRect(text).adjusted(-12, -4, 12, 4)
            room.moveCenter(plot.center().toPoint())
            painter.fillRect(room, QColor(c.card))  # no line of the axis goes through it
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(c.accent), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _moved(self) -> None:
        self.setAccessibleDescription(self.read_out())
        self.update()

    def _pitch(self) -> float:
        return (self.width() - _LEFT - _RIGHT) / max(_FEWEST, len(self.course))

    def _step(self) -> int:
        """Between two lines of the axis."""
        most = max((max(one.taken, one.finished) for one in self.course), default=0)
        return next((step for step in _STEPS if step * _LINES >= most), -(-most // _LINES))

    def _paint_legend(self, painter: QPainter) -> None:
        c = theme.colours()
        painter.setFont(theme.sized(13))
        left = float(_LEFT)
        for brush, text in (
            (QBrush(QColor(c.accent)), tr("到达")),
            (_hatched(), tr("办结")),
        ):
            box = QRectF(left, 7, 14, 14)
            painter.setPen(QPen(QColor(c.accent), 1))
            painter.setBrush(brush)
            painter.drawRect(box)
            painter.setPen(QColor(c.ink))
            painter.drawText(QPointF(left + 20, 19), text)
            left += 34 + painter.fontMetrics().horizontalAdvance(text)
        painter.setPen(QColor(c.ink))
        end = QRectF(left, 4, self.width() - left - _RIGHT, 20)
        painter.drawText(end, Qt.AlignmentFlag.AlignRight, self.read_out())

    def _paint_axis(self, painter: QPainter, plot: QRectF, step: int) -> None:
        c = theme.colours()
        painter.setFont(theme.sized(12))
        for line in range(_LINES + 1):
            y = plot.bottom() - plot.height() * line / _LINES
            painter.setPen(QPen(QColor(c.field_line if line == 0 else c.line), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(QColor(c.soft))
            where = QRectF(0, y - 9, _LEFT - 8, 18)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(where, flags, str(step * line))
        room = painter.fontMetrics().horizontalAdvance("00:00") + 12
        every = max(1, -(-room // max(1, round(self._pitch()))))
        for number, one in enumerate(self.course):
            if number % every == 0:
                x = plot.left() + number * self._pitch()
                painter.drawText(QPointF(x, plot.bottom() + 17), one.begins)

    def _paint_pair(
        self, painter: QPainter, plot: QRectF, number: int, one: QuarterHour, unit: float
    ) -> None:
        c = theme.colours()
        pitch = self._pitch()
        width = max(2.0, pitch * 0.36)
        left = plot.left() + number * pitch + pitch * 0.1
        if number == self.place:
            painter.fillRect(
                QRectF(plot.left() + number * pitch, plot.top(), pitch, plot.height()),
                QColor(c.accent_soft),
            )
        painter.setPen(QPen(QColor(c.accent), 1))
        for place, (count, brush) in enumerate(
            ((one.taken, QBrush(QColor(c.accent))), (one.finished, _hatched()))
        ):
            if count:
                painter.setBrush(brush)
                height = count * unit
                x = left + place * (width + 1)
                painter.drawRect(QRectF(x, plot.bottom() - height, width, height))


def _hatched() -> QBrush:
    return QBrush(theme.colour("accent"), Qt.BrushStyle.BDiagPattern)
