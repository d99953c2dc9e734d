"""Who a ticket is for, known by no more than a digest with a key of the day, and a masked name.

The digest says whether the card on the reader is that of the person called, and that somebody has
a ticket already; it cannot be turned back into a number, and without the day's key, which the
evening's chore throws away, it says nothing at all (个人信息保护法 第六条, 第十九条).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hall_platform.hall.tables import appointments, day_keys, tickets, visits
from hall_platform.shapes import Holder

MASK = "*"


def masked(name: str) -> str:
    """A name as a hall may show it: the first character and a star (张*); "" of none."""
    return name.strip()[:1] + MASK if name.strip() else ""


def holder_key(connection: Connection, county: str, hall: str, day: str, holder: Holder) -> str:
    """The digest of a person for one hall and day."""
    return digest(_key(connection, county, hall, day), holder.kind, holder.number)


def digest(key: str, kind: str, number: str) -> str:
    """HMAC-SHA256 of a person's document with the key of a day."""
    return hmac.new(bytes.fromhex(key), f"{kind}:{number}".encode(), hashlib.sha256).hexdigest()


def _key(connection: Connection, county: str, hall: str, day: str) -> str:
    known = (
        select(day_keys.c.key)
        .where(day_keys.c.county == county)
        .where(day_keys.c.hall == hall)
        .where(day_keys.c.day == day)
    )
    key = connection.execute(known).scalar_one_or_none()
    if key is None:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        connection.execute(
            dialect.insert(day_keys)
            .values(county=county, hall=hall, day=day, key=secrets.token_hex(32))
            .on_conflict_do_nothing()
        )
        key = connection.execute(known).scalar_one()
    return str(key)


def name_for_today(connection: Connection, county: str, hall: str, day: str, name: str) -> str:
    """A masked name to be kept until the day is forgotten, which this makes sure it will be."""
    if name.strip():
        _key(connection, county, hall, day)
    return masked(name)


def forget_before(day: str) -> Callable[[Connection], None]:
    """Work that forgets who had the tickets and appointments of earlier days."""

    def work(connection: Connection) -> None:
        earlier = connection.execute(select(day_keys).where(day_keys.c.day < day)).all()
        for one in earlier:
            for table in (visits, appointments):
                connection.execute(
                    update(table).where(_of_day(table, one)).values(name="", holder_key=None)
                )
            for keyed in (tickets, appointments):
                connection.execute(
                    update(keyed)
                    .where(_of_day(keyed, one))
                    .where(keyed.c.open_key.is_not(None))
                    .values(open_key=None)
                )
            connection.execute(delete(day_keys).where(_of_day(day_keys, one)))

    return work


def _of_day(table: Table, one: Row[Any]) -> ColumnElement[bool]:
    return and_(table.c.county == one.county, table.c.hall == one.hall, table.c.day == one.day)
