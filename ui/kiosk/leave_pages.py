"""The pages of the way out: name and password, then a code or a security key where one is asked."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.kiosk import look
from ui.kiosk.keyboard import DIGITS, LETTERS, ScreenKeyboard
from ui.kiosk.look import BigButton, Text
from ui.kiosk.pages import Page, touch
from ui.kiosk.way_out import WayOut
from ui.sign_in.fields import field, forget
from ui.sign_in.flow import Screen
from ui.words import tr

_LONGEST_PASSWORD = 200
_LONGEST_CODE = 12  # six digits, with spaces as people type them
_LONGEST_PIN = 63  # bytes of UTF-8 (CTAP 2.2, 6.5.1)


class _WayOutPage(Page):
    """A step of it: fields that forget what was typed, and a keyboard that types into them."""

    fields: tuple[QLineEdit, ...]
    keyboard: ScreenKeyboard

    @property
    def way_out(self) -> WayOut:
        """The sign-in."""
        return self.model.way_out

    @property
    def enter(self) -> BigButton:
        """What goes on."""
        return self.keyboard.enter

    def head(self, title: str, wanted: str) -> None:
        """What is asked for."""
        self._head = Text(title, 44, bold=True), Text(wanted, 28, colour=look.SOFT)
        for one in self._head:
            self.add(one)

    def ask(self, *fields: QLineEdit, word: str, keys: str = LETTERS) -> None:
        """The fields side by side where there is room, and the keyboard below what is said."""
        self.fields = fields
        for one in fields:
            one.setPlaceholderText(one.accessibleName())
            high, room = look.target() - 4, look.dots(16)
            one.setStyleSheet(
                f"font-size: {look.px(32)}px; min-height: {high}px; padding: 0 {room}px;"
            )
        others = self._other_way()
        self.side_by_side(*fields, *(others if self.wide else ()))
        self.add(self.said)
        self.keyboard = ScreenKeyboard(fields, word, wide=self.wide, keys=keys)
        self.keyboard.entered.connect(self.go_on)
        fields[-1].returnPressed.connect(self.go_on)
        self.add(self.keyboard)
        for other in () if self.wide else others:
            self.add(other)

    def _other_way(self) -> list[QWidget]:
        """To the other factor, where the account has both."""
        other = self.way_out.flow.other
        if other is None:
            return []
        word = tr("改用安全密钥") if other is Screen.KEY else tr("改用动态口令")
        self.other = touch(BigButton(word, low=True), self.way_out.flow.turn_to_other)
        return [self.other]

    def go_on(self) -> None:
        """What the keyboard's enter does."""
        raise NotImplementedError

    def spoken(self) -> str:
        """As promised by Page: nothing of what staff type."""
        return tr("退出自助服务")

    def refresh(self) -> None:
        """As promised by Page."""
        super().refresh()
        for one in self._head:  # a lying screen has no room for both
            one.setVisible(not (self.wide and self.model.said))
        self.enter.setEnabled(not self.way_out.flow.is_busy)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        (self if self.fields[0].isHidden() else self.fields[0]).setFocus()


class LeavePage(_WayOutPage):
    """退出: a supervisor signs in, on the screen's keyboard or one of their own."""

    def build(self) -> None:
        """As promised by Page."""
        self.head(tr("退出自助服务"), tr("由大厅负责人登录。"))
        self.username = field(tr("用户名"))
        self.password = field(tr("密码"), secret=True, longest=_LONGEST_PASSWORD)
        self.username.returnPressed.connect(self.password.setFocus)
        self.ask(self.username, self.password, word=tr("退出"))
        self.column.addStretch(1)

    def go_on(self) -> None:
        """From the name to the password, and from there out."""
        if self.password.text():
            password = self.password.text()
            forget(self.password)
            self.way_out.flow.begin(self.username.text().strip(), password)
        else:
            self.password.setFocus()


class LeaveByCodePage(_WayOutPage):
    """退出: the code of the supervisor's phone (动态口令)."""

    def build(self) -> None:
        """As promised by Page."""
        self.head(tr("动态口令"), tr("请输入手机上现在显示的 6 位数字。"))
        self.code = field(tr("6 位动态口令"), longest=_LONGEST_CODE)
        self.ask(self.code, word=tr("退出"), keys=DIGITS)
        self.column.addStretch(1)

    def go_on(self) -> None:
        """As promised."""
        code = self.code.text()
        forget(self.code)
        self.way_out.flow.show_code(code)


class LeaveByKeyPage(_WayOutPage):
    """退出: the supervisor's security key (安全密钥); its PIN only where it has one."""

    def build(self) -> None:
        """As promised by Page."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # while there is no field to type into
        self.head(tr("安全密钥"), tr("请插上登记在这个账号上的安全密钥,它闪时按一下。"))
        self.pin = field(tr("安全密钥的 PIN"), secret=True, longest=_LONGEST_PIN)
        self.ask(self.pin, word=tr("继续"))
        self.again = touch(BigButton(tr("再试一次"), main=True, low=True), self.go_on)
        self.add(self.again)
        self.column.addStretch(1)

    def go_on(self) -> None:
        """As promised."""
        pin = self.pin.text()
        forget(self.pin)
        self.way_out.flow.show_key(pin)

    def refresh(self) -> None:
        """As promised by Page."""
        super().refresh()
        asks, waits = self.way_out.pin_wanted, self.way_out.flow.is_busy
        newly = asks and self.pin.isHidden()
        self.pin.setVisible(asks)
        self.keyboard.setVisible(asks)
        self.again.setVisible(not asks and not waits)
        if newly:
            self.pin.setFocus()


_PAGES: dict[Screen, type[_WayOutPage]] = {
    Screen.CODE: LeaveByCodePage,
    Screen.KEY: LeaveByKeyPage,
}


def page_of(screen: Screen) -> type[Page]:
    """The page of what the sign-in asks for now."""
    return _PAGES.get(screen, LeavePage)
