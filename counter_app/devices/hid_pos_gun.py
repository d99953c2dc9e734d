"""A scan gun in HID-POS mode on Linux: its reports put together, told as events."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from counter_app.devices.hid_pos import ScanAssembler
from counter_app.devices.hidraw import HidGun, HidRawDevice, find_gun
from counter_app.devices.watched_gun import WatchedGun
from counter_app.domain.reading import GunReady

_log = logging.getLogger(__name__)

_STALE_S = 1.0  # a scan of which the next report does not come is not joined to the next scan


class HidPosGun(WatchedGun[HidRawDevice]):
    """The gun at `device`, or the first there is; the same, or another, after it was unplugged."""

    def __init__(
        self,
        device: str = "",
        *,
        prefix: bytes = b"",
        clock: Callable[[], float] = time.monotonic,
        look_again_s: float = 1.0,
        find: Callable[[str], HidGun] = find_gun,
        opened: Callable[[str], HidRawDevice] = HidRawDevice,
    ) -> None:
        super().__init__(prefix, clock, look_again_s)
        self._wanted = device
        self._find = find
        self._opened = opened
        self._scans: ScanAssembler | None = None
        self._heard_at = clock()

    def _open(self) -> HidRawDevice:
        gun = self._find(self._wanted)
        wire = self._opened(gun.device)
        self._scans = ScanAssembler(gun.layout)
        self._is_ready(GunReady(gun.device))
        return wire

    def _listen(self, wire: HidRawDevice, wait_s: float) -> None:
        report = wire.report(wait_s)
        if not report or self._scans is None:
            return
        now = self._clock()
        if self._scans.is_waiting and now - self._heard_at > _STALE_S:
            _log.info("half a scan dropped")
            self._scans.forget()
        self._heard_at = now
        scan = self._scans.take(report)
        if scan is not None:
            self._tell(scan)

    def _forget(self) -> None:
        if self._scans is not None:
            self._scans.forget()
