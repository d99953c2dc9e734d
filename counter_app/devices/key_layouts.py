"""What a key means on the keyboard that a scan gun pretends to be, by the key's own code.

A gun in keyboard mode presses keys, not characters. Its keys are told by their codes (those of
Linux's input-event-codes.h; X11 adds 8 to them, Windows' scan codes agree for this block), so that
neither the layout of the desktop nor its caps lock nor an input method has a say in the payload.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntFlag
from types import MappingProxyType


class Modifiers(IntFlag):
    """Which modifiers are down, and whether caps lock is on."""

    NONE = 0
    SHIFT = 1
    CTRL = 2
    ALT = 4
    ALT_GR = 8
    SUPER = 16
    CAPS = 32


ESCAPE, BACKSPACE, TAB, ENTER, SPACE, CAPS_LOCK = 1, 14, 15, 28, 57, 58
KEYPAD_ENTER, LEFT_ALT, RIGHT_ALT = 96, 56, 100
LEFT_SHIFT, RIGHT_SHIFT, LEFT_CTRL, RIGHT_CTRL = 42, 54, 29, 97
LEFT_SUPER, RIGHT_SUPER = 125, 126

SHIFTS = frozenset({LEFT_SHIFT, RIGHT_SHIFT})
ALTS = frozenset({LEFT_ALT, RIGHT_ALT})
MODIFIER_KEYS = SHIFTS | ALTS | {LEFT_CTRL, RIGHT_CTRL}
ENTERS = frozenset({ENTER, KEYPAD_ENTER})
FUNCTION_KEYS = frozenset({*range(59, 69), 87, 88})
KEYPAD_DIGITS: Mapping[int, str] = MappingProxyType(
    dict(zip((82, 79, 80, 81, 75, 76, 77, 71, 72, 73), "0123456789", strict=True))
)
_KEYPAD: Mapping[int, str] = MappingProxyType(
    {**KEYPAD_DIGITS, 83: ".", 55: "*", 74: "-", 78: "+", 98: "/"}
)

# The rows of a keyboard: where each begins, then its keys plain, with Shift, with AltGr.
_ROWS = (2, 16, 30, 43, 86)


def _rows(*rows: tuple[str, str]) -> dict[int, tuple[str, str]]:
    keys: dict[int, tuple[str, str]] = {}
    for first, (plain, shifted) in zip(_ROWS, rows, strict=True):
        for place, pair in enumerate(zip(plain, shifted, strict=True)):
            keys[first + place] = pair
    return keys


@dataclass(frozen=True)
class Layout:
    """A keyboard: each key's character plain and with Shift, and those reached by AltGr."""

    keys: Mapping[int, tuple[str, str]]
    alt_gr: Mapping[int, str]


_ENGLISH_LETTERS = (("qwertyuiop[]", "QWERTYUIOP{}"), ("asdfghjkl;'`", 'ASDFGHJKL:"~'))

LAYOUTS: Mapping[str, Layout] = MappingProxyType(
    {
        "us": Layout(
            _rows(
                ("1234567890-=", "!@#$%^&*()_+"),
                *_ENGLISH_LETTERS,
                ("\\zxcvbnm,./", "|ZXCVBNM<>?"),
                ("\\", "|"),
            ),
            {},
        ),
        "uk": Layout(
            _rows(
                ("1234567890-=", '!"£$%^&*()_+'),
                _ENGLISH_LETTERS[0],
                ("asdfghjkl;'`", "ASDFGHJKL:@¬"),
                ("#zxcvbnm,./", "~ZXCVBNM<>?"),
                ("\\", "|"),
            ),
            {5: "€"},
        ),
        "de": Layout(
            _rows(
                ("1234567890ß´", '!"§$%&/()=?`'),
                ("qwertzuiopü+", "QWERTZUIOPÜ*"),
                ("asdfghjklöä^", "ASDFGHJKLÖÄ°"),
                ("#yxcvbnm,.-", "'YXCVBNM;:_"),
                ("<", ">"),
            ),
            dict(zip((8, 9, 10, 11, 12, 16, 18, 27, 86), "{[]}\\@€~|", strict=True)),
        ),
        "fr": Layout(
            _rows(
                ("&é\"'(-è_çà)=", "1234567890°+"),
                ("azertyuiop^$", "AZERTYUIOP¨£"),
                ("qsdfghjklmù²", "QSDFGHJKLM%~"),
                ("*wxcvbn,;:!", "µWXCVBN?./§"),
                ("<", ">"),
            ),
            dict(zip((3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13), "~#{[|`\\^@]}", strict=True)),
        ),
    }
)


def character(code: int, held: Modifiers, layout: str, *, follows_caps: bool = False) -> str:
    """The character of a key, "" for a key without one.

    With Ctrl a letter is its control character, as guns send them. Caps lock is passed over,
    unless the gun follows it (`follows_caps`): then the gun itself has turned Shift round.
    """
    table = LAYOUTS[layout]
    if code == SPACE:
        return " "
    if code in _KEYPAD:
        return _KEYPAD[code]
    if held & Modifiers.ALT_GR and table.alt_gr:
        return table.alt_gr.get(code, "")
    plain, shifted = table.keys.get(code, ("", ""))
    if held & Modifiers.CTRL:
        return _control(plain)
    is_letter = plain.isalpha() and plain.upper() == shifted
    turned = follows_caps and is_letter and bool(held & Modifiers.CAPS)
    return shifted if bool(held & Modifiers.SHIFT) != turned else plain


def keys_of(layout: str) -> dict[str, tuple[int, Modifiers]]:
    """By which key, and with which modifier, each character is typed."""
    keys = {
        "\r": (ENTER, Modifiers.NONE),
        "\t": (TAB, Modifiers.NONE),
        " ": (SPACE, Modifiers.NONE),
    }
    for held in (Modifiers.NONE, Modifiers.SHIFT, Modifiers.ALT_GR, Modifiers.CTRL):
        for code in LAYOUTS[layout].keys:
            char = character(code, held, layout)
            if char:
                keys.setdefault(char, (code, held))
    return keys


def _control(plain: str) -> str:
    upper = plain.upper()
    return chr(ord(upper) - 64) if len(upper) == 1 and "A" <= upper <= "_" else ""
