"""How long the rows behind the figures are kept (`serve --figure-rows-days`).

The figures themselves are histograms and stay for ever, so that no sum and no percentile changes
when a row goes. What goes is that a figure of a day long past opens into its single facts.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import partial

from sqlalchemy import Connection, delete, select

from hall_platform.analytics.counting import identifier_at
from hall_platform.analytics.tables import figure_rows
from hall_platform.clock import HALL_ZONE, day_of
from hall_platform.context import Context
from hall_platform.identity.tables import halls

AT_ONCE = 5_000  # in one transaction, so that nobody waits long behind it


def kept_from(now: datetime, days: int) -> date:
    """The first day whose rows are there, where they are kept for so many days besides today."""
    return day_of(now) - timedelta(days=days)


def forget_old_rows(context: Context) -> None:
    """Forget the rows of the days before those that are kept, county by county."""
    first = kept_from(context.clock.now(), context.settings.figure_rows_days)
    with context.store.read() as connection:
        counties = connection.execute(select(halls.c.county).distinct()).scalars().all()
    for county in counties:
        while context.store.write(partial(forget, county=county, before=first)):
            pass


def forget(connection: Connection, county: str, before: date) -> bool:
    """Forget some of a county's oldest rows from before a day; True when more may be left."""
    known = figure_rows.c
    oldest = (
        connection.execute(
            select(known.id)
            .where(known.county == county)
            .where(known.id < first_identifier(before))
            .order_by(known.id)
            .limit(AT_ONCE)
        )
        .scalars()
        .all()
    )
    if oldest:
        connection.execute(
            delete(figure_rows).where(known.county == county).where(known.id <= oldest[-1])
        )
    return len(oldest) == AT_ONCE


def first_identifier(day: date) -> str:
    """What no id of a row of the days before reaches: ids sort by the time."""
    return identifier_at(datetime.combine(day, time(), HALL_ZONE))
