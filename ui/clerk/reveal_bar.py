"""Asks why name and number are to be shown in full; the answer is audited."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from ui.widgets.frames import label, set_tag
from ui.widgets.key_button import KeyButton
from ui.words import tr

REASONS = (("compare", "与证件核对"), ("fill_in", "填写材料"), ("asked", "当事人要求"))


class RevealBar(QFrame):
    """Three reasons, keys 1 to 3; Esc goes away. Signals: `given(reason code)`."""

    given = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        set_tag(self, "info")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.addWidget(label(tr("显示全部,是为了:")))
        self.buttons: list[KeyButton] = []
        for number, (reason, word) in enumerate(REASONS, 1):
            button = KeyButton(tr(word), str(number))
            button.clicked.connect(lambda _=False, r=reason: self._give(r))
            layout.addWidget(button)
            self.buttons.append(button)
        layout.addStretch(1)
        self.setAccessibleName(tr("显示全部的理由"))
        self.hide()

    def ask(self) -> None:
        """Show the reasons; the first has the focus."""
        self.show()
        self.buttons[0].setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            return
        super().keyPressEvent(event)

    def _give(self, reason: str) -> None:
        self.hide()
        self.given.emit(reason)
