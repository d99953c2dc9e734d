"""The display's page: hall and clock, the newest call, the calls before it, who waits, the foot.

Everything grows with the screen, so that it is as readable on a wall as its picture: the newest
number is a sixth of the screen's height, and no text is under a thirtieth of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from ui import theme
from ui.display.panels import CallsPanel, FootPanel, HeadPanel, NowPanel, WaitingPanel
from ui.words import day, minute

if TYPE_CHECKING:
    from counter_app.domain.board import Board
    from counter_app.domain.ticket import Call

DRAWN_FOR = (1920, 1080)


class DisplayPage(QWidget):
    """Shows what it is given. Signal: `painted_call(Call)`, once a new call has been painted."""

    painted_call = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("ground")
        self.head = HeadPanel(self)
        self.now = NowPanel(self)
        self.calls = CallsPanel(self)
        self.waiting = WaitingPanel(self)
        self.foot = FootPanel(self)
        self.now.painted_call.connect(self.painted_call)

    def show_board(self, board: Board) -> None:
        """The calls and who waits."""
        texts = [board.hall_name, *(one.name for one in board.calls)]
        theme.cover("".join([*texts, *(one.name for one in board.waiting)]))
        self.head.show_hall(board.hall_name)
        self.now.show_call(board.calls[0] if board.calls else None)
        self.calls.show_calls(board.calls[1:])
        self.waiting.show_services(board.waiting)

    def emphasise(self, call: Call) -> None:
        """Let a new call be seen for some seconds, wherever it stands."""
        self.now.emphasise(call.ticket)
        self.calls.emphasise(call.ticket)

    def show_now(self, now: datetime) -> None:
        """The date and the time."""
        self.head.show_time(day(now.date()), minute(now))

    def show_trouble(self, trouble: str) -> None:
        """What is wrong, "" for nothing."""
        self.foot.show_trouble(trouble)

    def show_voice(self, can_be_heard: bool) -> None:
        """Whether calls are spoken."""
        self.foot.show_voice(can_be_heard)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide, high = self.width(), self.height()
        unit = min(wide / DRAWN_FOR[0], high / DRAWN_FOR[1])

        def px(pixels: float) -> int:
            return round(pixels * unit)

        margin, gap = px(52), px(52)
        inner = wide - 2 * margin
        lower = px(492)
        foot = high - px(36) - px(84)
        half = round((inner - gap) * 0.55)
        for panel in (self.head, self.now, self.calls, self.waiting, self.foot):
            panel.unit = unit
        self.head.setGeometry(margin, px(32), inner, px(88))
        self.now.setGeometry(margin, px(136), inner, px(324))
        self.calls.setGeometry(margin, lower, half, foot - lower - px(20))
        self.waiting.setGeometry(
            margin + half + gap, lower, inner - half - gap, foot - lower - px(20)
        )
        self.foot.setGeometry(margin, foot, inner, px(84))
