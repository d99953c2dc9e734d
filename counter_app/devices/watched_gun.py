"""What every scan gun on a wire of its own does with a payload."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic

from counter_app.devices.watched_device import Opened, WatchedDevice
from counter_app.domain.reading import CodeScanned, CodeSent, GunEvent, GunLost
from counter_app.errors import GunError

MAX_PAYLOAD_BYTES = 4096
LONGEST_TOLD = MAX_PAYLOAD_BYTES + 1  # enough to see that a payload is too long


class WatchedGun(WatchedDevice[Opened, GunEvent], Generic[Opened]):
    """A scan gun (`counter_app.ports.ScanGun`), whatever its wire.

    Carriage returns and line feeds around a payload, and `prefix`, are not part of it; an empty one
    is dropped. A payload over 4,096 bytes is given out cut to 4,097.
    """

    _called = "scan gun"
    _fault = GunError

    def __init__(
        self,
        prefix: bytes = b"",
        clock: Callable[[], float] = time.monotonic,
        look_again_s: float = 1.0,
    ) -> None:
        super().__init__(GunLost, clock, look_again_s)
        self._prefix = prefix
        self._checked = threading.Event()

    def check(self, wanted: bool) -> None:
        """As promised by ScanGun."""
        if wanted:
            self._checked.set()
        else:
            self._checked.clear()

    def _tell(self, raw: bytes) -> None:
        if self._checked.is_set():
            self._events.append(CodeSent(raw[:LONGEST_TOLD], self._prefix, self._ending()))
            return
        payload = raw.strip(b"\r\n").removeprefix(self._prefix)
        if payload:
            self._events.append(CodeScanned(payload[:LONGEST_TOLD]))

    def _ending(self) -> bytes | None:
        """What ends a payload by the settings, None where its wire marks the end."""
        return None
