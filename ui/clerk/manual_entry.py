"""Manual entry (手工录入): for a card the reader does not know, or a person without one.

What is typed is marked as typed, and then no material counts as met by the card.
"""

from __future__ import annotations

import unicodedata

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from counter_app.domain.identity import (
    DocumentKind,
    Identity,
    Source,
    check_digit_holds,
    credit_code_holds,
)
from ui.messages import Message, message
from ui.widgets.banner import Banner
from ui.widgets.frames import label
from ui.widgets.key_button import KeyButton
from ui.words import tr

_KINDS = (
    (DocumentKind.RESIDENT, "居民身份证"),
    (DocumentKind.PERMIT, "港澳台居民居住证"),
    (DocumentKind.FOREIGNER_2023, "外国人永久居留身份证(2023 版)"),
    (DocumentKind.FOREIGNER_2017, "外国人永久居留身份证(2017 版)"),
    (DocumentKind.ORGANISATION, "单位(统一社会信用代码)"),
)
_LONGEST_NAME = 50


class ManualEntry(QDialog):
    """Asks kind, name and number. Signals: `entered(Identity)`."""

    entered = Signal(object)

    def __init__(self, parent: QWidget | None = None, known: Identity | None = None) -> None:
        """`known` is what a code told already; the rest has to be typed."""
        super().__init__(parent)
        self.setWindowTitle(tr("手工录入"))
        self.setModal(True)
        self.kind = QComboBox()
        self.kind.setAccessibleName(tr("证件类型"))
        for kind, word in _KINDS:
            self.kind.addItem(tr(word), kind)
        self.name = QLineEdit()
        self.name.setAccessibleName(tr("姓名"))
        self.name.setMaxLength(_LONGEST_NAME * 2)
        self.number = QLineEdit()
        self.number.setAccessibleName(tr("证件号码"))
        self.number.setMaxLength(30)
        self.banner = Banner()
        self.confirm = KeyButton(tr("确定"), "Enter", main=True)
        self.cancel = KeyButton(tr("取消"), "Esc")
        self._warned_of = ""
        self._build()
        if known is not None:
            self._fill(known)
        self.confirm.clicked.connect(self._confirm)
        self.cancel.clicked.connect(self.reject)
        self.name.returnPressed.connect(self.number.setFocus)
        self.number.returnPressed.connect(self._confirm)

    def _confirm(self) -> None:
        name = self.name.text().strip()
        number = unicodedata.normalize("NFKC", self.number.text()).strip().upper()
        if not name or not number:
            self.banner.say(Message(tr("姓名和号码都要填"), tr("请照证件填写。"), "info"))
            (self.name if not name else self.number).setFocus()
            return
        if not self._holds(number) and self._warned_of != number:
            self._warned_of = number
            self.banner.say(message("visit.wrong_check_digit"))
            self.confirm.set_word(tr("号码无误,继续"))
            return
        kind = self.kind.currentData()
        self.entered.emit(Identity(kind=kind, name=name, number=number, source=Source.TYPED))
        self.accept()

    def _fill(self, known: Identity) -> None:
        self.kind.setCurrentIndex(self.kind.findData(known.kind))
        self.number.setText(known.number)
        self.banner.say(
            Message(tr("平台上没有这个单位的名称"), tr("请核对证照原件,照证照填写名称。"), "info")
        )

    def _holds(self, number: str) -> bool:
        """Whether the number's check is right, or there is none to be wrong."""
        if self.kind.currentData() is DocumentKind.ORGANISATION:
            return credit_code_holds(number)
        return check_digit_holds(number) is not False

    def _build(self) -> None:
        self.setMinimumWidth(460)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(24, 24, 24, 24)
        inside.setSpacing(8)
        inside.addWidget(label(tr("手工录入"), "title"))
        inside.addWidget(
            label(tr("只在读不了证件时使用。手工录入的身份需要核验证件原件。"), "soft", wrap=True)
        )
        for word, field in (
            (tr("证件类型"), self.kind),
            (tr("姓名"), self.name),
            (tr("证件号码"), self.number),
        ):
            inside.addWidget(label(word, "heading"))
            inside.addWidget(field)
        inside.addWidget(self.banner)
        buttons = QHBoxLayout()
        buttons.addWidget(self.confirm, 2)
        buttons.addWidget(self.cancel, 1)
        inside.addLayout(buttons)
        self.name.setFocus()
