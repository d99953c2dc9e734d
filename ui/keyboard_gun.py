"""The scan gun that types, in the window: its keys are taken out before anything else sees them.

The verdict on each key is `counter_app.devices.wedge_desk`'s. Where the keys come from, and how one
that was held back is given back, differs: on X11 before the input method (`ui/x11_keys.py`),
elsewhere as Qt's own events (`ui/qt_keys.py`).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from counter_app.devices.wedge import Burst, Key, Passed, Verdict, WedgeRules
from counter_app.devices.wedge_desk import DeskSorter
from counter_app.domain.reading import CodeScanned, GunEvent, ScanIncomplete

Take = Callable[[Key], bool]
MustWait = Callable[[float], bool]


class KeySource(Protocol):
    """Where keys come from."""

    def install(self, take: Take, must_wait: MustWait) -> None:
        """Begin. `take` is asked for each key whether it may go its way.

        `must_wait(at)` says, where a shortcut is asked for before its key, whether keys before it
        are held back.
        """
        ...

    def remove(self) -> None:
        """End."""
        ...

    @property
    def is_after_input_method(self) -> bool:
        """Whether an input method gets a key first, and may keep it."""
        ...

    def after_what_has_come(self, then: Callable[[], None]) -> None:
        """Call `then` once every key that happened until now has been told."""
        ...

    def give_back(self, key: Key) -> None:
        """Let a key that was held back go its way, after all given back before."""
        ...

    def has_scanned(self, device: int) -> None:
        """That keyboard is a gun: what it holds is not for what a person types."""
        ...

    @property
    def is_giving_back(self) -> bool:
        """Whether a key given back has not arrived yet: a later one must not overtake it."""
        ...


class KeyClock:
    """The keyboard's clock, read by ours: an event is never seen before it happened."""

    _FORGET_S = 60.0

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._behind = math.inf  # ours less the keyboard's, at the quickest event
        self._heard_at = -math.inf

    def heard(self, at: float) -> None:
        """An event of that time has just come."""
        now = self._clock()
        if now - self._heard_at > self._FORGET_S:  # clocks may have drifted apart
            self._behind = math.inf
        self._heard_at = now
        self._behind = min(self._behind, now - at)

    def now(self) -> float:
        """The keyboard's time now; before the first event, ours."""
        return self._clock() - (self._behind if math.isfinite(self._behind) else 0.0)


class KeyboardGun(QObject):
    """A scan gun that types, heard in every window of the program.

    Signals: `heard(GunEvent)`, `burst(Burst)` for each scan while `testing`; then `heard` is quiet.
    Both come after the key that ended the scan has been dealt with.
    """

    heard = Signal(object)
    burst = Signal(object)
    _told = Signal(object)

    def __init__(
        self,
        rules: WedgeRules,
        parent: QObject | None = None,
        *,
        source: KeySource | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._rules = rules
        self._sorter = DeskSorter(rules)
        self._source = source or _source_of_this_platform(rules)
        self._clock = KeyClock(clock)
        self._testing = False
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._look_again)
        self._told.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    @property
    def rules(self) -> WedgeRules:
        """How the gun is set."""
        return self._rules

    @property
    def is_after_input_method(self) -> bool:
        """Whether an input method, where one is on, gets the gun's keys first."""
        return self._source.is_after_input_method

    def start(self) -> None:
        """Listen from now on."""
        self._source.install(self._take, self._must_wait)

    def stop(self) -> None:
        """Listen no longer; what is held back goes on."""
        self._act_on(self._sorter.time(math.inf))
        self._source.remove()
        self._timer.stop()

    def test(self, rules: WedgeRules | None) -> None:
        """Read by `rules` and tell scans by `burst`; None goes back to work."""
        self._act_on(self._sorter.time(self._clock.now() + 10 * self._rules.gap_s))
        self._testing = rules is not None
        self._sorter = DeskSorter(rules or self._rules)

    def _take(self, key: Key) -> bool:
        self._clock.heard(key.at)
        goes_on = self._act_on(self._sorter.key(key), key)
        self._wait()
        return goes_on

    def _must_wait(self, at: float) -> bool:
        self._time_goes_by(at)
        return self._sorter.holds

    def _time_goes_by(self, at: float) -> None:
        self._act_on(self._sorter.time(at))
        self._wait()

    def _act_on(self, verdicts: list[Verdict], key: Key | None = None) -> bool:
        """Give back what is a person's. Whether `key` itself may simply go on."""
        goes_on = False
        for verdict in verdicts:
            if isinstance(verdict, Burst):
                self._source.has_scanned(verdict.keys[0].device)
                self._told.emit(verdict)
            elif not isinstance(verdict, Passed):
                continue
            elif verdict.key is key and not self._source.is_giving_back:
                goes_on = True  # it is the last: nothing is held before it any more
            else:
                self._source.give_back(verdict.key)
        return goes_on

    def _wait(self) -> None:
        due = self._sorter.due
        if due is None:
            self._timer.stop()
        else:
            self._timer.start(max(1, math.ceil((due - self._clock.now()) * 1000)))

    def _look_again(self) -> None:
        """Time is up, by our clock; where this program was held up, keys wait to be told."""
        self._source.after_what_has_come(self._time_is_up)

    def _time_is_up(self) -> None:
        self._time_goes_by(self._clock.now())

    def _tell(self, burst: Burst) -> None:
        if self._testing:
            self.burst.emit(burst)
            return
        event: GunEvent = CodeScanned(burst.payload) if burst.complete else ScanIncomplete()
        self.heard.emit(event)


def _source_of_this_platform(rules: WedgeRules) -> KeySource:
    if QGuiApplication.platformName() == "xcb":
        from ui.x11_keys import X11Keys

        return X11Keys()
    from ui.qt_keys import QtKeys

    return QtKeys(rules.layout)
