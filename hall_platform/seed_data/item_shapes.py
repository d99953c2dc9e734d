"""How entries of the catalogue are put together: materials by what may meet them, items."""

from __future__ import annotations

from typing import Any

from hall_platform.seed_data.licence_types import TYPES
from hall_platform.seed_data.places import BODIES, COUNTY_REGION
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
    standard: str = "",
    later: bool = False,
    again: bool = False,
) -> Shape:
    """A line of the list of materials; `licences` are keys of TYPES, `shared` of SOURCES.

    `again`: that of an earlier case may serve again.
    """
    return {
        "name": name,
        "standard_code": standard,
        "required": required,
        "later_allowed": later,
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
            "earlier_case": again,
        },
        "needs_original": needs_original,
        "form": form,
        "source": source,
    }


def identity(name: str = "申请人身份证明") -> Shape:
    """Who the applicant is: met by a card that was read."""
    return material(name, card=True, upload=False, copies=1, pages=1, standard="identity")


def form(name: str, pages: int = 2, **details: Any) -> Shape:
    """A form the applicant fills in and vouches for: an upload of grade D is enough."""
    return material(name, pages=pages, **details)


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
    fees: tuple[Shape, ...] = (),
    schema: Shape | None = None,
    result: str = "",
    keywords: tuple[str, ...] = (),
    services: tuple[str, ...] = (),
    version: int = 1,
) -> tuple[str, Shape]:
    """An item under its key; without promised days it is handled at once.

    `schema` is the form that the material of its title is; `result` a key of TYPES.
    """
    office = BODIES[body]
    lines = [
        {"code": f"M{position:02d}", **material}
        for position, material in enumerate(materials, start=1)
    ]
    base = f"99{type_code}{serial:06d}"
    return key, {
        "code": f"{office.code}4{base}00",  # 18 of the body, level, basic code, edition
        "base_code": base,
        "business_code": "",
        "name": name,
        "version": version,
        "state": "published",
        "valid_from": "2021-01-01",
        "valid_to": None,
        "type_code": type_code,
        "level": "4",
        "region": COUNTY_REGION,
        "regime": regime,
        "case_type": "immediate" if promised == 0 else "promised",
        "body": {"name": office.name, "code": office.code},
        "promised_days": promised,
        "legal_days": legal,
        "day_kind": day_kind,
        "audience": list(audience),
        "channels": ["window", "online"],
        "charged": bool(fee_note),
        "fee_note": fee_note,
        "fees": list(fees),
        "legal_basis": list(basis),
        "conditions": conditions,
        "process": _PROCESS if promised else "申请、受理、当场办结",
        "special_procedures": list(_SPECIAL) if regime == "licensing" else [],
        "appointment": True,
        "postal_delivery": True,
        "online_payment": False,
        "enquiry_phone": office.enquiry_phone,
        "complaint_phone": office.complaint_phone,
        "pinyin": pinyin,
        "keywords": list(keywords),
        "services": list(services),
        "papers": list(_LICENSING if regime == "licensing" else _ORDINARY),
        "result": _result(result) if result else None,
        "forms": [_electronic(schema, lines)] if schema else [],
        "materials": lines,
    }


def charge(name: str, yuan: int, unit: str, basis: str) -> Shape:
    """A fee of a fixed amount."""
    standard = f"{yuan} 元/{unit}"
    return {
        "name": name,
        "amount_fen": yuan * 100,
        "unit": unit,
        "standard": standard,
        "basis": basis,
    }


_PROCESS = "申请、受理、审查、决定、送达"
_SPECIAL = ("听证", "检验检测", "专家评审")
_ORDINARY = (
    "receipt",
    "acceptance_notice",
    "correction_notice",
    "refusal_notice",
    "delivery_receipt",
)
_LICENSING = (
    *_ORDINARY,
    "special_procedure_notice",
    "extension_notice",
    "approval_decision",
    "denial_decision",
)


def _result(key: str) -> Shape:
    kind = TYPES[key]
    return {"name": kind.name, "licence_type": {"code": kind.code, "name": kind.name}}


def _electronic(schema: Shape, materials: list[Shape]) -> Shape:
    """The form, filled in on a screen, of the material that bears its title."""
    material = next(one["code"] for one in materials if one["name"] == schema["title"])
    return {"code": "F01", "name": schema["title"], "material": material, "json_schema": schema}
