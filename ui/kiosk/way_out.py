"""The way out of a kiosk's mode (退出): a supervisor's sign-in, by touch. No widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from counter_app.errors import HallError, PlatformRefused, SignInError
from ui.jobs import Jobs
from ui.messages import Message, message
from ui.sign_in.flow import Door, Screen, SignInFlow
from ui.words import tr

if TYPE_CHECKING:
    from ui.assembly_kiosk import KioskParts

_DONE_HERE = (Screen.CREDENTIALS, Screen.CODE, Screen.KEY)
_WANTS_PIN = frozenset({"security_key.pin_needed", "security_key.pin_wrong"})


class WayOut(QObject):
    """Where the supervisor's sign-in stands; what the flow asks for is `flow.screen`.

    Signals: `changed()`; `told(Message | None)`; `failed(HallError)`; `opened()` for a supervisor.
    """

    changed = Signal()
    told = Signal(object)
    failed = Signal(object)
    opened = Signal()

    def __init__(self, parts: KioskParts, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.pin_wanted = False
        steps = parts.supervisor_check
        flow = self.flow = SignInFlow(jobs, self)
        flow.door = Door(steps.sign_in, steps, parts.security_key, lambda _: None)
        flow.moved.connect(self._moved)
        flow.busy.connect(self._busy)
        flow.told.connect(lambda code: self.told.emit(message(code)))
        flow.failed.connect(self._failed)
        flow.opened.connect(self._signed_in)

    def _moved(self) -> None:
        self.pin_wanted = False
        if self.flow.screen not in _DONE_HERE:  # a new password, a factor to enrol: not in public
            self.flow.back()
            self.failed.emit(SignInError("sign_in.more_steps"))
            return
        self.told.emit(None)
        if self.flow.screen is Screen.KEY:
            self.flow.show_key()

    def _busy(self, busy: bool) -> None:
        if busy:
            self.told.emit(None)
        self.changed.emit()

    def _failed(self, error: HallError) -> None:
        if isinstance(error, PlatformRefused):  # a clerk signs in at a window only
            self._signed_in(is_supervisor=False)
            return
        self.pin_wanted = self.pin_wanted or error.code in _WANTS_PIN
        self.failed.emit(error)

    def _signed_in(self, is_supervisor: bool) -> None:
        if is_supervisor:
            self.opened.emit()
        else:
            what, do = tr("只有大厅负责人能退出"), tr("请由大厅负责人登录。")
            self.told.emit(Message(what, do, "warn"))
