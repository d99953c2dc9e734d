"""An X server of its own without a screen, a Chinese input method in it, and a keyboard to press.

The keyboard is XTEST's: the server makes of its keys what it makes of a real one's. There is a
second one, the server's own.
"""

import contextlib
import ctypes
import os
import select
import shutil
import subprocess
from pathlib import Path

from counter_app.devices.key_layouts import CAPS_LOCK
from counter_app.devices.simulators.typing_gun import keystrokes
from counter_app.devices.simulators.x11_keyboard import X11Keyboard

NEEDED = ("Xvfb", "ibus-daemon", "dbus-run-session", "setxkbmap")
ENGINE = Path("/usr/libexec/ibus-engine-libpinyin")
# The engine ends where the daemon is not ready yet; the last program's end ends it all. The window
# begins once there is an engine: on a busy machine one that came before it never got any keys.
WITH_PINYIN = f"""
ibus-daemon --panel disable &
(while kill -0 $$; do {ENGINE} --ibus; sleep 0.2; done) &
for tried in $(seq 300); do
    dbus-send --bus="$(ibus address)" --dest=org.freedesktop.DBus --print-reply \
        /org/freedesktop/DBus \
        org.freedesktop.DBus.GetNameOwner string:org.freedesktop.IBus.Libpinyin && break
    sleep 0.2
done >&2
exec "$@"
"""
_PATIENCE_S = 60


def missing():
    """What this machine lacks for such a session."""
    lacking = [name for name in NEEDED if shutil.which(name) is None]
    return [*lacking, *([] if ENGINE.exists() else [str(ENGINE)])]


@contextlib.contextmanager
def x_server():
    """The display's name of a server that is ready."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1024x768x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        with os.fdopen(read) as told:
            ready, _, _ = select.select([told], [], [], _PATIENCE_S)
            assert ready, "no X server"
            yield f":{told.readline().strip()}"
    finally:
        server.terminate()
        server.wait(_PATIENCE_S)


class Keyboard(X11Keyboard):
    """The keyboard of a display, pressed by a gun or by a person."""

    def __init__(self, display):
        super().__init__(display)
        self.display = display

    def scan_after_a_while(self, text, pace_s=0.0, **how):
        """Scan as a gun does, a while after the last key, whatever has the focus.

        The keys come at once, so that a busy machine puts no pause between them.
        """
        strokes = keystrokes(text, pace_s=pace_s, **how)
        self.press([(at + 0.8, code, down, held) for at, code, down, held in strokes])

    def type(self, text, pace_s=0.2):
        """Type as a person does: a finger rests on each key."""
        strokes = []
        for at, code, down, held in keystrokes(text, pace_s=pace_s):
            strokes.append((at + (0 if down else 0.03), code, down, held))
        self.press(strokes)

    def caps_lock(self):
        """Press caps lock."""
        self.press([(0, CAPS_LOCK, True, 0), (0.08, CAPS_LOCK, False, 0)])


class TwoKeyboards(Keyboard):
    """A person's keyboard, and a gun that is a keyboard of its own."""

    GUN = b"Xvfb keyboard"

    def __init__(self, display):
        super().__init__(display)
        xinput = ctypes.CDLL("libXi.so.6")
        xinput.XIQueryDevice.restype = ctypes.POINTER(_Device)
        xinput.XIQueryDevice.argtypes = (ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
        xinput.XOpenDevice.restype = ctypes.c_void_p
        xinput.XOpenDevice.argtypes = (ctypes.c_void_p, ctypes.c_ulong)
        count = ctypes.c_int()
        every = xinput.XIQueryDevice(self._display, _ALL_DEVICES, ctypes.byref(count))
        (gun,) = [one.number for one in every[: count.value] if one.name == self.GUN]
        self._gun = xinput.XOpenDevice(self._display, gun)
        self._test.XTestFakeDeviceKeyEvent.argtypes = (
            *(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int),
            *(ctypes.c_void_p, ctypes.c_int, ctypes.c_ulong),
        )
        self._turns = iter(())

    def press_both(self, by_hand, by_gun):
        """Press keys of both at their times."""
        both = [(at, code, down, False) for at, code, down, _ in by_hand]
        both += [(at, code, down, True) for at, code, down, _ in by_gun]
        both.sort(key=lambda stroke: stroke[0])
        self._turns = iter([is_gun for *_, is_gun in both])
        self.press(both)

    def _fake(self, keycode, down, after_ms):
        if not next(self._turns, False):
            super()._fake(keycode, down, after_ms)
            return
        self._test.XTestFakeDeviceKeyEvent(
            self._display, self._gun, keycode, down, None, 0, after_ms
        )


class _Device(ctypes.Structure):
    """XIDeviceInfo."""

    _fields_ = (
        ("number", ctypes.c_int),
        ("name", ctypes.c_char_p),
        ("use", ctypes.c_int),
        ("attachment", ctypes.c_int),
        ("enabled", ctypes.c_int),
        ("classes", ctypes.c_int),
        ("class_list", ctypes.c_void_p),
    )


_ALL_DEVICES = 0


def environment(display, home, *, input_method):
    """What a program of that session gets to see."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("QT_", "DBUS_", "XDG_"))}
    return inherited | {
        "DISPLAY": display,
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(home),
        "QT_QPA_PLATFORM": "xcb",
        "QT_IM_MODULE": "ibus" if input_method else "compose",
    }
