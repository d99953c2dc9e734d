"""A window with a gun that types, in a process of its own: bursts among letters, by real events."""

from __future__ import annotations

import json
import os
import random
import sys
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QEventLoop, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit

from benchmarks.figures import percentile
from benchmarks.typed_scans import BURSTS, SEED, stream
from counter_app.devices.key_layouts import (
    BACKSPACE,
    ENTER,
    LEFT_SHIFT,
    MODIFIER_KEYS,
    Modifiers,
    character,
)
from counter_app.devices.wedge import Key, WedgeRules
from counter_app.domain.reading import CodeScanned
from ui.keyboard_gun import KeyboardGun

_TIMED_LETTERS = 60
_AHEAD_MS = 5000


def _send(key: Key, at_ms: int) -> None:
    text = character(key.code, key.held, "us")
    if key.code == ENTER:
        qt, text = Qt.Key.Key_Return, "\r"
    elif key.code == BACKSPACE:
        qt, text = Qt.Key.Key_Backspace, "\b"
    elif key.code in MODIFIER_KEYS:
        qt = Qt.Key.Key_Shift
    else:
        qt = Qt.Key(ord(text.upper()))
    held = (
        Qt.KeyboardModifier.ShiftModifier
        if key.held & Modifiers.SHIFT
        else Qt.KeyboardModifier.NoModifier
    )
    kinds = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress) if key.down else ()
    for kind in kinds or (QEvent.Type.KeyRelease,):
        event = QKeyEvent(kind, qt, held, text)
        event.setTimestamp(at_ms)
        QApplication.sendEvent(QGuiApplication.focusWindow(), event)


def _wait(milliseconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(milliseconds), loop.quit)
    loop.exec()


def main(bursts: int) -> None:
    """Print what came of it as one JSON object."""
    application = QApplication([])
    field = QLineEdit()
    field.setMaxLength(1_000_000)
    field.show()
    field.activateWindow()
    field.setFocus()
    application.processEvents()
    gun = KeyboardGun(WedgeRules())
    heard: list[object] = []
    gun.heard.connect(heard.append)
    gun.start()
    codes: list[str] = []
    letters = ""
    begin_ms = round(time.monotonic() * 1000) + _AHEAD_MS
    for number in range(-(-bursts // BURSTS)):
        chance = random.Random(SEED - 1 - number)
        # Without a window system Qt tells of either Shift as one key.
        one = stream(chance, min(BURSTS, bursts - len(codes)), shifts=(LEFT_SHIFT,))
        codes += one.codes
        for key in one.keys:
            _send(key, begin_ms + round(key.at * 1000))
            if key.token and key.down and key.code == BACKSPACE:
                letters = letters[:-1]
            elif key.token and key.down:
                letters += character(key.code, key.held, "us")
        begin_ms += round(one.keys[-1].at * 1000) + _AHEAD_MS
    _wait(300)
    found = [one.payload.decode() if isinstance(one, CodeScanned) else "" for one in heard]
    astray = sum(a != b for a, b in zip(field.text(), letters, strict=False))
    astray += abs(len(field.text()) - len(letters))
    print(
        json.dumps(
            {
                "bursts": len(codes),
                "wrong": sum(a != b for a, b in zip(found, codes, strict=False))
                + abs(len(found) - len(codes)),
                "astray": astray,
                **_delays(field, begin_ms),
            }
        )
    )


def _delays(field: QLineEdit, begin_ms: int) -> dict[str, float]:
    """How long a letter takes into the field when it is typed in real time."""
    chance = random.Random(SEED)
    late: list[float] = []
    sent = [0.0]
    field.textChanged.connect(lambda: late.append(1000 * (time.monotonic() - sent[0])))
    began = time.monotonic()
    for _ in range(_TIMED_LETTERS):
        letter = Key(0, chance.randint(16, 25), True)
        for down, wait_ms in ((True, chance.uniform(50, 140)), (False, chance.uniform(30, 160))):
            sent[0] = time.monotonic() if down else sent[0]
            at_ms = begin_ms + round(1000 * (time.monotonic() - began))
            _send(Key(0, letter.code, down), at_ms)
            _wait(wait_ms)
    _wait(300)
    return {"median_ms": percentile(late, 0.5), "longest_ms": max(late)}


if __name__ == "__main__":
    main(int(sys.argv[1]))
