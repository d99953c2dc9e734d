"""What the catalogue does by itself as days pass."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from hall_platform.catalogue import publishing
from hall_platform.chores import Chore
from hall_platform.clock import day_of
from hall_platform.context import Context


def put_in_force(context: Context) -> None:
    """Versions whose day has come are current from now on, those whose time is over no longer."""
    now = context.clock.now()
    with context.store.read() as connection:
        codes = publishing.unsettled(connection, day_of(now))
    for code in codes:

        def settle(connection: Connection, code: str = code) -> None:
            publishing.settle(connection, code, now)

        context.store.write(settle)


CHORES = (Chore("items-in-force", timedelta(seconds=30), put_in_force),)
