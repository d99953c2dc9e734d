"""Official case numbers (办件编号): 6-digit region, day, window, 5-digit serial; never given twice.

A window leases a block ahead of need. A number counts only at the window it was leased to.
"""

from __future__ import annotations

import re
import uuid
from datetime import date, datetime
from functools import cache

from sqlalchemy import Connection, Executable, select
from sqlalchemy.dialects import postgresql, sqlite

from hall_platform.access import Caller
from hall_platform.business.tables import number_blocks, number_serials
from hall_platform.clock import stamp
from hall_platform.problems import Problem
from hall_platform.statements import put

LAST_SERIAL = 99_999

_NUMBER = re.compile(r"([0-9]{6})([0-9]{8})([0-9]{2})([0-9]{5})", re.ASCII)


def lease(
    connection: Connection,
    *,
    caller: Caller,
    day: date,
    window: str,
    count: int,
    now: datetime,
) -> tuple[str, list[str]]:
    """A new block for a window of the caller's hall: its id and its numbers.

    Problem("numbers-exhausted").
    """
    county, compact = caller.county, day.strftime("%Y%m%d")
    first = _advance(connection, county, compact, window, count)
    if first + count - 1 > LAST_SERIAL:
        raise Problem("numbers-exhausted")
    block = str(uuid.uuid4())
    put(
        connection,
        number_blocks,
        id=block,
        county=county,
        day=compact,
        hall=caller.hall,
        window=window,
        first_serial=first,
        count=count,
        leased_at=stamp(now),
        session=caller.session,
    )
    serials = range(first, first + count)
    return block, [f"{county}{compact}{window}{serial:05d}" for serial in serials]


def _advance(connection: Connection, county: str, day: str, window: str, count: int) -> int:
    """Move the counter on in one statement, so that it holds between processes too."""
    values = {"county": county, "day": day, "window": window, "next_serial": 1 + count}
    after: int = connection.execute(_moved(connection.dialect.name), values).scalar_one()
    return after - count


@cache
def _moved(store: str) -> Executable:
    """Moves a counter on from 1, or from where it is, by as many as `next_serial` is beyond 1."""
    dialect = postgresql if store == "postgresql" else sqlite
    first = dialect.insert(number_serials)
    moved: Executable = first.on_conflict_do_update(
        index_elements=["county", "day", "window"],
        set_={"next_serial": number_serials.c.next_serial + first.excluded.next_serial - 1},
    ).returning(number_serials.c.next_serial)
    return moved


def is_leased(connection: Connection, number: str, caller: Caller, window: str) -> bool:
    """Whether the number belongs to a block of that window of the caller's hall."""
    parts = _NUMBER.fullmatch(number)
    if parts is None or parts[3] != window or parts[1] != caller.county:
        return False
    serial = int(parts[4])
    found = connection.execute(
        select(number_blocks.c.id)
        .where(number_blocks.c.county == parts[1])
        .where(number_blocks.c.day == parts[2])
        .where(number_blocks.c.hall == caller.hall)
        .where(number_blocks.c.window == window)
        .where(number_blocks.c.first_serial <= serial)
        .where(number_blocks.c.first_serial + number_blocks.c.count > serial)
    ).one_or_none()
    return found is not None
