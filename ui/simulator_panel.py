"""The panel beside the faces in a demonstration: put a card, show a code, pull the network.

It stands for the hands of the people in the hall and for the world around them; it never calls a
service. What it does goes over the devices' own wires.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from counter_app.devices.simulators.desk import SimulatedDesk
from counter_app.devices.simulators.network import SimulatedNetwork
from ui.widgets.frames import label
from ui.words import tr

People = Sequence[Mapping[str, object]]
Codes = Sequence[tuple[str, str]]  # what the code is for, and what it says
ToFront = Callable[[], int]  # brings the face's window before the others; its process, 0 for none

_LOW = 36


class SimulatorPanel(QWidget):
    """A page of buttons for each face, and whether its window is open.

    Signals: `closed`; `wanted(face)` when a window is to be opened; `chosen(face)` with its page.
    """

    closed = Signal()
    wanted = Signal(str)
    chosen = Signal(str)

    def __init__(self, pages: Mapping[str, FacePage]) -> None:
        super().__init__()
        self.setWindowTitle(tr("模拟器"))
        self.setObjectName("ground")
        self.setMinimumWidth(320)
        self.pages = pages
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addWidget(label(tr("模拟器"), "title"))
        column.addWidget(label(tr("代替真实的读卡器、扫码枪、打印机和网络"), "soft", wrap=True))
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName(tr("哪一个界面"))
        for face, page in pages.items():
            self.tabs.addTab(page, page.title)
            page.open_again.clicked.connect(lambda _=False, face=face: self.wanted.emit(face))
        self.tabs.tabBar().setVisible(len(pages) > 1)
        self.tabs.currentChanged.connect(lambda place: self.chosen.emit(list(pages)[place]))
        column.addWidget(self.tabs, 1)
        column.addWidget(label(tr("关闭模拟器,所有窗口一起关闭"), "soft", wrap=True))

    def show_open(self, face: str, *, is_open: bool) -> None:
        """Whether that face's window is open."""
        self.pages[face].show_open(is_open)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()
        super().closeEvent(event)


class FacePage(QWidget):
    """What can be done around one face. `sign_in` is what to sign in with there, "" for nothing."""

    def __init__(self, title: str, sign_in: str = "") -> None:
        super().__init__()
        self.title = title
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 8, 0, 0)
        self.column.setSpacing(8)
        row = QHBoxLayout()
        self._state = label("", "soft")
        self.open_again = _button(tr("打开窗口"))
        row.addWidget(self._state, 1)
        row.addWidget(self.open_again)
        self.column.addLayout(row)
        if sign_in:
            self.heading(tr("登录用"))
            self.account = QLineEdit(sign_in)
            self.account.setReadOnly(True)
            self.account.setAccessibleName(tr("演示账号"))
            self.column.addWidget(self.account)
        self.build()
        self.column.addStretch(1)
        self.show_open(True)

    def build(self) -> None:
        """What this page has besides."""

    def show_open(self, is_open: bool) -> None:
        """Whether the face's window is open."""
        self._state.setText(tr("窗口已打开") if is_open else tr("窗口已关闭"))
        self.open_again.setEnabled(not is_open)

    def heading(self, text: str) -> QLabel:
        """Begin a part."""
        heading = label(text, "heading")
        self.column.addWidget(heading)
        return heading

    def button(self, word: str, what: Callable[[], None]) -> QPushButton:
        """Something that is done at once."""
        button = _button(word)
        button.clicked.connect(lambda _=False: what())
        self.column.addWidget(button)
        return button

    def switch(
        self, off: str, on: str, switch_off: Callable[[], None], switch_on: Callable[[], None]
    ) -> QPushButton:
        """Something that lasts until it is undone."""
        button = _button(off)
        button.setCheckable(True)

        def turned(checked: bool) -> None:
            (switch_off if checked else switch_on)()
            button.setText(on if checked else off)
            button.setAccessibleName(button.text())

        button.toggled.connect(turned)
        self.column.addWidget(button)
        return button


class CablePage(FacePage):
    """A face that has nothing but its network."""

    def __init__(self, title: str, network: SimulatedNetwork, sign_in: str = "") -> None:
        self._network = network
        super().__init__(title, sign_in)

    def build(self) -> None:
        """As promised by FacePage."""
        self.heading(tr("意外"))
        self.network = self.switch(
            tr("拔掉网线"), tr("接回网线"), self._network.pull, self._network.plug
        )


class DeskPage(FacePage):
    """A face with a desk of devices: cards for its reader, codes for its gun."""

    def __init__(
        self,
        title: str,
        desk: SimulatedDesk,
        people: People,
        codes: Codes,
        sign_in: str = "",
        *,
        to_front: ToFront,
    ) -> None:
        self._desk = desk
        self._to_front = to_front
        self._why_not = _why_no_gun_types(desk)
        self._people = [one for one in people if one.get("fits_card", True)]
        self._codes = codes
        super().__init__(title, sign_in)

    def build(self) -> None:
        """As promised by FacePage."""
        desk = self._desk
        self.heading(tr("身份证"))
        self.person = QComboBox()
        self.person.setAccessibleName(tr("哪一张证件"))
        self.person.addItems([str(person["name"]) for person in self._people])
        self.column.addWidget(self.person)
        self._say = label("", "soft", wrap=True)
        self.put = self.button(tr("放上证件"), self._put)
        self.lift = self.button(tr("拿开证件"), self._lift)
        self.column.addWidget(self._say)
        self.heading(self.code_heading())
        self.code = QComboBox()
        self.code.setAccessibleName(tr("哪一个码"))
        for what, payload in self._codes:
            self.code.addItem(what, payload)
        self.column.addWidget(self.code)
        self.show_code = self.button(tr("出示给扫码枪"), self._show_code)
        self.type_code = self.button(tr("出示给键盘模式的扫码枪"), self._type_code)
        self.typed = label(self._why_not, "soft", wrap=True)
        self.column.addWidget(self.typed)
        self.typed.setVisible(bool(self._why_not))
        self.heading(tr("意外"))
        self.network = self.switch(
            tr("拔掉网线"), tr("接回网线"), desk.pull_network, desk.plug_network
        )
        self.printer()
        self.reader = self.switch(
            tr("拔掉读卡器"), tr("接回读卡器"), desk.unplug_reader, desk.plug_reader
        )

    def show_open(self, is_open: bool) -> None:
        """As promised by FacePage; a gun types into an open window only."""
        super().show_open(is_open)
        self.type_code.setEnabled(is_open and not self._why_not)

    def code_heading(self) -> str:
        """What the codes are."""
        return tr("预申请二维码")

    def printer(self) -> None:
        """What may happen to the printer."""
        desk = self._desk
        self.paper = self.switch(
            tr("打印机缺纸"),
            tr("放好纸"),
            lambda: desk.printer_state("out"),
            lambda: desk.printer_state("ready"),
        )

    def _put(self) -> None:
        self._desk.put(dict(self._people[self.person.currentIndex()]))
        self._say.setText(tr("证件已放在读卡器上。再读之前请先拿开。"))

    def _lift(self) -> None:
        self._desk.lift()
        self._say.setText("")

    def _show_code(self) -> None:
        self._desk.show(str(self.code.currentData()))

    def _type_code(self) -> None:
        typed = self._desk.type(str(self.code.currentData()), self._to_front())
        self.typed.setText("" if typed else tr("窗口没有到前面来,什么也没有键入,请再试一次"))
        self.typed.setVisible(not typed)


class KioskPage(DeskPage):
    """A kiosk's desk, whose printer makes tickets."""

    def code_heading(self) -> str:
        """As promised by DeskPage."""
        return tr("预约码")

    def printer(self) -> None:
        """As promised by DeskPage."""
        desk = self._desk
        self.paper = self.switch(
            tr("打印机缺纸"),
            tr("放好纸"),
            lambda: desk.ticket_printer_state("out"),
            lambda: desk.ticket_printer_state("ready"),
        )
        self.cut_off = self.button(
            tr("下一张打到一半断电"), lambda: desk.ticket_printer_state("reset")
        )


def _why_no_gun_types(desk: SimulatedDesk) -> str:
    """Why a gun's keys cannot be pressed here, "" where they can."""
    if desk.no_keyboard == "no_library":
        return tr("键盘模式的扫码枪需要系统库 libXtst(Debian 软件包 libxtst6)")
    if desk.no_keyboard == "no_xtest":
        return tr("这个显示服务器没有 XTEST 扩展,不能模拟键盘模式的扫码枪")
    if desk.no_keyboard or QGuiApplication.platformName() != "xcb":
        return tr("只有在 X11 桌面上才能模拟键盘模式的扫码枪")
    return ""


def _button(word: str) -> QPushButton:
    button = QPushButton(word)
    button.setAccessibleName(word)
    button.setMinimumHeight(_LOW)
    return button
