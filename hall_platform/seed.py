"""Invents the halls for an empty store. Passwords are random, never part of the program.

Each module invents its part in its seed.py: `invent(invention)` gives rows by table, in the order
the references need, and may add to `accounts` and `people`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, insert

from hall_platform.modules import parts
from hall_platform.seed_data.organisations import organisations
from hall_platform.seed_data.people import people

Row = dict[str, Any]
Rows = dict[Table, list[Row]]


@dataclass
class Invention:
    """Invented halls: what all modules share, and what they have made of it so far.

    `accounts` is {"clerks": [{username, password, window}], "staff": [{username, password, roles,
    hall}], "devices": [{device, secret, window}], …} and exists nowhere else; `people` is
    {"people": […], "organisations": […], "preapplication_codes": [{code, item_name, number}]}.
    """

    number: int
    today: date
    people: dict[str, list[Any]]
    accounts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    rows: Rows = field(default_factory=dict)
    one_time: bool = False  # operators have to choose a password at their first sign-in

    def numbers(self, module: str) -> random.Random:
        """Chance of a module's own, so that none changes what another invents."""
        return random.Random(f"{self.number} {module}")  # noqa: S311 - invented, not secret

    def write(self, connection: Connection) -> None:
        """Write everything, in the order the references need."""
        for table, rows in self.rows.items():
            if rows:
                connection.execute(insert(table), rows)


def invent(*, number: int, today: date, one_time: bool = False) -> Invention:
    """The same number and day give the same halls, but for their passwords."""
    persons = people(random.Random(number))  # noqa: S311 - invented, not secret
    adults = [one for one in persons if today.year - int(one["born"][:4]) >= 20]
    firms = organisations(adults)
    invention = Invention(number, today, {"people": persons, "organisations": firms})
    invention.one_time = one_time
    for part in parts("seed").values():
        invention.rows |= part.invent(invention)
    return invention
