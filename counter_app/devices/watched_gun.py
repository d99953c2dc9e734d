"""What every scan gun on a wire of its own does: opened, listened to, lost and found again."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from counter_app.domain.reading import CodeScanned, GunEvent, GunLost, GunReady
from counter_app.errors import GunError, HallError

_log = logging.getLogger(__name__)

MAX_PAYLOAD_BYTES = 4096
LONGEST_TOLD = MAX_PAYLOAD_BYTES + 1  # enough to see that a payload is too long


class Wire(Protocol):
    """An open device."""

    def cancel(self) -> None:
        """Make a read that is under way, or the next one, return at once."""
        ...

    def close(self) -> None:
        """Let go of it; calling it again does nothing."""
        ...


Opened = TypeVar("Opened", bound=Wire)


class WatchedGun(Generic[Opened]):
    """A scan gun (`counter_app.ports.ScanGun`), whatever its wire.

    Carriage returns and line feeds around a payload, and `prefix`, are not part of it; an empty one
    is dropped. A payload over 4,096 bytes is given out cut to 4,097. A gun that is gone is looked
    for every `look_again_s`.
    """

    def __init__(
        self,
        prefix: bytes = b"",
        clock: Callable[[], float] = time.monotonic,
        look_again_s: float = 1.0,
    ) -> None:
        self._prefix = prefix
        self._clock = clock
        self._look_again_s = look_again_s
        self._closing = threading.Event()
        self._in_use = threading.Lock()
        self._wire: Opened | None = None
        self._lost_code = ""
        self._next_try = clock()
        self._events: deque[GunEvent] = deque()

    def next_event(self, wait_s: float) -> GunEvent | None:
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
        """Let go of the gun. May be called from any thread, and again."""
        self._closing.set()
        wire = self._wire
        if wire is not None:
            try:
                wire.cancel()
            except HallError as fault:
                _log.debug("nothing to cancel: %s", fault.code)
        with self._in_use:
            self._let_go()

    def _open(self) -> tuple[Opened, str]:
        """The device and its name. Raises GunError."""
        raise NotImplementedError

    def _listen(self, wire: Opened, wait_s: float) -> None:
        """Hear for `wait_s` at most, and `_tell` each payload. Raises GunError."""
        raise NotImplementedError

    def _forget(self) -> None:
        """Drop a payload of which the rest will not come."""
        raise NotImplementedError

    def _tell(self, raw: bytes) -> None:
        payload = raw.strip(b"\r\n").removeprefix(self._prefix)
        if payload:
            self._events.append(CodeScanned(payload[:LONGEST_TOLD]))

    def _advance(self, deadline: float) -> None:
        now = self._clock()
        try:
            if self._wire is not None:
                self._listen(self._wire, max(0.0, deadline - now))
            elif now < self._next_try:
                self._closing.wait(max(0.0, min(deadline, self._next_try) - now))
            else:
                self._wire, name = self._open()
                self._lost_code = ""
                self._forget()
                self._events.append(GunReady(name))
        except GunError as fault:
            self._lose(fault.code)

    def _lose(self, code: str) -> None:
        self._let_go()
        self._next_try = self._clock() + self._look_again_s
        if code != self._lost_code:
            _log.warning("scan gun lost: %s", code)
            self._lost_code = code
            self._events.append(GunLost(code))

    def _let_go(self) -> None:
        if self._wire is not None:
            self._wire.close()
        self._wire = None
        self._forget()
