"""What the exchange looks after from time to time: late corrections, unusual looks."""

from __future__ import annotations

from datetime import timedelta

from hall_platform.chores import Chore
from hall_platform.context import Context
from hall_platform.exchange import corrections, unusual


def remind(context: Context) -> None:
    """Tell of corrections that are late."""
    now = context.clock.now()
    context.store.write(lambda connection: corrections.remind(connection, now, context.calendar))


def watch(context: Context) -> None:
    """Tell of looks that are unusual."""
    now = context.clock.now()
    context.store.write(lambda connection: unusual.look_at_all(connection, now))


CHORES = (
    Chore("exchange-late-corrections", timedelta(minutes=10), remind),
    Chore("exchange-unusual-uses", timedelta(minutes=1), watch),
)
