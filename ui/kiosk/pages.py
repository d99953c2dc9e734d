"""The kiosk's pages. Each shows the model and passes touches on; `refresh` shows what is new."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from counter_app.domain.board import aloud
from counter_app.ports.ticketing import OfferedService
from ui.kiosk import look
from ui.kiosk.card_picture import CardPicture
from ui.kiosk.look import BigButton, Text
from ui.kiosk.model import KioskModel, Step
from ui.words import english_is_spoken, tr

_NUMBER = re.compile(r"[A-Z][0-9]{3,6}")
SERVICES_A_PAGE = 6


class Page(QWidget):
    """A page of the kiosk; `wide` on a lying screen."""

    def __init__(self, model: KioskModel, *, wide: bool) -> None:
        super().__init__()
        self.model, self.wide = model, wide
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(look.gap())
        self.said = Said()
        self.build()

    def build(self) -> None:
        """Put the page together."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Show what changed."""
        self.said.show_message(self.model)

    def spoken(self) -> str:
        """The page for who cannot see it: what it says, then what can be touched."""
        told = [one.text() for one in self.findChildren(Text) if one.isVisibleTo(self)]
        offered = [
            f"{one.word} {one.accessibleDescription()}".strip()
            for one in self.findChildren(BigButton)
            if one.isVisibleTo(self) and one.isEnabled()
        ]
        return numbers_apart(tr("。").join(one for one in (*told, *offered) if one))

    def add(self, widget: QWidget, stretch: int = 0) -> None:
        """The next thing on the page."""
        self.column.addWidget(widget, stretch)

    def side_by_side(self, *widgets: QWidget) -> None:
        """One beside the other on a lying screen, one below the other on a standing one."""
        box = QHBoxLayout() if self.wide else QVBoxLayout()
        box.setSpacing(look.gap())
        for one in widgets:
            box.addWidget(one)
        self.column.addLayout(box)

    def grid(
        self, buttons: Sequence[QWidget], across: int, stretch: int = 1, gap: int | None = None
    ) -> QGridLayout:
        """Buttons in rows."""
        grid = QGridLayout()
        grid.setSpacing(look.gap() if gap is None else gap)
        for place, button in enumerate(buttons):
            grid.addWidget(button, place // across, place % across)
        for column in range(across):
            grid.setColumnStretch(column, 1)
        self.column.addLayout(grid, stretch)
        return grid


def numbers_apart(text: str) -> str:
    """Tickets' numbers in it as they are spoken, digit by digit."""

    def apart(found: re.Match[str]) -> str:
        return " ".join(found[0]) if english_is_spoken() else aloud(found[0])

    return _NUMBER.sub(apart, text)


class Said(QFrame):
    """What has to be said: a sentence, and what to do."""

    def __init__(self) -> None:
        super().__init__()
        look.panel(self, look.WARN_GROUND)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(*look.margins(28, 20))
        self._what = Text("", 32, bold=True, colour=look.WARN_INK)
        self._do = Text("", 28, colour=look.WARN_INK)
        inside.addWidget(self._what)
        inside.addWidget(self._do)
        self.hide()

    def show_message(self, model: KioskModel) -> None:
        """The model's message, or nothing."""
        if model.said is not None:
            self.say(model.said.what, model.said.do)
        else:
            self.hide()

    def say(self, what: str, do: str) -> None:
        """Show this."""
        self._what.setText(what)
        self._do.setText(do)
        self.show()


def panel_of(*texts: QWidget) -> QFrame:
    """Texts one below the other in the middle of a ground of their own."""
    box = QFrame()
    look.panel(box, look.PANEL)
    inside = QVBoxLayout(box)
    inside.setContentsMargins(*look.margins(40, 24))
    inside.setSpacing(look.dots(12))
    inside.addStretch(1)
    for one in texts:
        inside.addWidget(one)
    inside.addStretch(1)
    return box


class CardPanel(QFrame):
    """What is asked for, beside a picture of it."""

    def __init__(self, *texts: QWidget) -> None:
        super().__init__()
        look.panel(self, look.PANEL)
        self.picture = CardPicture()
        across = QHBoxLayout(self)
        across.setContentsMargins(*look.margins(72, 24))
        across.setSpacing(look.dots(48))
        down = QVBoxLayout()
        down.setSpacing(look.dots(12))
        down.addStretch(1)
        for one in texts:
            down.addWidget(one)
        down.addStretch(1)
        across.addWidget(self.picture)
        across.addLayout(down, 1)


def touch(button: BigButton, act: Callable[[], None]) -> BigButton:
    """What a touch does."""
    button.clicked.connect(lambda _checked: act())
    return button


class WelcomePage(Page):
    """欢迎: the card, or one of four choices."""

    def build(self) -> None:
        """As promised by Page."""
        model = self.model
        self._card = CardPanel(
            Text(tr("请把身份证放在读卡区"), 56, bold=True),
            Text(tr("也可以扫预约码,或点下面的按钮"), 28, colour=look.SOFT),
        )
        self.add(self._card, 2)
        self.add(self.said)
        self.choices = [
            touch(
                BigButton(tr("我要取号"), tr("办事、咨询"), main=True, pixels=48),
                model.take_number,
            ),
            touch(
                BigButton(tr("预约签到"), tr("已在网上预约"), pixels=48),
                lambda: model.go(Step.CODE),
            ),
            touch(
                BigButton(tr("我的办件"), tr("办到哪一步了"), pixels=48),
                lambda: model.go(Step.CARD, looking=True),
            ),
            touch(BigButton(tr("呼叫工作人员"), tr("需要帮助"), pixels=48), model.call_staff),
        ]
        self.grid(self.choices, 4 if self.wide else 2, 3)
        if not self.wide:
            self.column.addStretch(1)

    def refresh(self) -> None:
        """As promised by Page."""
        for choice in self.choices[:3]:
            choice.setEnabled(self.model.online and self.model.hall is not None)
        self._card.setVisible(self.model.online)  # no card can be used then
        if not self.model.online:
            self.said.say(
                tr("连不上平台,现在不能取号、签到、查办件"),
                tr("请到咨询台取号。连上后自动恢复。"),
            )
        else:
            self.said.show_message(self.model)


class CardPage(Page):
    """刷证: put the card on, or go on without."""

    def build(self) -> None:
        """As promised by Page."""
        model = self.model
        self._note = Text("", 28, colour=look.SOFT)
        asked = Text(tr("请把身份证放在读卡区"), 56, bold=True)
        self._card = CardPanel(asked, self._note)
        self.add(self._card, 3)
        self.add(self.said)
        if not model.looking:
            without = BigButton(tr("没有带证件"), tr("不用证件取号"), pixels=40)
            self.add(touch(without, lambda: model.go(Step.SERVICES)), 1)
        self.column.addStretch(1 if self.wide else 2)

    def refresh(self) -> None:
        """As promised by Page."""
        super().refresh()
        if self.model.busy:
            self._note.setText(tr("正在查询…"))
        elif not self.model.reader_works:
            self._note.setText(tr("读卡器现在不能用"))
        else:
            self._note.setText(tr("读完前请不要移动"))
        crowded = self.wide and look.is_large() and self.model.said is not None
        for one in (self._note, self._card.picture):
            one.setVisible(not crowded)


class ServicesPage(Page):
    """选业务: what for, with how many wait."""

    def build(self) -> None:
        """As promised by Page."""
        model = self.model
        self._first = 0
        self._a_page = 3 if self.wide and look.is_large() else SERVICES_A_PAGE
        self._card = Text("", 28, colour=look.SOFT)
        self.side_by_side(Text(tr("请选择要办的业务"), 44, bold=True), self._card)
        self.add(self.said)
        self._grid = QGridLayout()
        self._grid.setSpacing(look.gap())
        self.column.addLayout(self._grid, 1)
        self.services: list[BigButton] = []
        self._shown: object = None
        row = QHBoxLayout()
        row.setSpacing(look.gap())
        self.more = touch(BigButton(tr("更多业务"), low=True), self._turn)
        self.priority = BigButton(tr("需要优先服务"), low=True)
        self.priority.setCheckable(True)
        self.priority.setChecked(model.priority)
        self.priority.toggled.connect(self._set_priority)
        row.addWidget(self.more)
        row.addWidget(self.priority)
        self.column.addLayout(row)

    def _set_priority(self, wanted: bool) -> None:
        self.model.priority = wanted

    def _turn(self) -> None:
        self._first += self._a_page
        self.refresh()

    def refresh(self) -> None:
        """As promised by Page."""
        super().refresh()
        model = self.model
        offered = model.hall.services if model.hall else ()
        if self._first >= len(offered):
            self._first = 0
        known = model.identity is not None
        self._card.setText(tr("已读到证件") if known else tr("没有刷证;也可以现在放上证件"))
        self.more.setVisible(len(offered) > self._a_page)
        shown = (self._first, offered)
        if shown != self._shown:
            self._shown = shown
            self._show(offered[self._first : self._first + self._a_page])
        for button in self.services:
            button.setEnabled(model.online and not model.busy)

    def _show(self, offered: Sequence[OfferedService]) -> None:
        notes = [tr("等候 {count} 人", count=one.waiting) for one in offered]
        if [one.name for one in offered] == [button.word for button in self.services]:
            for button, note in zip(self.services, notes, strict=True):
                button.set_note(note)  # in place: a finger may be on it
            return
        for button in self.services:
            self._grid.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.services = []
        across = 3 if self.wide else 2
        for column in range(across):
            self._grid.setColumnStretch(column, 1)
        for place, one in enumerate(offered):
            note = tr("等候 {count} 人", count=one.waiting)
            button = BigButton(one.name, note, pixels=34)
            touch(button, lambda code=one.code: self.model.choose(code))  # type: ignore[misc]
            self._grid.addWidget(button, place // across, place % across)
            self.services.append(button)


class CodePage(Page):
    """预约签到: the code by gun, or typed on the screen."""

    KEYS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

    def build(self) -> None:
        """As promised by Page."""
        self.typed = ""
        self._shown = Text("", 64, bold=True, middle=True)
        self._shown.setMinimumHeight(round(look.px(64) * 1.5))
        look.panel(self._shown, look.PANEL)
        self._asked = Text(tr("请扫预约码,或输入 8 位预约码"), 44, bold=True)
        if self.wide:
            self.side_by_side(self._asked, self.said, self._shown)
        else:
            self.side_by_side(self._asked, self._shown, self.said)
        self.keys = {
            key: touch(BigButton(key, pixels=40), lambda key=key: self._type(key))  # type: ignore[misc]
            for key in self.KEYS
        }
        across = 12 if self.wide else 8
        grid = self.grid(list(self.keys.values()), across, 2, look.key_gap())
        erase = touch(BigButton(tr("删除")), lambda: self._type(""))
        self.enter = touch(BigButton(tr("签到"), main=True), self._enter)
        last, used = divmod(len(self.keys), across)
        room = (across - used) // 2
        grid.addWidget(erase, last, used, 1, room)
        grid.addWidget(self.enter, last, used + room, 1, room)
        self.column.addStretch(0 if self.wide else 1)

    def spoken(self) -> str:
        """As promised by Page; the keys are not read out one by one."""
        said = self.model.said
        told = [tr("请扫预约码,或输入 8 位预约码"), *((said.what, said.do) if said else ())]
        return tr("。").join(told)

    def _type(self, key: str) -> None:
        self.typed = (self.typed + key)[:8] if key else self.typed[:-1]
        self.refresh()

    def _enter(self) -> None:
        self.model.enter_code(self.typed)

    def refresh(self) -> None:
        """As promised by Page."""
        super().refresh()
        self._asked.setVisible(not (self.wide and self.model.said))  # there is room for one
        self._shown.setText(" ".join(self.typed.ljust(8, "–")))
        self.enter.setEnabled(self.model.online and not self.model.busy)


class StaffPage(Page):
    """呼叫工作人员."""

    def build(self) -> None:
        """As promised by Page."""
        rings = self.model.rings
        what = Text(
            tr("已呼叫工作人员,请稍等") if rings else tr("请到咨询台"), 56, bold=True, middle=True
        )
        then = Text(tr("工作人员会帮您取号、查询。"), 32, colour=look.SOFT, middle=True)
        self.add(panel_of(what, then), 1)
        self.column.addStretch(2)
