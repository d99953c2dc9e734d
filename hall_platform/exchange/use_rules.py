"""When looks at personal data count as unusual (数据使用异常规则).

What ships here holds from the first day of every store, until the security administrator sets
other limits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from hall_platform.acts import Delivery
from hall_platform.clock import stamp
from hall_platform.exchange.shapes import RuleChange
from hall_platform.exchange.tables import use_rules
from hall_platform.problems import Problem


@dataclass(frozen=True)
class UseRule:
    """More than `most` looks, or people looked at, within `minutes` by one operator.

    `scope` is whose looks count: those at resources of the directory, or all. `without_case`
    counts only looks that are for no case and no online application.
    """

    code: str
    title: str
    scope: Literal["exchange", "all"]
    without_case: bool
    measure: Literal["looks", "persons"]
    most: int
    minutes: int
    active: bool = True


RULES: Mapping[str, UseRule] = {
    rule.code: rule
    for rule in (
        UseRule("many-without-case", "无办件查询过多", "exchange", True, "looks", 20, 60),
        UseRule("many-people-without-case", "无办件查看多人信息", "all", True, "persons", 60, 60),
    )
}


def all_of(connection: Connection) -> dict[str, UseRule]:
    """The rules as they stand, by code."""
    own = {row.code: row for row in connection.execute(select(use_rules))}
    return {code: _as_set(rule, own.get(code)) for code, rule in RULES.items()}


def _as_set(rule: UseRule, own: Any) -> UseRule:
    if own is None:
        return rule
    return replace(rule, most=own.most, minutes=own.minutes, active=own.active)


def title_of(code: str) -> str:
    """A rule's title; its code where there is no such rule any more."""
    return RULES[code].title if code in RULES else code


def set_rule(connection: Connection, act: RuleChange, delivery: Delivery) -> dict[str, Any]:
    """Set a rule's limits. Problem("rule-unknown")."""
    rule = RULES.get(delivery.subject)
    if rule is None:
        raise Problem("rule-unknown")
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    values = {
        "most": act.most,
        "minutes": act.minutes,
        "active": act.active,
        "set_at": stamp(delivery.received_at),
        "set_by": delivery.caller.operator,
    }
    connection.execute(
        dialect.insert(use_rules)
        .values(code=rule.code, **values)
        .on_conflict_do_update(index_elements=["code"], set_=values)
    )
    return shown(all_of(connection)[rule.code])


def shown(rule: UseRule) -> dict[str, Any]:
    """A rule in the contract's shape."""
    return asdict(rule)
