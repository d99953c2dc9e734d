"""What a person gets to see of their number and of their matters."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from counter_app.services.ticketing import TicketOut
from ui.kiosk import look
from ui.kiosk.look import BigButton, Text
from ui.kiosk.model import Ending, KioskModel
from ui.kiosk.pages import GAP, Page, touch
from ui.words import tr

CASES_SHOWN = 4

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
        box = QFrame()
        look.panel(box, look.PANEL)
        inside = QVBoxLayout(box)
        inside.setContentsMargins(40, 24, 40, 24)
        first = visit.tickets[0]
        self.number = Text(first.number, 80 if self.wide else 120, bold=True, middle=True)
        self.number.setAccessibleName(tr("您的号是 {number}", number=first.number))
        inside.addWidget(Text(first.service_name, 40, middle=True))
        inside.addWidget(self.number)
        inside.addWidget(
            Text(
                tr(
                    "前面 {ahead} 人,约等 {minutes} 分钟",
                    ahead=visit.ahead,
                    minutes=-(-visit.expected_wait_s // 60),
                ),
                40,
                middle=True,
            )
        )
        self.add(box, 2)
        self.paper = Text("", 40, bold=True, middle=True)
        self.add(self.paper)
        self._do = Text("", 30, colour=look.SOFT, middle=True)
        self.add(self._do)
        self.add(self.said)
        self.got = touch(BigButton(tr("号票出来了"), pixels=36), model.have_it)
        self.again = touch(BigButton(tr("再打一次"), main=True, pixels=36), model.print_ticket)
        self.keep = touch(BigButton(tr("记下号码"), tr("不要号票,记住号码"), pixels=36), model.keep)
        self.void = touch(BigButton(tr("取消"), tr("不要这个号了"), pixels=36), model.give_up)
        self.done = touch(BigButton(tr("完成"), main=True, pixels=36), model.forget)
        self.choices = (self.got, self.again, self.keep, self.void)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        for button in (*self.choices, self.done):
            row.addWidget(button)
        self.column.addLayout(row, 1)
        self.column.addStretch(0 if self.wide else 1)

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
        cases = matters.cases if matters.of_paper else matters.open_cases
        running = sorted(cases, key=lambda one: not one.waits_for_person)
        waits = sum(one.waits_for_person for one in running)
        if matters.of_paper:
            head = tr("这件办到这里了")
        elif not running:
            head = tr("您在这里没有正在办的件")
        elif waits:
            head = tr("您有 {count} 件,{waits} 件在等您", count=len(running), waits=waits)
        else:
            head = tr("您有 {count} 件,都不用您做什么", count=len(running))
        self.add(Text(head, 48, bold=True))
        for case in running[:CASES_SHOWN]:
            state = tr(_CASE_STATES.get(case.state, case.state))
            note = (
                tr("{state} · 应于 {day} 前办结", state=state, day=case.due_on)
                if (case.due_on and not case.waits_for_person)
                else state
            )
            if case.waits_for_person:
                note = tr("{state} · 请到窗口", state=state)
            self._row(case.item_name, note, waits=case.waits_for_person)
        if len(running) > CASES_SHOWN:
            more = len(running) - CASES_SHOWN
            self.add(Text(tr("还有 {count} 件,请到窗口查询", count=more), 28, colour=look.SOFT))
        for number, service, state in matters.tickets[:2]:
            self._row(f"{number} {service}", tr(_TICKET_STATES.get(state, state)))
        for booked in matters.appointments[:2]:
            if booked.open:
                check_in = BigButton(
                    booked.service_name, tr("预约 {start},点这里签到", start=booked.start)
                )
                self.add(touch(check_in, lambda code=booked.code: self.model.enter_code(code)))  # type: ignore[misc]
        self.add(self.said)
        self.column.addStretch(1)

    def _row(self, what: str, note: str, *, waits: bool = False) -> None:
        row = QFrame()
        look.panel(row, look.WARN_GROUND if waits else look.PANEL)
        inside = QVBoxLayout(row)
        inside.setContentsMargins(28, 16, 28, 16)
        inside.addWidget(Text(what, 34, bold=True))
        inside.addWidget(Text(note, 28, colour=look.WARN_INK if waits else look.SOFT))
        self.add(row)
