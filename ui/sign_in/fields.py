"""Fields for what nobody else may see: no menu, no clipboard left behind, nothing to undo."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit


def field(name: str, *, secret: bool = False, longest: int = 64) -> QLineEdit:
    """An empty field; a `secret` one shows dots."""
    one = QLineEdit()
    one.setAccessibleName(name)
    one.setMaxLength(longest)
    one.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
    if secret:
        one.setEchoMode(QLineEdit.EchoMode.Password)
    return one


def forget(*fields: QLineEdit) -> None:
    """Keep nothing in the fields, nor in what undo would bring back."""
    for one in fields:
        one.setText("")
        one.setModified(False)
