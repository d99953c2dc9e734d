"""An e-licence (电子证照), its identifier, and whether it is valid today (GB/T 36903, 36904)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from counter_app.domain.item import Body

ROOT = "1.2.156.3005.2"
_SYMBOLS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class LicenceStatus(Enum):
    """What the platform says of a licence; `valid_on` also looks at its dates."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True, repr=False)
class Holder:
    """Whose licence it is."""

    kind: str
    number: str
    name: str = ""

    def __repr__(self) -> str:
        return f"Holder({self.kind}, hidden)"


@dataclass(frozen=True, slots=True)
class Licence:
    """One licence of the directory. Grades A to D are those of 国办函〔2016〕108号."""

    identifier: str
    type_code: str
    type_name: str
    number: str
    issuer: Body
    issued_on: date
    valid_from: date | None
    valid_to: date | None
    status: LicenceStatus
    holder: Holder
    trust_grade: str = "A"
    summary: str = ""

    def valid_on(self, day: date) -> bool:
        """True when the platform calls it valid and `day` lies within its dates."""
        if self.status is not LicenceStatus.VALID:
            return False
        if self.valid_from is not None and day < self.valid_from:
            return False
        return self.valid_to is None or day <= self.valid_to


@dataclass(frozen=True, slots=True)
class Presented:
    """What an applicant showed by a presentation code (用证码), and for which purpose."""

    presentation: str
    purpose: str
    licences: tuple[Licence, ...]


def check_character(middle: str) -> str:
    """ISO 7064 MOD 37,36 over the four middle parts of an identifier, dots left out.

    Checked against identifiers in public use. Raises ValueError on any other symbol than 0-9A-Z.
    """
    product = 36
    for symbol in middle.replace(".", ""):
        total = (product + _SYMBOLS.index(symbol)) % 36 or 36
        product = total * 2 % 37
    return _SYMBOLS[(37 - product) % 36]


def identifier_holds(identifier: str) -> bool:
    """True when root and check character are right. False is a warning, never a refusal."""
    if not identifier.startswith(ROOT + "."):
        return False
    middle, _, check = identifier[len(ROOT) + 1 :].rpartition(".")
    try:
        return bool(middle) and check_character(middle) == check
    except ValueError:
        return False
