"""A sign-in as it goes on: what is asked now, who is waited for, and what came of it. No widgets.

One sign-in at a time. Going back makes whatever is still under way stale: its answer is dropped,
and a session that comes late is ended.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from counter_app.domain.signing_in import (
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    Enrolment,
    FactorKind,
    NextStep,
    Proof,
    StepKind,
    is_code,
)
from counter_app.errors import HallError, SecurityKeyError, SignInError
from ui.jobs import Jobs, Lane, ignored

if TYPE_CHECKING:
    from counter_app.ports import SecurityKey, SignInSteps

_LASTS = timedelta(minutes=5)  # a step, where the two clocks are too far apart to reckon with
_ENDS_IT = frozenset({"sign_in.over", "sign_in.locked", "sign_in.window_off"})
_FACTOR_NAMES = {FactorKind.SECURITY_KEY: "安全密钥", FactorKind.TOTP: "动态口令"}


class Screen(Enum):
    """What the card asks for."""

    CREDENTIALS = "credentials"
    CODE = "code"
    KEY = "key"
    PASSWORD = "password"  # noqa: S105 - the name of a step
    CHOICE = "choice"
    NEW_CODE = "new-code"
    NEW_KEY = "new-key"


@dataclass(frozen=True)
class Door:
    """Where people sign in. `begin` takes name and password; `leave` ends what nobody waits for."""

    begin: Callable[[str, str], Any]
    steps: SignInSteps[Any]
    key: SecurityKey
    leave: Callable[[Any], None]


class SignInFlow(QObject):
    """Where a sign-in stands.

    Signals: `moved()` when another thing is asked, `busy(bool)`, `told(str)` what a security key
    waits for, `failed(HallError)`, `opened(session)`.
    """

    moved = Signal()
    busy = Signal(bool)
    told = Signal(str)
    failed = Signal(object)
    opened = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.screen = Screen.CREDENTIALS
        self.enrolment: Enrolment | None = None
        self.is_busy = False
        self._jobs = jobs
        self._step: NextStep | None = None
        self._turn = 0  # answers of an earlier one are stale
        self._stop = threading.Event()
        self._over = QTimer(self)
        self._over.setSingleShot(True)
        self._over.timeout.connect(self._time_is_over)
        self.door: Door | None = None

    @property
    def other(self) -> Screen | None:
        """What may be shown instead of what is asked for, where the account has both."""
        step = self._step
        if step is None or step.kind is not StepKind.SECOND_FACTOR or len(step.factors) < 2:
            return None
        return {Screen.CODE: Screen.KEY, Screen.KEY: Screen.CODE}.get(self.screen)

    @property
    def factors(self) -> tuple[FactorKind, ...]:
        """The kinds that may be shown or enrolled now."""
        return self._step.factors if self._step is not None else ()

    # what people do

    def begin(self, username: str, password: str) -> None:
        """Name and password."""
        door = self.door
        if door is None or self.is_busy:
            return
        if not username or not password:
            self.failed.emit(SignInError("sign_in.empty"))
            return
        self._run(lambda: door.begin(username, password), self._went_on)

    def show_code(self, code: str) -> None:
        """The code of an authenticator, for the account's factor or one that is enrolled."""
        door, step, enrolment = self.door, self._step, self.enrolment
        if door is None or step is None or self.is_busy:
            return
        digits = "".join(unicodedata.normalize("NFKC", code).split())
        if not is_code(digits):
            self.failed.emit(SignInError("sign_in.code_incomplete"))
            return
        self._prove(door, step, enrolment, Proof(code=digits))

    def show_key(self, pin: str = "") -> None:
        """Wait for the security key, and show or enrol what it gives."""
        door, step, enrolment = self.door, self._step, self.enrolment
        if door is None or step is None or self.is_busy:
            return
        options = step.challenge if enrolment is None else enrolment.options
        use = door.key.sign if enrolment is None else door.key.make
        jobs, turn = self._jobs, self._turn
        stop = self._stop = threading.Event()

        def hear(state: str) -> None:
            if turn == self._turn:
                self.told.emit(state)

        def work() -> Mapping[str, Any] | None:
            if not options:
                raise SecurityKeyError("security_key.unusable")
            return use(options, pin or None, lambda state: jobs.tell(self, hear, state), stop)

        def done(credential: Mapping[str, Any] | None) -> None:
            if credential is not None:
                self._prove(door, step, enrolment, Proof(credential=credential))

        self._run(work, done, Lane.KEY)

    def choose_password(self, first: str, again: str) -> None:
        """A new password, typed twice."""
        door, step = self.door, self._step
        if door is None or step is None or self.is_busy:
            return
        refusal = ""
        if len(first) < SHORTEST_PASSWORD:
            refusal = "sign_in.password_short"
        elif len(first) > LONGEST_PASSWORD:
            refusal = "sign_in.password_long"
        elif first != again:
            refusal = "sign_in.passwords_differ"
        if refusal:
            self.failed.emit(SignInError(refusal))
            return
        self._run(lambda: door.steps.choose_password(step, first), self._went_on)

    def choose_factor(self, kind: FactorKind) -> None:
        """Which kind of factor is enrolled."""
        door, step = self.door, self._step
        if door is None or step is None or self.is_busy:
            return

        def begun(enrolment: Enrolment) -> None:
            self.enrolment = enrolment
            self._show(Screen.NEW_KEY if kind is FactorKind.SECURITY_KEY else Screen.NEW_CODE)

        self._run(lambda: door.steps.begin_enrolment(step, kind), begun)

    def turn_to_other(self) -> None:
        """Show the other factor."""
        other = self.other
        if other is not None:
            self._drop()
            self._show(other)

    def back(self) -> None:
        """Begin anew; nothing of this sign-in stays."""
        self._drop()
        self._over.stop()
        self._step = self.enrolment = None
        self._show(Screen.CREDENTIALS)

    # inside

    def _prove(self, door: Door, step: NextStep, enrolment: Enrolment | None, proof: Proof) -> None:
        def work() -> Any:
            if enrolment is None:
                return door.steps.show_factor(step, proof)
            name = _FACTOR_NAMES[enrolment.kind]
            return door.steps.complete_enrolment(step, enrolment, name, proof)

        self._run(work, self._went_on)

    def _run(
        self, work: Callable[[], Any], done: Callable[[Any], None], lane: Lane = Lane.NETWORK
    ) -> None:
        turn = self._turn
        self._set_busy(busy=True)

        def answered(result: Any) -> None:
            if turn != self._turn:
                self._leave(result)
                return
            self._set_busy(busy=False)
            done(result)

        def failed(error: HallError) -> None:
            if turn == self._turn:
                self._set_busy(busy=False)
                self._fail(error)

        self._jobs.run(self, work, answered, failed, lane)

    def _went_on(self, found: Any) -> None:
        self.enrolment = None
        if not isinstance(found, NextStep):
            self.back()
            self.opened.emit(found)
            return
        self._step = found
        self._over.start(_left_ms(found.expires_at))
        if found.kind is StepKind.NEW_PASSWORD:
            self._show(Screen.PASSWORD)
        elif found.kind is StepKind.SECOND_FACTOR:
            keys = FactorKind.SECURITY_KEY in found.factors and found.challenge
            self._show(Screen.KEY if keys else Screen.CODE)
        elif len(found.factors) == 1:
            self._show(Screen.CHOICE)
            self.choose_factor(found.factors[0])
        else:
            self._show(Screen.CHOICE)

    def _fail(self, error: HallError) -> None:
        if error.code in _ENDS_IT and self._step is not None:
            self.back()
        self.failed.emit(error)

    def _time_is_over(self) -> None:
        """A step that nobody took; what is under way may still end it well."""
        if self.is_busy and self.screen not in (Screen.KEY, Screen.NEW_KEY):
            self._over.start(1000)
            return
        self._fail(SignInError("sign_in.over"))

    def _leave(self, result: Any) -> None:
        """A session that came too late is ended; nothing else has to be."""
        door = self.door
        if door is None or result is None or isinstance(result, NextStep | Enrolment | Mapping):
            return
        self._jobs.run(self, lambda: door.leave(result), ignored, ignored)

    def _show(self, screen: Screen) -> None:
        self.screen = screen
        self.moved.emit()

    def _drop(self) -> None:
        """Whatever is under way is stale; a key that waits waits no more."""
        self._turn += 1
        self._stop.set()
        self._set_busy(busy=False)

    def _set_busy(self, *, busy: bool) -> None:
        self.is_busy = busy
        self.busy.emit(busy)


def _left_ms(expires_at: datetime) -> int:
    """Milliseconds until a step is over, by the counter's clock if that can be right."""
    left = expires_at - datetime.now(UTC)
    if not timedelta() < left <= 2 * _LASTS:
        left = _LASTS
    return int(left.total_seconds() * 1000)
