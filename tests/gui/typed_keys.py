"""A gun's and a person's keys as events of a window, as the window system hands them to Qt."""

import time

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication

from counter_app.devices.key_layouts import (
    ALTS,
    ENTER,
    FUNCTION_KEYS,
    LEFT_CTRL,
    SHIFTS,
    TAB,
    Modifiers,
    character,
)
from counter_app.devices.simulators.typing_gun import keystrokes

_KEYS = {
    ENTER: Qt.Key.Key_Return,
    TAB: Qt.Key.Key_Tab,
    LEFT_CTRL: Qt.Key.Key_Control,
    **dict.fromkeys(SHIFTS, Qt.Key.Key_Shift),
    **dict.fromkeys(ALTS, Qt.Key.Key_Alt),
    **{
        code: Qt.Key(Qt.Key.Key_F1.value + n)
        for n, code in enumerate([*range(59, 69), 87, 88])
        if code in FUNCTION_KEYS
    },
}
_HELD = (
    (Modifiers.SHIFT, Qt.KeyboardModifier.ShiftModifier),
    (Modifiers.CTRL, Qt.KeyboardModifier.ControlModifier),
    (Modifiers.ALT, Qt.KeyboardModifier.AltModifier),
)


class _Clock:
    """The keyboard's clock, ahead of ours by what the test leaves out."""

    ms = round(time.monotonic() * 1000)


def pause(milliseconds=2000):
    """Nobody touches a key for so long; it takes no time here."""
    _Clock.ms = max(_Clock.ms, round(time.monotonic() * 1000)) + milliseconds


def send(code, down, held=Modifiers.NONE):
    """One key, to the window in front; a shortcut is asked for before the key is pressed."""
    text = character(code, held, "us")
    key = _KEYS.get(code) or Qt.Key(ord(text.upper()) if text >= " " else ord(text) + 64)
    modifiers = Qt.KeyboardModifier.NoModifier
    for ours, theirs in _HELD:
        if held & ours:
            modifiers |= theirs
    window = QGuiApplication.focusWindow()
    assert window is not None
    kinds = [QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress]
    for kind in kinds if down else [QEvent.Type.KeyRelease]:
        event = QKeyEvent(kind, key, modifiers, text)
        event.setTimestamp(_Clock.ms)
        QApplication.sendEvent(window, event)


def scan(text, pace_s=0.004):
    """A burst after a pause, each key at its own time."""
    pause()
    begun = _Clock.ms
    for at, code, down, held in keystrokes(text, pace_s=pace_s):
        _Clock.ms = begun + round(at * 1000)
        send(code, down, held)
