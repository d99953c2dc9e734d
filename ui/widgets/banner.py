"""A message in the page: what happened, what to do now, and a small code for support."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from ui.messages import Message
from ui.widgets.frames import label, set_tag
from ui.words import tr


class Banner(QFrame):
    """Hidden until there is something to say; it takes its own place and covers nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(2)
        self._what = label(wrap=True)
        self._do = label(role="soft", wrap=True)
        layout.addWidget(self._what)
        layout.addWidget(self._do)
        self.code = ""
        self.hide()

    def say(self, message: Message) -> None:
        """Show a message."""
        self.code = message.code
        set_tag(self, message.kind)
        self._what.setText(message.what)
        code = message.code
        self._do.setText(tr("{do}  〔{code}〕", do=message.do, code=code) if code else message.do)
        self.setAccessibleName(message.what)
        self.setAccessibleDescription(message.do)
        self.show()

    def clear(self) -> None:
        """Nothing more to say."""
        self.code = ""
        self.hide()
        for text in (self._what, self._do):
            text.setText("")
        self.setAccessibleName("")
        self.setAccessibleDescription("")

    def texts(self) -> tuple[QLabel, QLabel]:
        """The two labels, for tests that read the page."""
        return self._what, self._do
