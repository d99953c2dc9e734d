"""Sign-in (登录): one card that asks for name and password, then for what the hall wants besides.

Enter goes on, Esc goes back to the beginning. The screens of further steps are made when they are
asked for and are gone when they are done, with all that was typed into them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from counter_app.errors import HallError, SignInError
from ui.jobs import Jobs
from ui.messages import Message, message, message_of
from ui.sign_in.fields import field, forget
from ui.widgets.banner import Banner
from ui.widgets.frames import card, label
from ui.widgets.key_button import KeyButton
from ui.words import tr

if TYPE_CHECKING:
    from ui.sign_in.flow import Door, SignInFlow
    from ui.sign_in.screens import StepScreen

WIDTH = 420


class SignInPage(QWidget):
    """Signs people in. Signals: `signed_in(session)`."""

    signed_in = Signal(object)

    def __init__(self, title: str, where: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.flow: SignInFlow | None = None
        self.step: StepScreen | None = None
        self._wanted = False  # before there was a door
        self.username = field(tr("用户名"))
        self.password = field(tr("密码"), secret=True, longest=200)
        self.enter = KeyButton(tr("登录"), "Enter", main=True)
        self.banner = Banner()
        self.warning: Banner | None = None
        self._where = label(where, "soft")
        self._notice = label(role="soft", wrap=True)
        self._notice.hide()
        self._build(title)
        self.enter.clicked.connect(self.sign_in)
        self.username.returnPressed.connect(self.password.setFocus)
        self.password.returnPressed.connect(self.sign_in)
        self.setFocusProxy(self.username)

    def open(self, door: Door, jobs: Jobs) -> None:
        """Sign-in is possible from now on: who has asked already is signed in now."""
        from ui.sign_in.flow import SignInFlow  # not before the first paint

        flow = self.flow = SignInFlow(jobs, self)
        flow.door = door
        flow.moved.connect(self._show)
        flow.busy.connect(self._set_busy)
        flow.told.connect(self._tell)
        flow.failed.connect(self._failed)
        flow.opened.connect(self._opened)
        if self._wanted:
            self._wanted = False
            self.sign_in()

    def note(self, text: str) -> None:
        """Show a small print below the card's first screen."""
        self._notice.setText(text)
        self._notice.setVisible(bool(text) and self.step is None)

    def say(self, said: Message) -> None:
        """Show a message on this page."""
        self.banner.say(said)

    def warn(self, said: Message) -> None:
        """Show a message that stays, whatever else is said, and bars nobody from signing in."""
        if self.warning is None:
            self.warning = Banner()
            self._inside.addWidget(self.warning)
        self.warning.say(said)

    def sign_in(self) -> None:
        """Ask with what is in the fields."""
        if self.flow is None:
            self._wanted = True
        else:
            self.flow.begin(self.username.text().strip(), self.password.text())

    def forget(self) -> None:
        """Back to the beginning: neither name, password, code nor secret stays in the fields."""
        self._wanted = False
        if self.flow is not None:
            self.flow.back()
        forget(self.username, self.password)

    def words_for(self, error: HallError) -> Message:
        """What is said of a failure."""
        return message_of(error)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.go_back()
        else:
            super().keyPressEvent(event)

    def go_back(self) -> None:
        """What Esc does: begin anew, also where a step is waited for."""
        if self.step is not None:
            self.forget()
            self.banner.clear()
            self.username.setFocus()

    # what the flow says

    def _show(self) -> None:
        from ui.sign_in.flow import Screen

        flow = self.flow
        if flow is None:
            return
        if self.step is not None:
            self.step.forget()
            self._steps.removeWidget(self.step)
            self.step.hide()
            self.step.deleteLater()
            self.step = None
        is_first = flow.screen is Screen.CREDENTIALS
        self._first.setVisible(is_first)
        self._notice.setVisible(is_first and bool(self._notice.text()))
        if is_first:
            return
        from ui.sign_in.screens import screen_of

        forget(self.username, self.password)
        self.banner.clear()
        self.step = screen_of(flow)
        self.step.left.connect(self.go_back)
        self._steps.addWidget(self.step)
        self.step.show()  # not only with the next event: keys may come before
        self.step.begin()

    def _set_busy(self, busy: bool) -> None:
        self.enter.setEnabled(not busy)
        self.enter.set_note(tr("正在登录…") if busy else "")
        if self.step is not None:
            self.step.set_busy(busy=busy)

    def _tell(self, code: str) -> None:
        self.banner.say(message(code))

    def _failed(self, error: HallError) -> None:
        self.banner.say(self.words_for(error))
        if self.step is not None:
            self.step.failed(error)
        elif error.code in ("sign_in.empty", "sign_in.over") or not self.username.text():
            (self.password if self.username.text().strip() else self.username).setFocus()
        elif isinstance(error, SignInError):
            self.password.selectAll()
            self.password.setFocus()

    def _opened(self, session: object) -> None:
        self.banner.clear()
        self.forget()
        self.signed_in.emit(session)

    def _build(self, title: str) -> None:
        frame, inside = card(tr("登录"), width=WIDTH)
        self._inside = inside
        frame.setFrameShape(QFrame.Shape.NoFrame)
        inside.setContentsMargins(32, 32, 32, 28)
        inside.addWidget(label(title, "big"))
        inside.addWidget(self._where)
        inside.addSpacing(16)
        self._first = QWidget()
        first = QVBoxLayout(self._first)
        first.setContentsMargins(0, 0, 0, 0)
        for name, one in ((tr("用户名"), self.username), (tr("密码"), self.password)):
            caption = label(name, "heading")
            caption.setBuddy(one)
            first.addWidget(caption)
            first.addWidget(one)
        first.addSpacing(12)
        first.addWidget(self.enter)
        inside.addWidget(self._first)
        self._steps = QVBoxLayout()
        inside.addLayout(self._steps)
        inside.addSpacing(8)
        inside.addWidget(self.banner)
        inside.addWidget(self._notice)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(frame)
        across.addStretch(1)
        down = QVBoxLayout(self)
        down.addStretch(2)
        down.addLayout(across)
        down.addStretch(3)
