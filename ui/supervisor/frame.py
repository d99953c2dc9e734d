"""What a signed-in supervisor sees: the bar with state and keys, the pages beneath it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ui import theme
from ui.messages import Message
from ui.supervisor.live_page import LivePage
from ui.supervisor.model import LiveModel
from ui.supervisor.period_model import PeriodModel
from ui.supervisor.period_page import PeriodPage
from ui.widgets.banner import Banner
from ui.widgets.frames import label
from ui.widgets.key_button import KeyButton
from ui.widgets.state_chip import StateChip
from ui.words import tr


class SupervisorPages(QWidget):
    """The live page (F2) and the period page (F3), and how fresh the live one is."""

    def __init__(self, live: LiveModel, period: PeriodModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._model = live
        self.live = LivePage(live)
        self.period = PeriodPage(period)
        self.state = StateChip(tr("平台"), on_bar=True)
        self.banner = Banner()
        self.to_live = KeyButton(tr("大厅实况"), "F2", small=True)
        self.to_period = KeyButton(tr("统计"), "F3", small=True)
        self.again = KeyButton(tr("刷新"), "F5", small=True)
        self.explain = KeyButton(tr("怎样算的"), "F1", small=True)
        self.leave = KeyButton(tr("退出登录"), "Ctrl+Q", small=True)
        self._hall = label(role="place")
        self._who = label()
        self._pages = QStackedWidget()
        self._begun = False
        self._build()
        self.to_live.clicked.connect(self.show_live)
        self.to_period.clicked.connect(self.show_period)
        self.again.clicked.connect(live.look)
        live.changed.connect(self._show_state)
        live.said.connect(self.say)
        self.state.clicked.connect(live.look)
        self._show_state()

    def begin(self) -> None:
        """A supervisor has signed in."""
        session = self._model.session
        name = session.operator.name if session is not None else ""
        theme.cover(name)
        self._who.setText(name)
        self._begun = False
        self.banner.clear()
        self.show_live()

    def say(self, said: Message) -> None:
        """Show a message above the pages."""
        self.banner.say(said)

    def show_live(self) -> None:
        """The live page."""
        self._pages.setCurrentWidget(self.live)
        next(iter(self.live.tiles.values())).setFocus()

    def show_period(self) -> None:
        """The period page."""
        self._pages.setCurrentWidget(self.period)
        self.period.first.setFocus()

    def focused_figure(self) -> str:
        """The figure the focus is on, or ""."""
        page = self._pages.currentWidget()
        assert isinstance(page, LivePage | PeriodPage)
        return page.focused_figure()

    def _show_state(self) -> None:
        live, online = self._model.live, self._model.online
        self._hall.setText(live.name if live is not None else tr("大厅负责人"))
        if live is None:
            self.state.show_state(tr("正在连接…"), "warn")
            return
        at = live.at.strftime("%H:%M:%S")
        if online:
            self.state.show_state(tr("实时 · 截至 {time}", time=at), "ok")
            self.banner.clear()
        else:
            self.state.show_state(tr("离线 · 截至 {time}", time=at), "warn")
            self.banner.say(
                Message(
                    tr("连不上平台,下面是 {time} 的数据", time=at),
                    tr("连上后会自动更新。"),
                    "warn",
                )
            )
        if not self._begun:
            self._begun = True
            self.period.begin(live.day)

    def _build(self) -> None:
        bar = QFrame()
        bar.setObjectName("bar")
        bar.setFixedHeight(52)
        across = QHBoxLayout(bar)
        across.setContentsMargins(16, 0, 16, 0)
        across.setSpacing(8)
        across.addWidget(self._hall)
        for button, width in (
            (self.to_live, 130),
            (self.to_period, 110),
            (self.again, 100),
            (self.explain, 130),
        ):
            button.setFixedWidth(width)
            across.addWidget(button)
        across.addStretch(1)
        across.addWidget(self.state)
        across.addWidget(self._who)
        self.leave.setFixedWidth(150)
        across.addWidget(self.leave)
        self._pages.addWidget(self.live)
        self._pages.addWidget(self.period)
        down = QVBoxLayout(self)
        down.setContentsMargins(0, 0, 0, 0)
        down.setSpacing(0)
        down.addWidget(bar)
        down.addWidget(self.banner)
        down.addWidget(self._pages, 1)
