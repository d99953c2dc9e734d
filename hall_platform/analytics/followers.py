"""Counts what happens in halls and to cases as it happens."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from hall_platform.analytics import counting, facts
from hall_platform.events.following import Follower, Happening


def follow(connection: Connection, happening: Happening) -> None:
    """Count the facts of one event."""
    counting.count(connection, happening, facts.of(connection, happening))


FOLLOWERS: Mapping[str, Follower] = dict.fromkeys(facts.KINDS, follow)
