"""The list of what waits for a person (待办), over the clerk's page."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from counter_app.domain.session import Session
from counter_app.services.matters import Matter
from ui.clerk.open_matters import OpenMatters
from ui.clerk.today_panel import PAPER_WORDS
from ui.messages import Message, message
from ui.widgets.banner import Banner
from ui.widgets.frames import label
from ui.widgets.key_button import KeyButton
from ui.widgets.row_list import Row, RowList
from ui.words import minute, tr

REASON_WORDS = {
    "accepted_anew": "已重新受理",
    "applicant_told": "已告知,不再办理",
    "settled_at_platform": "已在平台处理",
    "found_in_tray": "文书已在出纸处找到",
    "handed_over_otherwise": "已另行交给办事人",
    "not_wanted": "办事人不需要",
}


class MattersDialog(QDialog):
    """Shows what is open. Enter does it again, 1 to 3 say how it was dealt with, Esc closes."""

    def __init__(
        self, matters: OpenMatters, session: Session, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._matters = matters
        self._session = session
        self.setWindowTitle(tr("待办"))
        self.setModal(True)
        self.list = RowList(tr("待办"))
        self.list.say_when_empty(tr("没有待办:没有退回的办件,文书都已打出。"))
        self.banner = Banner()
        self.again = KeyButton(tr("再传一次"), "Enter", main=True)
        self.reasons = tuple(KeyButton("", str(number)) for number in (1, 2, 3))
        self.close_button = KeyButton(tr("关闭"), "Esc")
        self._build()
        self._connect()
        self._show()

    def _current(self) -> Matter | None:
        key = self.list.selected_key()
        return next((one for one in self._matters.open if one.key == key), None)

    def _show(self) -> None:
        self.list.show_rows(tuple(_row(one) for one in self._matters.open))
        if self._matters.open and self._current() is None:
            self.list.select(self._matters.open[0].key)
        self._explain()
        self.list.setFocus()

    def _explain(self) -> None:
        """Of the selected one: what happened, what to do, how it may be dealt with."""
        matter = self._current()
        self.again.setEnabled(matter is not None)
        for number, button in enumerate(self.reasons):
            button.setVisible(matter is not None)
            if matter is not None:
                button.set_word(tr(REASON_WORDS[matter.reasons[number]]))
        if matter is None:
            self.banner.clear()
            return
        self.again.set_word(tr("再传一次") if matter.act else tr("再打一次"))
        self.banner.say(_about(matter))

    def _again(self) -> None:
        matter = self._current()
        if matter is not None:
            self._matters.again(matter, self._session)
            if matter.act is None:
                self.accept()  # the page shows how the paper comes out

    def _settle(self, number: int) -> None:
        matter = self._current()
        if matter is not None:
            self._matters.settle(matter, matter.reasons[number], self._session)

    def _connect(self) -> None:
        self._matters.changed.connect(self._show)
        self.list.selected.connect(self._explain)
        self.list.chosen.connect(self._again)
        self.again.clicked.connect(self._again)
        for number, button in enumerate(self.reasons):
            button.clicked.connect(lambda _=False, n=number: self._settle(n))
        self.close_button.clicked.connect(self.reject)

    def _build(self) -> None:
        self.setMinimumSize(680, 480)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(24, 24, 24, 24)
        inside.setSpacing(8)
        inside.addWidget(label(tr("待办"), "title"))
        inside.addWidget(
            label(
                tr("平台退回的办件和没有打出的文书。处理完一件,从这里去掉一件。"), "soft", wrap=True
            )
        )
        inside.addWidget(self.list, 1)
        inside.addWidget(self.banner)
        inside.addWidget(label(tr("已经处理的,记下怎样处理的:"), "soft"))
        reasons = QHBoxLayout()
        for button in self.reasons:
            reasons.addWidget(button, 1)
        inside.addLayout(reasons)
        buttons = QHBoxLayout()
        buttons.addWidget(self.again, 2)
        buttons.addWidget(self.close_button, 1)
        inside.addLayout(buttons)


def _row(matter: Matter) -> Row:
    case = matter.case
    if matter.act is not None:
        tag, kind = tr("平台退回"), "bad"
    else:
        assert matter.paper is not None
        word, kind = PAPER_WORDS[matter.paper.state]
        tag = tr(word)
    return Row(
        key=matter.key,
        title=case.item_name,
        tag=tag,
        tag_kind=kind,
        detail=f"{matter.applicant} · {case.shown_number} · {case.accepted_at:%m-%d} "
        f"{minute(case.accepted_at)}",
    )


def _about(matter: Matter) -> Message:
    if matter.act is not None:
        return message(matter.act.code, problem=matter.act.problem)
    assert matter.paper is not None
    if matter.paper.reason.startswith("printer."):
        return message(matter.paper.reason)
    return Message(tr("受理通知书没有确认打出"), tr("请看出纸处;没有就再打一次。"), "warn")
