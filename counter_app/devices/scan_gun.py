"""A scan gun (扫码枪) on a serial line: one payload a line end, told as events.

What a payload means is not decided here; it is passed on as bytes, opaque.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable

from counter_app.devices.transport import SerialTransport, Transport, gun_failure
from counter_app.domain.reading import CodeScanned, GunEvent, GunLost, GunReady
from counter_app.errors import GunError, HallError

_log = logging.getLogger(__name__)

MAX_PAYLOAD_BYTES = 4096
_KEEP = MAX_PAYLOAD_BYTES + 1
_PAUSE_S = 0.05  # ends a payload of a gun without a line end
_STALE_S = 1.0  # a line that stops half-way is not joined to the next scan


def open_gun_port(port: str, baud: int) -> Transport:
    """The serial port of a scan gun. Raises GunError."""
    return SerialTransport(port, baud, gun_failure)


class SerialScanGun:
    """A scan gun on a serial port (`counter_app.ports.ScanGun`).

    `suffix` ends a payload, b"" where a pause of 50 ms does; `prefix` is taken off. Carriage
    returns and line feeds around a payload are not part of it, and empty ones are dropped. A
    payload over 4,096 bytes is given out cut to 4,097, so that it is seen to be too long. An
    unplugged gun is looked for every `look_again_s`.
    """

    def __init__(
        self,
        port: str,
        baud: int = 9600,
        suffix: bytes = b"\r",
        clock: Callable[[], float] = time.monotonic,
        *,
        prefix: bytes = b"",
        look_again_s: float = 1.0,
        open_transport: Callable[[str, int], Transport] = open_gun_port,
    ) -> None:
        self._port = port
        self._baud = baud
        self._suffix = suffix
        self._prefix = prefix
        self._clock = clock
        self._look_again_s = look_again_s
        self._open_transport = open_transport
        self._closing = threading.Event()
        self._in_use = threading.Lock()

        self._transport: Transport | None = None
        self._lost_code = ""
        self._next_try = clock()
        self._pending = bytearray()
        self._last_byte_at = clock()
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
        """Let go of the port. May be called from any thread, and again."""
        self._closing.set()
        transport = self._transport
        if transport is not None:
            try:
                transport.cancel()
            except HallError as fault:
                _log.debug("nothing to cancel: %s", fault.code)
        with self._in_use:
            self._let_go()

    def _advance(self, deadline: float) -> None:
        now = self._clock()
        try:
            if self._transport is not None:
                self._listen(self._transport, max(0.0, deadline - now))
            elif now < self._next_try:
                self._closing.wait(max(0.0, min(deadline, self._next_try) - now))
            else:
                self._open()
        except GunError as fault:
            self._lose(fault.code)

    def _open(self) -> None:
        self._transport = self._open_transport(self._port, self._baud)
        self._lost_code = ""
        self._pending.clear()
        self._events.append(GunReady(self._port))

    def _listen(self, transport: Transport, wait_s: float) -> None:
        waits_for_pause = not self._suffix and bool(self._pending)
        first = transport.read(1, min(wait_s, _PAUSE_S) if waits_for_pause else wait_s)
        if not first:
            if waits_for_pause:
                self._tell(bytes(self._pending))
                self._pending.clear()
            return
        now = self._clock()
        if self._pending and now - self._last_byte_at > _STALE_S:
            _log.info("half a scan of %d bytes dropped", len(self._pending))
            self._pending.clear()
        self._last_byte_at = now
        self._take(first + transport.read(MAX_PAYLOAD_BYTES, 0.0))

    def _take(self, received: bytes) -> None:
        self._pending += received
        if not self._suffix:
            del self._pending[_KEEP:]
            return
        *whole, rest = bytes(self._pending).split(self._suffix)
        # One byte over the cap is enough to know; a line end that is half there is not cut off.
        self._pending = bytearray(
            rest
            if len(rest) <= _KEEP + len(self._suffix)
            else rest[:_KEEP] + rest[-len(self._suffix) :]
        )
        for line in whole:
            self._tell(line)

    def _tell(self, line: bytes) -> None:
        payload = line.strip(b"\r\n").removeprefix(self._prefix)
        if payload:
            self._events.append(CodeScanned(payload[:_KEEP]))

    def _lose(self, code: str) -> None:
        self._let_go()
        self._next_try = self._clock() + self._look_again_s
        if code != self._lost_code:
            _log.warning("scan gun lost: %s", code)
            self._lost_code = code
            self._events.append(GunLost(code))

    def _let_go(self) -> None:
        if self._transport is not None:
            self._transport.close()
        self._transport = None
        self._pending.clear()
