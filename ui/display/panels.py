"""The parts of the display's page. Each paints itself, and says the same in words."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QWidget

from ui import theme
from ui.words import tr

if TYPE_CHECKING:
    from counter_app.domain.ticket import Call, ServiceQueue

EMPHASIS_MS = 8000  # one change there, one back: nothing that flickers (WCAG 2.3.1)
PAGE_MS = 8000
ROWS = 4  # rows share the room there is; fewer than these do not grow
MOST_ROWS = 6
_SMALLEST = 0.72  # a text too long shrinks to this, then ends in …

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter


def window_words(call: Call) -> str:
    """The window as people look for it: the number over it, else its name."""
    from counter_app.domain.board import window_number

    number = window_number(call.window)
    return call.window_name if number is None else tr("{number} 号窗口", number=number)


class Panel(QWidget):
    """A part of the page; `unit` is the size of a pixel of the page's picture."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.unit = 1.0

    @property
    def words(self) -> str:
        """What it says, for who cannot see it."""
        return self.accessibleName()

    def say(self, *parts: str) -> None:
        """Keep the words in step with what is painted next; nothing where nothing changed."""
        words = " ".join(part for part in parts if part)
        if words != self.words:
            self.setAccessibleName(words)
            self.update()

    def text(
        self,
        painter: QPainter,
        box: QRectF,
        text: str,
        pixels: float,
        colour: str,
        *,
        align: Qt.AlignmentFlag = _LEFT,
        bold: bool = False,
        lines: int = 1,
    ) -> None:
        """A text that stays in its box: it shrinks a little, takes its lines, then ends in …"""
        font = QFont(QApplication.font())
        if bold and theme.bold_covers(text):
            font.setWeight(QFont.Weight.DemiBold)
        font.setPixelSize(max(1, round(pixels * self.unit)))
        needed = QFontMetricsF(font).horizontalAdvance(text)
        if needed > box.width() > 0:
            shrunk = box.width() / needed
            if shrunk >= _SMALLEST:
                lines = 1
            shrunk = max(shrunk, _SMALLEST / lines)
            font.setPixelSize(max(1, int(pixels * self.unit * shrunk)))
            room = box.width() * (lines - 0.3 * (lines > 1))  # a line may end before its end
            text = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, room)
        else:
            lines = 1
        painter.setFont(font)
        painter.setPen(QColor(colour))
        flow = Qt.TextFlag.TextSingleLine if lines == 1 else Qt.TextFlag.TextWrapAnywhere
        painter.drawText(box, align | flow, text)

    def begun(self) -> QPainter:
        """A painter for this panel."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        return painter

    def ground(self, painter: QPainter, colour: str, radius: float) -> None:
        """Fill the panel."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawRoundedRect(QRectF(self.rect()), radius * self.unit, radius * self.unit)


class HeadPanel(Panel):
    """Whose hall it is, the date and the time."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._hall = self._day = self._time = ""

    def show_hall(self, name: str) -> None:
        """The hall's name."""
        self._hall = name
        self.say(self._hall, self._day, self._time)

    def show_time(self, day: str, time: str) -> None:
        """The date with its weekday, the time."""
        self._day, self._time = day, time
        self.say(self._hall, self._day, self._time)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.colours()
        painter, whole = self.begun(), QRectF(self.rect())
        time = 180 * self.unit
        date = 440 * self.unit
        self.text(painter, whole.adjusted(0, 0, -time - date, 0), self._hall, 50, c.ink, bold=True)
        self.text(painter, whole.adjusted(0, 0, -time, 0), self._day, 38, c.soft, align=_RIGHT)
        self.text(painter, whole, self._time, 58, c.ink, align=_RIGHT, bold=True)
        painter.end()


class NowPanel(Panel):
    """The newest call: number → window. Signal: `painted_call(Call)`, once for each."""

    painted_call = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._call: Call | None = None
        self._painted: Call | None = None
        self._ticket = ""
        self._calm = QTimer(self, interval=EMPHASIS_MS, singleShot=True)
        self._calm.timeout.connect(self.update)
        self.say(tr("暂时没有叫号"))

    @property
    def emphasised(self) -> bool:
        """Whether the call shown is a new one."""
        return (
            self._calm.isActive() and self._call is not None and self._call.ticket == self._ticket
        )

    def show_call(self, call: Call | None) -> None:
        """The newest call, None where nobody was called today."""
        if call == self._call:
            return
        self._call = call
        if call is None:
            self.say(tr("暂时没有叫号"))
        else:
            self.say(self._please(call), call.number, tr("到"), window_words(call))
        self.update()

    def emphasise(self, ticket: str) -> None:
        """That ticket was called a moment ago; nothing where another has taken its place."""
        if self._call is None or self._call.ticket != ticket:
            return
        self._ticket = ticket
        self._calm.start()
        self.update()

    def _please(self, call: Call) -> str:
        """请 李*, and that it is not the first time."""
        again = tr("第 {count} 次呼叫", count=call.call) if call.call > 1 else ""
        return "  ".join(part for part in (tr("请"), call.name, again) if part)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.colours()
        painter, call = self.begun(), self._call
        new = self.emphasised
        calm = c.bar_chip if c is theme.DARK else c.bar  # to stand out from the ground
        self.ground(painter, c.bar_warn if new else calm, 14)
        ink, strong = (c.bar, c.bar) if new else (c.on_bar, c.bar_warn)
        edge = 64 * self.unit
        box = QRectF(self.rect()).adjusted(edge, 0, -edge, 0)
        if call is None:
            self.text(painter, box, self.words, 72, ink, align=_CENTRE)
            painter.end()
            return
        bottom = box.height() * 0.28
        left = QRectF(box.left(), 0, box.width() * 0.40, box.height())
        right = QRectF(box.right() - box.width() * 0.50, 0, box.width() * 0.50, box.height())
        high = box.height()
        please = QRectF(left.left(), 30 * self.unit, left.width(), high * 0.30)
        to = QRectF(right.left(), 30 * self.unit, right.width(), high * 0.30)
        self.text(painter, please, self._please(call), 48, ink)
        self.text(painter, to, tr("到"), 48, ink, align=_RIGHT)
        self.text(painter, left.adjusted(0, bottom, 0, 0), call.number, 176, strong, bold=True)
        self.text(
            painter,
            right.adjusted(0, bottom, 0, 0),
            window_words(call),
            148,
            strong,
            align=_RIGHT,
            bold=True,
            lines=2,
        )
        self._arrow(painter, left.right() + box.width() * 0.05, high / 2 + bottom / 2, ink)
        painter.end()
        if call != self._painted:
            self._painted = call
            self.painted_call.emit(call)

    def _arrow(self, painter: QPainter, x: float, y: float, colour: str) -> None:
        """Drawn, as no font has one of the strength of these numbers."""
        length, head = 92 * self.unit, 26 * self.unit
        pen = QPen(QColor(colour), max(2.0, 9 * self.unit))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        left, right = x - length / 2, x + length / 2
        for start in ((left, y), (right - head, y - head), (right - head, y + head)):
            painter.drawLine(round(start[0]), round(start[1]), round(right), round(y))


class RowsPanel(Panel):
    """A heading and rows under it."""

    def rows(self, painter: QPainter, heading: str, count: int) -> list[QRectF]:
        """Paint the heading and the rules; the boxes of the rows."""
        c = theme.colours()
        head = 54 * self.unit
        whole = QRectF(self.rect())
        self.text(painter, QRectF(0, 0, whole.width(), head), heading, 36, c.soft)
        high = (whole.height() - head) / max(ROWS, count)
        boxes = [QRectF(0, head + row * high, whole.width(), high) for row in range(count)]
        painter.setPen(QPen(QColor(c.line), max(1.0, 1.5 * self.unit)))
        for box in boxes:
            painter.drawLine(box.bottomLeft(), box.bottomRight())
        return boxes


class CallsPanel(RowsPanel):
    """The calls before the newest."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._calls: Sequence[Call] = ()
        self._new: dict[str, QTimer] = {}

    def show_calls(self, calls: Sequence[Call]) -> None:
        """The calls, newest first."""
        self._calls = calls
        lines = [f"{one.number} {one.name} {window_words(one)}" for one in calls]
        self.say(tr("刚才呼叫"), *lines)

    def emphasise(self, ticket: str) -> None:
        """That ticket was called a moment ago; it may have had to make room for another."""

        def calm() -> None:
            timer = self._new.pop(ticket, None)
            if timer is not None:
                timer.deleteLater()
            self.update()

        if ticket not in self._new:
            self._new[ticket] = QTimer(self, interval=EMPHASIS_MS, singleShot=True)
            self._new[ticket].timeout.connect(calm)
        self._new[ticket].start()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.colours()
        painter = self.begun()
        boxes = self.rows(painter, tr("刚才呼叫"), len(self._calls))
        for call, box in zip(self._calls, boxes, strict=True):
            if call.ticket in self._new:
                painter.fillRect(box.adjusted(0, 0, 0, -2), QColor(c.warn_soft))
            inner = box.adjusted(10 * self.unit, 0, -10 * self.unit, 0)
            third = inner.width() * 0.28
            middle = inner.adjusted(third, 0, -inner.width() * 0.44, 0)
            place = inner.adjusted(inner.width() * 0.56, 0, 0, 0)
            number = QRectF(inner.left(), inner.top(), third, inner.height())
            self.text(painter, number, call.number, 52, c.ink, bold=True)
            self.text(painter, middle, call.name, 46, c.ink, align=_CENTRE)
            self.text(painter, place, window_words(call), 52, c.ink, align=_RIGHT)
        painter.end()


class WaitingPanel(RowsPanel):
    """How many wait for each service; more than there is room for take turns."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._services: Sequence[ServiceQueue] = ()
        self._page = 0
        self._turn = QTimer(self, interval=PAGE_MS)
        self._turn.timeout.connect(self.turn)

    @property
    def pages(self) -> int:
        """How many pages take turns."""
        return max(1, ceil(len(self._services) / MOST_ROWS))

    def show_services(self, services: Sequence[ServiceQueue]) -> None:
        """Each service with how many wait for it."""
        self._services = services
        self._page %= self.pages
        if self.pages == 1:
            self._turn.stop()
        elif not self._turn.isActive():
            self._turn.start()
        lines = [f"{one.name} {self._people(one)}" for one in services]
        self.say(tr("等候"), *lines)

    def turn(self) -> None:
        """The next page."""
        self._page = (self._page + 1) % self.pages
        self.update()

    def shown(self) -> Sequence[ServiceQueue]:
        """The services of the page shown; pages are as even as they can be."""
        each = ceil(len(self._services) / self.pages)
        return self._services[self._page * each : (self._page + 1) * each]

    def _people(self, one: ServiceQueue) -> str:
        return tr("{count} 人", count=one.waiting)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.colours()
        painter, services = self.begun(), self.shown()
        heading = tr("等候")
        if self.pages > 1:
            heading += f"  {self._page + 1}/{self.pages}"
        boxes = self.rows(painter, heading, len(services))
        for one, box in zip(services, boxes, strict=True):
            inner = box.adjusted(10 * self.unit, 0, -10 * self.unit, 0)
            count = 150 * self.unit
            self.text(painter, inner.adjusted(0, 0, -count, 0), one.name, 44, c.ink)
            self.text(painter, inner, self._people(one), 46, c.ink, align=_RIGHT, bold=True)
        painter.end()


class FootPanel(Panel):
    """What to do when one was passed over; what is wrong with the display, if anything is."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._trouble = ""
        self._heard = True
        self._show()

    def show_trouble(self, trouble: str) -> None:
        """What is wrong; "" for nothing."""
        self._trouble = trouble
        self._show()

    def show_voice(self, can_be_heard: bool) -> None:
        """Whether calls are spoken."""
        self._heard = can_be_heard
        self._show()

    def _show(self) -> None:
        self.say(self._left(), self._right())

    def _left(self) -> str:
        return self._trouble or tr("过号后请到取号机或窗口报到,重新排队。")

    def _right(self) -> str:
        return "" if self._heard else tr("语音不可用")

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.colours()
        painter = self.begun()
        self.ground(painter, c.warn_soft if self._trouble else c.card, 10)
        box = QRectF(self.rect()).adjusted(28 * self.unit, 0, -28 * self.unit, 0)
        aside = 240 * self.unit if self._right() else 0.0
        self.text(
            painter,
            box.adjusted(0, 0, -aside, 0),
            self._left(),
            38,
            c.warn if self._trouble else c.soft,
            bold=bool(self._trouble),
        )
        self.text(painter, box, self._right(), 38, c.warn, align=_RIGHT, bold=True)
        painter.end()
