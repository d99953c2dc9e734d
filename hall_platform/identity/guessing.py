"""How many guesses a password takes somebody who knows how people here make theirs.

It is read as the cheapest row of pieces: syllables of pinyin, what many people use, years, days and
birthdays, runs along a keyboard, what stands there again, what is known of the account, and single
characters. Each piece costs the bits it takes to guess it, after the model of zxcvbn (Wheeler,
USENIX Security 2016), which knows English and no pinyin.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice, product

from hall_platform.identity.common_passwords import COMMON
from hall_platform.identity.pinyin_syllables import SYLLABLES

_OWN, _COMMON, _SYLLABLE, _AGAIN = 3.0, 8.0, 6.0, 2.0  # bits of a piece
_RUN, _RUN_FROM_END = 9.0, 5.0  # qwe, 123 and abc are what people begin with
_TURNED = 1.0  # more for a word written backwards
_DISGUISED = 2.0  # more for one with zeros for o and the like
_YEAR, _DAY_OF_YEAR, _DAY = 6.6, 8.5, 14.0
_DIGIT, _LETTER, _SYMBOL, _OTHER = 3.3, 4.7, 5.0, 9.0  # a character alone; other: Han and the rest

_SHORTEST_RUN = 3
_SHORTEST_WORD = 3  # of letters and digits; of other writing two characters
_SHORTEST_DISGUISED = 4
_SHORTEST_OF_NUMBER = 4  # digits of one's own numbers that somebody would try
_MOST = 200  # characters that are read: folding makes eighteen of one
_NAMES = 64  # ways to read a name in pinyin that are tried

_ROWS = (
    "`1234567890-=",
    "qwertyuiop[]\\",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "~!@#$%^&*()_+",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "zaq1xsw2cde3vfr4bgt5nhy6mju7,ki8.lo9/;p0",
    "qazwsxedcrfvtgbyhnujmik,ol.p;/",
    "zaqxswcdevfrbgtnhymju,ki.lo/;p",
    "1q2w3e4r5t6y7u8i9o0p",
    "plmoknijbuhvygctfxrdzeswaq",
    "7894561230.",
    "147258369",
    "741852963",
    "abcdefghijklmnopqrstuvwxyz",
    "1234567890",
)
_DISGUISE = str.maketrans("0134578@$!|", "oleastbasil")
_YEARS = re.compile(r"(?:19[3-9]|20[0-4])[0-9]")
_DAYS = re.compile(
    r"(?:(?:19[3-9]|20[0-4])[0-9]|[0-9]{2})(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
)
_DAYS_OF_YEAR = re.compile(r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")


@dataclass(frozen=True)
class Guess:
    """The bits it takes, and whether what is known of the account helped."""

    bits: float
    by_own: bool


@dataclass(frozen=True)
class Known:
    """What somebody who guesses knows of the account: words, and numbers in parts."""

    words: frozenset[str]
    numbers: tuple[str, ...]
    longest: int

    @classmethod
    def of(cls, facts: Iterable[str], place: Iterable[str] = ()) -> Known:
        """From names, account, mobile and the like, and from words of the place."""
        words = set(place)
        numbers: list[str] = []
        for fact in facts:
            whole = folded(fact).strip()
            parts = re.findall(r"[^\W_]+", whole)
            numbers += [part for part in parts if sum(map(str.isdigit, part)) >= len(part) - 1]
            words |= {whole, "".join(parts), *parts}
            words |= {re.sub(r"[0-9]+$", "", part) for part in parts}
            words |= set(_readings(whole))
        kept = frozenset(word for word in words if len(word) >= _shortest(word))
        return cls(kept, tuple(numbers), max(map(len, kept), default=0))


def folded(text: str) -> str:
    """A text as it is compared: compatibility forms and capitals put aside."""
    return unicodedata.normalize("NFKC", text).casefold()


def guess(password: str, known: Known) -> Guess:
    """How hard a password is to guess, as it stands or as words with marks between them."""
    text = folded(password)[:_MOST]
    words = re.sub(r"\W|_", "", text)
    marks = len(text) - len(words)
    found = _cheapest(text, known)
    if 0 < marks < len(text):
        parted = _cheapest(words, known)
        bits = parted.bits + _SYMBOL + _AGAIN * (marks - 1)
        found = min(found, Guess(bits, parted.by_own), key=lambda one: one.bits)
    return found


def _cheapest(text: str, known: Known) -> Guess:
    best = [Guess(0.0, by_own=False)]  # by how many characters are read
    best += [Guess(float("inf"), by_own=False)] * len(text)
    for place in range(len(text)):
        here = best[place]
        for length, bits, by_own in _pieces(text, place, known):
            end = place + length
            if here.bits + bits < best[end].bits:
                best[end] = Guess(here.bits + bits, here.by_own or by_own)
    return best[-1]


def _pieces(text: str, place: int, known: Known) -> Iterator[tuple[int, float, bool]]:
    """What may be read from a place on: length, bits, whether it is the account's own."""
    yield 1, _alone(text, place), False
    yield from _words(text, place, known)
    for length, bits in (*_dates(text, place), *_runs(text, place), *_repeated(text, place)):
        yield length, bits, False
    for number in known.numbers:
        length = _common_length(text, place, number)
        if length >= _SHORTEST_OF_NUMBER:
            yield length, _OWN, True


def _alone(text: str, place: int) -> float:
    symbol = text[place]
    if not symbol.isascii():
        return _OTHER
    if symbol.isalnum():
        return _DIGIT if symbol.isdigit() else _LETTER
    return _AGAIN if symbol in text[:place] else _SYMBOL  # who parts words parts all alike


def _words(text: str, place: int, known: Known) -> Iterator[tuple[int, float, bool]]:
    longest = min(max(known.longest, _longest_common()), len(text) - place)
    for length in range(2, longest + 1):
        piece = text[place : place + length]
        yield from ((length, *found) for found in _word(piece, known))
        plain = piece.translate(_DISGUISE)
        if plain != piece and length >= _SHORTEST_DISGUISED:
            for bits, by_own in _word(plain, known):
                yield length, bits + _DISGUISED, by_own


def _word(piece: str, known: Known) -> Iterator[tuple[float, bool]]:
    turned = piece[::-1]
    if piece in known.words or turned in known.words:
        yield _OWN, piece not in COMMON and turned not in COMMON
    if piece in COMMON:
        yield _COMMON, False
    elif turned in COMMON:
        yield _COMMON + _TURNED, False
    if piece in SYLLABLES:
        yield _SYLLABLE, False


@cache
def _longest_common() -> int:
    return max(map(len, COMMON))


def _dates(text: str, place: int) -> Iterator[tuple[int, float]]:
    for form, bits in ((_YEARS, _YEAR), (_DAYS, _DAY), (_DAYS_OF_YEAR, _DAY_OF_YEAR)):
        found = form.match(text, place)
        if found is not None:
            yield len(found[0]), bits


def _runs(text: str, place: int) -> Iterator[tuple[int, float]]:
    """Neighbours of a row, from left to right or back."""
    for row in _ROWS:
        for way, turned in ((row, False), (row[::-1], True)):
            longest = _common_length(text, place, way)
            for length in range(_SHORTEST_RUN, longest + 1):
                piece = text[place : place + length]
                from_end = piece[::-1] == row[:length] if turned else piece == row[:length]
                yield length, _RUN_FROM_END if from_end else _RUN


def _repeated(text: str, place: int) -> Iterator[tuple[int, float]]:
    """What stands just before, once more or several times."""
    for length in range(1, place + 1):
        before = text[place - length : place]
        times = 0
        while text.startswith(before, place + length * times):
            times += 1
            if length * times > 1:
                yield length * times, _AGAIN


def _common_length(text: str, place: int, row: str) -> int:
    """How much of the text from a place on stands in a row somewhere."""
    length = 0
    while place + length < len(text) and text[place : place + length + 1] in row:
        length += 1
    return length


def _readings(name: str) -> Iterator[str]:
    """A name of Han characters in pinyin: whole, without surname, turned round, its initials."""
    han = "".join(symbol for symbol in name if "\u4e00" <= symbol <= "\u9fff")
    if not 2 <= len(han) <= 12:
        return
    from pypinyin import Style, pinyin  # its tables take a while to load; few choose a password

    yield from (han[first : first + 2] for first in range(len(han) - 1))
    ways = pinyin(han, style=Style.NORMAL, heteronym=True, errors="ignore", v_to_u=False)
    for syllables in islice(product(*ways), _NAMES):
        for surname in (1, 2):
            given = "".join(syllables[surname:])
            yield from (given, given + "".join(syllables[:surname]))
        yield "".join(syllables)
        yield "".join(one[0] for one in syllables)


def _shortest(word: str) -> int:
    return _SHORTEST_WORD if word.isascii() else 2
