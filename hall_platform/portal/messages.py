"""Messages to a citizen (消息): what happened with their own, read or not."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, insert, or_, select, update

from hall_platform.clock import stamp
from hall_platform.cursors import cursor_after
from hall_platform.events.log import emit
from hall_platform.portal.people import Person
from hall_platform.portal.tables import messages
from hall_platform.problems import invalid


@dataclass(frozen=True)
class News:
    """What there is to tell, and about what it is."""

    kind: str
    title: str
    text: str
    about: str
    subject: str


def send(
    connection: Connection, county: str, citizens: Iterable[str], news: News, at: datetime
) -> None:
    """To each of the accounts; who listens hears of it at once."""
    for citizen in sorted(set(citizens)):
        identifier = str(uuid.uuid4())
        connection.execute(
            insert(messages).values(
                county=county,
                id=identifier,
                citizen=citizen,
                at=stamp(at),
                kind=news.kind,
                title=news.title,
                text=news.text,
                about=news.about,
                subject=news.subject,
            )
        )
        emit(
            connection,
            "message-received",
            at=at,
            county="",
            hall="",
            subject=citizen,
            body={"message": identifier, "kind": news.kind, "about": news.about},
        )


def page(
    connection: Connection, who: Person, *, unread: bool, limit: int, after: str
) -> dict[str, Any]:
    """A page, newest first, and how many are unread of all."""
    wanted = select(messages).where(messages.c.citizen == who.citizen)
    if unread:
        wanted = wanted.where(messages.c.read_at.is_(None))
    if after:
        at, _, identifier = after.partition(" ")
        if not identifier:
            raise invalid("query.cursor", "not a cursor of this list")
        older = and_(messages.c.at == at, messages.c.id > identifier)
        wanted = wanted.where(or_(messages.c.at < at, older))
    rows = connection.execute(
        wanted.order_by(messages.c.at.desc(), messages.c.id).limit(limit + 1)
    ).all()
    count = connection.execute(
        select(func.count())
        .select_from(messages)
        .where(messages.c.citizen == who.citizen)
        .where(messages.c.read_at.is_(None))
    ).scalar_one()
    last = rows[limit - 1] if len(rows) > limit else None
    return {
        "messages": [
            {
                "id": row.id,
                "county": row.county,
                "at": row.at,
                "kind": row.kind,
                "title": row.title,
                "text": row.text,
                "about": row.about,
                "subject": row.subject,
                "read_at": row.read_at,
            }
            for row in rows[:limit]
        ],
        "unread": count,
        "next": cursor_after(f"{last.at} {last.id}") if last is not None else None,
    }


def mark_read(
    connection: Connection, who: Person, county: str, wanted: list[str], at: datetime
) -> int:
    """Marks those of the person's own; how many were unread until now."""
    done = connection.execute(
        update(messages)
        .where(messages.c.county == county)
        .where(messages.c.id.in_(wanted))
        .where(messages.c.citizen == who.citizen)
        .where(messages.c.read_at.is_(None))
        .values(read_at=stamp(at))
    )
    return done.rowcount
