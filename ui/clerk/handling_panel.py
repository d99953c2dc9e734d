"""Right column: what is being done: the item, its materials, acceptance, and the paper's state."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from counter_app.domain.case import PaperState
from counter_app.domain.checklist import Line, LineState
from counter_app.domain.item import CaseType
from counter_app.domain.visit import VisitState
from ui.clerk import rows
from ui.clerk.model import ClerkModel
from ui.clerk.today_panel import PAPER_WORDS
from ui.messages import Message, message
from ui.widgets.banner import Banner
from ui.widgets.frames import card, label, rule, set_tag
from ui.widgets.key_button import KeyButton
from ui.widgets.row_list import RowList
from ui.words import day, moment, tr

PAPER_REASONS = ("电子证照内容与实际不符", "证照信息有疑问,需看原件", "法律法规要求收存原件")


class HandlingPanel(QWidget):
    """Signals: `accept`, `print_again`, `put_back`."""

    accept = Signal()
    print_again = Signal()

    def __init__(self, model: ClerkModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._title = label("", "title", wrap=True)
        self._type = label(tag="info")
        self._due = label("", "soft", wrap=True)
        self._sum = label("", "heading")
        self._nothing = label(
            tr("选一件预申请,或按 Ctrl+F 选事项。\n要办的事项和材料会显示在这里。"),
            "soft",
            wrap=True,
        )
        self.materials = RowList(tr("材料"))
        self.see = KeyButton(tr("已看原件"), "F8")
        self.ask_paper = KeyButton(tr("仍要纸质"), "F11")
        self.undo = KeyButton(tr("撤销一步"), "Ctrl+Z")
        self.put_back = KeyButton(tr("放回"), "Esc")
        self.reason = QComboBox()
        self.reason.setAccessibleName(tr("要纸质的理由"))
        self.reason.setEditable(True)
        self.reason.addItems([tr(word) for word in PAPER_REASONS])
        self.give_reason = KeyButton(tr("确定"), "Enter")
        self.accept_button = KeyButton(tr("受理"), "F9", main=True)
        self.banner = Banner()
        self.case_banner = Banner()
        self.number = label("", "title", wrap=True)
        self._accepted_at = label("", "soft", wrap=True)
        self._receipt = label(tag="ok")
        self._paper = label(tag="info")
        self._paper_why = Banner()
        self.print_button = KeyButton(tr("补打"), "F10")
        self._stack = QStackedWidget()
        self._build()
        self._connect()
        self.show_visit()

    def show_visit(self) -> None:
        """Repaint from the model."""
        visit = self._model.visit
        if visit.taken_up is None:
            self._stack.setCurrentWidget(self._nothing_page)
            self._nothing.setText(
                tr("正在调取…")
                if self._model.busy
                else tr("选一件预申请,或按 Ctrl+F 选事项。\n要办的事项和材料会显示在这里。")
            )
            self._reason_row.hide()
            self.materials.show_rows(())
            self.banner.clear()
            self.case_banner.clear()
            for text in (self._title, self._due, self.number, self._accepted_at):
                text.setText("")
            return
        self._show_item()
        if visit.state is VisitState.ACCEPTED:
            self._show_accepted()
        else:
            self._show_materials()

    def show_paper(self) -> None:
        """Repaint what became of the paper."""
        record = self._model.acceptance.paper
        state = record.state if record is not None else PaperState.OWED
        word, kind = PAPER_WORDS[state]
        again = record is not None and record.prints > 1
        times = tr("(补打第 {count} 次)", count=record.prints - 1) if record and again else ""
        self._paper.setText(f"{tr('受理通知书')} {tr(word)}{times}")
        set_tag(self._paper, kind)
        self._explain(state, record.reason if record else "")
        self.print_button.set_word(
            tr("打印") if record is None or not record.prints else tr("补打")
        )

    def first_open(self) -> None:
        """Put the focus where the next thing is: the first open material, or acceptance."""
        if self._model.visit.state is not VisitState.HANDLING:
            return
        missing = self._model.checklist().missing
        if missing:
            self.materials.select(missing[0].material.code)
            self.materials.setFocus()
        else:
            self.accept_button.setFocus()

    def focus_next(self) -> None:
        """After acceptance the paper can be printed again from here."""
        self.print_button.setFocus()

    # -- painting --------------------------------------------------------------------------------

    def _show_item(self) -> None:
        taken_up = self._model.visit.taken_up
        assert taken_up is not None
        item = taken_up.item
        self._title.setText(item.name)
        immediate = item.case_type is CaseType.IMMEDIATE
        self._type.setText(tr("即办件") if immediate else tr("承诺件"))
        due = self._model.acceptance.due()
        if immediate or due is None:
            self._due.setText(tr("当场办结"))
            return
        kind = tr("个工作日") if item.day_kind == "working" else tr("个自然日")
        text = tr(
            "承诺 {count} {kind} · 今日受理,应于 {day}前办结",
            count=item.promised_days,
            kind=kind,
            day=day(due.on),
        )
        self._due.setText(text + (tr("(暂定)") if due.provisional else ""))

    def _show_materials(self) -> None:
        self._stack.setCurrentWidget(self._materials_page)
        checklist = self._model.checklist()
        self.materials.show_rows(tuple(rows.material_row(line) for line in checklist.lines))
        self._sum.setText(
            tr(
                "材料　{spared} 份不用交 / 共 {count} 份",
                spared=checklist.spared,
                count=len(checklist.lines),
            )
        )
        missing = len(checklist.missing)
        self.accept_button.setEnabled(not missing and not self._model.acceptance.under_way)
        note = tr("还差 {count} 份材料", count=missing) if missing else ""
        self.accept_button.set_note(tr("正在保存…") if self._model.acceptance.under_way else note)
        self._show_actions()

    def _show_actions(self) -> None:
        line = self._selected()
        self.see.setEnabled(
            line is not None
            and line.state in (LineState.ORIGINAL_WANTED, LineState.MISSING, LineState.OPTIONAL)
        )
        self.ask_paper.setEnabled(line is not None and line.met_without_paper)
        previous = self._model.visit.previous
        self.undo.setEnabled(previous is not None and previous.taken_up is not None)

    def _show_accepted(self) -> None:
        self._stack.setCurrentWidget(self._accepted_page)
        case = self._model.visit.case
        assert case is not None
        self.number.setText(case.shown_number)
        self.number.setAccessibleName(tr("办件编号 {number}", number=case.shown_number))
        self._accepted_at.setText(tr("受理时间 {time}", time=moment(case.accepted_at)))
        refusal = self._model.acceptance.refusal
        if refusal is not None:
            self._receipt.setText(tr("平台退回"))
            set_tag(self._receipt, "bad")
        elif case.receipt is not None:
            self._receipt.setText(tr("已收到平台回执"))
            set_tag(self._receipt, "ok")
        else:
            self._receipt.setText(tr("已存本机,待传平台"))
            set_tag(self._receipt, "warn")
        if refusal is not None:
            self.case_banner.say(refusal)
        elif case.receipt is not None and case.receipt.duplicate_of:
            self.case_banner.say(_duplicate(case.receipt.duplicate_of))
        else:
            self.case_banner.clear()
        self.show_paper()

    def _explain(self, state: PaperState, reason: str) -> None:
        if state is PaperState.PRINTING and reason in ("media-empty", "media-needed"):
            text = (tr("打印机缺纸"), tr("放好纸后会接着打印,不用再按。"))
        elif state is PaperState.UNKNOWN:
            text = (tr("打印机断开了,不知道打出来没有"), tr("请看一下出纸口;没有就按 F10 补打。"))
        elif state is PaperState.FAILED:
            text = (tr("没有打印出来"), tr("检查打印机后按 F10。办件已受理,不受影响。"))
        else:
            self._paper_why.clear()
            return
        self._paper_why.say(Message(*text, kind="warn"))

    def _selected(self) -> Line | None:
        key = self.materials.selected_key()
        for line in self._model.checklist().lines:
            if line.material.code == key:
                return line
        return None

    # -- doing -----------------------------------------------------------------------------------

    def _see_selected(self) -> None:
        """The selected line if it is open, else the first open one."""
        checklist = self._model.checklist()
        line = self._selected()
        if line is None or line.state is LineState.MET:
            line = checklist.missing[0] if checklist.missing else None
        if line is not None:
            self._model.see_original(line.material.code)
            self.first_open()

    def _chosen(self, _key: str) -> None:
        line = self._selected()
        if line is not None and line.state in (LineState.ORIGINAL_WANTED, LineState.MISSING):
            self._see_selected()

    def _ask_reason(self) -> None:
        if self._selected() is not None:
            self._reason_row.show()
            self.reason.setFocus()

    def _give_reason(self) -> None:
        line = self._selected()
        self._reason_row.hide()
        if line is None:
            return
        reason = self.reason.currentText().strip()
        chosen = self.reason.findText(reason)
        if chosen >= 0:  # on record in the language of the law, whatever the screen's
            reason = PAPER_REASONS[chosen]
        if reason:
            self._model.ask_for_paper(line.material.code, reason)
            self.first_open()
        else:
            self.banner.say(message("visit.reason_missing"))

    # -- building --------------------------------------------------------------------------------

    def _connect(self) -> None:
        self._model.visit_changed.connect(self.show_visit)
        self._model.acceptance.paper_changed.connect(self.show_paper)
        self.materials.selected.connect(lambda _: self._show_actions())
        self.materials.chosen.connect(self._chosen)
        self.see.clicked.connect(self._see_selected)
        self.ask_paper.clicked.connect(self._ask_reason)
        self.give_reason.clicked.connect(self._give_reason)
        self.undo.clicked.connect(self._model.undo)
        self.put_back.clicked.connect(self._model.put_back)
        self.accept_button.clicked.connect(self.accept)
        self.print_button.clicked.connect(self.print_again)

    def _build(self) -> None:
        frame, inside = card(tr("办理"), width=404)
        inside.addWidget(label(tr("办理"), "heading"))
        self._stack.addWidget(self._build_nothing())
        self._stack.addWidget(self._build_materials())
        self._stack.addWidget(self._build_accepted())
        first = QHBoxLayout()
        first.addWidget(self._title, 1)
        first.addWidget(self._type)
        self._head = QWidget()
        head = QVBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(4)
        head.addLayout(first)
        head.addWidget(self._due)
        inside.addWidget(self._head)
        inside.addWidget(self._stack, 1)
        self._stack.currentChanged.connect(
            lambda _: self._head.setVisible(self._stack.currentWidget() is not self._nothing_page)
        )
        self._head.hide()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)

    def _build_nothing(self) -> QWidget:
        self._nothing_page, inside = _plain_page()
        inside.addWidget(self._nothing)
        inside.addStretch(1)
        return self._nothing_page

    def _build_materials(self) -> QWidget:
        self._materials_page, inside = _plain_page()
        inside.addSpacing(6)
        inside.addWidget(self._sum)
        inside.addWidget(self.materials, 1)
        actions = QHBoxLayout()
        actions.addWidget(self.see)
        actions.addWidget(self.ask_paper)
        inside.addLayout(actions)
        self._reason_row = QWidget()
        reason = QHBoxLayout(self._reason_row)
        reason.setContentsMargins(0, 0, 0, 0)
        reason.addWidget(self.reason, 1)
        reason.addWidget(self.give_reason)
        self._reason_row.hide()
        inside.addWidget(self._reason_row)
        inside.addWidget(self.banner)
        inside.addWidget(self.accept_button)
        back = QHBoxLayout()
        back.addWidget(self.undo)
        back.addWidget(self.put_back)
        inside.addLayout(back)
        return self._materials_page

    def _build_accepted(self) -> QWidget:
        self._accepted_page, inside = _plain_page()
        inside.addSpacing(8)
        inside.addWidget(rule())
        inside.addWidget(label(tr("办件编号"), "heading"))
        inside.addWidget(self.number)
        inside.addWidget(self._accepted_at)
        tags = QHBoxLayout()
        tags.addWidget(self._receipt)
        tags.addStretch(1)
        inside.addLayout(tags)
        inside.addWidget(self.case_banner)
        inside.addSpacing(12)
        inside.addWidget(label(tr("文书"), "heading"))
        papers = QHBoxLayout()
        papers.addWidget(self._paper)
        papers.addStretch(1)
        inside.addLayout(papers)
        inside.addWidget(self._paper_why)
        inside.addWidget(self.print_button)
        inside.addStretch(1)
        return self._accepted_page


def _plain_page() -> tuple[QWidget, QVBoxLayout]:
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    return page, layout


def _duplicate(numbers: tuple[str, ...]) -> Message:
    return Message(
        tr("同一人今天已就同一事项受理过:{numbers}", numbers=tr("、").join(numbers)),
        tr("请核对是否重复,需要时由科室处理。"),
        "warn",
    )
