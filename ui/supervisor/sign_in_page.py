"""Sign-in (登录) of a supervisor, at no window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from counter_app.errors import HallError, SignInError
from ui.jobs import Jobs
from ui.messages import Message, message, message_of
from ui.widgets.banner import Banner
from ui.widgets.frames import card, label
from ui.widgets.key_button import KeyButton
from ui.words import tr

if TYPE_CHECKING:
    from counter_app.ports import Figures, SupervisorSession


class SupervisorSignIn(QWidget):
    """Asks for name and password. Signals: `signed_in(SupervisorSession)`."""

    signed_in = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._figures: Figures | None = None
        self._jobs: Jobs | None = None
        self._busy = False
        self._wanted = False  # before the link was there
        self.username = _field(tr("用户名"))
        self.password = _field(tr("密码"))
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.enter = KeyButton(tr("登录"), "Enter", main=True)
        self.banner = Banner()
        self._build()
        self.enter.clicked.connect(self.sign_in)
        self.username.returnPressed.connect(self.password.setFocus)
        self.password.returnPressed.connect(self.sign_in)
        self.setFocusProxy(self.username)

    def use(self, figures: Figures, jobs: Jobs) -> None:
        """The link is there: who has asked already is signed in now."""
        self._figures, self._jobs = figures, jobs
        if self._wanted:
            self._wanted = False
            self.sign_in()

    def say(self, said: Message) -> None:
        """Show a message on this page."""
        self.banner.say(said)

    def sign_in(self) -> None:
        """Ask the platform."""
        figures, jobs = self._figures, self._jobs
        if figures is None or jobs is None:
            self._wanted = True
            return
        if self._busy:
            return
        username, password = self.username.text().strip(), self.password.text()
        if not username or not password:
            self.banner.say(message("sign_in.empty"))
            (self.password if username else self.username).setFocus()
            return
        self._set_busy(busy=True)
        jobs.run(self, lambda: figures.sign_in(username, password), self._done, self._failed)

    def forget(self) -> None:
        """Keep neither name nor password in the fields, nor in what undo would bring back."""
        for field in (self.username, self.password):
            field.setText("")
            field.setModified(False)

    def _done(self, session: SupervisorSession) -> None:
        self._set_busy(busy=False)
        self.banner.clear()
        self.forget()
        self.signed_in.emit(session)

    def _failed(self, error: HallError) -> None:
        self._set_busy(busy=False)
        if error.code == "platform.not_allowed":
            said = Message(
                tr("这个账号不是大厅负责人"), tr("请换大厅负责人的账号。"), code=error.code
            )
        else:
            said = message_of(error)
        self.banner.say(said)
        if isinstance(error, SignInError):
            self.password.selectAll()
            self.password.setFocus()

    def _set_busy(self, *, busy: bool) -> None:
        self._busy = busy
        self.enter.setEnabled(not busy)
        self.enter.set_note(tr("正在登录…") if busy else "")

    def _build(self) -> None:
        frame, inside = card(tr("登录"), width=420)
        frame.setFrameShape(QFrame.Shape.NoFrame)
        inside.setContentsMargins(32, 32, 32, 28)
        inside.addWidget(label(tr("大厅负责人"), "big"))
        inside.addWidget(label(tr("大厅实况与统计"), "soft"))
        inside.addSpacing(16)
        for name, field in ((tr("用户名"), self.username), (tr("密码"), self.password)):
            caption = label(name, "heading")
            caption.setBuddy(field)
            inside.addWidget(caption)
            inside.addWidget(field)
        inside.addSpacing(12)
        inside.addWidget(self.enter)
        inside.addSpacing(8)
        inside.addWidget(self.banner)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(frame)
        across.addStretch(1)
        down = QVBoxLayout(self)
        down.addStretch(2)
        down.addLayout(across)
        down.addStretch(3)


def _field(name: str) -> QLineEdit:
    field = QLineEdit()
    field.setAccessibleName(name)
    field.setMaxLength(64)
    field.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
    return field
