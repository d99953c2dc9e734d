"""Builds the scan gun that the settings name."""

from __future__ import annotations

from counter_app.devices.hid_pos_gun import HidPosGun
from counter_app.devices.scan_gun import SerialScanGun
from counter_app.devices.wedge import WedgeRules
from counter_app.ports import ScanGun
from counter_app.settings import Settings

_TYPES = ("wedge", "auto")
_SUFFIXES = {"enter": "\r", "lf": "\n", "tab": "\t", "etx": "\x03", "none": ""}
_TYPED_SUFFIXES = {"tab": "\t", "none": ""}  # no key types the others: such a gun presses Enter


def build_gun(settings: Settings) -> ScanGun | None:
    """The scan gun on a line of its own, or None where the counter has none."""
    gun = settings.gun
    prefix = gun.prefix.encode("utf-8")
    if gun.kind == "serial" or (gun.kind == "auto" and gun.port):
        suffix = _SUFFIXES[gun.suffix].encode("ascii")
        return SerialScanGun(gun.port, gun.baud, suffix, prefix=prefix)
    if gun.kind in ("hidpos", "auto"):
        return HidPosGun(gun.port, prefix=prefix)
    return None


def wedge_rules(settings: Settings) -> WedgeRules | None:
    """How the gun is set that types, or None where none does."""
    gun = settings.gun
    if gun.kind not in _TYPES:
        return None
    return WedgeRules(
        gap_s=gun.gap_ms / 1000,
        prefix=gun.prefix,
        suffix=_TYPED_SUFFIXES.get(gun.suffix, "\r"),
        minimum=gun.minimum,
        layout=gun.layout,
        follows_caps=gun.caps_lock == "followed",
        alt_codes=gun.alt_codes,
    )
