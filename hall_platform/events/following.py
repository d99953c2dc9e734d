"""Who follows what happens inside the platform, in the transaction in which it happens.

A module that keeps count of others' work names in its followers.py, by the kind of event, what it
does then. What happened and what is kept of it are committed together or not at all; the module
whose event it is knows nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection

from hall_platform.modules import parts


@dataclass(frozen=True)
class Happening:
    """An event as it is emitted, before it has its number."""

    kind: str
    at: datetime
    county: str
    hall: str
    subject: str
    body: Mapping[str, Any]


Follower = Callable[[Connection, Happening], None]


@cache
def followers() -> Mapping[str, tuple[Follower, ...]]:
    """By kind of event, those that follow it, in the order of the modules."""
    found: dict[str, tuple[Follower, ...]] = {}
    for part in parts("followers").values():
        for kind, follower in part.FOLLOWERS.items():
            found[kind] = (*found.get(kind, ()), follower)
    return found
