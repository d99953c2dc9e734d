"""What every device that tells of events does: opened, listened to, lost and looked for again."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import ClassVar, Generic, Protocol, TypeVar

from counter_app.errors import HallError

_log = logging.getLogger(__name__)


class Wire(Protocol):
    """An open device."""

    def cancel(self) -> None:
        """Make a read that is under way, or the next one, return at once."""
        ...

    def close(self) -> None:
        """Let go of it; calling it again does nothing."""
        ...


Opened = TypeVar("Opened", bound=Wire)
Event = TypeVar("Event")


class WatchedDevice(Generic[Opened, Event]):
    """A device that is asked for events by one thread, and may be closed by any.

    While it cannot be used it is looked for every `look_again_s`; that it is lost is told once for
    each reason. `clock` counts seconds.
    """

    _called: ClassVar[str]  # in the log
    _fault: ClassVar[type[HallError]]  # by which the device is lost; anything else goes on up

    def __init__(
        self,
        lost: Callable[[str], Event],
        clock: Callable[[], float] = time.monotonic,
        look_again_s: float = 1.0,
    ) -> None:
        self._lost = lost
        self._clock = clock
        self._look_again_s = look_again_s
        self._closing = threading.Event()
        self._pause: Callable[[float], object] = self._closing.wait
        self._in_use = threading.Lock()
        self._wire: Opened | None = None
        self._lost_code = ""
        self._next_try = clock()
        self._events: deque[Event] = deque()

    def next_event(self, wait_s: float) -> Event | None:
        """What happened next, or None where nothing did for about `wait_s` seconds.

        After `close` it returns None.
        """
        with self._in_use:
            deadline = self._clock() + wait_s
            while not self._events and not self._closing.is_set():
                self._advance(deadline)
                if self._clock() >= deadline:
                    break
            if self._closing.is_set():
                self._let_go()
                return None
            return self._events.popleft() if self._events else None

    def close(self) -> None:
        """Let go of the device. May be called from any thread, and again."""
        self._closing.set()
        wire = self._wire
        if wire is not None:
            try:
                wire.cancel()
            except HallError as fault:
                _log.debug("nothing to cancel: %s", fault.code)
        with self._in_use:
            self._let_go()

    # what each device does in its own way

    def _open(self) -> Opened:
        """The device, opened. Raises its `_fault`."""
        raise NotImplementedError

    def _listen(self, wire: Opened, wait_s: float) -> None:
        """Do the next thing there is to do, for about `wait_s` at most. Raises its `_fault`."""
        raise NotImplementedError

    def _forget(self) -> None:
        """Drop what was known of a device that has been let go of."""
        raise NotImplementedError

    def _is_ready(self, told: Event) -> None:
        """It can be used: say so, and say it again when it is lost."""
        self._lost_code = ""
        self._events.append(told)

    # the same for all

    def _advance(self, deadline: float) -> None:
        now = self._clock()
        try:
            if self._wire is not None:
                self._listen(self._wire, max(0.0, deadline - now))
            elif now < self._next_try:
                self._pause(max(0.0, min(deadline, self._next_try) - now))
            else:
                self._wire = self._open()
        except self._fault as fault:
            self._lose(fault.code)

    def _lose(self, code: str) -> None:
        self._let_go()
        self._next_try = self._clock() + self._look_again_s
        if code != self._lost_code:
            _log.warning("%s lost: %s", self._called, code)
            self._lost_code = code
            self._events.append(self._lost(code))

    def _let_go(self) -> None:
        if self._wire is not None:
            self._wire.close()
        self._wire = None
        self._forget()
