"""The rule table (监察规则): what is watched, from which value on, in which colour.

A rule measures one whole value of its subject; it has the highest colour whose threshold the value
has reached. What ships here holds until a hall's supervisor changes it; every version is kept. The
defaults follow what cities have published: a reminder one working day before, yellow on the due day
or when a step is late, red when it is over.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from sqlalchemy import Connection, insert, select

from hall_platform.acts import Delivery
from hall_platform.business.regimes import REGIMES
from hall_platform.clock import stamp
from hall_platform.etags import check_match, tag
from hall_platform.problems import Problem, invalid
from hall_platform.supervision.shapes import ChangeRuleAct
from hall_platform.supervision.tables import supervision_rules

Colour = Literal["remind", "yellow", "red"]
Unit = Literal["working_days", "minutes", "times"]

COLOURS: tuple[Colour, ...] = ("remind", "yellow", "red")


@dataclass(frozen=True)
class Rule:
    """One rule as it stands; version 0 is what ships.

    `regimes` and `items` name those it applies to, all where empty.
    """

    id: str
    title: str
    measures: str
    unit: Unit
    thresholds: Mapping[Colour, int]
    regimes: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    enabled: bool = True
    version: int = 0
    about: Literal["case", "queue", "instruction"] = "case"
    change: Mapping[str, str] = field(default_factory=dict)

    def colour(self, value: int) -> Colour | None:
        """The highest colour whose threshold the value has reached; none where it has not."""
        reached: Colour | None = None
        for colour in COLOURS:
            if colour in self.thresholds and value >= self.thresholds[colour]:
                reached = colour
        return reached

    def applies(self, regime: str, item: str) -> bool:
        """Whether it watches cases of that regime and item."""
        return (
            self.enabled
            and (not self.regimes or regime in self.regimes)
            and (not self.items or item in self.items)
        )


_BEFORE = "距期限届满的工作日数，届满当日为 0，逾期为正数"

RULES: Mapping[str, Rule] = {
    rule.id: rule
    for rule in (
        Rule(
            "case-due",
            "承诺办结期限",
            _BEFORE,
            "working_days",
            {"remind": -1, "yellow": 0, "red": 1},
        ),
        Rule("legal-due", "法定办结期限", _BEFORE, "working_days", {"yellow": 0, "red": 1}),
        Rule(
            "acceptance-late",
            "收件后未作出受理决定",
            "自收件次日起的工作日数，补正期间不计",
            "working_days",
            {"remind": 3, "yellow": 4, "red": 6},
        ),
        Rule("deemed-accepted", "逾期未决定而视为受理", "发生次数", "times", {"red": 1}),
        Rule("refusal-unreasoned", "不予受理或不予批准未说明理由", "发生次数", "times", {"red": 1}),
        Rule("charge-unlisted", "违规收费", "超过收费标准的缴费通知次数", "times", {"red": 1}),
        Rule("second-notice", "再次告知补正", "告知补正的次数", "times", {"yellow": 2, "red": 3}),
        Rule(
            "correction-overdue",
            "补正期限届满未补正",
            _BEFORE,
            "working_days",
            {"yellow": 1, "red": 5},
        ),
        Rule(
            "handover-late",
            "受理后未及时移交承办",
            "自受理次日起的工作日数",
            "working_days",
            {"yellow": 2, "red": 4},
        ),
        Rule(
            "handling-late",
            "承办环节超时",
            "自移交承办次日起的工作日数",
            "working_days",
            {"yellow": 10, "red": 20},
        ),
        Rule(
            "decision-late",
            "审核后未及时决定",
            "自审核次日起的工作日数",
            "working_days",
            {"yellow": 2, "red": 4},
        ),
        Rule(
            "special-long",
            "特别程序超过告知的期限",
            "超过告知期限的工作日数",
            "working_days",
            {"yellow": 1, "red": 5},
        ),
        Rule("delivery-late", "决定送达期限", _BEFORE, "working_days", {"yellow": 0, "red": 1}),
        Rule(
            "queue-long",
            "等候时间过长",
            "某项业务等候最久者已等候的分钟数",
            "minutes",
            {"yellow": 30, "red": 60},
            about="queue",
        ),
        Rule(
            "window-paused",
            "窗口暂停过久",
            "窗口已暂停的分钟数，自本次开放时段起计",
            "minutes",
            {"yellow": 15, "red": 30},
            about="queue",
        ),
        Rule(
            "call-unserved",
            "叫号后未开始办理",
            "自呼叫起的分钟数",
            "minutes",
            {"yellow": 5, "red": 10},
            about="queue",
        ),
        Rule(
            "instruction-late",
            "督办逾期未答复",
            _BEFORE,
            "working_days",
            {"yellow": 1, "red": 3},
            about="instruction",
        ),
    )
}

Place = tuple[str, str]  # county and hall
Table = Mapping[str, Rule]


class RuleTables:
    """The rules of every hall as they stand, read once."""

    def __init__(self, connection: Connection, place: Place | None = None) -> None:
        query = select(supervision_rules).order_by(supervision_rules.c.version)
        if place is not None:
            query = query.where(supervision_rules.c.county == place[0])
            query = query.where(supervision_rules.c.hall == place[1])
        self._changed: dict[Place, dict[str, Rule]] = {}
        for row in connection.execute(query):
            changed = self._changed.setdefault((row.county, row.hall), dict(RULES))
            if row.rule in RULES:
                changed[row.rule] = _of_row(row)

    def of(self, county: str, hall: str) -> Table:
        """The rules of one hall."""
        return self._changed.get((county, hall), RULES)


def of_hall(connection: Connection, county: str, hall: str) -> Table:
    """The rules of one hall as they stand."""
    return RuleTables(connection, (county, hall)).of(county, hall)


def versions(connection: Connection, county: str, hall: str, rule: str) -> list[Rule]:
    """Every version of a rule in a hall, the newest first. Problem("not-found")."""
    if rule not in RULES:
        raise Problem("not-found")
    rows = connection.execute(
        select(supervision_rules)
        .where(supervision_rules.c.county == county)
        .where(supervision_rules.c.hall == hall)
        .where(supervision_rules.c.rule == rule)
        .order_by(supervision_rules.c.version.desc())
    )
    return [*(_of_row(row) for row in rows), RULES[rule]]


def change(connection: Connection, act: ChangeRuleAct, delivery: Delivery) -> dict[str, Any]:
    """The rule holds as given from now on; the versions before are kept.

    Problems: not-found, changed-meanwhile, invalid-request.
    """
    caller = delivery.caller
    before = versions(connection, caller.county, caller.hall, delivery.subject)[0]
    check_match(delivery.if_match, etag(before))
    _check(act)
    connection.execute(
        insert(supervision_rules).values(
            county=caller.county,
            hall=caller.hall,
            rule=before.id,
            version=before.version + 1,
            remind=act.thresholds.remind,
            yellow=act.thresholds.yellow,
            red=act.thresholds.red,
            regimes=json.dumps(sorted(set(act.regimes))),
            items=json.dumps(sorted(set(act.items))),
            enabled=act.enabled,
            reason=act.reason,
            changed_at=stamp(delivery.received_at),
            changed_by=caller.operator,
        )
    )
    return shown(versions(connection, caller.county, caller.hall, delivery.subject)[0])


def shown(rule: Rule) -> dict[str, Any]:
    """A rule in the contract's shape."""
    return {
        "id": rule.id,
        "title": rule.title,
        "about": rule.about,
        "measures": rule.measures,
        "unit": rule.unit,
        "thresholds": {colour: rule.thresholds.get(colour) for colour in COLOURS},
        "regimes": list(rule.regimes),
        "items": list(rule.items),
        "enabled": rule.enabled,
        "version": rule.version,
        "reason": rule.change.get("reason", ""),
        "changed_at": rule.change.get("at", ""),
        "changed_by": rule.change.get("by", ""),
        "etag": etag(rule),
    }


def etag(rule: Rule) -> str:
    """What If-Match takes to change it."""
    return tag(f"rule-{rule.id}", rule.version)


def rank(colour: str) -> int:
    """How grave a colour is."""
    return [*COLOURS].index(colour)  # type: ignore[arg-type]


def _check(act: ChangeRuleAct) -> None:
    given = [getattr(act.thresholds, colour) for colour in COLOURS]
    rising = [value for value in given if value is not None]
    if not rising:
        raise invalid("body.thresholds", "no colour has a threshold; set one, or enabled to false")
    if rising != sorted(set(rising)):
        raise invalid("body.thresholds", "each graver colour needs a higher threshold")
    _known("body.regimes", act.regimes, REGIMES)


def _known(where: str, given: Iterable[str], known: Iterable[str]) -> None:
    unknown = set(given) - set(known)
    if unknown:
        raise invalid(where, f"unknown: {', '.join(sorted(unknown))}")


def _of_row(row: Any) -> Rule:
    given = {colour: getattr(row, colour) for colour in COLOURS}
    return replace(
        RULES[row.rule],
        thresholds={colour: value for colour, value in given.items() if value is not None},
        regimes=tuple(json.loads(row.regimes)),
        items=tuple(json.loads(row.items)),
        enabled=row.enabled,
        version=row.version,
        change={"reason": row.reason, "at": row.changed_at, "by": row.changed_by},
    )
