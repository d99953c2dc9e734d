"""What the card asks for behind the password, one screen a step."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from counter_app.domain.signing_in import LONGEST_PASSWORD, FactorKind
from counter_app.errors import HallError
from ui.sign_in.fields import field, forget
from ui.sign_in.flow import Screen, SignInFlow
from ui.sign_in.qr_view import QrView
from ui.widgets.frames import label
from ui.widgets.key_button import KeyButton
from ui.words import tr

_LONGEST_PIN = 63  # bytes of UTF-8 (CTAP 2.2, 6.5.1)
_LONGEST_CODE = 12  # six digits, with spaces as people type them


class StepScreen(QWidget):
    """One step: a title, what is wanted and why, fields, a way on and a way back.

    Signals: `left()` when somebody goes back to the beginning.
    """

    left = Signal()

    def __init__(self, flow: SignInFlow, title: str, wanted: str) -> None:
        super().__init__()
        self.flow = flow
        self.fields: list[QLineEdit] = []
        self.captions: list[QLabel] = []
        self.enter: KeyButton | None = None
        self.setAccessibleName(title)
        self.setAccessibleDescription(wanted)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.inside = QVBoxLayout(self)
        self.inside.setContentsMargins(0, 0, 0, 0)
        self.inside.setSpacing(8)
        self.inside.addWidget(label(title, "title"))
        self.inside.addWidget(label(wanted, "soft", wrap=True))

    def begin(self) -> None:
        """The screen has come up."""
        self.fields[0].setFocus()

    def go_on(self) -> None:
        """What Enter does."""

    def set_busy(self, *, busy: bool) -> None:
        """Somebody is waited for."""
        if self.enter is not None:
            self.enter.setEnabled(not busy)
            self.enter.set_note(tr("请稍候…") if busy else "")

    def failed(self, error: HallError) -> None:
        """The step was not done: the same again."""
        del error
        for one in self.fields:
            one.selectAll()
        if self.fields:
            self.fields[0].setFocus()

    def forget(self) -> None:
        """Nothing of what was typed or shown stays."""
        forget(*self.fields)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.hasFocus():
            self.go_on()  # a field has told of its own Enter and passes the key on all the same
        else:
            super().keyPressEvent(event)

    def add_field(self, name: str, *, secret: bool = False, longest: int = 64) -> QLineEdit:
        """A field under its name; Enter in it goes to the next one, and from the last one on."""
        one = field(name, secret=secret, longest=longest)
        caption = label(name, "heading")
        caption.setBuddy(one)
        self.inside.addWidget(caption)
        self.inside.addWidget(one)
        self.fields.append(one)
        self.captions.append(caption)
        return one

    def add_ways(self, word: str) -> None:
        """The buttons at the end: on, another factor where there is one, back."""
        for one, after in zip(self.fields, self.fields[1:], strict=False):
            one.returnPressed.connect(after.setFocus)
        if self.fields:
            self.fields[-1].returnPressed.connect(self.go_on)
        self.inside.addSpacing(4)
        if word:
            self.enter = KeyButton(word, "Enter", main=True)
            self.enter.clicked.connect(self.go_on)
            self.inside.addWidget(self.enter)
        if self.flow.other is not None:
            other = tr("改用安全密钥") if self.flow.other is Screen.KEY else tr("改用动态口令")
            turn = KeyButton(other, "F3")
            turn.clicked.connect(self.flow.turn_to_other)
            self.inside.addWidget(turn)
        back = KeyButton(tr("回到开头"), "Esc")
        back.clicked.connect(self.left)
        self.inside.addWidget(back)


class CodeScreen(StepScreen):
    """The code of an authenticator (动态口令)."""

    def __init__(self, flow: SignInFlow) -> None:
        super().__init__(flow, tr("动态口令"), tr("请输入手机上现在显示的 6 位数字。"))
        self.code = self.add_field(tr("6 位动态口令"), longest=_LONGEST_CODE)
        self.add_ways(tr("继续"))

    def go_on(self) -> None:
        self.flow.show_code(self.code.text())


class PasswordScreen(StepScreen):
    """A password of one's own (设置新密码); the rules are said before."""

    def __init__(self, flow: SignInFlow) -> None:
        super().__init__(flow, tr("设置新密码"), tr("这次登录要先换成您自己的新密码。"))
        for rule in (
            tr("· 至少 12 个字符,最多 200 个,什么字符都可以"),
            tr("· 不用常见的密码,不用重复、连着或键盘上相邻的字符"),
            tr("· 不要大半是姓名、用户名或大厅的字样"),
        ):
            self.inside.addWidget(label(rule, "soft", wrap=True))
        self.first = self.add_field(tr("新密码"), secret=True, longest=LONGEST_PASSWORD + 1)
        self.again = self.add_field(
            tr("再输入一遍新密码"), secret=True, longest=LONGEST_PASSWORD + 1
        )
        self.add_ways(tr("设置并继续"))

    def go_on(self) -> None:
        self.flow.choose_password(self.first.text(), self.again.text())


class ChoiceScreen(StepScreen):
    """Which kind of factor is enrolled."""

    def __init__(self, flow: SignInFlow) -> None:
        super().__init__(
            flow,
            tr("登记第二种凭证"),
            tr("本大厅要求除密码外再用一样东西登录。登记一次,以后每次登录都要用它。"),
        )
        self.ways: list[KeyButton] = []
        for word, key, kind in (
            (tr("安全密钥"), "1", FactorKind.SECURITY_KEY),
            (tr("手机动态口令"), "2", FactorKind.TOTP),
        ):
            if kind not in flow.factors:
                continue
            way = KeyButton(word, key)
            way.clicked.connect(_choosing(flow, kind))
            self.ways.append(way)
            self.inside.addWidget(way)
        self.add_ways("")

    def begin(self) -> None:
        (self.ways[0] if self.ways else self).setFocus()

    def set_busy(self, *, busy: bool) -> None:
        for way in self.ways:
            way.setEnabled(not busy)

    def failed(self, error: HallError) -> None:
        del error
        (self.ways[0] if self.ways else self).setFocus()


class NewCodeScreen(StepScreen):
    """Enrolling an authenticator: its secret as a code and in letters, and a code of it back."""

    def __init__(self, flow: SignInFlow) -> None:
        super().__init__(
            flow,
            tr("登记动态口令"),
            tr("用手机上的验证器应用扫这个码,或手工输入下面的密钥;再输入它显示的 6 位数字。"),
        )
        enrolment = flow.enrolment
        secret = (enrolment.secret if enrolment else None) or ""
        self.picture = QrView(tr("登记动态口令的二维码"))
        self.picture.show_text((enrolment.uri if enrolment else None) or "")
        fours = [secret[at : at + 4] for at in range(0, len(secret), 4)]
        spelled = " ".join(fours)
        pairs = [" ".join(fours[at : at + 2]) for at in range(0, len(fours), 2)]
        self.secret = label("\n".join(pairs))
        self.secret.setAccessibleName(tr("密钥 {secret}", secret=spelled))
        beside = QHBoxLayout()
        beside.setSpacing(16)
        beside.addWidget(self.picture)
        beside.addWidget(self.secret, 1)
        self.inside.addLayout(beside)
        self.code = self.add_field(tr("6 位动态口令"), longest=_LONGEST_CODE)
        self.add_ways(tr("完成登记"))

    def go_on(self) -> None:
        self.flow.show_code(self.code.text())

    def forget(self) -> None:
        super().forget()
        self.picture.show_text("")
        self.secret.setText("")
        self.secret.setAccessibleName("")


class KeyScreen(StepScreen):
    """A security key (安全密钥): waited for from the beginning; its PIN only where it has one."""

    def __init__(self, flow: SignInFlow) -> None:
        if flow.screen is Screen.NEW_KEY:
            title = tr("登记安全密钥")
            wanted = tr("请插上要登记的安全密钥,它闪时按一下。以后登录都要用它,请随身保管。")
        else:
            title = tr("安全密钥")
            wanted = tr("请插上登记在这个账号上的安全密钥,它闪时按一下。")
        super().__init__(flow, title, wanted)
        self.pin = self.add_field(tr("安全密钥的 PIN"), secret=True, longest=_LONGEST_PIN)
        self._ask_pin(wanted=False)
        self.add_ways(tr("再试一次"))

    def begin(self) -> None:
        self.setFocus()
        self.flow.show_key()

    def go_on(self) -> None:
        self.flow.show_key("" if self.pin.isHidden() else self.pin.text())

    def set_busy(self, *, busy: bool) -> None:
        super().set_busy(busy=busy)
        if self.enter is not None:
            self.enter.set_note(tr("正在等安全密钥…") if busy else "")
        self.pin.setEnabled(not busy)
        if busy:
            self.setFocus()

    def failed(self, error: HallError) -> None:
        if error.code in ("security_key.pin_needed", "security_key.pin_wrong"):
            self._ask_pin(wanted=True)
            self.pin.setText("")
        if not self.pin.isHidden():
            super().failed(error)
        elif self.enter is not None:
            self.enter.setFocus()

    def _ask_pin(self, *, wanted: bool) -> None:
        if wanted and self.enter is not None:
            self.enter.set_word(tr("继续"))
        self.pin.setVisible(wanted)
        self.captions[0].setVisible(wanted)


_SCREENS: dict[Screen, type[CodeScreen | KeyScreen | PasswordScreen | ChoiceScreen | NewCodeScreen]]
_SCREENS = {
    Screen.CODE: CodeScreen,
    Screen.KEY: KeyScreen,
    Screen.PASSWORD: PasswordScreen,
    Screen.CHOICE: ChoiceScreen,
    Screen.NEW_CODE: NewCodeScreen,
    Screen.NEW_KEY: KeyScreen,
}


def screen_of(flow: SignInFlow) -> StepScreen:
    """The screen of what a sign-in asks for now."""
    return _SCREENS[flow.screen](flow)


def _choosing(flow: SignInFlow, kind: FactorKind) -> Callable[[], None]:
    return lambda: flow.choose_factor(kind)
