"""What people applied for online."""

from __future__ import annotations

from hall_platform.business.tables import preapplications
from hall_platform.seed import Invention, Rows
from hall_platform.seed_data import applications


def invent(invention: Invention) -> Rows:
    """Pre-applications; their codes go to `people`."""
    rows = applications.preapplications(
        invention.numbers("business"), invention.people["people"], invention.today
    )
    invention.people["preapplication_codes"] = [
        {
            "code": one["code"],
            "item_name": one["item_name"],
            "number": one["applicant_number"],
            "state": one["state"],
        }
        for one in rows
    ]
    return {preapplications: rows}
