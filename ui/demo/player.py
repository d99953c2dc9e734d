"""What ties a face of the demonstration to whoever started it, over its standard input.

A shown face ends when that input ends, and comes to the front for a line. A played one takes
orders, one JSON object a line, and answers each with one on its standard output:

    in    {"do": "touch", "what": "完成"}      {"do": "see", "what": "请取走号票", "timeout_s": 20}
    out   {"done": true} or {"error": "..."}

It touches and reads what a person would, by the words on the screen; it never calls a service.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import QObject, QPoint, QSocketNotifier, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget

from ui.demo.hands import Hands, look
from ui.window import FaceWindow

_ONCE = 64 * 1024
_TIMEOUT_S = 20.0


class Tether(QObject):
    """Brings the window to the front for what comes, closes it when the standard input ends."""

    def __init__(self, window: FaceWindow) -> None:
        super().__init__(window)
        self.window = window
        self._input = sys.stdin.fileno()
        self._notifier = QSocketNotifier(self._input, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._readable)

    def hear(self, told: bytes) -> None:
        """What came."""
        if b"\n" in told:
            self.window.raise_()
            self.window.activateWindow()

    def _readable(self) -> None:
        told = os.read(self._input, _ONCE)
        if told:
            self.hear(told)
        else:
            self._notifier.setEnabled(False)
            self.window.close()


class Player(Tether):
    """Does what it is told with the window, one order after the other."""

    def __init__(self, window: FaceWindow) -> None:
        super().__init__(window)
        self._hands = Hands(window)
        self._finger = QTest.createTouchDevice()
        self._rest = b""
        self._orders: dict[str, Callable[[dict[str, Any]], object]] = {
            "touch": self._touch,
            "press": self._press,
            "type": self._type,
            "see": self._see,
            "read": self._read,
            "picture": self._picture,
        }

    def hear(self, told: bytes) -> None:
        """As promised by Tether."""
        *lines, self._rest = (self._rest + told).split(b"\n")
        for line in lines:
            _answer(self._obey(json.loads(line)))

    def _obey(self, order: dict[str, Any]) -> dict[str, object]:
        try:
            found = self._orders[order["do"]](order)
        except AssertionError as failure:
            return {"error": str(failure)}
        return {"done": True, "found": found}

    def _touch(self, order: dict[str, Any]) -> None:
        """A finger on the button with that word."""
        word = order["what"]
        look(f"{word} to touch", lambda: self._button(word) is not None, _TIMEOUT_S)
        button = self._button(word)
        assert button is not None
        window, middle = button.window(), QPoint(button.width() // 2, button.height() // 2)
        point = button.mapTo(window, middle)
        # Nothing here takes touches by itself: Qt makes a press of the mouse of each, as it does
        # of a screen's.
        QTest.touchEvent(window, self._finger).press(0, point, window).commit()
        QTest.touchEvent(window, self._finger).release(0, point, window).commit()

    def _button(self, word: str) -> QAbstractButton | None:
        for widget in _shown():
            if isinstance(widget, QAbstractButton) and word in (
                widget.accessibleName(),
                widget.text(),
            ):
                return widget if widget.isEnabled() else None
        return None

    def _press(self, order: dict[str, Any]) -> None:
        self._hands.press(Qt.Key[f"Key_{order['what']}"], ctrl=bool(order.get("ctrl")))

    def _type(self, order: dict[str, Any]) -> None:
        self._hands.type(order["what"])

    def _see(self, order: dict[str, Any]) -> None:
        """Wait for words on the screen."""
        words = order["what"]
        look(
            f"{words} on the screen of {self.window.windowTitle()}",
            lambda: any(words in text for text in _texts()),
            float(order.get("timeout_s", _TIMEOUT_S)),
        )

    def _read(self, order: dict[str, Any]) -> str:
        """The text that begins so, as a screen reader says it."""
        begin = order["what"]
        look(f"{begin}…", lambda: any(text.startswith(begin) for text in _texts()), _TIMEOUT_S)
        return next(text for text in _texts() if text.startswith(begin))

    def _picture(self, order: dict[str, Any]) -> None:
        assert self.window.grab().save(order["what"]), "a picture cannot be written"


def _shown() -> Iterator[QWidget]:
    """Every widget that can be seen, what is in front first."""
    for top in reversed(QApplication.topLevelWidgets()):
        for widget in (top, *top.findChildren(QWidget)):
            if widget.isVisible():
                yield widget


def _texts() -> Iterator[str]:
    """What the screen says, in widgets' words or in those for a screen reader."""
    for widget in _shown():
        if isinstance(widget, QLineEdit):
            continue  # what somebody types is not what the screen says
        if isinstance(widget, QLabel | QAbstractButton):
            yield widget.text()
        yield widget.accessibleName()


def _answer(answer: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
