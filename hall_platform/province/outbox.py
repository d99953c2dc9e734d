"""The outbox to the province: what may go now, what became of it, when to try again.

Order holds within a case: a letter goes when every earlier one of its case has arrived or was set
aside by a person; only what takes a rating back holds nothing up, since nothing rests on it. No
answer means trying again, later and later; a refusal waits for a person.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, exists, select, update

from hall_platform.clock import stamp
from hall_platform.events.log import emit
from hall_platform.province.tables import province_letters, province_marks
from hall_platform.province.upserts import put

FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(hours=1)
_HOLDING_BACK = ("waiting", "refused")
_CHANCE = random.SystemRandom()


def due(connection: Connection, now: datetime, limit: int) -> list[Row[Any]]:
    """Letters that may go now, the longest due first."""
    earlier = province_letters.alias("earlier")
    held_back = exists().where(
        and_(
            earlier.c.county == province_letters.c.county,
            earlier.c.case_id == province_letters.c.case_id,
            earlier.c.position < province_letters.c.position,
            earlier.c.state.in_(_HOLDING_BACK),
            earlier.c.kind != "strike",
        )
    )
    return list(
        connection.execute(
            select(province_letters)
            .where(province_letters.c.state == "waiting")
            .where(province_letters.c.next_at <= stamp(now))
            .where(~held_back)
            .order_by(province_letters.c.next_at, province_letters.c.id)
            .limit(limit)
        )
    )


def attempted(
    connection: Connection, letter: Row[Any], key: str, payload: str, digest: str
) -> None:
    """An attempt begins; what is said is fixed with the first one."""
    _set(
        connection,
        letter,
        key=key,
        payload=payload,
        digest=digest,
        attempts=letter.attempts + 1,
    )


def arrived(connection: Connection, letter: Row[Any], receipt: str, now: datetime) -> None:
    """The province has it, now or already before."""
    _set(connection, letter, state="sent", receipt=receipt[:64], reason="", sent_at=stamp(now))


def unanswered(
    connection: Connection,
    letter: Row[Any],
    reason: str,
    now: datetime,
    retry_after: float | None,
) -> None:
    """No answer: whether it arrived is not known, so it goes again."""
    wait = wait_after(letter.attempts + 1)
    if retry_after is not None:
        wait = max(wait, timedelta(seconds=retry_after))
    _set(connection, letter, reason=reason[:64], next_at=stamp(now + wait))


def refused(
    connection: Connection,
    letter: Row[Any],
    reason: str,
    fields: Sequence[str],
    now: datetime,
) -> None:
    """The province does not take it; a person has to look."""
    _set(
        connection,
        letter,
        state="refused",
        reason=reason[:64],
        fields=json.dumps(list(fields)),
        version=letter.version + 1,
    )
    emit(
        connection,
        "province-letter-refused",
        at=now,
        county=letter.county,
        hall="",
        subject=letter.id,
        body={"letter": letter.id, "kind": letter.kind, "reason": reason[:64]},
    )


def to_be_read_back(connection: Connection, limit: int) -> list[Row[Any]]:
    """Letters that arrived and have not been seen at the province since."""
    return list(
        connection.execute(
            select(province_letters)
            .where(province_letters.c.state == "sent")
            .order_by(province_letters.c.sent_at, province_letters.c.id)
            .limit(limit)
        )
    )


def confirmed(connection: Connection, letter: Row[Any], now: datetime) -> None:
    """It was read back as it was sent; its content is not kept any longer."""
    _set(connection, letter, state="confirmed", confirmed_at=stamp(now), payload=None, reason="")


def missing(connection: Connection, letter: Row[Any], now: datetime) -> None:
    """The province said it had it and does not: it goes again."""
    _set(connection, letter, state="waiting", reason="lost-there", next_at=stamp(now))


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts: doubling, up to an hour, by chance up to half less.

    Chance keeps a whole province's platforms from coming back in the same second.
    """
    doubled: timedelta = FIRST_WAIT * int(2 ** min(attempts - 1, 20))
    return min(LONGEST_WAIT, doubled) * _CHANCE.uniform(0.5, 1.0)


def mark(connection: Connection, name: str, value: str, now: datetime) -> None:
    """Remember what was pulled, or that something was done."""
    put(connection, province_marks, {"name": name}, {"value": value, "at": stamp(now)})


def marked(connection: Connection, name: str) -> Row[Any] | None:
    """What was remembered under a name."""
    return connection.execute(
        select(province_marks).where(province_marks.c.name == name)
    ).one_or_none()


def _set(connection: Connection, letter: Row[Any], **values: Any) -> None:
    connection.execute(
        update(province_letters)
        .where(province_letters.c.county == letter.county)
        .where(province_letters.c.id == letter.id)
        .values(**values)
    )
