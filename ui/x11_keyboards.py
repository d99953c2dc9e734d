"""Which keyboard of an X11 desktop pressed a key.

A key event says what was pressed on the desktop as a whole: whichever keyboard holds Shift, it has
Shift, and of a key that two keyboards press at once it tells one press and one release. XInput 2
(2.1 and later) tells besides, right before each key event, what each keyboard itself did, as raw
events. Qt's own connection is used, so that both come in one order.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any

from counter_app.devices.key_layouts import (
    LEFT_ALT,
    LEFT_CTRL,
    LEFT_SHIFT,
    LEFT_SUPER,
    RIGHT_ALT,
    RIGHT_CTRL,
    RIGHT_SHIFT,
    RIGHT_SUPER,
    SHIFTS,
    Modifiers,
)

GENERIC_EVENT = 35
KEYCODE_OFFSET = 8  # X11's codes are the kernel's and 8
_RAW_KEY_PRESS, _RAW_KEY_RELEASE = 13, 14
_ALL_MASTER_DEVICES = 1
_EVENT_BITS = 1 << _RAW_KEY_PRESS | 1 << _RAW_KEY_RELEASE

_STAND_FOR = {
    LEFT_SHIFT: Modifiers.SHIFT,
    RIGHT_SHIFT: Modifiers.SHIFT,
    LEFT_CTRL: Modifiers.CTRL,
    RIGHT_CTRL: Modifiers.CTRL,
    LEFT_ALT: Modifiers.ALT,
    RIGHT_ALT: Modifiers.ALT | Modifiers.ALT_GR,
    LEFT_SUPER: Modifiers.SUPER,
    RIGHT_SUPER: Modifiers.SUPER,
}


class _RawEvent(ctypes.Structure):
    """The beginning of xcb_input_raw_key_press_event_t."""

    _fields_ = (
        ("response_type", ctypes.c_uint8),
        ("extension", ctypes.c_uint8),
        ("sequence", ctypes.c_uint16),
        ("length", ctypes.c_uint32),
        ("event_type", ctypes.c_uint16),
        ("device", ctypes.c_uint16),
        ("time", ctypes.c_uint32),
        ("detail", ctypes.c_uint32),
        ("source", ctypes.c_uint16),
    )


class _EventMask(ctypes.Structure):
    """XIEventMask."""

    _fields_ = (
        ("device", ctypes.c_int),
        ("bytes", ctypes.c_int),
        ("mask", ctypes.c_char_p),
    )


@dataclass(frozen=True)
class RawKey:
    """What one keyboard did: `code` as in `key_layouts`, `at_ms` of the server's clock.

    `told` where a key event follows: another keyboard that holds the same key keeps it back.
    """

    device: int
    code: int
    down: bool
    at_ms: int
    told: bool


class X11Keyboards:
    """The keyboards of the desktop, once `listen` was asked for. `guns` are those that scanned."""

    def __init__(self) -> None:
        self.guns: set[int] = set()
        self._extension = -1
        self._held: dict[int, set[int]] = {}  # the codes each keyboard holds
        self._desktop: set[int] = set()  # those the server takes for held
        self._last: RawKey | None = None
        self._pressed_by: dict[int, int] = {}  # code to keyboard, as the last event of it said

    def listen(self, display: int | None) -> bool:
        """Whether keyboards can be told apart from now on; `display` is Xlib's of Qt's connection.

        They cannot where libXi or the extension is lacking: every key is then of keyboard 0.
        """
        if not display:  # Qt can be built without Xlib
            return False
        try:
            xlib, xinput = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXi.so.6")
        except OSError:
            return False
        opcode = _opcode(xlib, display)
        if opcode is None:
            return False
        mask = _EventMask(_ALL_MASTER_DEVICES, 3, _EVENT_BITS.to_bytes(3, "little"))
        xlib.XDefaultRootWindow.restype = ctypes.c_ulong
        xlib.XDefaultRootWindow.argtypes = (ctypes.c_void_p,)
        xinput.XISelectEvents.argtypes = (
            *(ctypes.c_void_p, ctypes.c_ulong),
            *(ctypes.POINTER(_EventMask), ctypes.c_int),
        )
        root = xlib.XDefaultRootWindow(display)
        if xinput.XISelectEvents(display, root, ctypes.byref(mask), 1) != 0:
            return False
        self._extension = opcode
        return True

    def raw_key(self, address: int) -> RawKey | None:
        """The generic event there, where it is a keyboard's; what it says is known from now on."""
        event = _RawEvent.from_address(address)
        if event.extension != self._extension or event.event_type not in (
            _RAW_KEY_PRESS,
            _RAW_KEY_RELEASE,
        ):
            return None
        down = event.event_type == _RAW_KEY_PRESS
        code = event.detail - KEYCODE_OFFSET
        told = (code in self._desktop) != down
        (self._desktop.add if down else self._desktop.discard)(code)
        held = self._held.setdefault(event.source, set())
        (held.add if down else held.discard)(code)
        self._last = RawKey(event.source, code, down, event.time, told)
        return self._last

    def device_of(self, code: int, down: bool, at_ms: int) -> int:
        """Which keyboard a key event is of, 0 where nobody knows; one that repeats, as before."""
        raw = self._last
        if raw is not None and (raw.code, raw.down, raw.at_ms) == (code, down, at_ms):
            self._pressed_by[code] = raw.device
        return self._pressed_by.get(code, 0)

    def held_by(self, device: int, code: int, held: Modifiers) -> Modifiers:
        """Of what the desktop takes for held before that key: what this keyboard holds.

        What no keyboard is known to hold (it was down before we listened, or is latched) counts.
        """
        own = _modifiers(self._held.get(device, set()) - {code})
        others = _modifiers(*(codes for one, codes in self._held.items() if one != device))
        # Whether the right Alt is Alt or AltGr is for the layout to say: the desktop knows.
        own &= held | ~(Modifiers.ALT | Modifiers.ALT_GR)
        return held & ~others | own

    def is_shifted_by_gun(self, device: int) -> bool:
        """Whether a gun alone holds Shift while this keyboard, no gun, is typed on.

        Shift on a keyboard and a letter on another are how people use a keypad of its own.
        """
        holders = {one for one, codes in self._held.items() if codes & SHIFTS}
        return bool(holders) and device not in self.guns and holders <= self.guns


def _modifiers(*held: set[int]) -> Modifiers:
    found = Modifiers.NONE
    for code in set().union(*held):
        found |= _STAND_FOR.get(code, Modifiers.NONE)
    return found


def _opcode(xlib: Any, display: int) -> int | None:
    """The number of XInput's events and requests, None where the server has it not."""
    found = [ctypes.c_int() for _ in range(3)]
    xlib.XQueryExtension.argtypes = (
        *(ctypes.c_void_p, ctypes.c_char_p),
        *(ctypes.POINTER(ctypes.c_int),) * 3,
    )
    known = xlib.XQueryExtension(display, b"XInputExtension", *map(ctypes.byref, found))
    return found[0].value if known else None
