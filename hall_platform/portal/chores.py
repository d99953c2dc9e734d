"""What the online hall does from time to time."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, delete, select, update

from hall_platform.chores import Chore
from hall_platform.clock import stamp
from hall_platform.context import Context
from hall_platform.identity.tables import citizens
from hall_platform.portal import inbox, letters
from hall_platform.portal.tables import drafts, messages
from hall_platform.portal.tables import letters as letter_table

UNTOUCHED = timedelta(days=180)  # how long an open draft is kept that nobody changes


def mark_overdue(context: Context) -> None:
    """Letters nobody has answered in time; days that were provisional are counted anew before."""
    now, calendar = context.clock.now(), context.calendar
    with context.store.read() as connection:
        provisional = letters.any_provisional(connection)
    if provisional:
        context.store.write(lambda connection: letters.count_anew(connection, calendar))
    while context.store.write(lambda connection: inbox.mark_overdue(connection, now)) > 0:
        pass


def forget_the_deleted(context: Context) -> None:
    """What accounts have left behind that are deleted: drafts, messages, names on letters."""

    def gone(connection: Connection) -> list[str]:
        used = (
            select(drafts.c.citizen)
            .where(drafts.c.citizen.is_not(None))
            .where(drafts.c.state == "open")
            .union(
                select(messages.c.citizen),
                select(letter_table.c.citizen).where(letter_table.c.name != ""),
            )
            .subquery()
        )
        return list(
            connection.execute(
                select(citizens.c.id)
                .where(citizens.c.deleted_at.is_not(None))
                .where(citizens.c.id.in_(select(used.c.citizen)))
                .limit(100)
            ).scalars()
        )

    def forget(connection: Connection) -> None:
        theirs = gone(connection)
        connection.execute(
            delete(drafts).where(drafts.c.citizen.in_(theirs)).where(drafts.c.state == "open")
        )
        connection.execute(delete(messages).where(messages.c.citizen.in_(theirs)))
        connection.execute(
            update(letter_table)
            .where(letter_table.c.citizen.in_(theirs))
            .values(name="", mobile="")
        )

    with context.store.read() as connection:
        anybody = bool(gone(connection))
    if anybody:
        context.store.write(forget)


def forget_drafts(context: Context) -> None:
    """Drafts that nobody has touched for long, and those given up: they are people's data."""
    before = stamp(context.clock.now() - UNTOUCHED)
    now = stamp(context.clock.now())

    def forget(connection: Connection) -> None:
        connection.execute(delete(drafts).where(drafts.c.state == "discarded"))
        connection.execute(
            delete(drafts).where(drafts.c.state == "open").where(drafts.c.changed_at < before)
        )
        # A draft whose code has run out goes back to the account it came from, if there is one.
        connection.execute(
            update(drafts)
            .where(drafts.c.state == "open")
            .where(drafts.c.place == "hand_over")
            .where(drafts.c.code_until <= now)
            .where(drafts.c.citizen.is_not(None))
            .values(
                place="online",
                code_hash=None,
                code_until=None,
                version=drafts.c.version + 1,
            )
        )

    if _anything(context, before, now):
        context.store.write(forget)


def _anything(context: Context, before: str, now: str) -> bool:
    """Whether there is something to do; most rounds there is not."""
    with context.store.read() as connection:
        found = connection.execute(
            select(drafts.c.id)
            .where(
                (drafts.c.state == "discarded")
                | ((drafts.c.state == "open") & (drafts.c.changed_at < before))
                | (
                    (drafts.c.state == "open")
                    & (drafts.c.place == "hand_over")
                    & (drafts.c.code_until <= now)
                    & drafts.c.citizen.is_not(None)
                )
            )
            .limit(1)
        ).first()
    return found is not None


CHORES = (
    Chore("mark overdue letters", timedelta(minutes=5), mark_overdue),
    Chore("forget drafts", timedelta(hours=1), forget_drafts),
    Chore("forget deleted accounts", timedelta(hours=1), forget_the_deleted),
)
