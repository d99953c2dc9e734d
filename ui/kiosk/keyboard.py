"""A keyboard on the kiosk's screen: it types into whichever of its fields has the focus."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QGridLayout, QLineEdit, QWidget

from ui.kiosk import look
from ui.kiosk.look import BigButton
from ui.words import tr

DIGITS = "1234567890"
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
SIGNS = "-_.@!#$%&*+=/?:;,~^()[]{}<>|'\"`\\"
ACROSS = 8
_ACROSS_WIDE = 14


class ScreenKeyboard(QWidget):
    """Letters and digits, capitals, signs, or `keys` alone. Signals: `entered` by its enter key."""

    entered = Signal()

    def __init__(
        self, fields: Sequence[QLineEdit], enter: str, *, wide: bool, keys: str = LETTERS
    ) -> None:
        super().__init__()
        self._fields = fields
        self._plain = keys
        self._across = _ACROSS_WIDE if wide else ACROSS
        self._capitals = self._signs = False
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(look.key_gap())
        self.keys = [self._key("") for _ in keys]
        for key in self.keys:
            key.clicked.connect(lambda _=False, key=key: self._type(key.word))
        self.capitals = self._key(tr("大写"), checkable=True)
        self.signs = self._key(tr("符号"), checkable=True)
        self.erase = self._key(tr("删除"))
        self.enter = BigButton(enter, main=True, low=True)
        self.enter.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.capitals.toggled.connect(self._turn_capitals)
        self.signs.toggled.connect(self._turn_signs)
        self.erase.clicked.connect(lambda _=False: self._field().backspace())
        self.enter.clicked.connect(lambda _=False: self.entered.emit())
        self._lay()
        self._show()

    def _key(self, word: str, *, checkable: bool = False) -> BigButton:
        key = BigButton(word, low=True)
        key.setCheckable(checkable)
        key.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the field keeps it
        return key

    def _lay(self) -> None:
        switches = (self.capitals, self.signs) if self._plain == LETTERS else ()
        others = (*switches, self.erase)
        for place, key in enumerate((*self.keys, *others)):
            self._grid.addWidget(key, place // self._across, place % self._across)
        for column in range(self._across):
            self._grid.setColumnStretch(column, 1)
        last = len(self.keys) + len(others)
        left = self._across - last % self._across
        self._grid.addWidget(self.enter, last // self._across, last % self._across, 1, left)

    def _field(self) -> QLineEdit:
        focused = QApplication.focusWidget()
        return next((one for one in self._fields if one is focused), self._fields[0])

    def _type(self, character: str) -> None:
        self._field().insert(character)

    def _turn_capitals(self, on: bool) -> None:
        self._capitals = on
        self._show()

    def _turn_signs(self, on: bool) -> None:
        self._signs = on
        self._show()

    def _show(self) -> None:
        """What each key types now."""
        plain = self._plain
        characters = SIGNS if self._signs else plain.upper() if self._capitals else plain
        for place, key in enumerate(self.keys):
            key.set_word(characters[place] if place < len(characters) else "")
            key.setEnabled(place < len(characters))
