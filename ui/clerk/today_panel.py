"""Left column: where the visit stands, the keys that begin and end one, what was done today."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from counter_app.domain.case import PaperState
from counter_app.domain.visit import VisitState
from ui.clerk.accepted_cases import DoneToday
from ui.clerk.model import ClerkModel
from ui.clerk.queue import WindowQueue
from ui.clerk.queue_panel import QueuePanel
from ui.widgets.frames import card, label
from ui.widgets.key_button import KeyButton
from ui.widgets.row_list import Row, RowList
from ui.words import minute, tr

PAPER_WORDS = {
    PaperState.OWED: ("待打印", "warn"),
    PaperState.QUEUED: ("排队打印", "info"),
    PaperState.PRINTING: ("正在打印", "info"),
    PaperState.PRINTED: ("已打印", "ok"),
    PaperState.FAILED: ("未打印", "bad"),
    PaperState.UNKNOWN: ("是否打出不明", "bad"),
    PaperState.GIVEN_UP: ("不再打印", "info"),
}


class TodayPanel(QWidget):
    """Signals: `reprint(case id)`, `manual_entry`."""

    reprint = Signal(str)
    manual_entry = Signal()

    def __init__(
        self, model: ClerkModel, queue: WindowQueue, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._queue = queue
        self.queue = QueuePanel(queue, model.clock)
        self.next = KeyButton(tr("下一位"), "F2")
        self.manual = KeyButton(tr("手工录入"), "Ctrl+E")
        self.matters = KeyButton(tr("待办"), "F12")
        self._state = label("", "title", wrap=True)
        self._since = label("", "soft", wrap=True)
        self._heading = label(tr("本次登录已受理"), "heading")
        self._empty = label(tr("受理的列在这里,Enter 补打"), "soft", wrap=True)
        self.done = RowList(tr("本次登录已受理"))
        frame, inside = card(tr("接待"), width=212)
        inside.addWidget(self.queue)
        for part in (label(tr("接待"), "heading"), self._state, self._since):
            inside.addWidget(part)
        inside.addSpacing(4)
        inside.addWidget(self.next)
        inside.addWidget(self.manual)
        inside.addWidget(self.matters)
        inside.addSpacing(4)
        inside.addWidget(self._heading)
        inside.addWidget(self._empty, 1, Qt.AlignmentFlag.AlignTop)
        inside.addWidget(self.done, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        self.done.chosen.connect(self.reprint)
        self.manual.clicked.connect(self.manual_entry)
        model.visit_changed.connect(self.show_visit)
        model.done_changed.connect(self.show_done)
        model.matters.counted.connect(self.show_matters)
        queue.changed.connect(self.show_visit)
        self.show_visit()
        self.show_done()
        self.show_matters()

    def show_matters(self) -> None:
        """How much waits for a person."""
        count = self._model.matters.count
        self.matters.set_note(tr("{count} 件", count=count) if count else "")

    def show_visit(self) -> None:
        """Where the visit stands, in two or three words."""
        visit = self._model.visit
        words = {
            VisitState.WAITING: tr("等待办事人"),
            VisitState.RECEIVED: tr("正在接待"),
            VisitState.HANDLING: tr("正在办理"),
            VisitState.ACCEPTED: tr("已受理"),
        }
        self._state.setText(words[visit.state])
        opened = self._queue.is_open
        calls = opened and not self._queue.busy
        since = tr("{time} 开始", time=minute(visit.received_at)) if visit.received_at else ""
        self._since.setText(since or tr("刷证、扫码,或按 Ctrl+E 手工录入"))
        self._since.setVisible(not opened)  # then the number above says more
        waiting = self._model.waiting_card is not None
        self.next.setEnabled(calls or visit.state is not VisitState.WAITING)
        self.next.set_word(
            tr("接待另一人") if waiting else tr("叫下一位") if opened else tr("下一位")
        )
        self.manual.setEnabled(visit.state is not VisitState.HANDLING)

    def show_done(self) -> None:
        """The cases of this sign-in, newest first."""
        rows = tuple(_row(done) for done in self._model.done)
        self.done.show_rows(rows)
        self.done.setVisible(bool(rows))
        self._empty.setVisible(not rows)


def _row(done: DoneToday) -> Row:
    word, kind = PAPER_WORDS[done.paper]
    return Row(
        key=done.case.id,
        title=minute(done.case.accepted_at) + " " + done.case.item_name,
        detail=f"…{done.case.shown_number[-6:]} · {tr(word)}",
        detail_kind="" if kind in ("ok", "info") else kind,
    )
