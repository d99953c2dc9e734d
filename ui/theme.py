"""The look: one family, one accent, status colours only for status; light and dark.

Measures and colours are those of the pages' pictures: an 8-pixel grid, three sizes of text a page.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication

import resources

FAMILY = "Hall Counter Hei"
_SYSTEM_FALLBACKS = ("Noto Sans CJK SC", "Noto Sans SC", "WenQuanYi Zen Hei")


class Colours(NamedTuple):
    """Every colour of a theme, by what it means."""

    ink: str
    soft: str
    line: str
    ground: str
    card: str
    field_line: str
    accent: str
    accent_soft: str
    on_accent: str
    bar: str
    on_bar: str
    bar_chip: str
    bar_ok: str
    bar_warn: str
    ok: str
    ok_soft: str
    warn: str
    warn_soft: str
    bad: str
    bad_soft: str
    off: str
    off_ink: str


LIGHT = Colours(
    ink="#1a2330",
    soft="#5b6878",
    line="#dde3ea",
    ground="#f3f5f8",
    card="#ffffff",
    field_line="#8c9aab",
    accent="#1f5fbf",
    accent_soft="#e8f0fb",
    on_accent="#ffffff",
    bar="#16304f",
    on_bar="#ffffff",
    bar_chip="#334a66",
    bar_ok="#4fd08a",
    bar_warn="#ffc861",
    ok="#1f7a4d",
    ok_soft="#e6f4ec",
    warn="#8a5700",
    warn_soft="#fdf3df",
    bad="#b3261e",
    bad_soft="#fdeceb",
    off="#e6ebf1",
    off_ink="#5f6c7b",
)
DARK = Colours(
    ink="#e8edf3",
    soft="#a9b5c3",
    line="#36414e",
    ground="#161b22",
    card="#1f262f",
    field_line="#6b7a8c",
    accent="#6ea8ff",
    accent_soft="#22344f",
    on_accent="#0d1626",
    bar="#0f1c2e",
    on_bar="#e8edf3",
    bar_chip="#26374d",
    bar_ok="#67cf99",
    bar_warn="#e9b557",
    ok="#67cf99",
    ok_soft="#1c3a2b",
    warn="#e9b557",
    warn_soft="#3d3017",
    bad="#ff8d84",
    bad_soft="#47211f",
    off="#2b343f",
    off_ink="#a9b5c3",
)

_current = LIGHT
_loaded: dict[str, int] = {}


def colours() -> Colours:
    """The colours of the theme now in use."""
    return _current


def colour(name: str) -> QColor:
    """A colour of the theme by the name of its meaning."""
    return QColor(getattr(_current, name))


def _load(file_name: str) -> None:
    """Load a bundled face once; a bare machine has no Chinese fonts of its own."""
    if file_name in _loaded:
        return
    path = resources.path(f"fonts/{file_name}")
    _loaded[file_name] = QFontDatabase.addApplicationFont(str(path))


def _rare_files() -> list[str]:
    return sorted(p.name for p in resources.path("fonts").glob("HallCounterRare*.ttf"))


def _families() -> list[str]:
    found = [FAMILY]
    for file_name in _rare_files():
        number = _loaded.get(file_name, -1)
        if number >= 0:
            found.extend(QFontDatabase.applicationFontFamilies(number))
    return [*found, *_SYSTEM_FALLBACKS]


def apply(app: QApplication, theme: str = "light", scale: float = 1.0) -> None:
    """Set faces, palette and style sheet for the whole program."""
    global _current  # noqa: PLW0603 - one theme a process
    _current = DARK if theme == "dark" else LIGHT
    _load("HallCounterHei-Regular.ttf")
    _load("HallCounterHei-Bold.ttf")
    font = QFont()
    font.setFamilies(_families())
    font.setPixelSize(round(15 * scale))
    app.setFont(font)
    app.setPalette(_palette())
    app.setStyleSheet(_sheet(scale))


def cover(text: str) -> list[str]:
    """Load the rare faces if `text` needs them; the characters that stay without a glyph.

    Rare faces are some 45 MB, so they are only read when a name asks for them.
    """
    missing = [c for c in text if not c.isspace() and not _has(FAMILY, c)]
    if not missing:
        return []
    loaded_before = len(_loaded)
    for file_name in _rare_files():
        _load(file_name)
    if len(_loaded) > loaded_before:
        font = QFont(QApplication.font())
        font.setFamilies(_families())
        QApplication.setFont(font)
    return [c for c in missing if not any(_has(f, c) for f in _families())]


def bold_covers(text: str) -> bool:
    """Whether the bold face has every character: it has fewer than the regular and rare ones.

    Qt takes a missing character from another family, never from another weight of the same.
    """
    return all(c.isspace() or _has(FAMILY, c, QFont.Weight.DemiBold) for c in text)


@cache
def _has(family: str, character: str, weight: QFont.Weight = QFont.Weight.Normal) -> bool:
    font = QFont(family)
    font.setWeight(weight)
    font.setStyleStrategy(QFont.StyleStrategy.NoFontMerging)
    return QFontMetrics(font).inFontUcs4(ord(character))


def sized(pixels: int, *, bold: bool = False) -> QFont:
    """The program's font in another size, scaled with the rest."""
    font = QFont(QApplication.font())
    font.setPixelSize(max(1, round(pixels * QApplication.font().pixelSize() / 15)))
    if bold:
        font.setWeight(QFont.Weight.DemiBold)
    return font


def _palette() -> QPalette:
    c = _current
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, value in (
        (roles.Window, c.ground),
        (roles.WindowText, c.ink),
        (roles.Base, c.card),
        (roles.AlternateBase, c.ground),
        (roles.Text, c.ink),
        (roles.Button, c.card),
        (roles.ButtonText, c.ink),
        (roles.Highlight, c.accent),
        (roles.HighlightedText, c.on_accent),
        (roles.PlaceholderText, c.soft),
        (roles.ToolTipBase, c.card),
        (roles.ToolTipText, c.ink),
    ):
        palette.setColor(role, QColor(value))
    return palette


def _arrow() -> str:
    """Qt draws no arrow of its own in a field whose frame is styled."""
    return resources.path("icons/down.png").as_posix()


def _sheet(scale: float) -> str:
    c = _current

    def px(pixels: float) -> str:
        return f"{round(pixels * scale)}px"

    return f"""
QMainWindow, QWidget#ground {{ background: {c.ground}; }}
QFrame#card {{ background: {c.card}; border: 1px solid {c.line}; border-radius: 6px; }}
QFrame#bar {{ background: {c.bar}; }}
QFrame#bar QLabel {{ color: {c.on_bar}; }}
QFrame#bar QLabel[role="place"] {{ font-size: {px(17)}; font-weight: 600; }}
QFrame#bar QLabel[role="chip"] {{ background: {c.bar_chip}; border-radius: 4px;
  padding: 3px 11px; }}
QFrame#bar QPushButton {{ color: {c.on_bar}; background: transparent; border: 1px solid transparent;
  border-radius: 4px; padding: 4px 8px; }}
QFrame#bar QPushButton:focus {{ border: 1px solid {c.on_bar}; }}
QFrame#foot {{ background: {c.card}; border-top: 1px solid {c.line}; }}
QFrame#foot QPushButton {{ background: transparent; border: 1px solid transparent;
  border-radius: 4px; padding: 3px 8px; font-size: {px(13)}; text-align: left; }}
QFrame#foot QPushButton:focus {{ border: 1px solid {c.accent}; }}
QFrame#rule {{ background: {c.line}; max-height: 1px; min-height: 1px; border: 0; }}
QLabel[role="heading"] {{ color: {c.soft}; font-size: {px(13)}; font-weight: 600; }}
QLabel[role="soft"] {{ color: {c.soft}; font-size: {px(13)}; }}
QLabel[role="big"] {{ font-size: {px(26)}; font-weight: 600; }}
QLabel[role="number"] {{ color: {c.accent}; font-size: {px(36)}; font-weight: 600; }}
QLabel[role="title"] {{ font-size: {px(19)}; font-weight: 600; }}
QLabel[role="big"][plain="true"], QLabel[role="title"][plain="true"] {{ font-weight: 400; }}
QLabel[tag="ok"] {{ color: {c.ok}; background: {c.ok_soft}; }}
QLabel[tag="info"] {{ color: {c.accent}; background: {c.accent_soft}; }}
QLabel[tag="warn"] {{ color: {c.warn}; background: {c.warn_soft}; }}
QLabel[tag="bad"] {{ color: {c.bad}; background: {c.bad_soft}; }}
QLabel[tag] {{ border-radius: 3px; padding: 1px 7px; font-size: {px(12)}; }}
QLabel#photo {{ border: 1px dashed {c.field_line}; border-radius: 4px; color: {c.soft};
  font-size: {px(12)}; background: {c.ground}; }}
QLineEdit, QComboBox, QDateEdit {{ background: {c.card}; border-radius: 5px;
  border: 1px solid {c.field_line};
  padding: 0 10px; min-height: {px(38)}; selection-background-color: {c.accent}; }}
QLineEdit:focus, QComboBox:focus, QDateEdit:focus {{ border: 2px solid {c.accent};
  padding: 0 9px; }}
QComboBox::drop-down, QDateEdit::drop-down {{ border: 0; width: 24px;
  subcontrol-origin: padding; subcontrol-position: center right; }}
QComboBox::down-arrow, QDateEdit::down-arrow {{ image: url("{_arrow()}"); }}
QTabBar {{ background: {c.card}; }}
QTabBar::tab {{ padding: 8px 14px; color: {c.soft}; border: 0;
  border-bottom: 2px solid transparent; background: {c.card}; }}
QTabBar::tab:selected {{ color: {c.accent}; border-bottom: 2px solid {c.accent};
  font-weight: 600; }}
QTabBar::tab:focus {{ background: {c.accent_soft}; }}
QListView {{ background: {c.card}; border: 0; outline: 0; }}
QScrollArea {{ background: {c.card}; border: 0; }}
QScrollBar:vertical {{ width: 10px; background: transparent; }}
QScrollBar::handle:vertical {{ background: {c.field_line}; border-radius: 5px; min-height: 24px; }}
QScrollBar:horizontal {{ height: 10px; background: transparent; }}
QScrollBar::handle:horizontal {{ background: {c.field_line}; border-radius: 5px; min-width: 24px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QFrame#banner[tag="bad"] {{ background: {c.bad_soft}; border: 1px solid {c.bad};
  border-radius: 5px; }}
QFrame#banner[tag="warn"] {{ background: {c.warn_soft}; border: 1px solid {c.warn};
  border-radius: 5px; }}
QFrame#banner[tag="info"] {{ background: {c.accent_soft}; border: 1px solid {c.accent};
  border-radius: 5px; }}
"""
