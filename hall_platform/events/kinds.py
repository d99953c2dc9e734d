"""The kinds of events, and to whom each is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from hall_platform.modules import parts


@dataclass(frozen=True)
class EventKind:
    """Who is told: callers with one of the roles, of the same hall or of the same county.

    Within "subject" only the citizen is told whose account is the event's subject; such an event
    belongs to no county and no hall.
    """

    title: str
    roles: frozenset[str]
    within: Literal["hall", "county", "subject"] = "hall"


@cache
def kinds() -> Mapping[str, EventKind]:
    """Every kind the modules name in their events.py."""
    found: dict[str, EventKind] = {}
    for name, part in parts("events").items():
        twice = found.keys() & part.KINDS.keys()
        if twice:
            raise ValueError(f"{name} names events a second time: {sorted(twice)}")
        found |= part.KINDS
    return found
