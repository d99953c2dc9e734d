"""The period page (统计): figures by day, service, window or hour, and their export."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QComboBox, QDateEdit, QHBoxLayout, QVBoxLayout, QWidget

from counter_app.domain.figures import About, By, Part, PeriodFigures, PeriodQuestion, RowsQuestion
from ui.supervisor import shown
from ui.supervisor.figure_words import part_title
from ui.supervisor.period_model import PeriodModel
from ui.supervisor.table import Fit, Table
from ui.widgets.banner import Banner
from ui.widgets.frames import card, label
from ui.widgets.key_button import KeyButton
from ui.words import tr

ChoosePath = Callable[[str, str], str]


class PeriodPage(QWidget):
    """Asks and shows. Signals: `rows_wanted(RowsQuestion)`.

    `choose_path` is asked where an export goes: a proposed name and a filter in, a path out.
    """

    rows_wanted = Signal(object)

    def __init__(self, model: PeriodModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.choose_path: ChoosePath = self._ask_path
        self.first = _day_field(tr("从"))
        self.last = _day_field(tr("到"))
        self.by = _choice(
            tr("按"),
            {
                By.DAY: tr("按日"),
                By.SERVICE: tr("按业务"),
                By.WINDOW: tr("按窗口"),
                By.HOUR: tr("按小时"),
            },
        )
        self.about = _choice(
            tr("内容"),
            {About.QUEUE: tr("排队"), About.CASES: tr("办件"), About.RATINGS: tr("评价")},
        )
        self.query = KeyButton(tr("查询"), "F9", small=True)
        self.csv = KeyButton(tr("导出 CSV"), "Ctrl+E", small=True)
        self.xlsx = KeyButton(tr("导出 XLSX"), "Ctrl+S", small=True)
        self.banner = Banner()
        self.table = Table(tr("统计"), words=1, fit=Fit.CONTENT)
        self.caption = label(role="soft")
        self._build()
        self.query.clicked.connect(self.ask)
        self.csv.clicked.connect(self._save_csv)
        self.xlsx.clicked.connect(self._save_xlsx)
        self.table.chosen.connect(self._chosen)
        model.changed.connect(self.show_answer)
        model.said.connect(self.banner.say)
        self.show_answer()

    def begin(self, today: date) -> None:
        """Offer the days one asks for first."""
        first, last = PeriodModel.usual(today)
        self.first.setDate(_qdate(first))
        self.last.setDate(_qdate(last))

    def ask(self) -> None:
        """Ask for what the fields say."""
        self.banner.clear()
        self._model.ask(
            PeriodQuestion(
                _date(self.first), _date(self.last), self.by.currentData(), self.about.currentData()
            )
        )

    def show_answer(self) -> None:
        """Show the answer, or that there is none."""
        answer, busy = self._model.answer, self._model.busy
        self.query.set_note(tr("正在查询…") if busy else "")
        for button in (self.csv, self.xlsx):
            button.setEnabled(answer is not None and not busy)
        if answer is None:
            self.caption.setText(tr("选好日期和分组,按 F9 查询。"))
            self.table.show_lines(())
            return
        self.caption.setText(
            tr("从 {first} 到 {last}", first=answer.first, last=answer.last)
            if answer.parts
            else tr("从 {first} 到 {last} 没有数据", first=answer.first, last=answer.last)
        )
        self.table.set_head(
            (tr("名称"), *(shown.head(one) for one in answer.definitions)),
            ("", *(shown.explained(one) for one in answer.definitions)),
        )
        parts = (*answer.parts, answer.total)
        self.table.show_lines(tuple(_line(part, answer) for part in parts))

    def focused_figure(self) -> str:
        """The figure of the column the table is at, or ""."""
        answer, column = self._model.answer, self.table.currentColumn() - 1
        if answer is None or not 0 <= column < len(answer.definitions):
            return ""
        return answer.definitions[column].id

    def _chosen(self, line: int, column: int) -> None:
        answer = self._model.answer
        if answer is None or not 0 < column <= len(answer.definitions):
            return
        part = answer.parts[line] if line < len(answer.parts) else None
        question = self._model.behind(answer.definitions[column - 1].id, part)
        if isinstance(question, RowsQuestion):
            self.rows_wanted.emit(question)

    def _save_csv(self) -> None:
        path = self.choose_path(self._proposed("csv"), "CSV (*.csv)")
        if path:
            self._model.save_csv(Path(path))

    def _save_xlsx(self) -> None:
        path = self.choose_path(self._proposed("xlsx"), "XLSX (*.xlsx)")
        if path:
            self._model.save_xlsx(Path(path))

    def _proposed(self, ending: str) -> str:
        answer = self._model.answer
        assert answer is not None  # the buttons are off without one
        return f"{tr('统计')}-{answer.first}-{answer.last}.{ending}"

    def _ask_path(self, name: str, kind: str) -> str:
        from PySide6.QtWidgets import QFileDialog

        path, _ = QFileDialog.getSaveFileName(self, tr("导出"), name, kind)
        return path

    def _build(self) -> None:
        frame, inside = card(tr("统计"))
        asked = QHBoxLayout()
        asked.setSpacing(8)
        for name, field in ((tr("从"), self.first), (tr("到"), self.last)):
            caption = label(name, "heading")
            caption.setBuddy(field)
            asked.addWidget(caption)
            asked.addWidget(field)
        for choice in (self.by, self.about):
            asked.addWidget(choice)
        for button in (self.query, self.csv, self.xlsx):
            button.setMinimumWidth(150)
            asked.addWidget(button)
        asked.addStretch(1)
        inside.addLayout(asked)
        inside.addWidget(self.banner)
        inside.addWidget(self.caption)
        inside.addWidget(self.table, 1)
        down = QVBoxLayout(self)
        down.setContentsMargins(12, 8, 12, 8)
        down.addWidget(frame)
        self.setFocusProxy(self.first)


def _line(part: Part, answer: PeriodFigures) -> tuple[str, ...]:
    if part.withheld:
        return (part_title(part), *(tr("不足十,不予公布") for _ in answer.definitions))
    return (
        part_title(part),
        *(shown.shown(part.figures.get(one.id), one.unit) for one in answer.definitions),
    )


def _day_field(name: str) -> QDateEdit:
    field = QDateEdit()
    field.setAccessibleName(name)
    field.setDisplayFormat("yyyy-MM-dd")
    field.setCalendarPopup(True)
    field.setMinimumHeight(34)
    field.setMinimumWidth(130)
    return field


def _choice(name: str, choices: dict[By, str] | dict[About, str]) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    for value, text in choices.items():
        box.addItem(text, value)
    return box


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)


def _date(field: QDateEdit) -> date:
    chosen = field.date()
    return date(chosen.year(), chosen.month(), chosen.day())
