"""The moments a window tells of: an act may come days after it was done, but never before.

What was done offline is delivered when the line is back, so the past is taken as it is told. A
moment that has not come yet is a window's clock gone wrong: a case accepted tomorrow would have
every limit counted from the wrong day.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from hall_platform.acts import Delivery
from hall_platform.clock import day_of, stamp
from hall_platform.problems import Problem

AHEAD = timedelta(minutes=10)  # how far a counter's clock may be before the platform's


def come(moment: datetime, delivery: Delivery, member: str) -> datetime:
    """The moment that `member` of the act tells, once it has come.

    A clock a little ahead is let pass, though not into the next day: days are counted from this.
    Problem("time-ahead"): the moment has not come yet.
    """
    now = delivery.received_at
    if moment > now + AHEAD:
        raise Problem(
            "time-ahead",
            where=f"body.{member}",
            told=stamp(moment),
            platform_time=stamp(now),
        )
    return min(moment, now) if day_of(moment) > day_of(now) else moment


def signed(moment: datetime | None, delivery: Delivery, member: str) -> str | None:
    """When a paper was signed for, if it was. Problem("time-ahead")."""
    return stamp(come(moment, delivery, member)) if moment is not None else None
