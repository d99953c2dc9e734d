"""Alerts (预警): raised once a rule and subject, upgraded, over, acknowledged, closed.

What is found is held against what is known: looking again changes nothing, a graver colour
upgrades, and what is found no more is over. A reminder that is over closes by itself; yellow and
red stay until a supervisor closes them with a reason.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hall_platform.acts import Delivery
from hall_platform.clock import day_of, stamp
from hall_platform.etags import check_match, tag
from hall_platform.events.log import emit
from hall_platform.problems import Problem
from hall_platform.supervision import rules
from hall_platform.supervision.findings import Finding
from hall_platform.supervision.shapes import AcknowledgeAct, CloseAct
from hall_platform.supervision.tables import alert_steps, alerts, supervision_serials

OVER_TEXT = "情形已经消除，提醒自动办结"


def settle(
    connection: Connection, known: Sequence[Row[Any]], found: Iterable[Finding], now: datetime
) -> None:
    """Bring the alerts of some subjects to what was found about them."""
    by_key = {(row.county, row.subject, row.rule): row for row in known}
    for finding in found:
        key = (finding.subject.county, finding.subject.id, finding.rule.id)
        row = by_key.pop(key, None)
        if row is None:
            _raise(connection, finding, now)
        else:
            _hold_against(connection, row, finding, now)
    for row in by_key.values():
        if row.over_at is None:
            _over(connection, row, now)


def unsettled(known: Sequence[Row[Any]], found: Iterable[Finding]) -> bool:
    """Whether settling would write anything."""
    by_key = {(row.county, row.subject, row.rule): row for row in known}
    for finding in found:
        row = by_key.pop((finding.subject.county, finding.subject.id, finding.rule.id), None)
        if row is None or row.over_at is not None or _graver(finding.colour, row.colour):
            return True
    return any(row.over_at is None for row in by_key.values())


def _graver(colour: str, than: str) -> bool:
    return rules.rank(colour) > rules.rank(than)


def _raise(connection: Connection, finding: Finding, now: datetime) -> None:
    subject, at = finding.subject, stamp(now)
    row: dict[str, Any] = {
        "county": subject.county,
        "id": str(uuid.uuid4()),
        "number": next_number(connection, subject.county, "JC", now),
        "hall": subject.hall,
        "rule": finding.rule.id,
        "subject_kind": subject.kind,
        "subject": subject.id,
        "subject_number": subject.number,
        "item": subject.item,
        "department": subject.department,
        "colour": finding.colour,
        "value": finding.value,
        "evidence": _text(finding.evidence),
        "state": "open",
        "raised_at": at,
        "changed_at": at,
        "version": 1,
    }
    connection.execute(insert(alerts).values(row))
    step(connection, row["county"], row["id"], "raised", now, finding=finding)
    tell(connection, "alert-raised", held(connection, row["county"], row["id"]), now, was="")


def _hold_against(connection: Connection, row: Row[Any], finding: Finding, now: datetime) -> None:
    """A graver colour, or what was over and is there again, opens the alert anew."""
    again, graver = row.over_at is not None, _graver(finding.colour, row.colour)
    if not (again or graver):
        return
    act = "again" if again else "upgraded"
    values = {
        "colour": finding.colour,
        "value": finding.value,
        "evidence": _text(finding.evidence),
        "state": "open",
        "over_at": None,
        "closed_at": None,
    }
    change(connection, row, act, now, values, finding=finding)


def _over(connection: Connection, row: Row[Any], now: datetime) -> None:
    """What was wrong has ended; a reminder closes with it."""
    values: dict[str, Any] = {"over_at": stamp(now)}
    closes = row.colour == "remind" and row.state != "closed"
    if closes:
        values |= {"state": "closed", "closed_at": stamp(now)}
    change(connection, row, "over", now, values, text=OVER_TEXT if closes else "")


def acknowledge(connection: Connection, act: AcknowledgeAct, delivery: Delivery) -> dict[str, Any]:
    """The supervisor has seen it.

    Problems: not-found, changed-meanwhile, alert-closed, alert-acknowledged.
    """
    del act
    row = of_head(connection, delivery)
    check_match(delivery.if_match, etag(row))
    _is_open(row)
    if row.state == "acknowledged":
        raise Problem("alert-acknowledged")
    return _by_head(connection, row, "acknowledged", delivery, {"state": "acknowledged"})


def close(connection: Connection, act: CloseAct, delivery: Delivery) -> dict[str, Any]:
    """The supervisor closes it with a reason; a graver colour would open it again.

    Problems: not-found, changed-meanwhile, alert-closed.
    """
    row = of_head(connection, delivery)
    check_match(delivery.if_match, etag(row))
    _is_open(row)
    values = {"state": "closed", "closed_at": stamp(delivery.received_at)}
    return _by_head(connection, row, "closed", delivery, values, text=act.reason)


def of_head(connection: Connection, delivery: Delivery) -> Row[Any]:
    """The alert an act of the supervisor is about, held. Problem("not-found")."""
    row: Row[Any] | None = held(connection, delivery.caller.county, delivery.subject)
    if row is None or row.hall != delivery.caller.hall:
        raise Problem("not-found")
    return row


def held(connection: Connection, county: str, identifier: str) -> Any:
    """An alert, held for this transaction; none where there is none."""
    return connection.execute(
        select(alerts)
        .where(alerts.c.county == county)
        .where(alerts.c.id == identifier)
        .with_for_update()
    ).one_or_none()


def _is_open(row: Row[Any]) -> None:
    if row.state == "closed":
        raise Problem("alert-closed", closed_at=row.closed_at)


def _by_head(
    connection: Connection,
    row: Row[Any],
    name: str,
    delivery: Delivery,
    values: Mapping[str, Any],
    *,
    text: str = "",
) -> dict[str, Any]:
    operator = delivery.caller.operator
    after = change(
        connection, row, name, delivery.received_at, values, text=text, operator=operator
    )
    return shown(after)


def change(
    connection: Connection,
    row: Row[Any],
    act: str,
    now: datetime,
    values: Mapping[str, Any],
    *,
    text: str = "",
    operator: str = "",
    finding: Finding | None = None,
) -> Row[Any]:
    """Write what became of an alert, and tell of it."""
    connection.execute(
        update(alerts)
        .where(alerts.c.county == row.county)
        .where(alerts.c.id == row.id)
        .values(version=row.version + 1, changed_at=stamp(now), **values)
    )
    step(connection, row.county, row.id, act, now, text=text, operator=operator, finding=finding)
    after: Row[Any] = held(connection, row.county, row.id)
    tell(connection, "alert-changed", after, now, was=row.colour)
    return after


def step(
    connection: Connection,
    county: str,
    alert: str,
    act: str,
    now: datetime,
    *,
    text: str = "",
    operator: str = "",
    finding: Finding | None = None,
) -> None:
    """One line of what became of an alert."""
    before = connection.execute(
        select(alert_steps.c.position, alert_steps.c.colour, alert_steps.c.rule_version)
        .where(alert_steps.c.county == county)
        .where(alert_steps.c.alert == alert)
        .order_by(alert_steps.c.position.desc())
        .limit(1)
    ).one_or_none()
    if finding is not None:
        colour, version = finding.colour, finding.rule.version
    else:
        assert before is not None  # the first step is that of its finding
        colour, version = before.colour, before.rule_version
    connection.execute(
        insert(alert_steps).values(
            county=county,
            alert=alert,
            position=0 if before is None else before.position + 1,
            at=stamp(now),
            act=act,
            colour=colour,
            rule_version=version,
            operator=operator,
            text=text,
            evidence=_text(finding.evidence if finding is not None else {}),
        )
    )


def tell(connection: Connection, kind: str, row: Any, now: datetime, *, was: str) -> None:
    """Tell the hall's supervisor."""
    emit(
        connection,
        kind,
        at=now,
        county=row.county,
        hall=row.hall,
        subject=row.id,
        body={
            "alert": row.id,
            "number": row.number,
            "rule": row.rule,
            "colour": row.colour,
            "was": was,
            "state": row.state,
            "over": row.over_at is not None,
            "subject_kind": row.subject_kind,
            "subject_number": row.subject_number,
        },
    )


def next_number(connection: Connection, county: str, kind: str, now: datetime) -> str:
    """The next number of the day: kind, county, day, serial (监察编号, 20 characters at most)."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    day = f"{day_of(now):%Y%m%d}"
    moved = (
        dialect.insert(supervision_serials)
        .values(county=county, kind=kind, day=day, last=1)
        .on_conflict_do_update(
            index_elements=["county", "kind", "day"],
            set_={"last": supervision_serials.c.last + 1},
        )
        .returning(supervision_serials.c.last)
    )
    return f"{kind}{county}{day[2:]}{connection.execute(moved).scalar_one():05d}"


def shown(row: Any) -> dict[str, Any]:
    """An alert in the contract's shape."""
    rule = rules.RULES[row.rule]
    kept = (
        *("id", "number", "rule", "subject_kind", "subject", "subject_number", "item"),
        *("department", "colour", "value", "state", "raised_at", "changed_at", "over_at"),
        "closed_at",
    )
    return {name: getattr(row, name) for name in kept} | {
        "rule_title": rule.title,
        "unit": rule.unit,
        "evidence": json.loads(row.evidence),
        "etag": etag(row),
    }


def etag(row: Any) -> str:
    """What If-Match takes to change it."""
    return tag(row.id, row.version)


def about(connection: Connection, county: str, subject: str) -> list[Row[Any]]:
    """The alerts of one subject, held for this transaction."""
    return list(
        connection.execute(
            select(alerts)
            .where(alerts.c.county == county)
            .where(alerts.c.subject == subject)
            .order_by(alerts.c.rule)
            .with_for_update()
        )
    )


def lasting(connection: Connection, kinds: Sequence[str]) -> list[Row[Any]]:
    """The alerts about such subjects that are not over."""
    return list(
        connection.execute(
            select(alerts)
            .where(alerts.c.subject_kind.in_(list(kinds)))
            .where(alerts.c.over_at.is_(None))
            .order_by(alerts.c.county, alerts.c.id)
        )
    )


def count_of(connection: Connection, county: str, hall: str, state: str) -> Mapping[str, int]:
    """How many alerts of a hall are in a state, by colour."""
    rows = connection.execute(
        select(alerts.c.colour, func.count().label("number"))
        .where(alerts.c.county == county)
        .where(alerts.c.hall == hall)
        .where(alerts.c.state == state)
        .group_by(alerts.c.colour)
    )
    return {row.colour: row.number for row in rows}


def _text(evidence: Mapping[str, Any]) -> str:
    return json.dumps(evidence, ensure_ascii=False)
