"""What is done to pre-applications, numbers and cases."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection

from hall_platform.access import CLERK, DEVICE
from hall_platform.acts import Act, Delivery
from hall_platform.business import acceptance, numbers, preapplications
from hall_platform.business.life_acts import LIFE_ACTS
from hall_platform.business.shapes import (
    AcceptAct,
    ClaimAct,
    LeaseAct,
    NumberBlock,
    Preapplication,
    Receipt,
    ReleaseAct,
)
from hall_platform.clock import day_of
from hall_platform.problems import invalid

MOST_DAYS_AHEAD = 31


def lease(connection: Connection, act: LeaseAct, delivery: Delivery) -> dict[str, Any]:
    """A block of official numbers for the caller's window, for today or the day given."""
    block, leased = numbers.lease(
        connection,
        caller=delivery.caller,
        day=_leasable_day(act.date, day_of(delivery.received_at)),
        window=act.window,
        count=act.count,
        now=delivery.received_at,
    )
    return {"block": block, "window": act.window, "numbers": leased}


def _leasable_day(wanted: str | None, today: date) -> date:
    """The day numbers are for: today, or one of the next few weeks."""
    if wanted is None:
        return today
    try:
        day = date.fromisoformat(wanted)
    except ValueError:
        raise invalid("body.date", "not a date") from None
    if not 0 <= (day - today).days <= MOST_DAYS_AHEAD:
        raise invalid("body.date", f"not within {MOST_DAYS_AHEAD} days from today")
    return day


ACTS = (
    Act(
        name="claim",
        path="/preapplications/{preapplication}/claim",
        summary="窗口调取网上申请",
        shape=ClaimAct,
        answer=Preapplication,
        roles=(CLERK,),
        perform=preapplications.claim,
        problems=("not-found", "claimed-elsewhere", "not-claimable"),
        needs_match=True,
    ),
    Act(
        name="release",
        path="/preapplications/{preapplication}/release",
        summary="窗口退回网上申请",
        shape=ReleaseAct,
        answer=Preapplication,
        roles=(CLERK,),
        perform=preapplications.release,
        problems=("not-found", "claimed-elsewhere", "not-claimed"),
        needs_match=True,
    ),
    Act(
        name="lease-numbers",
        path="/number-blocks",
        summary="窗口租用办件编号",
        shape=LeaseAct,
        answer=NumberBlock,
        roles=(CLERK, DEVICE),
        perform=lease,
        problems=("numbers-exhausted",),
        status=201,
    ),
    Act(
        name="accept",
        path="/cases/{case}/acceptance",
        summary="受理",
        shape=AcceptAct,
        answer=Receipt,
        roles=(CLERK, DEVICE),
        perform=acceptance.accept,
        problems=(
            "material-missing",
            "number-used",
            "number-unknown",
            "numbers-exhausted",
            "item-unknown",
            "case-exists",
            "preapplication-unknown",
            "claimed-elsewhere",
            "not-claimable",
            "county-unknown",
            "bundle-of-another",
            "time-ahead",
            "paper-number-used",
        ),
        status=201,
        subject_member="case",
    ),
    *LIFE_ACTS,
)
