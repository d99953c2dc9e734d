"""How far the case of a scanned receipt is, over the clerk's page; a visit under way stays."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from counter_app.domain.case import CaseProgress
from ui.messages import Message
from ui.widgets.banner import Banner
from ui.widgets.frames import label
from ui.widgets.key_button import KeyButton
from ui.widgets.row_list import Row, RowList
from ui.words import day, moment, tr


class ProgressDialog(QDialog):
    """Shows item, number, state, due date and steps. Signals: `print_again(case id)`.

    `case` is the id of a case accepted since the sign-in, whose notice can be printed again here;
    "" for any other.
    """

    print_again = Signal(str)

    def __init__(self, progress: CaseProgress, case: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("办件进度"))
        self.setModal(True)
        self._case = case
        self.number = label(progress.number, "title")
        self.state = label(progress.state_title, tag=_kind(progress))
        self.steps = RowList(tr("办理经过"))
        self.banner = Banner()
        self.again = KeyButton(tr("补打受理通知书"), "P", main=True)
        self.close_button = KeyButton(tr("关闭"), "Esc", main=not case)
        self._build(progress)
        self.again.clicked.connect(self._again)
        self.close_button.clicked.connect(self.reject)

    def _again(self) -> None:
        self.print_again.emit(self._case)
        self.accept()

    def _build(self, progress: CaseProgress) -> None:
        self.setMinimumSize(620, 460)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(24, 24, 24, 24)
        inside.setSpacing(8)
        inside.addWidget(label(progress.item_name, "big", wrap=True))
        across = QHBoxLayout()
        across.setSpacing(12)
        across.addWidget(self.number)
        across.addWidget(self.state)
        across.addStretch(1)
        inside.addLayout(across)
        inside.addWidget(label(_times(progress), "soft", wrap=True))
        inside.addWidget(self.banner)
        wanted = _wanted(progress)
        if wanted is not None:
            self.banner.say(wanted)
        inside.addWidget(label(tr("办理经过"), "heading"))
        self.steps.show_rows(
            tuple(
                Row(str(place), step.title, moment(step.at), tag=step.state_title)
                for place, step in enumerate(progress.steps)
            )
        )
        self.steps.say_when_empty(tr("还没有经过。"))
        inside.addWidget(self.steps, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.again, 2)
        buttons.addWidget(self.close_button, 1)
        self.again.setVisible(bool(self._case))
        inside.addLayout(buttons)
        self.close_button.setFocus()  # Enter leaves: nobody prints by looking


def _kind(progress: CaseProgress) -> str:
    return "warn" if progress.to_correct else "info"


def _times(progress: CaseProgress) -> str:
    """When it was filed and by when it is due, in one line."""
    told = [tr("{time} 提交", time=moment(progress.filed_at))]
    if progress.accepted_at is not None:
        told.append(tr("{time} 受理", time=moment(progress.accepted_at)))
    if progress.due_on is not None:
        word = "应于 {day} 前办结(暂定)" if progress.due_provisional else "应于 {day} 前办结"
        told.append(tr(word, day=day(progress.due_on)))
    return " · ".join(told)


def _wanted(progress: CaseProgress) -> Message | None:
    """What the applicant still has to bring, or has to fetch."""
    comma = tr("、")
    if progress.to_correct:
        what = tr("须补正:{what}", what=comma.join(progress.to_correct))
        return Message(what, tr("请告知办事人补齐后再来。"), "warn")
    if progress.papers:
        what = tr("待领文书:{what}", what=comma.join(progress.papers))
        return Message(what, "", "info")
    return None
