"""Who holds which e-licence."""

from __future__ import annotations

import json

from hall_platform.licences.issuing import file_row
from hall_platform.licences.tables import licence_files, licence_types, licences
from hall_platform.seed import Invention, Row, Rows
from hall_platform.seed_data import holdings
from hall_platform.seed_data.licence_types import TYPES, Type
from hall_platform.seed_data.places import BODIES

_BY_HOLDER = ("business", "driver")  # their number is the holder's own


def invent(invention: Invention) -> Rows:
    """The types, two hundred licences, and their files."""
    known = invention.people
    held = holdings.licences(
        invention.numbers("licences"), known["people"], known["organisations"], invention.today
    )
    return {
        licence_types: [_type(key, kind) for key, kind in TYPES.items()],
        licences: held,
        licence_files: [file_row(row, None, _morning(row["issued_on"])) for row in held],
    }


def _morning(day: str) -> str:
    return f"{day}T09:00:00.000+08:00"


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
        "issuers": json.dumps([BODIES[kind.issuer].code]),
    }
