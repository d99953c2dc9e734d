"""What is done in a hall from time to time."""

from __future__ import annotations

from datetime import timedelta

from hall_platform.chores import Chore
from hall_platform.context import Context
from hall_platform.hall import appointments, closing, holders
from hall_platform.hall.tickets import hall_day


def mark_overdue(context: Context) -> None:
    """Appointments nobody came to are overdue."""
    now = context.clock.now()
    context.store.write(lambda connection: appointments.mark_overdue(connection, now))


def end_the_day(context: Context) -> None:
    """Tickets of earlier days are over; who had them is forgotten."""
    now = context.clock.now()
    while context.store.write(lambda connection: closing.close_earlier_days(connection, now)):
        pass
    context.store.write(holders.forget_before(hall_day(now)))


CHORES = (
    Chore("overdue-appointments", timedelta(minutes=1), mark_overdue),
    Chore("end-of-hall-day", timedelta(minutes=10), end_the_day),
)
