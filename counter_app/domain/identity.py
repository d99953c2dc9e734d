"""A person's or an organisation's identity: what a document says, its numbers and check digits.

Sources: GB 11643 (公民身份号码), GB 32100 (统一社会信用代码), GB/T 2261.1 (性别), GB/T 3304 (民族).
Values are kept as read. Nothing here corrects a name or a number, and nothing refuses one: what
does not hold together is reported by `warnings`, and a person decides.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import Enum

from counter_app.domain.nations import NATIONS


class DocumentKind(Enum):
    """Which kind of document it is; told by the card's type byte, never by the number."""

    RESIDENT = "resident"  # 居民身份证
    PERMIT = "permit"  # 港澳台居民居住证
    FOREIGNER_2017 = "foreigner_2017"  # 外国人永久居留身份证, 2017
    FOREIGNER_2023 = "foreigner_2023"  # 外国人永久居留身份证, 2023
    ORGANISATION = "organisation"  # 法人和其他组织, by 统一社会信用代码

    @property
    def title(self) -> str:
        """The document's official Chinese name."""
        return _TITLES[self]


class Source(Enum):
    """Where a fact came from; the page marks it."""

    CARD = "card"
    CODE = "code"
    PLATFORM = "platform"
    TYPED = "typed"


_TITLES = {
    DocumentKind.RESIDENT: "居民身份证",
    DocumentKind.PERMIT: "港澳台居民居住证",
    DocumentKind.FOREIGNER_2017: "外国人永久居留身份证（2017版）",
    DocumentKind.FOREIGNER_2023: "外国人永久居留身份证（2023版）",
    DocumentKind.ORGANISATION: "统一社会信用代码",
}

SEXES = {"0": "未知的性别", "1": "男", "2": "女", "9": "未说明的性别"}  # GB/T 2261.1

_RECORD_KEYS: dict[DocumentKind, tuple[str, ...]] = {
    DocumentKind.RESIDENT: (
        *("name", "sex", "nation", "nation_name", "born", "address", "number", "issuer"),
        *("valid_from", "valid_to"),
    ),
    DocumentKind.PERMIT: (
        *("name", "sex", "born", "address", "number", "issuer", "valid_from", "valid_to"),
        *("pass_number", "issue_count"),
    ),
    DocumentKind.FOREIGNER_2017: (
        *("name_english", "name", "sex", "born", "nationality", "number"),
        *("valid_from", "valid_to", "version", "authority"),
    ),
    DocumentKind.FOREIGNER_2023: (
        *("name", "name_english", "sex", "born", "number", "country", "renewals"),
        *("valid_from", "valid_to"),
    ),
    DocumentKind.ORGANISATION: ("name", "number"),
}


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """What a document says about its holder.

    `sex` is a GB/T 2261.1 code, `nation` a GB/T 3304 code. `valid_to` of None means 长期 when
    `long_term` is set, otherwise not known. `former_number_link` is what a 2023 foreigner card
    says of the holder's former number; `new_address` is the address kept beside the printed one.
    The representation shows neither name nor number, so that it may reach a log.
    """

    kind: DocumentKind
    name: str
    number: str
    sex: str = ""
    nation: str = ""
    born: date | None = None
    address: str = ""
    issuer: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    long_term: bool = False
    name_english: str = ""
    nationality: str = ""
    pass_number: str = ""
    issue_count: str = ""
    version: str = ""
    authority: str = ""
    country: str = ""
    renewals: str = ""
    former_number_link: str = ""
    new_address: str = ""
    source: Source = Source.CARD
    sam_id: str = ""

    def __repr__(self) -> str:
        return f"Identity({self.kind.value}, <hidden>)"

    @property
    def nation_name(self) -> str:
        """The ethnic group's name, or "" for a code that GB/T 3304 does not have."""
        return NATIONS.get(self.nation, "")

    @property
    def sex_name(self) -> str:
        """男, 女 or the standard's words for the other codes; "" for a code it does not have."""
        return SEXES.get(self.sex, "")

    def as_record(self) -> dict[str, object]:
        """The facts of this kind of document as JSON values: dates in ISO form, 长期 as None.

        The keys are those of `docs/api/vectors/sdt-frames.json`; `new_address` only where there
        is one.
        """
        record: dict[str, object] = {"kind": self.kind.value}
        for key in _RECORD_KEYS[self.kind]:
            value = getattr(self, key)
            record[key] = value.isoformat() if isinstance(value, date) else value
        if self.new_address:
            record["new_address"] = self.new_address
        return record


# Numbers --------------------------------------------------------------------------------------

_PERSONAL = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)
_PERSONAL_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_PERSONAL_CHECKS = "10X98765432"

_CREDIT_SYMBOLS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I O S V Z
_CREDIT_VALUES = {symbol: value for value, symbol in enumerate(_CREDIT_SYMBOLS)}
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def normalised_number(number: str) -> str:
    """A number as it is compared: full-width folded, blanks around it gone, capitals."""
    return unicodedata.normalize("NFKC", number).strip().upper()


def check_digit_holds(number: str) -> bool | None:
    """Whether the last digit of an 18-digit personal number is right (GB 11643, MOD 11-2).

    None where the number has no such check: anything that is not 17 digits and a digit or X,
    such as the 15 characters of a 2017 foreigner card.
    """
    digits = normalised_number(number)
    if not _PERSONAL.fullmatch(digits):
        return None
    total = sum(
        int(digit) * weight for digit, weight in zip(digits[:17], _PERSONAL_WEIGHTS, strict=True)
    )
    return _PERSONAL_CHECKS[total % 11] == digits[17]


def credit_code_holds(code: str) -> bool:
    """Whether a unified social credit code has 18 allowed symbols and the right check (GB 32100).

    Early codes that break the rule exist: False is a warning, not a refusal.
    """
    symbols = normalised_number(code)
    if len(symbols) != 18 or any(symbol not in _CREDIT_VALUES for symbol in symbols):
        return False
    total = sum(
        _CREDIT_VALUES[symbol] * weight
        for symbol, weight in zip(symbols[:17], _CREDIT_WEIGHTS, strict=True)
    )
    return _CREDIT_VALUES[symbols[17]] == (31 - total % 31) % 31


# Names ----------------------------------------------------------------------------------------

_SEPARATORS = dict.fromkeys(map(ord, "\u2022\u2027\u2219\u22c5\u30fb\uff0e\uff65"), "\u00b7")


def same_name(first: str, second: str) -> bool:
    """Whether two spellings are one name: after NFC, with all name separators taken as U+00B7.

    Never NFKC, which would make different characters of a legal name equal.
    """
    return _comparable(first) == _comparable(second)


def _comparable(name: str) -> str:
    return unicodedata.normalize("NFC", name).translate(_SEPARATORS).strip(" \u3000")


def private_use_characters(name: str) -> tuple[str, ...]:
    """The Private Use characters of a name, in order: rare characters of older cards.

    They have no shape that every machine agrees on; the page shows their code instead.
    """
    return tuple(character for character in name if unicodedata.category(character) == "Co")


# What does not hold together ------------------------------------------------------------------

WARNINGS = (
    "number.check_digit",  # wrong, or not of the form this document's number has
    "number.birth_differs",  # the number's date of birth is not the one printed
    "number.sex_differs",  # the number's 17th digit says the other sex
    "nation.unknown",  # a code that GB/T 3304 does not have
    "birth.future",
    "name.private_use",
    "card.expired",
    "card.not_yet_valid",
    "card.validity_unknown",  # a card that does not say until when
)

_NUMBERED_BY_GB_11643 = frozenset(
    {DocumentKind.RESIDENT, DocumentKind.PERMIT, DocumentKind.FOREIGNER_2023}
)


def warnings(identity: Identity, today: date) -> list[str]:
    """What does not hold together about an identity, as codes of `WARNINGS`, in that order.

    A document is valid through its last day. The 2017 foreigner card's 15 characters have no
    check that is published, so they raise no warning.
    """
    found = set(_number_warnings(identity))
    if identity.nation and not identity.nation_name:
        found.add("nation.unknown")
    if identity.born is not None and identity.born > today:
        found.add("birth.future")
    if private_use_characters(identity.name):
        found.add("name.private_use")
    found.update(_validity_warnings(identity, today))
    return [code for code in WARNINGS if code in found]


def _number_warnings(identity: Identity) -> list[str]:
    if identity.kind is DocumentKind.ORGANISATION:
        return [] if credit_code_holds(identity.number) else ["number.check_digit"]
    if identity.kind not in _NUMBERED_BY_GB_11643:
        return []
    found = []
    holds = check_digit_holds(identity.number)
    if not holds:
        found.append("number.check_digit")
    if holds is None:
        return found
    number = normalised_number(identity.number)
    if identity.born is not None and number[6:14] != identity.born.isoformat().replace("-", ""):
        found.append("number.birth_differs")
    if identity.sex in {"1", "2"} and (int(number[16]) % 2 == 1) != (identity.sex == "1"):
        found.append("number.sex_differs")
    return found


def _validity_warnings(identity: Identity, today: date) -> list[str]:
    found = []
    if identity.valid_from is not None and identity.valid_from > today:
        found.append("card.not_yet_valid")
    if identity.valid_to is not None and identity.valid_to < today:
        found.append("card.expired")
    if identity.source is Source.CARD and identity.valid_to is None and not identity.long_term:
        found.append("card.validity_unknown")
    return found
