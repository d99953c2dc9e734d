"""Names and numbers as they may be seen by others: on screens in the hall, and in logs.

Apart from `identity`, because the log is there before the first paint and is not to wait for it.
"""

from __future__ import annotations

import unicodedata


def mask_number(number: str) -> str:
    """A number for screens and logs: the first four and last four characters, stars between.

    Up to eight characters would show whole, so those are all stars.
    """
    if len(number) <= 8:
        return "*" * len(number)
    return number[:4] + "*" * (len(number) - 8) + number[-4:]


def mask_name(name: str) -> str:
    """A name for screens and logs: its first character as people see it, and one star (李*)."""
    shown = name.strip(" \u3000")
    if not shown:
        return ""
    end = 1
    while end < len(shown) and _continues_character(shown[end]):
        end += 1
    return shown[:end] + "*"


def _continues_character(character: str) -> bool:
    """Combining marks and variation selectors belong to the character before them."""
    return unicodedata.category(character) in {"Mn", "Mc", "Me"}
