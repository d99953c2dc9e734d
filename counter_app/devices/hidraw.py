"""Linux' raw HID devices: which of them is a scan gun, and its reports one a read."""

from __future__ import annotations

import errno
import os
import select
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from counter_app.devices.hid_pos import ReportLayout, report_layout
from counter_app.errors import GunError

_LONGEST_REPORT = 4096
_DEVICES = Path("/dev")
_DESCRIPTIONS = Path("/sys/class/hidraw")


@dataclass(frozen=True, slots=True)
class HidGun:
    """A scan gun in HID-POS mode: its device and where its reports have what."""

    device: str
    layout: ReportLayout


def find_gun(
    wanted: str = "", *, devices: Path = _DEVICES, descriptions: Path = _DESCRIPTIONS
) -> HidGun:
    """The gun at the device `wanted`, or the first there is. Raises GunError `gun.port_missing`."""
    name = Path(wanted).resolve().name if wanted else ""
    for description in sorted(descriptions.glob("hidraw*")):
        if name and description.name != name:
            continue
        with suppress(OSError):  # unplugged while it was looked at
            layout = report_layout((description / "device" / "report_descriptor").read_bytes())
            if layout is not None:
                return HidGun(str(devices / description.name), layout)
    raise GunError("gun.port_missing", reason="missing")


def open_device(device: str) -> int:
    """A descriptor of the device, for reading."""
    return os.open(device, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)


class HidRawDevice:
    """An open device. Raises GunError: `gun.forbidden`, `gun.port_missing`."""

    def __init__(self, device: str, opened: Callable[[str], int] = open_device) -> None:
        try:
            self._device = opened(device)
        except OSError as fault:
            forbidden = fault.errno in (errno.EACCES, errno.EPERM)
            raise GunError("gun.forbidden" if forbidden else "gun.port_missing") from fault
        self._waker, self._wake = os.pipe()

    def report(self, wait_s: float) -> bytes:
        """The next report, b"" after `wait_s` or `cancel`. Raises GunError where it is gone."""
        try:
            ready, _, _ = select.select([self._device, self._waker], [], [], wait_s)
            if self._device not in ready:
                return b""
            report = os.read(self._device, _LONGEST_REPORT)
        except BlockingIOError:
            return b""
        except (OSError, ValueError) as fault:
            raise GunError("gun.port_missing", reason="lost") from fault
        if not report:
            raise GunError("gun.port_missing", reason="lost")
        return report

    def cancel(self) -> None:
        """Make a wait that is under way, or the next one, return at once."""
        with suppress(OSError):
            os.write(self._wake, b"\0")

    def close(self) -> None:
        """Let go of the device; calling it again does nothing."""
        for descriptor in (self._device, self._waker, self._wake):
            with suppress(OSError):
                os.close(descriptor)
        self._device = self._waker = self._wake = -1
