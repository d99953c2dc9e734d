"""Sign-in (登录): who is at which window. Enter goes on; the platform's state is said in words."""

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
    from counter_app.domain.session import Session
    from ui.clerk.counter import Counter


class SignInPage(QWidget):
    """Asks for name and password. Signals: `signed_in(Session)`."""

    signed_in = Signal(object)

    def __init__(self, window_code: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._window_code = window_code
        self._counter: Counter | None = None
        self._jobs: Jobs | None = None
        self._busy = False
        self._locked: Session | None = None
        self.username = _field(tr("用户名"))
        self.password = _field(tr("密码"))
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.enter = KeyButton(tr("登录"), "Enter", main=True)
        self.banner = Banner()
        self.warning: Banner | None = None
        self._where = label(tr("窗口 {code}", code=window_code), "soft")
        self._notice = label(role="soft", wrap=True)
        self._build()
        self.enter.clicked.connect(self.sign_in)
        self.username.returnPressed.connect(self.password.setFocus)
        self.password.returnPressed.connect(self.sign_in)
        self.setFocusProxy(self.username)

    def use(self, counter: Counter, jobs: Jobs) -> None:
        """The counter is ready: sign-in is possible from now on."""
        self._counter, self._jobs = counter, jobs
        if not counter.key_is_protected:
            self._notice.setText(
                tr("演示方式:本机库的钥匙放在文件里,没有受系统钥匙串保护,不得用于真实业务。")
            )

    def show_waiting(self, count: int) -> None:
        """How many acts wait for the platform: they leave without anybody signed in."""
        where = tr("窗口 {code}", code=self._window_code)
        waiting = tr("待传 {count}", count=count)
        self._where.setText(f"{where}　{waiting}" if count else where)

    def fail(self, error: HallError) -> None:
        """The counter could not be built; say why, and keep the page as it is."""
        self.banner.say(message_of(error))

    def say(self, said: Message) -> None:
        """Show a message on this page."""
        self.banner.say(said)

    def lock(self, session: Session | None) -> None:
        """The window is locked over that session; None when nobody is signed in."""
        self._locked = session

    def warn(self, said: Message) -> None:
        """Show a message that stays, whatever else is said, and bars nobody from signing in."""
        if self.warning is None:
            self.warning = Banner()
            self._inside.addWidget(self.warning)
        self.warning.say(said)

    def sign_in(self) -> None:
        """Ask the platform, or for a locked window that it left, what is known here."""
        counter, jobs = self._counter, self._jobs
        if counter is None or jobs is None or self._busy:
            return
        username, password = self.username.text().strip(), self.password.text()
        if not username or not password:
            self.banner.say(message("sign_in.empty"))
            (self.password if username else self.username).setFocus()
            return
        self._set_busy(busy=True)
        locked, window = self._locked, self._window_code

        def work() -> Session:
            if locked is None:
                return counter.sign_in.sign_in(username, password, window)
            return counter.sign_in.unlock(username, password, window, locked)

        jobs.run(self, work, self._done, self._failed)

    def _done(self, session: Session) -> None:
        self._set_busy(busy=False)
        self.banner.clear()
        self.forget()
        self.signed_in.emit(session)

    def _failed(self, error: HallError) -> None:
        self._set_busy(busy=False)
        self.banner.say(message_of(error))
        if isinstance(error, SignInError):
            self.password.selectAll()
            self.password.setFocus()

    def forget(self) -> None:
        """Keep neither name nor password in the fields, nor in what undo would bring back."""
        for field in (self.username, self.password):
            field.setText("")
            field.setModified(False)

    def _set_busy(self, *, busy: bool) -> None:
        self._busy = busy
        self.enter.setEnabled(not busy)
        self.enter.set_note(tr("正在登录…") if busy else "")

    def _build(self) -> None:
        frame, inside = card(tr("登录"), width=420)
        self._inside = inside
        frame.setFrameShape(QFrame.Shape.NoFrame)
        inside.setContentsMargins(32, 32, 32, 28)
        inside.addWidget(label(tr("政务大厅综合窗口"), "big"))
        inside.addWidget(self._where)
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
        inside.addWidget(self._notice)
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
