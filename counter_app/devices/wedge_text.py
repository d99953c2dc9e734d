"""What the keys of a scan say: characters, control characters, and characters by number.

A gun that has no key for a character holds Alt, types the character's number on the keypad, and
lets Alt go: decimal, or after "+" hexadecimal. What the number stands for depends on the gun.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from counter_app.devices.key_layouts import (
    ALTS,
    ENTERS,
    KEYPAD_DIGITS,
    LAYOUTS,
    MODIFIER_KEYS,
    RIGHT_ALT,
    TAB,
    Modifiers,
    character,
)

_KEYPAD_PLUS = 78
_LONGEST_NUMBER = 10  # digits; more are no character anywhere
_LARGEST_CHARACTER = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)
_ENDINGS = (b"\r", b"\t", b"\n")


class PressedKey(Protocol):
    """A key as `wedge.Key` has it."""

    @property
    def code(self) -> int: ...  # noqa: D102
    @property
    def down(self) -> bool: ...  # noqa: D102
    @property
    def held(self) -> Modifiers: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Said:
    """A payload without prefix and ending, its characters counted, and the ending's key."""

    payload: bytes = field(repr=False)
    characters: int
    ending: str


class KeyText:
    """Reads keys by the gun's layout; see `wedge.WedgeRules`."""

    def __init__(self, layout: str, follows_caps: bool, alt_codes: str) -> None:
        self._layout = layout
        self._follows_caps = follows_caps
        self._alt_codes = alt_codes

    def of(self, key: PressedKey, besides: Modifiers = Modifiers.NONE) -> str:
        """The character of one key, "" where it has none; `besides` is held as well."""
        if key.code in ENTERS:
            return "\r"
        if key.code == TAB:
            return "\t"
        held = key.held | besides
        return character(key.code, held, self._layout, follows_caps=self._follows_caps)

    def units(self, keys: Iterable[PressedKey]) -> list[bytes]:
        """The bytes of each character, in order."""
        units: list[bytes] = []
        number: str | None = None  # digits typed while Alt is down
        # On a desktop without AltGr the gun's right Alt is told as Alt; the key itself counts.
        has_alt_gr = bool(LAYOUTS[self._layout].alt_gr)
        besides = Modifiers.NONE
        for key in keys:
            if key.code == RIGHT_ALT and has_alt_gr:
                besides = Modifiers.ALT_GR if key.down else Modifiers.NONE
            elif key.code in ALTS:
                if not key.down and number:
                    units.append(self._by_number(number))
                number = "" if key.down else None
            elif not key.down or key.code in MODIFIER_KEYS:
                continue
            elif number is not None and (digit := self._digit(key, number)):
                number += digit
            else:
                units.append(self.of(key, besides).encode("utf-8"))
        return [unit for unit in units if unit]

    def _digit(self, key: PressedKey, before: str) -> str:
        if key.code in KEYPAD_DIGITS:
            return KEYPAD_DIGITS[key.code]
        if not before:
            return "+" if key.code == _KEYPAD_PLUS else ""
        letter = character(key.code, Modifiers.NONE, self._layout)
        return letter if before[0] == "+" and letter and letter in "0123456789abcdef" else ""

    def _by_number(self, digits: str) -> bytes:
        """The character of a number; nothing for a number that no character has."""
        if len(digits) > _LONGEST_NUMBER or digits == "+":
            return b""
        if digits[0] == "+":
            return _by_code_point(int(digits[1:], 16))
        number = int(digits)
        if self._alt_codes == "unicode" and number > 0x7F:
            return _by_code_point(number)
        return number.to_bytes(max(1, (number.bit_length() + 7) // 8), "big")


def _by_code_point(number: int) -> bytes:
    if number > _LARGEST_CHARACTER or number in _SURROGATES:
        return b""
    return chr(number).encode("utf-8")


def decoded_keys(units: Sequence[bytes], prefix: str) -> Said | None:
    """What the characters say without `prefix`, None where they do not begin with it.

    Enter within a payload is a line feed; those at the end are the ending.
    """
    end = len(units)
    while end and units[end - 1] in _ENDINGS:
        end -= 1
    ending = "" if end == len(units) else "\t" if units[end] == b"\t" else "\r"
    kept = units[:end]
    if b"".join(kept[: len(prefix)]) != prefix.encode("utf-8"):
        return None
    kept = kept[len(prefix) :]
    payload = b"".join(b"\n" if unit == b"\r" else unit for unit in kept)
    return Said(payload, len(kept), ending)
