"""Breaks Chinese text into lines (禁则处理).

A line may end after any ideograph, but never starts with a closing mark or ends with an opening
one, and a word or number in Latin letters stays whole while it fits on a line at all.
"""

from __future__ import annotations

import unicodedata

from printing.fonts import Face, advance, readable

NOT_AT_START = frozenset(
    "，。、；：？！…—～·％‰℃°）》〉」』】〕〗〙］｝〞”’′″々ー.,;:?!)]}%＞＝︰︳﹐﹑﹒﹔﹕﹖﹗﹚﹜﹞"
)
NOT_AT_END = frozenset("（《〈「『【〔〖〘［｛〝“‘￥＄№([{$¥＜﹙﹛﹝")
_WORD_SIGNS = frozenset("-_/@#&+*'=~")


def _in_word(character: str) -> bool:
    """True for letters and digits of alphabets, and the signs that codes are written with."""
    if character in _WORD_SIGNS:
        return True
    return character < "\u2e80" and character.isalnum()


def _sticks(before: str, character: str) -> bool:
    """True when no line may break between `before`, all since the last break, and `character`."""
    last = before[-1]
    if character.isspace():
        return True  # blanks hang at the end of a line
    if character in NOT_AT_START or last in NOT_AT_END:
        return True
    if unicodedata.combining(character):
        return True
    if not _in_word(character):
        return False
    # "3.14" and "a:b" are one word, while "1. 名" is not, for the blank is in between
    return _in_word(last) or (last in ".,:" and len(before) > 1 and _in_word(before[-2]))


def atoms(text: str) -> list[str]:
    """The pieces of a text between which a line may break; together they are the text."""
    found: list[str] = []
    for character in text:
        if found and _sticks(found[-1], character):
            found[-1] += character
        else:
            found.append(character)
    return found


def break_lines(text: str, face: Face, size: float, width: float, indent: float = 0) -> list[str]:
    """The lines of a text set in `size` points on `width` points, the first one indented.

    Line feeds in the text begin a new line and are dropped; every other character that prints is
    in exactly one line, in order. A piece wider than a whole line is broken between any two
    characters. Blanks at the end of a line may reach beyond the width. Raises PaperError
    paper.uncovered_character.
    """
    lines: list[str] = []
    for paragraph in readable(text).split("\n"):
        lines += _break_paragraph(paragraph, face, 1000 / size, width, 0 if lines else indent)
    return lines


def _break_paragraph(
    paragraph: str, face: Face, per_point: float, width: float, indent: float
) -> list[str]:
    limit = width * per_point + 1e-6
    lines: list[str] = []
    line, used = "", indent * per_point
    for atom in atoms(paragraph):
        visible = atom.rstrip()
        wide = advance(visible, face)
        if line and used + wide > limit:
            lines.append(line)
            line, used = "", 0.0
        if used + wide > limit:
            *full, line = _break_anywhere(atom, face, limit, used)
            lines += full
            used = advance(line, face)
            continue
        line += atom
        used += wide + advance(atom[len(visible) :], face)
    lines.append(line)
    return lines


def _break_anywhere(atom: str, face: Face, limit: float, used: float) -> list[str]:
    """An atom wider than a line, cut where the line is full; at least one character a line."""
    lines = [""]
    for character in atom:
        wide = advance(character, face)
        if lines[-1] and not character.isspace() and used + wide > limit:
            lines.append("")
            used = 0.0
        lines[-1] += character
        used += wide
    return lines
