"""The case that a look at licences says it is for: one the caller sees, of that item and person."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import Connection, select

from hall_platform.access import Caller
from hall_platform.business.queries import row_of
from hall_platform.business.tables import cases
from hall_platform.problems import Problem


@dataclass(frozen=True)
class CaseSeen:
    """A case the caller may see: its item, its parties as (kind, number)."""

    id: str
    item: str
    item_name: str
    item_version: int
    parties: tuple[tuple[str, str], ...]


def case_seen(
    connection: Connection, caller: Caller, case: str, *, item: str | None = None
) -> CaseSeen:
    """The case, if the caller may see it and it is of the item, where one is named.

    Problem("not-found") says alike that there is none, or that it is not theirs or another item's.
    """
    row = row_of(connection, caller, case)
    if row is None or item not in (None, row["item"]):
        raise Problem("not-found")
    parties = [json.loads(one) for one in (row["applicant"], row["agent"]) if one]
    return CaseSeen(
        row["id"],
        row["item"],
        row["item_name"],
        row["item_version"],
        tuple(dict.fromkeys((one["kind"], one["number"]) for one in parties)),
    )


def is_here(connection: Connection, case: str) -> bool:
    """Whether the case has arrived; a counter makes its number before it is sent."""
    found = connection.execute(select(cases.c.id).where(cases.c.id == case).limit(1))
    return found.first() is not None
