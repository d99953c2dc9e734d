"""The panel beside the window in a demonstration: put a card, show a code, pull the network.

It stands for the hands of a person at the counter and for the world around it; it never calls a
service. What it does goes over the devices' own wires.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from counter_app.devices.simulators.desk import SimulatedDesk
from ui.widgets.frames import label
from ui.words import tr

People = Sequence[Mapping[str, object]]


class SimulatorPanel(QWidget):
    """Buttons for what happens at a counter. Signals: `closed`."""

    closed = Signal()

    def __init__(
        self, desk: SimulatedDesk, people: People, codes: Sequence[Mapping[str, str]], sign_in: str
    ) -> None:
        super().__init__()
        self._desk = desk
        self.setWindowTitle(tr("模拟器"))
        self.setObjectName("ground")
        self.setMinimumWidth(300)
        self._layout = QVBoxLayout(self)
        self._layout.setSpacing(8)
        self._say = label("", "soft", wrap=True)
        self._layout.addWidget(label(tr("模拟器"), "title"))
        self._layout.addWidget(
            label(tr("代替真实的读卡器、扫码枪、打印机和网络"), "soft", wrap=True)
        )
        self._heading(tr("登录用"))
        self.account = QLineEdit(sign_in)
        self.account.setReadOnly(True)
        self.account.setAccessibleName(tr("演示账号"))
        self._layout.addWidget(self.account)
        self._heading(tr("身份证"))
        self.person = QComboBox()
        self.person.setAccessibleName(tr("哪一张证件"))
        self._people = [one for one in people if one.get("fits_card", True)]
        for person in self._people:
            self.person.addItem(str(person["name"]))
        self._layout.addWidget(self.person)
        self.put = self._button(tr("放上证件"), self._put)
        self.lift = self._button(tr("拿开证件"), desk.lift)
        self._heading(tr("预申请二维码"))
        self.code = QComboBox()
        self.code.setAccessibleName(tr("哪一个码"))
        for code in codes:
            self.code.addItem(f"{code['item_name']} {code['code']}", code["code"])
        self._layout.addWidget(self.code)
        self.show_code = self._button(tr("出示给扫码枪"), self._show_code)
        self._heading(tr("意外"))
        self.network = self._switch(
            tr("拔掉网线"), tr("接回网线"), desk.pull_network, desk.plug_network
        )
        self.paper = self._switch(
            tr("打印机缺纸"),
            tr("放好纸"),
            lambda: desk.printer_state("out"),
            lambda: desk.printer_state("ready"),
        )
        self.reader = self._switch(
            tr("拔掉读卡器"), tr("接回读卡器"), desk.unplug_reader, desk.plug_reader
        )
        self._layout.addWidget(self._say)
        self._layout.addStretch(1)

    def _put(self) -> None:
        self._desk.put(dict(self._people[self.person.currentIndex()]))
        self._say.setText(tr("证件已放在读卡器上。再读之前请先拿开。"))

    def _show_code(self) -> None:
        self._desk.show(f"HCPRE:{self.code.currentData()}")

    def _heading(self, text: str) -> QLabel:
        heading = label(text, "heading")
        self._layout.addWidget(heading)
        return heading

    def _button(self, word: str, what: Callable[[], None]) -> QPushButton:
        button = QPushButton(word)
        button.setAccessibleName(word)
        button.setMinimumHeight(36)
        button.clicked.connect(lambda _=False: what())
        self._layout.addWidget(button)
        return button

    def _switch(
        self, off: str, on: str, switch_off: Callable[[], None], switch_on: Callable[[], None]
    ) -> QPushButton:
        button = QPushButton(off)
        button.setCheckable(True)
        button.setMinimumHeight(36)
        button.setAccessibleName(off)

        def turned(checked: bool) -> None:
            (switch_off if checked else switch_on)()
            button.setText(on if checked else off)
            button.setAccessibleName(button.text())

        button.toggled.connect(turned)
        self._layout.addWidget(button)
        return button

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()
        super().closeEvent(event)
