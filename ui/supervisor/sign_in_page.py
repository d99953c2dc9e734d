"""Sign-in (登录) of a supervisor, at no window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counter_app.errors import HallError
from ui.jobs import Jobs
from ui.messages import Message, message_of
from ui.sign_in.page import SignInPage
from ui.words import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from counter_app.ports import Figures, SecurityKey, SupervisorSession


class SupervisorSignIn(SignInPage):
    """Signs a supervisor in. Signals: `signed_in(SupervisorSession)`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("大厅负责人"), tr("大厅实况与统计"), parent)

    def use(self, figures: Figures, key: SecurityKey, jobs: Jobs) -> None:
        """The link is there: sign-in is possible from now on."""
        from ui.sign_in.flow import Door

        def leave(session: SupervisorSession) -> None:
            figures.sign_out(session.id)

        self.open(Door(figures.sign_in, figures, key, leave), jobs)

    def words_for(self, error: HallError) -> Message:
        if error.code == "platform.not_allowed":
            what, do = tr("这个账号不是大厅负责人"), tr("请换大厅负责人的账号。")
            return Message(what, do, code=error.code)
        return message_of(error)
