"""A window with a gun that types: told what to do by lines in, tells how it is by lines out.

focus NAME | engine on | check | report | end          →          one JSON object a line

The arguments are the gun's rules, and "qt" where its keys are to be taken as Qt's own events.
"""

import json
import subprocess
import sys

from PySide6.QtCore import QSocketNotifier
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from counter_app.devices.wedge import WedgeRules
from counter_app.domain.reading import CodeScanned
from ui.gun_check import GunCheck
from ui.keyboard_gun import KeyboardGun
from ui.qt_keys import QtKeys

WORDS = ["Hall", "counter", "preapplication", "receipt", "7", "8"]


class Window(QWidget):
    def __init__(self):
        super().__init__()
        self.edit, self.list, self.combo = QLineEdit(), QListWidget(), QComboBox()
        self.button = QPushButton("press")
        self.list.addItems(WORDS)
        self.combo.addItems(WORDS)
        self.list.setCurrentRow(1)
        self.combo.setCurrentIndex(1)
        self.done = []
        down = QVBoxLayout(self)
        for part in (self.edit, self.list, self.combo, self.button):
            down.addWidget(part)
        self.button.clicked.connect(lambda: self.done.append("button"))
        self.edit.returnPressed.connect(lambda: self.done.append("return"))
        for key in ("F2", "F9", "Ctrl+F", "Ctrl+]"):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.activated.connect(lambda key=key: self.done.append(key))
        self.dialog = QDialog(self)
        self.in_dialog = QLineEdit()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok)
        buttons.accepted.connect(self.dialog.accept)
        self.dialog.accepted.connect(lambda: self.done.append("dialog"))
        inside = QVBoxLayout(self.dialog)
        inside.addWidget(self.in_dialog)
        inside.addWidget(buttons)
        self.scans, self.broken, self.engine = [], 0, ""
        self.gun_check = None

    def hear(self, event):
        if isinstance(event, CodeScanned):
            self.scans.append(event.payload.hex())
        else:
            self.broken += 1

    def switch_on_pinyin(self):
        for command in (["ibus", "engine", "libpinyin"], ["ibus", "engine"]):
            done = subprocess.run(command, check=False, capture_output=True, text=True)
        self.engine = done.stdout.strip()

    def report(self):
        return {
            "engine": self.engine,
            "text": self.edit.text(),
            "in_dialog": self.in_dialog.text(),
            "list": self.list.currentRow(),
            "combo": self.combo.currentIndex(),
            "done": self.done,
            "scans": self.scans,
            "broken": self.broken,
            "window": int(self.winId()),
            "check": self.said_by_check(),
        }

    def check(self, gun):
        self.gun_check = GunCheck(gun, self)
        self.gun_check.open()
        self.gun_check.activateWindow()

    def said_by_check(self):
        if self.gun_check is None or not self.gun_check.isVisible():
            return ""
        return f"{self.gun_check.said.text()} {self.gun_check.todo.text()}"

    def focus(self, name):
        if name == "dialog":
            self.dialog.open()
            self.dialog.activateWindow()
            self.in_dialog.setFocus()
            return
        getattr(self, name).setFocus()


def main():
    app = QApplication(sys.argv[:1])
    window = Window()
    rules = WedgeRules(**json.loads(sys.argv[1]))
    source = QtKeys(rules.layout) if sys.argv[2:] == ["qt"] else None
    gun = KeyboardGun(rules, source=source)
    gun.heard.connect(window.hear)
    gun.start()
    window.show()
    window.activateWindow()
    window.edit.setFocus()

    def obey():
        words = sys.stdin.readline().split()
        if words[:1] == ["focus"]:
            window.focus(words[1])
        elif words[:1] == ["engine"]:
            window.switch_on_pinyin()
        elif words[:1] == ["check"]:
            window.check(gun)
        elif words[:1] != ["report"]:
            app.quit()
            return
        answer = window.report() | {"active": app.focusWindow() is not None}
        print(json.dumps(answer), flush=True)

    notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(obey)
    print(json.dumps({"ready": app.platformName()}), flush=True)
    app.exec()


if __name__ == "__main__":
    main()
