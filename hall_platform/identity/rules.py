"""What a city sets about security (安全规则), as data: for all halls, or for one hall.

second_factor.ROLE      none, any, security_key    whether a hall demands it of a role
password.change_days    0 (never, as OWASP ASVS 5.0 6.2.10 asks), or 1 to 365
request_signatures      registered (who has a key signs), always, never; for the whole platform
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import Connection, bindparam, delete, insert, select

from hall_platform.identity.tables import security_rules
from hall_platform.roles import OPERATOR_ROLES

EVERYWHERE = ""
CHANGE_DAYS = "password.change_days"
SIGNATURES = "request_signatures"
DEMANDS = ("none", "any", "security_key")  # each is stricter than the one before

DEFAULTS = {
    **{f"second_factor.{role}": "none" for role in OPERATOR_ROLES},
    CHANGE_DAYS: "0",
    SIGNATURES: "registered",
}


def fits(name: str, hall: str, value: str) -> bool:
    """Whether a rule may have this value, in this hall."""
    if name.startswith("second_factor."):
        return name in DEFAULTS and value in DEMANDS
    if name == CHANGE_DAYS:
        return value.isascii() and value.isdigit() and len(value) < 4 and int(value) <= 365
    return name == SIGNATURES and hall == EVERYWHERE and value in {"registered", "always", "never"}


_VALUES = (
    select(security_rules.c.hall, security_rules.c.value)
    .where(security_rules.c.name == bindparam("rule"))
    .where(security_rules.c.hall.in_((bindparam("own"), EVERYWHERE)))
)


def value_of(connection: Connection, name: str, hall: str) -> str:
    """The rule's value in a hall: its own, or that of all halls, or the default."""
    rows = connection.execute(_VALUES, {"rule": name, "own": hall})
    found = {row.hall: row.value for row in rows}
    return str(found.get(hall, found.get(EVERYWHERE, DEFAULTS[name])))


def set_value(connection: Connection, name: str, hall: str, value: str) -> None:
    """Set a rule."""
    connection.execute(
        delete(security_rules)
        .where(security_rules.c.name == name)
        .where(security_rules.c.hall == hall)
    )
    connection.execute(insert(security_rules).values(hall=hall, name=name, value=value))


def all_values(connection: Connection, hall: str) -> list[dict[str, str]]:
    """Every rule as it holds in a hall."""
    return [
        {"name": name, "hall": hall, "value": value_of(connection, name, hall)} for name in DEFAULTS
    ]


def demanded_factor(connection: Connection, roles: Iterable[str], hall: str) -> str:
    """The strictest demand for a second factor that one of the roles meets in a hall."""
    asked = [value_of(connection, f"second_factor.{role}", hall) for role in roles]
    return max(asked, key=DEMANDS.index, default="none")


def change_period(connection: Connection, hall: str) -> timedelta | None:
    """After how long a password has to be changed; None for never."""
    days = int(value_of(connection, CHANGE_DAYS, hall))
    return timedelta(days=days) if days else None
