"""Code tables of GB/T 39046-2020 and of the provinces' interface for ratings, as data.

What is marked so has not been confirmed against the province's own guide; it is changed here.
"""

from __future__ import annotations

from collections.abc import Mapping

# proStatus of a case push; the numbers are the interface's (to be confirmed with the province).
TO_ACCEPT, ACCEPTED, DONE = 1, 2, 3

CASE_TYPES: Mapping[str, str] = {"immediate": "1", "promised": "2"}  # 办件类型, 9 other
# 服务对象 as the interface knows it: natural person, legal person, other.
NATURAL_PERSON, LEGAL_PERSON = "1", "2"

# 证件类型 (GA/T 2000.156); all but 111 to be confirmed with the province.
DOCUMENT_TYPES: Mapping[str, str] = {
    "resident": "111",
    "permit": "154",
    "foreigner_2017": "553",
    "foreigner_2023": "553",
    "organisation": "001",
}

# 特别程序: an extension is 1, anything else 2.
EXTENSION, OTHER_PROCEDURE = "1", "2"
# 业务动作 of a step: passed, sent back, other.
PASSED, SENT_BACK, OTHER_ACTION = "1", "2", "9"

# 评价渠道 in the order in which GB/T 39046 lists them.
CHANNELS: Mapping[str, str] = {"online": "1", "window_screen": "4", "kiosk": "5"}

# Why a rating was struck: by mistake, of ill will, other (to be confirmed with the province).
GROUNDS: Mapping[str, str] = {"mistaken": "1", "malicious": "2", "other": "9"}

# 满意度: GB/T 39046 counts from 1, the best; the national interface counts up to 5, the best.
_LEVELS = ("best", "good", "fair", "poor", "worst")
STANDARD_SCALE: Mapping[str, str] = {level: str(n) for n, level in enumerate(_LEVELS, start=1)}
NATIONAL_SCALE: Mapping[str, str] = {level: str(5 - n) for n, level in enumerate(_LEVELS)}


def to_standard(level: str) -> str:
    """A level of the inner scale as GB/T 39046 writes it. Raises KeyError."""
    return STANDARD_SCALE[level]


def from_standard(code: str) -> str:
    """A code of GB/T 39046 as a level of the inner scale. Raises KeyError."""
    return _turned(STANDARD_SCALE)[code]


def to_national(level: str) -> str:
    """A level of the inner scale as the national interface writes it. Raises KeyError."""
    return NATIONAL_SCALE[level]


def from_national(code: str) -> str:
    """A code of the national interface as a level of the inner scale. Raises KeyError."""
    return _turned(NATIONAL_SCALE)[code]


def _turned(scale: Mapping[str, str]) -> dict[str, str]:
    return {code: level for level, code in scale.items()}
