"""Who holds which e-licence."""

from __future__ import annotations

from hall_platform.licences.tables import licences
from hall_platform.seed import Invention, Rows
from hall_platform.seed_data import holdings


def invent(invention: Invention) -> Rows:
    """Two hundred licences."""
    known = invention.people
    return {
        licences: holdings.licences(
            invention.numbers("licences"), known["people"], known["organisations"], invention.today
        )
    }
