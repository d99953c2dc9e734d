"""Whose figures a supervisor may see.

A supervisor sees the own hall in full, with windows and the rows behind each figure. The hall's
region is its territory: a city's hall has the city with its counties, townships and villages, a
county's hall the county. Inside the territory figures may be split down to single halls. Of a
region that the own hall lies in but does not stand for (a township's supervisor and the county)
there are only sums of the whole region, for comparison, and a sum of fewer than `FEWEST` is
withheld, so that nobody reads one neighbour's doings out of it. Rows behind a figure are the own
hall's alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, Connection, select

from hall_platform.access import Caller
from hall_platform.identity.tables import halls
from hall_platform.problems import Problem

Level = Literal["city", "county", "township", "village"]

LEVELS: dict[str, int] = {"city": 4, "county": 6, "township": 9, "village": 12}
FEWEST = 10


@dataclass(frozen=True)
class HallPlace:
    """A hall and where it is."""

    code: str
    name: str
    region: str
    county: str


@dataclass(frozen=True)
class Scope:
    """What a question is about: halls, and the region they make up ("" for the own hall alone).

    `whole_only` where the region is not the caller's to split.
    """

    region: str
    halls: Sequence[HallPlace]
    whole_only: bool


def territory(region: str) -> str:
    """The digits of a region that say what it stands for: 4, 6, 9 or 12 of them."""
    for digits in LEVELS.values():
        if not region[digits:].strip("0"):
            return region[:digits]
    return region


def scope_of(connection: Connection, caller: Caller, region: str | None) -> Scope:
    """The own hall without a region, or the region as far as the caller may see it.

    Problem("scope-not-yours").
    """
    if region is None:
        return Scope("", _halls(connection, hall=caller.hall), whole_only=False)
    own = territory(caller.region)
    inside, around = region.startswith(own), own.startswith(region)
    if len(region) not in LEVELS.values() or not (inside or around):
        raise Problem("scope-not-yours", territory=own)
    return Scope(region, _halls(connection, region=region), whole_only=not inside)


def _halls(connection: Connection, *, hall: str = "", region: str = "") -> list[HallPlace]:
    query = select(halls.c.code, halls.c.name, halls.c.region, halls.c.county)
    query = query.where(halls.c.code == hall) if hall else query.where(_within(region))
    return [HallPlace(*row) for row in connection.execute(query.order_by(halls.c.code))]


def _within(region: str) -> ColumnElement[bool]:
    return halls.c.region.between(region.ljust(12, "0"), region.ljust(12, "9"))
