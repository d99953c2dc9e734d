"""The rows behind a figure, and how the figures are reckoned; Esc closes either."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from counter_app.domain.figures import Definition
from ui.supervisor.figure_words import formula, title, unit
from ui.supervisor.rows_model import RowsModel
from ui.supervisor.table import Table
from ui.widgets.banner import Banner
from ui.widgets.frames import label
from ui.widgets.key_button import KeyButton
from ui.words import tr


class RowsDialog(QDialog):
    """A figure's rows, page by page."""

    def __init__(self, model: RowsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        model.setParent(self)
        self.setWindowTitle(model.title)
        self.resize(760, 560)
        self.table = Table(model.title, words=4)
        self.formula = label(role="soft", wrap=True)
        self.count = label(role="soft")
        self.banner = Banner()
        self.more = KeyButton(tr("更多"), "F9", small=True)
        self.shut = KeyButton(tr("关闭"), "Esc", small=True)
        self.shut.clicked.connect(self.reject)
        self.more.clicked.connect(model.more)
        model.changed.connect(self._show)
        model.said.connect(self.banner.say)
        down = QVBoxLayout(self)
        down.addWidget(label(model.title, "title"))
        down.addWidget(self.formula)
        down.addWidget(self.banner)
        down.addWidget(self.table, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.count, 1)
        foot.addWidget(self.more)
        foot.addWidget(self.shut)
        down.addLayout(foot)
        self.more.setMinimumWidth(110)
        self.shut.setMinimumWidth(110)
        self.more.setVisible(False)
        self.count.setText(tr("正在查询…"))
        self.table.setFocus()
        model.more()

    def _show(self) -> None:
        self.banner.clear()
        self.formula.setText(self.model.formula)
        self.formula.setVisible(bool(self.model.formula))
        self.table.empty = tr("没有明细")  # not before it was asked for
        self.table.set_head(self.model.head)
        self.table.show_lines(self.model.lines)
        whole = self.model.is_whole
        self.more.setVisible(not whole)
        count = len(self.model.lines)
        self.count.setText(
            tr("共 {count} 条", count=count) if whole else tr("已显示 {count} 条", count=count)
        )


class DefinitionsDialog(QDialog):
    """How each figure is reckoned (怎样算的)."""

    def __init__(
        self, definitions: tuple[Definition, ...], figure: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("怎样算的"))
        self.resize(860, 560)
        self._definitions = definitions
        self.table = Table(tr("指标"), words=2)
        self.table.set_head((tr("指标"), tr("单位")))
        self.table.show_lines(tuple((title(one), unit(one)) for one in definitions))
        self.title = label(role="title", wrap=True)
        self.formula = label(wrap=True)
        self.events = label(role="soft", wrap=True)
        self.shut = KeyButton(tr("关闭"), "Esc", small=True)
        self.shut.clicked.connect(self.reject)
        beside = QVBoxLayout()
        for text in (self.title, self.formula, self.events):
            beside.addWidget(text)
        beside.addStretch(1)
        beside.addWidget(self.shut)
        across = QHBoxLayout(self)
        across.setSpacing(16)
        across.addWidget(self.table, 1)
        across.addLayout(beside, 1)
        self.table.currentCellChanged.connect(lambda row, *_: self._show(row))
        ids = [one.id for one in definitions]
        place = ids.index(figure) if figure in ids else 0
        if definitions:
            self.table.setCurrentCell(place, 0)
            self._show(place)
        self.table.setFocus()

    def _show(self, place: int) -> None:
        if 0 <= place < len(self._definitions):
            one = self._definitions[place]
            self.title.setText(title(one))
            self.formula.setText(formula(one))
            self.events.setText(tr("依据的事件:{events}", events=", ".join(one.events)))
