"""Looks at a case as soon as something is done to it, so that no alert waits for the next round.

A case that was just accepted at the window has nothing to be found about it yet.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from hall_platform.catalogue.working_days import newest
from hall_platform.events.following import Follower, Happening
from hall_platform.supervision.watching import settle_case


def follow(connection: Connection, happening: Happening) -> None:
    """Settle the alerts of the case the event is about."""
    if happening.kind == "case-accepted" and not happening.body.get("was"):
        return
    calendar = newest(connection)
    settle_case(connection, happening.county, happening.subject, calendar, happening.at)


FOLLOWERS: Mapping[str, Follower] = dict.fromkeys(
    (
        "case-accepted",
        "case-corrections-notified",
        "case-corrected",
        "case-acceptance-refused",
        "case-withdrawn",
        "case-suspended",
        "case-resumed",
        "case-extended",
        "case-fee-noticed",
        "case-handed-over",
        "case-reviewed",
        "case-decided",
        "case-closed",
        "case-delivered",
        "case-terminated",
    ),
    follow,
)
