"""How names, initials and codes are folded, cut and compared, so that a search finds them.

Full-width and half-width, upper and lower case are one (NFKC, then case folded). What is looked for
is cut into words at blanks and punctuation; an item fits when each word is in it.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 100
MOST_WORDS = 8
BEGINNING = 4  # characters of a code whose grams are kept; longer beginnings have a digit in them

_BETWEEN = re.compile(r"[\s,;、，。；·|/]+")


def folded(text: str) -> str:
    """The text as it is compared; control characters are gone."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(one for one in plain if unicodedata.category(one)[0] != "C")


def words(asked: str) -> tuple[str, ...]:
    """The words of what is looked for, folded, each once; those past the eighth are left out."""
    spaced = unicodedata.normalize("NFKC", asked[:LONGEST])
    found = (folded(one) for one in _BETWEEN.split(spaced))
    return tuple(dict.fromkeys(one for one in found if one))[:MOST_WORDS]


def is_of_a_code(word: str) -> bool:
    """Whether a word looks like the beginning of a code: then many items share all its grams."""
    return len(word) > BEGINNING and word.isascii() and any(one.isdigit() for one in word)


def grams(word: str) -> set[str]:
    """Pairs of neighbouring characters; of a single character, itself."""
    if len(word) == 1:
        return {word}
    return {word[place : place + 2] for place in range(len(word) - 1)}


def all_grams(text: str) -> set[str]:
    """Every character and every pair of neighbours of each line."""
    found: set[str] = set()
    for line in text.split("\n"):
        found |= set(line)
        found |= grams(line) if len(line) > 1 else set()
    return found


def initials(name: str) -> str:
    """Pinyin initials of a name: 食品经营许可（新办） → spjyxkxb."""
    from pypinyin import Style, lazy_pinyin  # 56 MB of phrases, which only who writes names needs

    letters = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER, errors="default"))
    return "".join(one for one in folded(letters) if one.isascii() and one.isalnum())[:100]
