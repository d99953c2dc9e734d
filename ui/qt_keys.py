"""Keys as Qt's own events, where the window system gives nothing earlier (Windows, Wayland).

What an input method takes for itself is not seen here; a gun should not type there while one is on.
A key held back is given back to the window it was for. Qt looks for shortcuts before a key becomes
an event, so a shortcut among the keys held back is looked for here.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QShortcut, QWindow
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from counter_app.devices.key_layouts import (
    BACKSPACE,
    CAPS_LOCK,
    ENTER,
    ESCAPE,
    KEYPAD_DIGITS,
    KEYPAD_ENTER,
    LEFT_ALT,
    LEFT_CTRL,
    LEFT_SHIFT,
    LEFT_SUPER,
    RIGHT_ALT,
    SPACE,
    TAB,
    Modifiers,
    keys_of,
)
from counter_app.devices.wedge import Key

_KEYS = frozenset({QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.ShortcutOverride})
_NO_KEY = 255  # a code that no gun has
_KEYCODE_OFFSET = 8  # Wayland numbers keys as X11 does
_KEYPAD_CODES = {digit: code for code, digit in KEYPAD_DIGITS.items()}
_NOT_TEXT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier

_CODES = {
    Qt.Key.Key_Return: ENTER,
    Qt.Key.Key_Enter: KEYPAD_ENTER,
    Qt.Key.Key_Tab: TAB,
    Qt.Key.Key_Space: SPACE,
    Qt.Key.Key_Shift: LEFT_SHIFT,
    Qt.Key.Key_Control: LEFT_CTRL,
    Qt.Key.Key_Alt: LEFT_ALT,
    Qt.Key.Key_AltGr: RIGHT_ALT,
    Qt.Key.Key_Meta: LEFT_SUPER,
    Qt.Key.Key_Escape: ESCAPE,
    Qt.Key.Key_Backspace: BACKSPACE,
    Qt.Key.Key_CapsLock: CAPS_LOCK,
    **{Qt.Key(Qt.Key.Key_F1.value + n): 59 + n for n in range(10)},
    Qt.Key.Key_F11: 87,
    Qt.Key.Key_F12: 88,
}
# Scan codes that Windows marks as extended and the kernel numbers otherwise.
_FIRST_EXTENDED = 0x80
_EXTENDED = {0x11C: KEYPAD_ENTER, 0x138: RIGHT_ALT, 0x11D: 97, 0x135: 98}
_MODIFIERS = (
    (Qt.KeyboardModifier.ShiftModifier, Modifiers.SHIFT),
    (Qt.KeyboardModifier.ControlModifier, Modifiers.CTRL),
    (Qt.KeyboardModifier.AltModifier, Modifiers.ALT),
    (Qt.KeyboardModifier.MetaModifier, Modifiers.SUPER),
    (Qt.KeyboardModifier.GroupSwitchModifier, Modifiers.ALT_GR),
)


_FUNCTION_KEYS = range(Qt.Key.Key_F1.value, Qt.Key.Key_F12.value + 1)


class QtKeys(QObject):
    """The key events of every window of this program, as `ui.keyboard_gun.KeySource`."""

    def __init__(self, layout: str, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._platform = QGuiApplication.platformName()
        self._by_character = keys_of(layout)
        self._pressed: dict[int, tuple[int, Modifiers]] = {}  # by Qt's key, until it is let go
        self._take: Callable[[Key], bool] | None = None
        self._must_wait: Callable[[float], bool] | None = None
        self._given_back: list[QKeyEvent] = []

    def install(self, take: Callable[[Key], bool], must_wait: Callable[[float], bool]) -> None:
        """As promised by KeySource."""
        self._take, self._must_wait = take, must_wait
        application = QCoreApplication.instance()
        assert application is not None
        application.installEventFilter(self)

    def remove(self) -> None:
        """As promised by KeySource."""
        self._take = None
        application = QCoreApplication.instance()
        if application is not None:
            application.removeEventFilter(self)

    @property
    def is_after_input_method(self) -> bool:
        """As promised by KeySource."""
        return True

    def after_what_has_come(self, then: Callable[[], None]) -> None:
        """As promised by KeySource, as far as Qt tells: after the events that wait."""
        QTimer.singleShot(0, self, then)

    def has_scanned(self, device: int) -> None:
        """As promised by KeySource; Qt does not say which keyboard a key came from."""

    @property
    def is_giving_back(self) -> bool:
        """As promised by KeySource: what is given back has arrived at once."""
        return False

    def give_back(self, key: Key) -> None:
        """As promised by KeySource."""
        event = key.token
        assert isinstance(event, QKeyEvent)
        window = QGuiApplication.focusWindow()
        if window is None or (event.type() == QEvent.Type.KeyPress and _run_shortcut(event)):
            return  # without a window in front nobody typed into one
        self._given_back.append(event)
        try:
            QCoreApplication.sendEvent(window, event)
        finally:
            self._given_back.remove(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in _KEYS or self._take is None or not isinstance(watched, QWindow):
            return False
        if not isinstance(event, QKeyEvent) or any(event is one for one in self._given_back):
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            return self._hold_shortcut(event)
        return not self._take(self._key(event))

    def _hold_shortcut(self, event: QKeyEvent) -> bool:
        """While keys are held, a shortcut waits for its turn: the key itself comes next."""
        assert self._must_wait is not None
        if not self._must_wait(self._at(event)):
            return False
        event.accept()
        return True

    def _at(self, event: QKeyEvent) -> float:
        return event.timestamp() / 1000 if event.timestamp() else self._clock()

    def _key(self, event: QKeyEvent) -> Key:
        code, held = self._code_and_modifiers(event)
        down = event.type() == QEvent.Type.KeyPress
        return Key(self._at(event), code, down, held, event.isAutoRepeat(), token=_copy(event))

    def _code_and_modifiers(self, event: QKeyEvent) -> tuple[int, Modifiers]:
        held = Modifiers.NONE
        for theirs, ours in _MODIFIERS:
            if event.modifiers() & theirs:
                held |= ours
        scan = event.nativeScanCode()
        if scan and self._platform == "windows":
            return _EXTENDED.get(scan, scan if scan < _FIRST_EXTENDED else _NO_KEY), held
        if scan and self._platform == "wayland":
            return scan - _KEYCODE_OFFSET, held
        if event.type() == QEvent.Type.KeyRelease and event.key() in self._pressed:
            return self._pressed.pop(event.key())  # a release may bear no text
        found = self._by_text(event, held)
        if event.type() == QEvent.Type.KeyPress:
            self._pressed[event.key()] = found
        return found

    def _by_text(self, event: QKeyEvent, held: Modifiers) -> tuple[int, Modifiers]:
        """Without scan codes: the key that types this text."""
        key = Qt.Key(event.key())
        if key in _CODES:
            return _CODES[key], held
        text = event.text()
        if event.modifiers() & Qt.KeyboardModifier.KeypadModifier and text in _KEYPAD_CODES:
            return _KEYPAD_CODES[text], held
        if text not in self._by_character:
            return _NO_KEY, held
        code, needed = self._by_character[text]
        return code, held & ~(Modifiers.SHIFT | Modifiers.ALT_GR) | needed


def _copy(event: QKeyEvent) -> QKeyEvent:
    return QKeyEvent(
        event.type(),
        event.key(),
        event.modifiers(),
        event.nativeScanCode(),
        event.nativeVirtualKey(),
        event.nativeModifiers(),
        event.text(),
        event.isAutoRepeat(),
        event.count(),
    )


def _run_shortcut(event: QKeyEvent) -> bool:
    """Do what the key is a shortcut for in the window in front; False where it is for nothing."""
    window = QApplication.activeWindow()
    if window is None or not (event.modifiers() & _NOT_TEXT or event.key() in _FUNCTION_KEYS):
        return False
    wanted = QKeySequence(event.keyCombination())
    for button in window.findChildren(QAbstractButton):
        if button.shortcut() == wanted and button.isEnabled() and button.isVisible():
            button.click()
            return True
    for shortcut in window.findChildren(QShortcut):
        around = shortcut.parent()
        sequences = shortcut.keys()
        seen = not isinstance(around, QWidget) or (around.isVisible() and around.isEnabled())
        if wanted in sequences and shortcut.isEnabled() and seen:
            shortcut.activated.emit()
            return True
    return False
