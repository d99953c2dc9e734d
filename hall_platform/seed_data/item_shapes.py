"""How entries of the catalogue are put together: materials by what may meet them, items."""

from __future__ import annotations

from typing import Any

from hall_platform.seed_data.licence_types import TYPES
from hall_platform.seed_data.places import BODIES
from hall_platform.seed_data.shared_sources import SOURCES, named

Shape = dict[str, Any]


def material(
    name: str,
    *,
    card: bool = False,
    licences: tuple[str, ...] = (),
    shared: tuple[str, ...] = (),
    upload: bool = True,
    needs_original: bool = False,
    required: bool = True,
    originals: int = 1,
    copies: int = 0,
    pages: int = 1,
    form: str = "both",
    source: str = "applicant",
) -> Shape:
    """A line of the list of materials; `licences` are keys of TYPES, `shared` of SOURCES."""
    return {
        "name": name,
        "required": required,
        "originals": originals,
        "copies": copies,
        "pages": pages,
        "met_by": {
            "identity_card": card,
            "licence_types": [
                {"code": TYPES[key].code, "name": TYPES[key].name} for key in licences
            ],
            "shared_data": [SOURCES[key].title for key in shared],
            "shared_sources": named(shared),
            "upload": upload,
            "original_seen": True,
            "scan": not card,
        },
        "needs_original": needs_original,
        "form": form,
        "source": source,
    }


def identity(name: str = "申请人身份证明") -> Shape:
    """Who the applicant is: met by a card that was read."""
    return material(name, card=True, upload=False, copies=1, pages=1)


def form(name: str, pages: int = 2) -> Shape:
    """A form the applicant fills in and vouches for: an upload of grade D is enough."""
    return material(name, pages=pages)


def copy(name: str, **details: Any) -> Shape:
    """Somebody else's document: an upload counts once its original was seen."""
    return material(name, needs_original=True, copies=1, **details)


def item(
    key: str,
    serial: int,
    name: str,
    pinyin: str,
    body: str,
    *,
    regime: str,
    type_code: str,
    promised: int,
    legal: int,
    basis: tuple[str, ...],
    conditions: str,
    materials: list[Shape],
    audience: tuple[str, ...] = ("natural_person",),
    day_kind: str = "working",
    fee_note: str = "",
    version: int = 1,
) -> tuple[str, Shape]:
    """An item under its key; without promised days it is handled at once."""
    office = BODIES[body]
    base = f"99{type_code}{serial:06d}"
    return key, {
        "code": f"{office.code}4{base}00",  # 18 of the body, level, basic code, edition
        "base_code": base,
        "name": name,
        "version": version,
        "type_code": type_code,
        "level": "4",
        "regime": regime,
        "case_type": "immediate" if promised == 0 else "promised",
        "body": {"name": office.name, "code": office.code},
        "promised_days": promised,
        "legal_days": legal,
        "day_kind": day_kind,
        "audience": list(audience),
        "charged": bool(fee_note),
        "fee_note": fee_note,
        "legal_basis": list(basis),
        "conditions": conditions,
        "enquiry_phone": office.enquiry_phone,
        "complaint_phone": office.complaint_phone,
        "pinyin": pinyin,
        "materials": [
            {"code": f"M{position:02d}", **material}
            for position, material in enumerate(materials, start=1)
        ],
    }
