"""What a person gets to see of their number and of their matters."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from counter_app.domain.ticket import HallVisit
from counter_app.ports.ticketing import BookedVisit, OwnCase, OwnMatters
from counter_app.services.ticketing import TicketOut
from ui.kiosk import look
from ui.kiosk.look import BigButton, Text
from ui.kiosk.model import Ending, KioskModel
from ui.kiosk.pages import Page, panel_of, touch
from ui.words import tr

_CASE_STATES = {
    "received": "已收件",
    "to_correct": "待补正",
    "in_transfer": "移送中",
    "accepted": "已受理",
    "handed_over": "承办中",
    "suspended": "特别程序",
    "reviewed": "已审核",
    "decided": "已决定",
    "closed": "已办结",
    "delivered": "已送达",
    "refused": "不予受理",
    "withdrawn": "已撤回",
    "terminated": "已终止",
}
_TICKET_STATES = {
    "later": "排在后面",
    "held": "未打出号票",
    "waiting": "等候中",
    "called": "已叫号",
    "serving": "办理中",
    "parked": "已挂起",
    "passed": "已过号",
    "finished": "已办完",
    "void": "已作废",
}
_WHY = {
    TicketOut.NO_PAPER: "号票没有打出来:打印机缺纸",
    TicketOut.COVER_OPEN: "号票没有打出来:打印机盖子开着",
    TicketOut.NOT_PRINTED: "号票没有打出来:打印机没有回应",
    TicketOut.UNKNOWN: "打印中断:不知道号票打出来没有",
}


class ResultPage(Page):
    """取号结果: the number, who is ahead, and what became of the paper."""

    def build(self) -> None:
        """As promised by Page."""
        model = self.model
        visit = model.visit
        assert visit is not None
        self.add(self._panel(visit), 2)
        self.paper = Text("", 40, bold=True, middle=True)
        self._do = Text("", 30, colour=look.SOFT, middle=True)
        if self.wide and look.is_large():
            self.side_by_side(self.paper, self._do)
        else:
            self.add(self.paper)
            self.add(self._do)
        self.add(self.said)
        self.got = self._button(tr("号票出来了"), tr("已经拿到"), model.have_it)
        self.again = self._button(tr("再打一次"), tr("重新打印号票"), model.print_ticket, main=True)
        self.keep = self._button(tr("记下号码"), tr("不要号票"), model.keep)
        self.void = self._button(tr("取消"), tr("不要这个号了"), model.give_up)
        self.done = touch(BigButton(tr("完成"), main=True, pixels=40, low=True), model.forget)
        self.choices = (self.got, self.again, self.keep, self.void)
        self.side_by_side(*self.choices)
        self.add(self.done)
        self.column.addStretch(0 if self.wide else 2)

    def _panel(self, visit: HallVisit) -> QFrame:
        """The number; for what, and who is ahead, below it or on a lying screen beside it."""
        first = visit.tickets[0]
        self.number = Text(first.number, 100 if self.wide else 120, bold=True, middle=True)
        self.number.setAccessibleName(tr("您的号是 {number}", number=first.number))
        minutes = -(-visit.expected_wait_s // 60)
        ahead = tr("前面 {ahead} 人,约等 {minutes} 分钟", ahead=visit.ahead, minutes=minutes)
        size = 34 if self.wide else 40
        told = [Text(text, size, middle=True) for text in (first.service_name, ahead)]
        if not self.wide:
            return panel_of(self.number, *told)
        box = panel_of()
        across = QHBoxLayout()
        across.addWidget(self.number, 1)
        across.addWidget(panel_of(*told), 1)
        layout = box.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertLayout(1, across)
        return box

    @staticmethod
    def _button(word: str, note: str, act: Callable[[], None], *, main: bool = False) -> BigButton:
        return touch(BigButton(word, note, main=main, pixels=36, low=True), act)

    def refresh(self) -> None:
        """As promised by Page."""
        super().refresh()
        what, do = _told(self.model)
        self.paper.setText(what)
        self._do.setText(do)
        undecided = self._undecided(self.model)
        for button in self.choices:
            button.setVisible(undecided and not self.model.busy)
        self.got.setVisible(undecided and self.model.out is TicketOut.UNKNOWN)
        self.done.setVisible(self.model.out is not None and not undecided)

    @staticmethod
    def _undecided(model: KioskModel) -> bool:
        return (
            model.ending is Ending.OPEN
            and model.out is not None
            and model.out is not TicketOut.HANDED_OUT
        )


def _told(model: KioskModel) -> tuple[str, str]:
    """How the paper stands, and what to do."""
    if model.ending is Ending.KEPT:
        return tr("请记住这个号码"), tr("没有号票也会叫号,请留意叫号屏。")
    if model.ending is Ending.VOID:
        return tr("这个号已取消"), tr("需要时请重新取号。")
    if model.out is None:
        return tr("正在打印号票…"), ""
    if model.out is TicketOut.HANDED_OUT:
        return tr("请取走号票"), tr("请拿好证件,留意叫号。")
    return tr(_WHY[model.out]), tr("还没有排队。请选一项:")


class MattersPage(Page):
    """我的办件: how many, which wait for the person; numbers and appointments of today."""

    def build(self) -> None:
        """As promised by Page."""
        matters = self.model.matters
        assert matters is not None
        self.add(Text(_headline(matters), 48, bold=True))
        self._grid = QGridLayout()
        self._grid.setSpacing(look.gap())
        for column in range(2 if self.wide else 1):
            self._grid.setColumnStretch(column, 1)
        self.column.addLayout(self._grid)
        self._rows = [*map(_case_row, _running(matters)), *map(_ticket_row, matters.tickets)]
        for booked in matters.appointments:
            if booked.open:
                self._rows.append(self._appointment(booked))
        self._a_page = (2 if self.wide else 4) if look.is_large() else (4 if self.wide else 6)
        self._first = 0
        self.more = touch(BigButton(tr("下一页"), low=True), self._turn)
        self.add(self.said)
        self.add(self.more)
        self.more.setVisible(len(self._rows) > self._a_page)
        self.column.addStretch(1)
        self._lay()

    def _turn(self) -> None:
        self._first += self._a_page
        if self._first >= len(self._rows):
            self._first = 0
        self._lay()

    def _lay(self) -> None:
        """Those of this page, in two columns on a lying screen."""
        across = 2 if self.wide else 1
        shown = self._rows[self._first : self._first + self._a_page]
        for row in self._rows:
            self._grid.removeWidget(row)
            row.setParent(self)
            row.hide()
        for place, row in enumerate(shown):
            self._grid.addWidget(row, place // across, place % across)
            row.show()
        pages = -(-len(self._rows) // self._a_page)
        page = self._first // self._a_page + 1
        self.more.set_word(tr("下一页(现在 {page}/{pages})", page=page, pages=pages))

    def _appointment(self, booked: BookedVisit) -> BigButton:
        note = tr("预约 {start},点这里签到", start=booked.start)
        button = BigButton(booked.service_name, note, low=True)
        return touch(button, lambda: self.model.enter_code(booked.code))


def _running(matters: OwnMatters) -> list[OwnCase]:
    """The cases to be shown, those first that wait for the person."""
    cases = matters.cases if matters.of_paper else matters.open_cases
    return sorted(cases, key=lambda one: not one.waits_for_person)


def _headline(matters: OwnMatters) -> str:
    running = _running(matters)
    waits = sum(one.waits_for_person for one in running)
    if matters.of_paper:
        return tr("这件办到这里了")
    if not running:
        return tr("您在这里没有正在办的件")
    if waits:
        return tr("您有 {count} 件,{waits} 件在等您", count=len(running), waits=waits)
    return tr("您有 {count} 件,都不用您做什么", count=len(running))


def _case_row(case: OwnCase) -> QWidget:
    state = tr(_CASE_STATES.get(case.state, case.state))
    if case.waits_for_person:
        state = tr("{state} · 请到窗口", state=state)
    elif case.due_on:
        state = tr("{state} · 应于 {day} 前办结", state=state, day=case.due_on)
    return _row(case.item_name, state, waits=case.waits_for_person)


def _ticket_row(ticket: tuple[str, str, str]) -> QWidget:
    number, service, state = ticket
    return _row(f"{number} {service}", tr(_TICKET_STATES.get(state, state)))


def _row(what: str, note: str, *, waits: bool = False) -> QWidget:
    row = QFrame()
    look.panel(row, look.WARN_GROUND if waits else look.PANEL)
    inside = QVBoxLayout(row)
    inside.setContentsMargins(*look.margins(28, 16))
    inside.addWidget(Text(what, 34, bold=True))
    inside.addWidget(Text(note, 28, colour=look.WARN_INK if waits else look.SOFT))
    return row
