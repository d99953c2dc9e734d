"""A scan gun (扫码枪) on a serial line: one payload a line end, told as events.

What a payload means is not decided here; it is passed on as bytes, opaque.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from counter_app.devices.transport import SerialTransport, Transport, gun_failure
from counter_app.devices.watched_gun import LONGEST_TOLD, MAX_PAYLOAD_BYTES, WatchedGun
from counter_app.domain.reading import GunReady

_log = logging.getLogger(__name__)

_PAUSE_S = 0.05  # ends a payload of a gun without a line end
_STALE_S = 1.0  # a line that stops half-way is not joined to the next scan


def open_gun_port(port: str, baud: int) -> Transport:
    """The serial port of a scan gun. Raises GunError."""
    return SerialTransport(port, baud, gun_failure)


class SerialScanGun(WatchedGun[Transport]):
    """A scan gun on a serial port. `suffix` ends a payload, b"" where a pause of 50 ms does."""

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
        waits_for_pause = not self._suffix and bool(self._pending)
        first = wire.read(1, min(wait_s, _PAUSE_S) if waits_for_pause else wait_s)
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
        self._take(first + wire.read(MAX_PAYLOAD_BYTES, 0.0))

    def _take(self, received: bytes) -> None:
        self._pending += received
        if not self._suffix:
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
