"""What runs out and is forgotten: nonces, sign-ins and enrolments under way, codes."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, delete

from hall_platform.chores import Chore
from hall_platform.clock import stamp
from hall_platform.context import Context
from hall_platform.identity.tables import (
    access_tokens,
    citizen_codes,
    enrolments,
    request_nonces,
    sign_ins,
)

_RUN_OUT = (request_nonces, sign_ins, enrolments, citizen_codes, access_tokens)


def forget(context: Context) -> None:
    """Take away what has run out; codes take what was given at a registration with them."""
    now = stamp(context.clock.now())

    def work(connection: Connection) -> None:
        for table in _RUN_OUT:
            connection.execute(delete(table).where(table.c.expires_at <= now))

    context.store.write(work)


CHORES = (Chore("forget-what-ran-out", timedelta(minutes=1), forget),)
