"""A keyboard of an X11 display, without hardware: its keys are to the server as any other's.

Keys are pressed by XTEST (X Test Extension Protocol 2.2) through Xlib and libXtst.
"""

from __future__ import annotations

import ctypes
import os
import sys
import time
from collections.abc import Iterable
from typing import Any

from counter_app.devices.simulators.typing_gun import Press, keystrokes

_KEYCODE_OFFSET = 8  # X11's codes are the kernel's and 8
_LOOK_S = 0.02
_ANY_TYPE = 0
_OUTERMOST = 32  # windows from the focused one up to the root, at most

_pointer, _id, _int = ctypes.c_void_p, ctypes.c_ulong, ctypes.c_int
_to_id, _to_int = ctypes.POINTER(ctypes.c_ulong), ctypes.POINTER(ctypes.c_int)
_OnError = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)


class KeyboardError(OSError):
    """No keyboard can be had. `why`: no_x11, no_display, no_library or no_xtest."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class X11Keyboard:
    """The keyboard of `display`, of DISPLAY where it is "". Raises KeyboardError."""

    def __init__(self, display: str = "") -> None:
        name = display or os.environ.get("DISPLAY", "")
        if not name:
            raise KeyboardError("no_display")
        self._x, self._test = _libraries()
        self._display = self._x.XOpenDisplay(name.encode())
        if not self._display:
            raise KeyboardError("no_display")
        # Xlib's own would end this process when a window that is looked at has just been closed.
        self._on_error = _OnError(lambda _display, _event: 0)
        self._x.XSetErrorHandler(self._on_error)
        major, *rest = (ctypes.c_int() for _ in range(4))
        if not self._test.XTestQueryExtension(self._display, major, *rest):
            self.close()
            raise KeyboardError("no_xtest")

    def close(self) -> None:
        """Let go of the display; calling it again does nothing."""
        display, self._display = self._display, None
        if display:
            self._x.XCloseDisplay(display)

    def press(self, strokes: Iterable[Press]) -> None:
        """Press keys at their times; they have been pressed when this returns."""
        gone = 0.0
        for at, code, down, _ in strokes:
            step = max(0.0, round(at - gone, 3))  # the server itself waits, whole milliseconds
            self._fake(code + _KEYCODE_OFFSET, down, round(step * 1000))
            gone += step
        self._x.XSync(self._display, 0)

    def _fake(self, keycode: int, down: bool, after_ms: int) -> None:
        self._test.XTestFakeKeyEvent(self._display, keycode, down, after_ms)

    def scan(self, payload: str, process: int, patience_s: float = 3.0) -> bool:
        """Scan into a window of that process as a gun does, with Enter at the end.

        Waits for a window of it to have the keyboard; where none gets it, nothing is typed and the
        answer is False.
        """
        until = time.monotonic() + patience_s
        while not process or self.focused_process() != process:
            if time.monotonic() > until:
                return False
            time.sleep(_LOOK_S)
        # At once, so that a busy machine puts no pause between the keys.
        self.press(keystrokes(payload + "\r", pace_s=0.0, alt_codes="gbk"))
        return True

    def focused_process(self) -> int:
        """The process whose window has the keyboard, 0 where nobody says (`_NET_WM_PID`)."""
        window, _how = ctypes.c_ulong(), ctypes.c_int()
        self._x.XGetInputFocus(self._display, window, _how)
        number = self._x.XInternAtom(self._display, b"_NET_WM_PID", 0)
        for _ in range(_OUTERMOST):
            if window.value <= 1:  # none, or wherever the pointer is
                break
            if process := self._number(window.value, number):
                return process
            window.value = self._parent(window.value)
        return 0

    def _number(self, window: int, name: int) -> int:
        kind, count, more = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.c_ulong()
        bits, data = ctypes.c_int(), ctypes.POINTER(ctypes.c_ulong)()
        self._x.XGetWindowProperty(
            self._display, window, name, 0, 1, 0, _ANY_TYPE, kind, bits, count, more, data
        )
        found = int(data[0]) if data and count.value and bits.value == 32 else 0
        if data:
            self._x.XFree(data)
        return found

    def _parent(self, window: int) -> int:
        root, parent, count = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.c_uint()
        children = ctypes.POINTER(ctypes.c_ulong)()
        known = self._x.XQueryTree(self._display, window, root, parent, children, count)
        if children:
            self._x.XFree(children)
        return parent.value if known else 0


def lacking() -> str:
    """Why no keyboard can be had here, as `KeyboardError.why`; "" where one can."""
    try:
        X11Keyboard().close()
    except KeyboardError as error:
        return error.why
    return ""


def _libraries() -> tuple[Any, Any]:
    if sys.platform != "linux":
        raise KeyboardError("no_x11")
    try:
        x, test = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
    except OSError as error:
        raise KeyboardError("no_library") from error
    x.XOpenDisplay.restype, x.XOpenDisplay.argtypes = _pointer, (ctypes.c_char_p,)
    x.XCloseDisplay.argtypes = (_pointer,)
    x.XSync.argtypes = (_pointer, _int)
    x.XFree.argtypes = (_pointer,)
    x.XSetErrorHandler.restype = _pointer
    x.XGetInputFocus.argtypes = (_pointer, _to_id, _to_int)
    x.XInternAtom.restype, x.XInternAtom.argtypes = _id, (_pointer, ctypes.c_char_p, _int)
    x.XGetWindowProperty.argtypes = (
        *(_pointer, _id, _id, ctypes.c_long, ctypes.c_long, _int, _id),
        *(_to_id, _to_int, _to_id, _to_id, ctypes.POINTER(_to_id)),
    )
    x.XQueryTree.argtypes = (
        *(_pointer, _id, _to_id, _to_id, ctypes.POINTER(_to_id), ctypes.POINTER(ctypes.c_uint)),
    )
    test.XTestQueryExtension.argtypes = (_pointer, _to_int, _to_int, _to_int, _to_int)
    test.XTestFakeKeyEvent.argtypes = (_pointer, ctypes.c_uint, _int, ctypes.c_ulong)
    return x, test
