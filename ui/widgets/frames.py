"""Cards, bars, headings, tags: the plain furniture of a page."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget


def card(name: str, *, width: int = 0) -> tuple[QFrame, QVBoxLayout]:
    """A white column with a border; its layout comes with it."""
    frame = QFrame()
    frame.setObjectName("card")
    frame.setAccessibleName(name)
    if width:
        frame.setFixedWidth(width)
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(16, 16, 16, 16)
    layout.setSpacing(8)
    return frame, layout


def label(text: str = "", role: str = "", *, wrap: bool = False, tag: str = "") -> QLabel:
    """A text. `role` is heading, soft, big or title; `tag` is ok, info, warn or bad."""
    widget = QLabel(text)
    widget.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        widget.setProperty("role", role)
    if tag:
        set_tag(widget, tag)
    widget.setWordWrap(wrap)
    policy = QSizePolicy.Policy
    if wrap:
        widget.setSizePolicy(policy.Preferred, policy.Minimum)
    elif tag:
        widget.setSizePolicy(policy.Maximum, policy.Maximum)
    else:
        widget.setSizePolicy(policy.Preferred, policy.Maximum)
    return widget


def set_tag(widget: QWidget, tag: str) -> None:
    """Change a tag's kind; nothing is restyled when it is the same."""
    if widget.property("tag") != tag:
        widget.setProperty("tag", tag)
        style = widget.style()
        style.unpolish(widget)
        style.polish(widget)


def rule() -> QFrame:
    """A thin line."""
    line = QFrame()
    line.setObjectName("rule")
    return line
