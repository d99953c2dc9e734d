"""The rows behind a figure, page by page, without a widget in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from PySide6.QtCore import QObject, Signal

from counter_app.domain.figures import FigureRows, RowsQuestion, WaitingTickets
from counter_app.errors import HallError
from counter_app.ports import Figures
from ui.jobs import Jobs
from ui.messages import message_of
from ui.supervisor.figure_words import formula, value_title
from ui.supervisor.shown import NOTHING
from ui.words import tr

Line = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines of a table, and where the next ones begin."""

    head: Line
    formula: str
    lines: tuple[Line, ...]
    next: str | None


class RowsModel(QObject):
    """Lines of a table that grows by pages. Signals: `changed`, `said(Message)`."""

    changed = Signal()
    said = Signal(object)

    def __init__(
        self, title: str, ask: Callable[[str | None], Page], jobs: Jobs, parent: QObject
    ) -> None:
        super().__init__(parent)
        self.title = title
        self.head: Line = ()
        self.formula = ""
        self.lines: tuple[Line, ...] = ()
        self.is_whole = False
        self.asking = False
        self._ask = ask
        self._jobs = jobs
        self._next: str | None = None

    def more(self) -> None:
        """Ask for the next page, as long as there is one."""
        if self.asking or self.is_whole:
            return
        self.asking = True
        ask, after = self._ask, self._next
        self._jobs.run(self, lambda: ask(after), self._came, self._failed)

    def _came(self, page: Page) -> None:
        self.asking = False
        self.head, self.formula = page.head, page.formula
        self.lines += page.lines
        self._next, self.is_whole = page.next, page.next is None
        self.changed.emit()

    def _failed(self, error: HallError) -> None:
        self.asking = False
        self.said.emit(message_of(error))


def rows_behind(
    figures: Figures, question: RowsQuestion, names: Mapping[str, str]
) -> Callable[[str | None], Page]:
    """Asks for the facts behind a figure; `names` are those of services and windows."""

    def ask(after: str | None) -> Page:
        return _page_of_rows(figures.rows(question, after), names, question.first)

    return ask


def who_waits(figures: Figures, service: str | None) -> Callable[[str | None], Page]:
    """Asks for the numbers that wait now, and last for those whose paper did not come out."""

    def ask(after: str | None) -> Page:
        page = _page_of_tickets(figures.waiting(service, after))
        if page.next is not None:
            return page
        held = _page_of_tickets(figures.held(service), tr("号票没有打出来,不会叫到"))
        return replace(page, lines=page.lines + held.lines)

    return ask


def _page_of_rows(found: FigureRows, names: Mapping[str, str], first: date) -> Page:
    said = formula(found.definition)
    if first.isoformat() < found.kept_from:
        gone = tr("{day} 以前的明细已不再保存,合计数字不受影响。", day=found.kept_from)
        said = f"{said}\n{gone}"
    return Page(
        (tr("时间"), tr("号码"), tr("业务"), tr("窗口"), value_title(found)),
        said,
        tuple(
            (
                row.at.strftime("%Y-%m-%d %H:%M:%S"),
                row.number or NOTHING,
                names.get(row.service, row.service) or NOTHING,
                row.window or NOTHING,
                str(row.value),
            )
            for row in found.rows
        ),
        found.next,
    )


def _page_of_tickets(found: WaitingTickets, note: str = "") -> Page:
    return Page(
        (tr("号码"), tr("业务"), tr("进入队列"), tr("说明")),
        "",
        tuple(
            (
                one.number,
                one.service_name,
                one.queued_at.strftime("%H:%M:%S") if one.queued_at else NOTHING,
                note,
            )
            for one in found.tickets
        ),
        found.next,
    )
