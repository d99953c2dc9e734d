"""Shapes of the catalogue (事项实施清单), after GB/T 39046 and GB/T 39554.1."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hall_platform.shapes import Named, Shape

Regime = Literal[
    "licensing",
    "market_registration",
    "confirmation",
    "payment",
    "public_service",
    "social_insurance",
]


class LicenceType(Shape):
    """A type of e-licence: 18-character code of who defined it and a 3-digit number."""

    code: str = Field(min_length=21, max_length=21)
    name: str


class SharedSource(Shape):
    """Shared data that meets a material: a resource of the directory, and of it these fields."""

    resource: str
    title: str
    fields: list[str] = Field(min_length=1)


class MetBy(Shape):
    """The means by which a material may be met; `shared_data` are the titles of the sources."""

    identity_card: bool
    licence_types: list[LicenceType]
    shared_data: list[str]
    shared_sources: list[SharedSource]
    upload: bool
    original_seen: bool
    scan: bool


class Material(Shape):
    """One line of the list of materials.

    With `needs_original` an upload of grade C counts only once a clerk has compared the original
    (grade B).
    """

    code: str
    name: str
    required: bool
    originals: int
    copies: int
    pages: int
    met_by: MetBy
    needs_original: bool
    form: Literal["paper", "electronic", "both"]
    source: Literal["applicant", "government"]


class ItemSummary(Shape):
    """What a search shows."""

    code: str
    name: str
    version: int
    body: Named
    regime: Regime
    pinyin: str


class Item(ItemSummary):
    """A service item in one version."""

    base_code: str
    type_code: str
    level: str
    case_type: Literal["immediate", "promised"]
    promised_days: int
    legal_days: int
    day_kind: Literal["working", "calendar"]
    audience: list[str]
    charged: bool
    fee_note: str
    legal_basis: list[str]
    conditions: str
    enquiry_phone: str
    complaint_phone: str
    materials: list[Material]


class ItemPage(Shape):
    """A page of items."""

    items: list[ItemSummary]
    next: str | None


class CalendarYear(Shape):
    """One announced year."""

    source: str
    off: list[str]
    work: list[str]


class Calendar(Shape):
    """The table of working days by announced year."""

    version: str
    years: dict[str, CalendarYear]
