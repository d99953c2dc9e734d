"""Sign-in (登录) of a clerk: who is at which window; the platform's state is said in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counter_app.errors import HallError
from ui.jobs import Jobs
from ui.messages import message_of
from ui.sign_in.page import SignInPage
from ui.words import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from counter_app.domain.session import Session
    from counter_app.domain.signing_in import NextStep
    from ui.clerk.counter import Counter


class ClerkSignIn(SignInPage):
    """Signs a clerk in, or unlocks the window. Signals: `signed_in(Session)`."""

    def __init__(self, window_code: str, parent: QWidget | None = None) -> None:
        where = tr("窗口 {code}", code=window_code)
        super().__init__(tr("政务大厅综合窗口"), where, parent)
        self._window_code = window_code
        self._locked: Session | None = None

    def use(self, counter: Counter, jobs: Jobs) -> None:
        """The counter is ready: sign-in is possible from now on."""
        from ui.sign_in.flow import Door

        sign_in, window = counter.sign_in, self._window_code

        def begin(username: str, password: str) -> Session | NextStep:
            """Ask the platform, or for a locked window that it left, what is known here."""
            locked = self._locked
            if locked is None:
                return sign_in.sign_in(username, password, window)
            return sign_in.unlock(username, password, window, locked)

        def leave(session: Session) -> None:
            if session is not self._locked:  # that one waits behind the lock
                sign_in.sign_out(session)

        self.open(Door(begin, sign_in, counter.security_key, leave), jobs)
        if not counter.key_is_protected:
            self.note(tr("演示方式:本机库的钥匙放在文件里,没有受系统钥匙串保护,不得用于真实业务。"))

    def show_waiting(self, count: int) -> None:
        """How many acts wait for the platform: they leave without anybody signed in."""
        where = tr("窗口 {code}", code=self._window_code)
        waiting = tr("待传 {count}", count=count)
        self._where.setText(f"{where}　{waiting}" if count else where)

    def fail(self, error: HallError) -> None:
        """The counter could not be built; say why, and keep the page as it is."""
        self.banner.say(message_of(error))

    def lock(self, session: Session | None) -> None:
        """The window is locked over that session; None when nobody is signed in."""
        self._locked = session
