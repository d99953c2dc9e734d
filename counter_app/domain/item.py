"""A service item (政务服务事项) as its implementation list (实施清单) gives it, and its materials.

Fields follow GB/T 39046-2020 and GB/T 39554.1-2020; shapes are the contract's
(`docs/api/openapi.json`), so that an answer of the platform decodes straight into these values.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class Regime(Enum):
    """The law an item is handled under; limits, acts and remedies come from it."""

    LICENSING = "licensing"
    MARKET_REGISTRATION = "market_registration"
    CONFIRMATION = "confirmation"
    PAYMENT = "payment"
    PUBLIC_SERVICE = "public_service"
    SOCIAL_INSURANCE = "social_insurance"


class CaseType(Enum):
    """办件类型: handled at once (即办件) or within a promised time (承诺件)."""

    IMMEDIATE = "immediate"
    PROMISED = "promised"


@dataclass(frozen=True, slots=True)
class LicenceType:
    """A type of e-licence (证照类型): its code and its name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class MetBy:
    """The means by which a material may be met without or with paper."""

    identity_card: bool = False
    licence_types: tuple[LicenceType, ...] = ()
    shared_data: tuple[str, ...] = ()
    upload: bool = False
    original_seen: bool = False
    scan: bool = False


@dataclass(frozen=True, slots=True)
class Material:
    """One line of an item's list of materials (申请材料)."""

    code: str
    name: str
    required: bool = True
    originals: int = 1
    copies: int = 0
    pages: int = 1
    met_by: MetBy = field(default_factory=MetBy)
    needs_original: bool = False
    form: str = "paper"
    source: str = "applicant"


@dataclass(frozen=True, slots=True)
class Body:
    """The body that carries out an item (实施主体): name and unified social credit code."""

    name: str
    code: str


@dataclass(frozen=True, slots=True)
class ItemSummary:
    """What a search for items shows."""

    code: str
    name: str
    version: int
    body: Body
    regime: Regime
    pinyin: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A service item in one version. Days are working days unless `day_kind` says calendar."""

    code: str
    base_code: str
    name: str
    version: int
    type_code: str
    level: str
    regime: Regime
    case_type: CaseType
    body: Body
    promised_days: int
    legal_days: int
    materials: tuple[Material, ...]
    day_kind: str = "working"
    audience: tuple[str, ...] = ()
    charged: bool = False
    fee_note: str = ""
    legal_basis: tuple[str, ...] = ()
    conditions: str = ""
    enquiry_phone: str = ""
    complaint_phone: str = ""
    pinyin: str = ""

    def material(self, code: str) -> Material:
        """The material of that code; KeyError if the item has none."""
        for material in self.materials:
            if material.code == code:
                return material
        raise KeyError(code)
