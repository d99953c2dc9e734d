"""What a password has to hold to (OWASP ASVS 5.0, 6.2): length, and not easy to guess.

Any characters may be used and none are demanded; it is compared exactly as it was typed. Refused
are those of the list of common ones, those made of keyboard rows, sequences or a few characters
over and over, and those that are little more than the account's name or the words of a hall.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from hall_platform.identity.common_passwords import COMMON
from hall_platform.problems import Problem

SHORTEST = 12
LONGEST = 200
_FEWEST_OF_ITS_OWN = 6  # characters left when names and words of the place are taken out
_FEWEST_DIFFERENT = 5
_SHORTEST_WORD = 3

# Words of the place (6.1.2): they are no secret to anybody who works here.
WORDS = (
    *("hall", "counter", "platform", "window", "clerk", "admin", "system", "security", "audit"),
    *("government", "service", "citizen", "password", "welcome", "login", "user"),
    *("市民之家", "政务", "大厅", "窗口", "密码", "综合", "服务", "平台", "管理员"),
    *("zhengwu", "dating", "chuangkou", "mima", "xiangtan", "shimin", "guanliyuan"),
)
_ROWS = (
    "`1234567890-=",
    "qwertyuiop[]\\",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "!@#$%^&*()_+",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "zaq1xsw2cde3vfr4bgt5nhy6mju7",
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
)
_RUN = 4  # this many neighbours of a row in a row are a run


def check(password: str, *names: str) -> None:
    """Problem("password-too-weak") with `reason`: too-short, too-long, common, own-name."""
    reason = weakness(password, *names)
    if reason:
        raise Problem("password-too-weak", reason=reason, shortest=SHORTEST)


def weakness(password: str, *names: str) -> str:
    """Why a password may not be used; "" when it may. `names` are the account's own."""
    if len(password) < SHORTEST:
        return "too-short"
    if len(password) > LONGEST:
        return "too-long"
    folded = password.casefold()
    if _is_pattern(folded) or _is_little(_without(folded, COMMON)):
        return "common"
    if _is_little(_without(folded, (*names, *WORDS))):
        return "own-name"
    return ""


def _is_little(left: str) -> bool:
    """Whether what is left would be guessed: a few characters, or a date or number at the end."""
    digits_only = not any(symbol.isalpha() for symbol in left)
    return len(left) < (SHORTEST if digits_only else _FEWEST_OF_ITS_OWN)


def _is_pattern(folded: str) -> bool:
    """Few different characters, one piece over and over, or mostly runs along a row."""
    if len(set(folded)) < _FEWEST_DIFFERENT or re.fullmatch(r"(.{1,6}?)\1+.{0,5}", folded):
        return True
    return len(_without_runs(folded)) < _FEWEST_OF_ITS_OWN


def _without_runs(folded: str) -> str:
    left, place = [], 0
    while place < len(folded):
        length = max(_run(folded, place, row) for one in _ROWS for row in (one, one[::-1]))
        if length < _RUN:
            left.append(folded[place])
            length = 1
        place += length
    return "".join(left)


def _run(folded: str, place: int, row: str) -> int:
    longest = 0
    while place + longest < len(folded) and folded[place : place + longest + 1] in row:
        longest += 1
    return longest


def _without(folded: str, words: Iterable[str]) -> str:
    """What is left when the words are taken out, longest first, also written backwards."""
    for word in sorted((one.casefold() for one in words), key=len, reverse=True):
        if len(word) >= (_SHORTEST_WORD if word.isascii() else 2):
            folded = folded.replace(word, "").replace(word[::-1], "")
    return folded
