"""What is done to the catalogue: versions are published and withdrawn."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection

from hall_platform.access import SYSTEM_ADMIN
from hall_platform.acts import Act, Delivery
from hall_platform.catalogue import publishing, queries
from hall_platform.catalogue.shapes import Item, ItemCode, PublishAct, WithdrawAct
from hall_platform.problems import Problem, invalid


def publish(connection: Connection, act: PublishAct, delivery: Delivery) -> dict[str, Any]:
    """A new version of an item, in force from the day given; cases keep the one they have.

    Problems: item-code-differs, item-forms-wrong, item-validity-wrong, licence-type-unknown.
    """
    if act.item.code != delivery.subject:
        raise Problem("item-code-differs")
    version = publishing.publish(
        connection,
        act.item,
        valid_from=_day(act.valid_from, "valid_from"),
        valid_to=_day(act.valid_to, "valid_to") if act.valid_to is not None else None,
        at=delivery.received_at,
        by=delivery.caller.operator,
    )
    return _read_back(connection, act.item.code, version)


def withdraw(connection: Connection, act: WithdrawAct, delivery: Delivery) -> dict[str, Any]:
    """A version out of force at once; the newest other one in force takes its place.

    Problems: not-found, item-withdrawn.
    """
    publishing.withdraw(
        connection,
        delivery.subject,
        act.version,
        reason=act.reason,
        at=delivery.received_at,
        by=delivery.caller.operator,
    )
    return _read_back(connection, delivery.subject, act.version)


def _read_back(connection: Connection, code: str, version: int) -> dict[str, Any]:
    found = queries.item(connection, code, version)
    if found is None:
        raise Problem("not-found")
    return found


def _day(text: str, member: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise invalid(f"body.{member}", "not a date") from None


ACTS = (
    Act(
        name="publish-item",
        path="/items/{code}/versions",
        summary="发布事项的新版本",
        shape=PublishAct,
        answer=Item,
        roles=(SYSTEM_ADMIN,),
        perform=publish,
        problems=(
            "item-code-differs",
            "item-forms-wrong",
            "item-validity-wrong",
            "licence-type-unknown",
        ),
        status=201,
        subject_type=ItemCode,
    ),
    Act(
        name="withdraw-item",
        path="/items/{code}/withdrawal",
        summary="下线事项的一个版本",
        shape=WithdrawAct,
        answer=Item,
        roles=(SYSTEM_ADMIN,),
        perform=withdraw,
        problems=("not-found", "item-withdrawn"),
        subject_type=ItemCode,
    ),
)
