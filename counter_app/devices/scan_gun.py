"""A scan gun (扫码枪) on a serial line: one payload a line end, told as events.

What a payload means is not decided here; it is passed on as bytes, opaque.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from counter_app.devices.transport import SerialTransport, Transport, gun_failure
from counter_app.devices.watched_gun import LONGEST_TOLD, MAX_PAYLOAD_BYTES, WatchedGun
from counter_app.domain.reading import GunReady, ScanIncomplete

_log = logging.getLogger(__name__)

_PAUSE_S = 0.05  # ends a payload of a gun without a line end
_CHECK_PAUSE_S = 0.2  # ends what is sent while the gun is checked
_STALE_S = 1.0  # a line that stops half-way is not joined to the next scan


def open_gun_port(port: str, baud: int) -> Transport:
    """The serial port of a scan gun. Raises GunError."""
    return SerialTransport(port, baud, gun_failure)


class SerialScanGun(WatchedGun[Transport]):
    """A scan gun on a serial port. `suffix` ends a payload, b"" where a pause of 50 ms does.

    What stays without its suffix for a second is told as incomplete and dropped.
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
        super().__init__(prefix, clock, look_again_s)
        self._port = port
        self._baud = baud
        self._suffix = suffix
        self._open_transport = open_transport
        self._pending = bytearray()
        self._last_byte_at = clock()

    def _open(self) -> Transport:
        wire = self._open_transport(self._port, self._baud)
        self._is_ready(GunReady(self._port))
        return wire

    def _listen(self, wire: Transport, wait_s: float) -> None:
        pause = self._pause_s() if self._pending else wait_s
        first = wire.read(1, min(wait_s, pause))
        now = self._clock()
        is_over = bool(self._pending) and now - self._last_byte_at >= pause
        # Bytes that were there before a busy machine came to read them made no pause.
        if is_over and not (first and self._ends_by_pause):
            self._end_by_pause()
        if first:
            self._last_byte_at = now
            self._take(first + wire.read(MAX_PAYLOAD_BYTES, 0.0))

    @property
    def _ends_by_pause(self) -> bool:
        return not self._suffix or self._checked.is_set()

    def _pause_s(self) -> float:
        """How long nothing may come before what came is taken to have ended."""
        if self._checked.is_set():
            return _CHECK_PAUSE_S
        return _STALE_S if self._suffix else _PAUSE_S

    def _end_by_pause(self) -> None:
        """What came is a payload, or half of one."""
        ended = bytes(self._pending)
        self._pending.clear()
        if self._ends_by_pause:
            self._tell(ended)
        elif ended.strip(b"\r\n"):
            _log.info("half a scan of %d bytes dropped", len(ended))
            self._events.append(ScanIncomplete())

    def _ending(self) -> bytes | None:
        return self._suffix

    def _take(self, received: bytes) -> None:
        self._pending += received
        if self._ends_by_pause:
            del self._pending[LONGEST_TOLD:]
            return
        *whole, rest = bytes(self._pending).split(self._suffix)
        # One byte over the cap is enough to know; a line end that is half there is not cut off.
        self._pending = bytearray(
            rest
            if len(rest) <= LONGEST_TOLD + len(self._suffix)
            else rest[:LONGEST_TOLD] + rest[-len(self._suffix) :]
        )
        for line in whole:
            self._tell(line)

    def _forget(self) -> None:
        self._pending.clear()
