"""The live page (大厅实况): who waits, what each window does, how the day has been."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from counter_app.domain.figures import Definition, LiveHall, LiveWindow, ServiceWaiting, Value
from ui import theme
from ui.supervisor import shown
from ui.supervisor.chart import CourseChart
from ui.supervisor.figure_words import forecast_formula
from ui.supervisor.model import LiveModel
from ui.supervisor.table import Fit, Table
from ui.supervisor.tile import Tile
from ui.widgets.frames import card, label
from ui.widgets.key_button import KeyButton
from ui.words import tr

WAITING = "waiting"
FORECAST = "forecast"
CLOSED = "closed"
_TILES_A_LINE = 6
_SERVICE_FIGURES = {1: WAITING, 2: WAITING, 4: WAITING, 5: "tickets_taken", 6: "tickets_finished"}
_WINDOW_FIGURES = {5: "tickets_finished", 6: "service_mean"}


class LivePage(QWidget):
    """Shows the model. Signals: `rows_wanted(figure, service, window)`, texts, "" for all."""

    rows_wanted = Signal(str, str, str)

    def __init__(self, model: LiveModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.tiles = _tiles()
        self.chart = CourseChart()
        self.course = Table(tr("今天的来与办"), words=1, fit=Fit.EVEN, empty=tr("今天还没有人取号"))
        self.services = Table(tr("按业务"), words=1)
        self.windows = Table(tr("窗口"), words=5, fit=Fit.EVEN)
        self._order: tuple[LiveWindow, ...] = ()
        self.swap = KeyButton(tr("图/表"), "F6", small=True)
        self._sides = QStackedWidget()
        self._focused = ""
        self._build()
        for tile in self.tiles.values():
            tile.focused.connect(self._focus_moved)
            tile.clicked.connect(lambda _=False, one=tile: self._tile_pressed(one))
        self.swap.clicked.connect(self._swap)
        self.services.chosen.connect(self._service_chosen)
        self.windows.chosen.connect(self._window_chosen)
        model.changed.connect(self.show_live)
        self.show_live()

    def focused_figure(self) -> str:
        """The figure the focus was on last, or "": a key of the bar takes the focus with it."""
        return self._focused

    def _focus_moved(self, figure: str) -> None:
        self._focused = figure

    def show_live(self) -> None:
        """Show the last good values."""
        live = self._model.live
        if live is None:
            for tile in self.tiles.values():
                tile.show_figure(shown.NOTHING, "", "")
            self.chart.show_course(())
            for table in (self.course, self.services, self.windows):
                table.show_lines(())
            return
        theme.cover("".join(one.operator_name for one in live.windows))
        self._name_columns(shown.by_id(live.definitions))
        self._show_tiles(live)
        self.chart.show_course(live.course)
        self.course.show_lines(
            tuple(
                (one.begins, str(one.taken), str(one.called), str(one.finished))
                for one in live.course
            )
        )
        parts = {part.label: part for part in live.services}
        self.services.show_lines(
            tuple(
                _service_line(one, parts[one.service].figures if one.service in parts else {})
                for one in live.queue.services
            )
        )
        self._order = tuple(sorted(live.windows, key=lambda one: one.state == CLOSED))
        self.windows.show_lines(tuple(_window_line(one) for one in self._order))

    def _name_columns(self, known: Mapping[str, Definition]) -> None:
        """Name the columns of both tables, each figure with its definition."""
        taken, finished, mean = (
            shown.explained(known.get(figure))
            for figure in ("tickets_taken", "tickets_finished", "service_mean")
        )
        waiting = _waiting_meaning()
        expected = tr("由平台按前面的人数、平均办理时长和开着的窗口数估计。")
        self.services.set_head(
            (
                *(tr("业务"), tr("等候"), tr("最久"), tr("开窗"), tr("预计等候")),
                *(tr("取号"), tr("办结")),
            ),
            ("", waiting, waiting, "", expected, taken, finished),
        )
        self.windows.set_head(
            (
                *(tr("窗口"), tr("状态"), tr("手中的号"), tr("自"), tr("窗口员")),
                *(tr("今日办结"), tr("平均办理时长")),
            ),
            ("", "", "", "", "", finished, mean),
        )

    def _show_tiles(self, live: LiveHall) -> None:
        known = shown.by_id(live.definitions)
        for name, tile in self.tiles.items():
            if name == WAITING:
                detail = _longest(live)
                if live.queue.held:
                    detail = tr("未出票 {count} · {waits}", count=live.queue.held, waits=detail)
                tile.show_figure(str(live.queue.waiting), detail, _waiting_meaning())
            elif name == FORECAST:
                forecast = live.forecast
                past = tr("{hour} 时,据此前 {days} 周", hour=forecast.hour, days=forecast.days)
                detail = past if forecast.days else tr("还没有以往的日子可依")
                arrivals = shown.shown(forecast.arrivals)
                tile.show_figure(arrivals, detail, forecast_formula(forecast))
            else:
                definition = known.get(name)
                unit = definition.unit if definition is not None else ""
                value = shown.shown(live.today.figures.get(name), unit)
                tile.show_figure(value, "", shown.explained(definition))

    def _tile_pressed(self, tile: Tile) -> None:
        figure = "tickets_taken" if tile.figure == FORECAST else tile.figure
        self.rows_wanted.emit(figure, "", "")

    def _service_chosen(self, line: int, column: int) -> None:
        live = self._model.live
        if live is not None and line < len(live.queue.services):
            figure = _SERVICE_FIGURES.get(column, "tickets_taken")
            self.rows_wanted.emit(figure, live.queue.services[line].service, "")

    def _window_chosen(self, line: int, column: int) -> None:
        if line < len(self._order):
            figure = _WINDOW_FIGURES.get(column, "tickets_called")
            self.rows_wanted.emit(figure, "", self._order[line].window)

    def _swap(self) -> None:
        self._sides.setCurrentIndex(1 - self._sides.currentIndex())
        (self.chart if self._sides.currentIndex() == 0 else self.course).setFocus()

    def _build(self) -> None:
        tiles = QGridLayout()
        tiles.setSpacing(8)
        for place, tile in enumerate(self.tiles.values()):
            tiles.addWidget(tile, place // _TILES_A_LINE, place % _TILES_A_LINE)
        self.course.set_head((tr("从"), tr("到达"), tr("叫号"), tr("办结")))
        self._name_columns({})
        self._sides.addWidget(self.chart)
        self._sides.addWidget(self.course)
        course, inside = card(tr("今天的来与办"))
        head = QHBoxLayout()
        head.addWidget(label(tr("今天的来与办(每 15 分钟)"), "heading"), 1)
        self.swap.setFixedWidth(150)
        head.addWidget(self.swap)
        inside.addLayout(head)
        inside.addWidget(self._sides, 1)
        services, within = card(tr("按业务"))
        within.addWidget(label(tr("按业务(取号、办结为今日)"), "heading"))
        within.addWidget(self.services, 1)
        windows, under = card(tr("窗口"))
        under.addWidget(label(tr("窗口"), "heading"))
        under.addWidget(self.windows, 1)
        for layout in (inside, within, under):
            layout.setContentsMargins(12, 8, 12, 8)
        grid = QGridLayout()
        grid.setSpacing(8)
        grid.addWidget(course, 0, 0)
        grid.addWidget(services, 0, 1)
        grid.addWidget(windows, 1, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(0, 5)
        grid.setRowStretch(1, 4)
        down = QVBoxLayout(self)
        down.setContentsMargins(12, 8, 12, 8)
        down.setSpacing(8)
        down.addLayout(tiles)
        down.addLayout(grid, 1)


def _tiles() -> dict[str, Tile]:
    titles = {
        WAITING: tr("现在等候"),
        "tickets_taken": tr("今日取号"),
        "tickets_finished": tr("今日办结"),
        "tickets_passed": tr("今日过号"),
        "wait_longest": tr("今日最长等候"),
        FORECAST: tr("下一小时预计到达"),
        "wait_mean": tr("等候 平均"),
        "wait_median": tr("等候 中位"),
        "wait_p90": tr("等候 九成"),
        "service_mean": tr("办理 平均"),
        "service_median": tr("办理 中位"),
        "service_p90": tr("办理 九成"),
    }
    return {figure: Tile(figure, title) for figure, title in titles.items()}


def _waiting_meaning() -> str:
    return tr("现在在队列里、还没有被呼叫的号;最久的一个已等多长时间由平台给出。")


def _longest(live: LiveHall) -> str:
    """The service whose first has waited longest, as the platform gives the waits."""
    waiting = [one for one in live.queue.services if one.waiting]
    if not waiting:
        return tr("没有人在等")
    one = max(waiting, key=lambda service: service.longest_wait_s)
    return tr("最久 {time}({service})", time=shown.duration(one.longest_wait_s), service=one.name)


def _service_line(one: ServiceWaiting, figures: Mapping[str, Value]) -> tuple[str, ...]:
    waits = one.waiting > 0
    return (
        one.name,
        str(one.waiting),
        shown.duration(one.longest_wait_s) if waits else shown.NOTHING,
        str(one.expected.open_windows),
        shown.duration(one.expected.seconds) if one.expected.open_windows else shown.NOTHING,
        shown.shown(figures.get("tickets_taken", 0)),
        shown.shown(figures.get("tickets_finished", 0)),
    )


def _window_line(one: LiveWindow) -> tuple[str, ...]:
    states = {"open": tr("● 叫号中"), "paused": tr("▲ 暂停"), CLOSED: tr("○ 未开")}
    state = states.get(one.state, one.state) if one.active else tr("× 停用")
    return (
        one.name,
        f"{state}:{one.reason}" if one.reason else state,
        one.in_hand or shown.NOTHING,
        shown.clock_of(one.in_hand_since if one.in_hand else one.since) or shown.NOTHING,
        one.operator_name or shown.NOTHING,
        str(one.finished),
        shown.shown(one.service_mean, shown.SECONDS),
    )
