"""Unusual looks (数据使用异常): more than a rule allows by one operator; told once in its time."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, insert, or_, select

from hall_platform.access import Caller, of_hall
from hall_platform.clock import stamp
from hall_platform.events.log import emit
from hall_platform.exchange import use_rules
from hall_platform.exchange.tables import data_uses, resources, unusual_uses
from hall_platform.exchange.use_rules import UseRule
from hall_platform.identity.tables import halls


def look_at(connection: Connection, caller: Caller, now: datetime) -> None:
    """After a query: whether the operator's looks have become unusual by a rule of the exchange."""
    if not caller.operator:
        return
    for rule in _rules(connection, "exchange"):
        counted = connection.execute(
            _counted(rule, now).where(data_uses.c.operator == caller.operator)
        ).one_or_none()
        if counted is not None and counted.counted > rule.most:
            _tell(connection, rule, counted, now)


def look_at_all(connection: Connection, now: datetime) -> None:
    """Whether anybody's looks have become unusual by a rule for looks of every kind."""
    for rule in _rules(connection, "all"):
        unusual = _counted(rule, now).where(data_uses.c.operator != "")
        for row in connection.execute(unusual).all():
            if row.counted > rule.most:
                _tell(connection, rule, row, now)


def page(
    connection: Connection, caller: Caller, limit: int, before: tuple[str, str] | None
) -> list[dict[str, Any]]:
    """Unusual looks in the caller's hall, newest first, one more than the limit."""
    wanted = (
        select(unusual_uses)
        .where(of_hall(caller, unusual_uses.c.hall))
        .order_by(unusual_uses.c.at.desc(), unusual_uses.c.id.desc())
        .limit(limit + 1)
    )
    if before is not None:
        at, identifier = before
        wanted = wanted.where(
            or_(
                unusual_uses.c.at < at,
                and_(unusual_uses.c.at == at, unusual_uses.c.id < identifier),
            )
        )
    return [
        {
            "id": row.id,
            "at": row.at,
            "since": row.since,
            "rule": row.rule,
            "title": use_rules.title_of(row.rule),
            "operator": row.operator,
            "counted": row.counted,
        }
        for row in connection.execute(wanted)
    ]


def _rules(connection: Connection, scope: str) -> list[UseRule]:
    found = use_rules.all_of(connection).values()
    return [rule for rule in found if rule.active and rule.scope == scope]


def _counted(rule: UseRule, now: datetime) -> Select[Any]:
    """By operator and hall: looks, or people looked at, in the rule's time up to now."""
    measured = (
        func.count(data_uses.c.id)
        if rule.measure == "looks"
        else func.count(data_uses.c.holder_number.distinct())
    )
    wanted = (
        select(
            data_uses.c.operator,
            func.max(data_uses.c.hall).label("hall"),
            measured.label("counted"),
        )
        .where(data_uses.c.at > stamp(now - timedelta(minutes=rule.minutes)))
        .group_by(data_uses.c.operator)
    )
    if rule.scope == "exchange":
        wanted = wanted.where(data_uses.c.resource.in_(select(resources.c.code)))
    if rule.without_case:
        wanted = wanted.where(data_uses.c.case_id.is_(None)).where(
            data_uses.c.preapplication.is_(None)
        )
    return wanted


def _tell(connection: Connection, rule: UseRule, looks: Row[Any], now: datetime) -> None:
    """Once in the rule's time for one operator."""
    since = stamp(now - timedelta(minutes=rule.minutes))
    told = connection.execute(
        select(unusual_uses.c.id)
        .where(unusual_uses.c.operator == looks.operator)
        .where(unusual_uses.c.rule == rule.code)
        .where(unusual_uses.c.at > since)
        .limit(1)
    ).one_or_none()
    if told is not None:
        return
    county = connection.execute(
        select(halls.c.county).where(halls.c.code == looks.hall)
    ).scalar_one()
    identifier = str(uuid.uuid4())
    connection.execute(
        insert(unusual_uses).values(
            county=county,
            id=identifier,
            rule=rule.code,
            operator=looks.operator,
            hall=looks.hall,
            at=stamp(now),
            since=since,
            counted=looks.counted,
        )
    )
    emit(
        connection,
        "data-use-unusual",
        at=now,
        county=county,
        hall=looks.hall,
        subject=identifier,
        body={"rule": rule.code, "operator": looks.operator, "counted": looks.counted},
    )
