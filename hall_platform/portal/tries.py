"""Guessing has to be slow: wrong codes are counted by who tries and by what is tried.

The count is written before the code is looked at, in a write of its own, so that guesses side by
side count too and a refusal does not undo it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address

from sqlalchemy import Connection, delete
from sqlalchemy.dialects import postgresql, sqlite
from starlette.requests import Request

from hall_platform.clock import stamp
from hall_platform.portal.tables import tries
from hall_platform.problems import Problem

_KEPT = timedelta(days=2)


@dataclass(frozen=True)
class Limit:
    """How many tries within how long. `problem` is what the next one gets."""

    name: str
    most: int
    within: timedelta
    problem: str = "too-many-guesses"


CODES = Limit("code", 10, timedelta(minutes=30))  # hand-over codes, by account or session
ADDRESSES = Limit("address", 30, timedelta(minutes=30))  # questions without an account
NUMBERS = Limit("number", 10, timedelta(minutes=30))  # questions about one case or letter
LETTERS = Limit("letters", 10, timedelta(days=1), "too-many-letters")


def count(connection: Connection, limit: Limit, who: str, now: datetime) -> None:
    """Count one try. The problem of the limit, with Retry-After, once there were too many."""
    key = _key(limit, who)
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(delete(tries).where(tries.c.since < stamp(now - _KEPT)))
    connection.execute(
        delete(tries).where(tries.c.who == key).where(tries.c.since <= stamp(now - limit.within))
    )
    counted = connection.execute(
        dialect.insert(tries)
        .values(who=key, used=1, since=stamp(now))
        .on_conflict_do_update(index_elements=["who"], set_={"used": tries.c.used + 1})
        .returning(tries.c.used, tries.c.since)
    ).one()
    if counted.used > limit.most:
        left = datetime.fromisoformat(counted.since) + limit.within - now
        seconds = max(1, int(left.total_seconds()))
        raise Problem(limit.problem, headers={"Retry-After": str(seconds)})


def forget(connection: Connection, limit: Limit, who: str) -> None:
    """The right code was given."""
    connection.execute(delete(tries).where(tries.c.who == _key(limit, who)))


def address_of(connected: Request) -> str:
    """Where a question without an account comes from; of IPv6 the network (RFC 6177)."""
    host = connected.client.host if connected.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or IPv6Network((address, 64), strict=False))
    return str(address)


def _key(limit: Limit, who: str) -> str:
    """Who tried, kept as a hash: an address is somebody's."""
    return hashlib.sha256(f"{limit.name} {who}".encode()).hexdigest()
