"""A clerk's hands for a run without a screen: keys and mouse as events, eyes as conditions.

It presses what a person would press and waits until the page shows what a person would wait for;
it never calls a service.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

_LOOK_MS = 4


class NotSeenError(AssertionError):
    """What should have come onto the page did not come."""


class Hands:
    """Presses keys in one window, counts them, and waits for what is seen."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self.keys = 0
        self.typed_characters = 0

    def press(self, key: Qt.Key, *, ctrl: bool = False) -> None:
        """Press and release one key, with Ctrl held or not, wherever the focus is."""
        self.keys += 1
        held = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
        QTest.keyClick(self._focus(), key, held)

    def type(self, text: str) -> None:
        """Type ASCII text into whatever has the focus."""
        self.keys += len(text)
        self.typed_characters += len(text)
        QTest.keyClicks(self._focus(), text)

    def click(self, widget: QWidget) -> None:
        """Click in the middle of a widget."""
        middle = QPoint(widget.width() // 2, widget.height() // 2)
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=middle)

    def see(self, what: str, condition: Callable[[], bool], timeout_s: float = 20.0) -> None:
        """Wait until `condition` holds. Raises NotSeenError naming `what`."""
        look(what, condition, timeout_s)

    def _focus(self) -> QWidget:
        return QApplication.focusWidget() or self._window


def look(what: str, condition: Callable[[], bool], timeout_s: float = 20.0) -> None:
    """Let events run until `condition` holds. Raises NotSeenError naming `what`."""
    if condition():
        return
    until = time.monotonic() + timeout_s
    loop = QEventLoop()
    timer = QTimer()
    timer.setInterval(_LOOK_MS)
    timer.timeout.connect(lambda: loop.quit() if condition() or time.monotonic() > until else None)
    timer.start()
    loop.exec()
    timer.stop()
    if not condition():
        raise NotSeenError(what)
