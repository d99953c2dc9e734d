"""A signed-in counter in a test's hands, and what its window shows."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QLabel, QLineEdit, QWidget

from counter_app.domain.case import PaperState
from counter_app.domain.visit import Lookup, VisitState
from ui.demo.hands import Hands, look
from ui.demo.scripted_visit import ScriptedVisit

ROOT = Path(__file__).resolve().parents[2]
FRAMES = json.loads((ROOT / "docs/api/vectors/sdt-frames.json").read_text("utf-8"))["frames"]
RARE = "㛃䶮𬭎𫖯𬸣𠅤𢙒𬱖𡛷𠮷𪚥𫠠"
ITEM = "个体工商户设立登记"


class Desk:
    """A signed-in counter in a test's hands."""

    def __init__(self, stage, app):
        self.stage = stage
        self.app = app
        self.window = app.window
        self.cards = 0
        self.script = ScriptedVisit(app.window, stage)
        self.hands: Hands = self.script.hands
        self.script.sign_in(stage.account())
        look("the items are kept", lambda: len(app.assembled.store.kept_items()) > 10)

    @property
    def model(self):
        return self.window.model

    @property
    def page(self):
        return self.window.clerk

    def card(self, card):
        self.stage.desk.put(card)
        look("the applicant", lambda: self.model.visit.identity is not None)
        look("an answer", lambda: self.model.visit.lookup is not Lookup.ASKING)

    def person(self, **changes):
        """The demonstration's person; each time a card of their own, as after a move."""
        self.cards += 1
        return {**self.stage.people()[0], "address": f"试验省测试路{self.cards}号", **changes}

    def take_up(self, pinyin="gtgshsldj"):
        self.script.take_up_item(pinyin)

    def see_all(self):
        self.script.see_originals()

    def accept(self):
        self.hands.press(Qt.Key.Key_F9)
        look("accepted", lambda: self.model.visit.state is VisitState.ACCEPTED)

    def reveal(self):
        self.hands.press(Qt.Key.Key_F7)
        self.hands.press(Qt.Key.Key_1)
        look("revealed", lambda: self.model.revealed)

    def paper(self):
        return self.model.acceptance.paper.state if self.model.acceptance.paper else PaperState.OWED

    def leave(self):
        self.stage.desk.lift()
        self.hands.press(Qt.Key.Key_F2)
        look("waiting", lambda: self.model.visit.state is VisitState.WAITING)


def activate(window):
    """What a window manager does when a dialog is gone."""
    window.activateWindow()
    look("the window is active", window.isActiveWindow)


def shown_texts(window):
    """Everything a person, a screen reader or a memory of the window could give away."""
    texts = [window.windowTitle(), QGuiApplication.clipboard().text()]
    for widget in window.findChildren(QWidget):
        texts += [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip()]
        if isinstance(widget, QLabel | QLineEdit):
            texts.append(widget.text())
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            model = widget.model()
            texts += [
                str(model.data(model.index(row, 0)))
                for row in range(model.rowCount(widget.rootIndex()))
            ]
    return texts


def paper_text(stage):
    newest = max(Path(stage.desk.printer).glob("*.pdf"), key=lambda p: p.name)
    done = subprocess.run(
        ["pdftotext", "-raw", str(newest), "-"], capture_output=True, timeout=30, check=True
    )
    return "".join(done.stdout.decode("utf-8").split())


def sign_in_as(desk, username, password):
    page = desk.window.sign_in
    page.username.setText(username)
    page.password.setText(password)
    page.enter.click()
