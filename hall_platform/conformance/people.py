"""Invented people for the checks: there is no region 99, so that nobody has such a number."""

from __future__ import annotations

import secrets

from hall_platform.check_digits import resident_number

NAME = "测核验"
_REGION = "990302"


def somebody() -> dict[str, str]:
    """The document of somebody nobody has been before, by chance."""
    born = f"{1930 + secrets.randbelow(70)}{1 + secrets.randbelow(12):02d}"
    born += f"{1 + secrets.randbelow(28):02d}"
    return {
        "kind": "resident",
        "number": resident_number(_REGION, born, secrets.randbelow(1000)),
    }
