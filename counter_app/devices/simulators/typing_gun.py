"""A scan gun that types, without hardware: the keys it presses for a payload, with their times."""

from __future__ import annotations

from collections.abc import Iterator

from counter_app.devices.key_layouts import (
    KEYPAD_DIGITS,
    LEFT_ALT,
    LEFT_CTRL,
    LEFT_SHIFT,
    RIGHT_ALT,
    Modifiers,
    keys_of,
)

Press = tuple[float, int, bool, Modifiers]  # seconds, code, down, what is held before it

_DIGIT_KEYS = {digit: code for code, digit in KEYPAD_DIGITS.items()}


def keystrokes(
    text: str, *, pace_s: float, layout: str = "us", alt_codes: str = "", caps: bool = False
) -> list[Press]:
    r"""What a gun presses for `text`: a character every `pace_s`, its key down half of that.

    Characters that no key has are typed with Alt by number where `alt_codes` ("gbk" or "unicode")
    says how, each number's digits in the time of one character; "\r" is Enter, "\t" Tab, other
    control characters are typed with Ctrl. Raises ValueError for a character it cannot type.
    """
    keys = keys_of(layout)
    always = Modifiers.CAPS if caps else Modifiers.NONE
    presses: list[Press] = []
    for place, char in enumerate(text):
        if char in keys:
            strokes = list(_with_modifier(*keys[char]))
        elif alt_codes:
            strokes = list(_by_number(_number(char, alt_codes)))
        else:
            raise ValueError("no key for this character")
        step = pace_s / len(strokes)
        begins = place * pace_s
        presses += [
            (begins + number * step, code, down, held | always)
            for number, (code, down, held) in enumerate(strokes)
        ]
    return presses


_MODIFIER_KEYS = {
    Modifiers.SHIFT: LEFT_SHIFT,
    Modifiers.ALT_GR: RIGHT_ALT,
    Modifiers.CTRL: LEFT_CTRL,
}


def _with_modifier(code: int, held: Modifiers) -> Iterator[tuple[int, bool, Modifiers]]:
    if held:
        yield _MODIFIER_KEYS[held], True, Modifiers.NONE
    yield code, True, held
    yield code, False, held
    if held:
        yield _MODIFIER_KEYS[held], False, held


def _number(char: str, alt_codes: str) -> int:
    encoded = char.encode("gb18030") if alt_codes == "gbk" else b""
    return int.from_bytes(encoded, "big") if encoded else ord(char)


def _by_number(number: int) -> Iterator[tuple[int, bool, Modifiers]]:
    yield LEFT_ALT, True, Modifiers.NONE
    for digit in str(number):
        yield _DIGIT_KEYS[digit], True, Modifiers.ALT
        yield _DIGIT_KEYS[digit], False, Modifiers.ALT
    yield LEFT_ALT, False, Modifiers.ALT
