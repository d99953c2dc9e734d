"""Who holds which e-licence."""

from __future__ import annotations

from hall_platform.licences.tables import licence_types, licences
from hall_platform.seed import Invention, Row, Rows
from hall_platform.seed_data import holdings
from hall_platform.seed_data.licence_types import TYPES, Type
from hall_platform.seed_data.places import BODIES

_BY_HOLDER = ("business", "driver")  # their number is the holder's own


def invent(invention: Invention) -> Rows:
    """The types, and two hundred licences."""
    known = invention.people
    return {
        licence_types: [_type(key, kind) for key, kind in TYPES.items()],
        licences: holdings.licences(
            invention.numbers("licences"), known["people"], known["organisations"], invention.today
        ),
    }


def _type(key: str, kind: Type) -> Row:
    definer = BODIES["province_data"]
    return {
        "code": kind.code,
        "name": kind.name,
        "definer_name": definer.name,
        "definer_code": definer.code,
        "years": kind.years,
        "number_rule": "holder" if key in _BY_HOLDER else "serial",
        "number_prefix": kind.number_prefix,
    }
