"""The queue at this window: whom it has in hand, the keys of calling, how many wait."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from counter_app.domain.ticket import Ticket, TicketState
from counter_app.ports import Clock, WindowState
from ui.clerk.queue import WindowQueue
from ui.messages import message
from ui.widgets.frames import label
from ui.widgets.key_button import KeyButton
from ui.words import tr

_MINUTE_MS = 15_000

_STATE_WORDS = {
    WindowState.OPEN: "叫号中",
    WindowState.PAUSED: "已暂停叫号",
    WindowState.CLOSED: "未开始叫号",
}


class QueuePanel(QWidget):
    """Hidden where the window has no queue."""

    def __init__(self, queue: WindowQueue, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._queue = queue
        self._clock = clock
        self._state = label("", "heading")
        self.number = label("", "number")
        self.service = label("", "soft", wrap=True)
        self.stranger = label("", tag="warn", wrap=True)
        self.recall = KeyButton(tr("重呼"), "F3", small=True)
        self.pass_over = KeyButton(tr("过号"), "F4", small=True)
        self.transfer = KeyButton(tr("转号"), "F5", small=True)
        self.pause = KeyButton("", "F6", small=True)
        self.park = KeyButton(tr("挂起"), "Ctrl+H", small=True)
        self.take_back = KeyButton(tr("取回"), "Ctrl+B", small=True)
        self._waiting = label("", "soft", wrap=True)
        self._build()
        self._connect()
        self._tick = QTimer(self)
        self._tick.setInterval(_MINUTE_MS)
        self._tick.timeout.connect(self._show_ticket)
        self._tick.start()
        self.show_queue()

    def show_queue(self) -> None:
        """The window's state, who is in hand, who waits."""
        queue = self._queue
        bench = queue.bench
        self.setVisible(bench is not None)
        if bench is None:
            return
        words = tr(_STATE_WORDS[bench.state])
        self._state.setText(words if queue.live else tr("{state}(离线)", state=words))
        self._show_ticket()
        ticket, free = queue.in_hand, not queue.busy
        for button, usable in (
            (self.recall, queue.awaited),
            (self.pass_over, queue.awaited),
            (self.transfer, ticket is not None),
            (self.park, ticket is not None),
            (self.take_back, ticket is None and bool(bench.parked or bench.passed)),
        ):
            button.setEnabled(usable and free and queue.is_open)
        for button in (self.recall, self.pass_over, self.transfer):
            button.setVisible(queue.is_open)
        self.park.setVisible(queue.is_open and ticket is not None)
        self.take_back.setVisible(queue.is_open and ticket is None)
        self.pause.set_word(tr("暂停") if queue.is_open else tr("开始叫号"))
        self.pause.setEnabled(free and not (queue.is_open and queue.awaited))
        aside = len(bench.parked) + len(bench.passed)
        waiting = tr("等候 {count} 人", count=bench.waiting)
        self._waiting.setText(
            tr("{waiting},挂起和过号 {aside} 人", waiting=waiting, aside=aside)
            if aside
            else waiting
        )
        self._waiting.setToolTip(
            "\n".join(f"{one.prefix} {one.name} {one.waiting}" for one in bench.services)
        )
        self._show_stranger()

    def _show_ticket(self) -> None:
        ticket = self._queue.in_hand
        if ticket is None:
            self.number.setText("—")
            self.number.setAccessibleName(tr("手中没有号"))
            self.service.setText("")
            return
        self.number.setText(ticket.number)
        self.number.setAccessibleName(tr("叫到 {number}", number=ticket.number))
        minutes = int(ticket.waits(self._clock.now()).total_seconds()) // 60
        told = [ticket.service_name, tr("等了 {minutes} 分", minutes=minutes)]
        if ticket.state is TicketState.CALLED:
            told.append(tr("第 {count} 次叫", count=ticket.calls))
        if ticket.name:
            told.insert(0, ticket.name)
        self.service.setText(" · ".join(told))

    def _show_stranger(self) -> None:
        """One line; the bar below says what to do about it."""
        ticket = self._queue.in_hand
        told = self._queue.stranger and ticket is not None
        self.stranger.setVisible(told)
        self.stranger.setText(
            message("queue.other_person", number=ticket.number).what if told and ticket else ""
        )

    # -- choosing ----------------------------------------------------------------------------------

    def _choose_service(self) -> None:
        """To which service the number goes."""
        ticket = self._queue.in_hand
        menu = QMenu(self)
        menu.setAccessibleName(tr("转到哪项业务"))
        for one in self._queue.services:
            if ticket is not None and one.code != ticket.service:
                self._offer(menu, f"&{one.prefix}  {one.name}", one.code)
        self._open(menu, self.transfer)

    def _offer(self, menu: QMenu, word: str, service: str) -> None:
        action = QAction(word, menu)
        action.triggered.connect(lambda: self._queue.transfer(service))
        menu.addAction(action)

    def _choose_aside(self) -> None:
        """Whom to take back of those put aside and those passed over."""
        bench = self._queue.bench
        if bench is None:
            return
        menu = QMenu(self)
        menu.setAccessibleName(tr("取回哪个号"))
        for place, ticket in enumerate((*bench.parked, *bench.passed), 1):
            self._offer_back(menu, place, ticket)
        self._open(menu, self.take_back)

    def _offer_back(self, menu: QMenu, place: int, ticket: Ticket) -> None:
        word = tr("挂起") if ticket.state is TicketState.PARKED else tr("过号")
        action = QAction(f"&{place}  {ticket.number} {ticket.name} {word}", menu)
        action.triggered.connect(lambda: self._queue.take_back(ticket))
        menu.addAction(action)

    def _open(self, menu: QMenu, beside: QWidget) -> None:
        menu.aboutToHide.connect(menu.deleteLater)
        if menu.actions():
            menu.setActiveAction(menu.actions()[0])
            menu.popup(beside.mapToGlobal(beside.rect().bottomLeft()))

    # -- building ----------------------------------------------------------------------------------

    def _connect(self) -> None:
        queue = self._queue
        queue.changed.connect(self.show_queue)
        self.recall.clicked.connect(queue.recall)
        self.pass_over.clicked.connect(queue.pass_over)
        self.pause.clicked.connect(queue.open_or_pause)
        self.park.clicked.connect(queue.park)
        self.transfer.clicked.connect(self._choose_service)
        self.take_back.clicked.connect(self._choose_aside)

    def _build(self) -> None:
        down = QVBoxLayout(self)
        down.setContentsMargins(0, 0, 0, 8)
        down.setSpacing(4)
        for part in (self._state, self.number, self.service, self.stranger):
            down.addWidget(part)
        for row in ((self.recall, self.pass_over), (self.transfer, self.pause)):
            across = QHBoxLayout()
            across.setSpacing(4)
            for button in row:
                across.addWidget(button, 1)
            down.addLayout(across)
        down.addWidget(self.park)
        down.addWidget(self.take_back)
        down.addWidget(self._waiting)
