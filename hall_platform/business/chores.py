"""What time itself does to cases: deemed acceptance, and due days counted anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Connection, select, update

from hall_platform.business import life, limits, queries, steps
from hall_platform.business.standing import standing_of
from hall_platform.business.tables import cases
from hall_platform.catalogue import queries as catalogue
from hall_platform.chores import Chore
from hall_platform.clock import day_of
from hall_platform.context import Context


def deem_accepted(context: Context) -> None:
    """Accept what the law has accepted (视为受理): no decision within clock A."""
    now = context.clock.now()
    with context.store.read() as connection:
        overdue = queries.overdue_for_acceptance(connection, day_of(now))
    for county, case in overdue:
        context.store.write(_deeming(context, county, case))


def _deeming(context: Context, county: str, case: str) -> Callable[[Connection], None]:
    def work(connection: Connection) -> None:
        now = context.clock.now()
        held = _held(connection, context, county, case)
        if held is not None and held.standing.deemed:
            steps.deem(connection, held, now, context.calendar)

    return work


def count_anew(context: Context) -> None:
    """Provisional due days are settled once their year is announced."""
    with context.store.read() as connection:
        found = queries.provisional(connection)
    for county, case in found:
        context.store.write(_counting(context, county, case))


def _counting(context: Context, county: str, case: str) -> Callable[[Connection], None]:
    def work(connection: Connection) -> None:
        held = _held(connection, context, county, case)
        if held is None or held.row["state"] in life.ENDED:
            return
        counted = limits.due_days(connection, held.row, held.item, context.calendar)
        changed = {name: value for name, value in counted.items() if value != held.row[name]}
        if changed:
            connection.execute(
                update(cases)
                .where(cases.c.county == county)
                .where(cases.c.id == case)
                .values(version=held.row["version"] + 1, **changed)
            )

    return work


def _held(connection: Connection, context: Context, county: str, case: str) -> steps.Held | None:
    row = (
        connection.execute(
            select(cases)
            .where(cases.c.county == county)
            .where(cases.c.id == case)
            .with_for_update()
        )
        .mappings()
        .one_or_none()
    )
    item = catalogue.item(connection, row["item"], row["item_version"]) if row else None
    if row is None or item is None:
        return None
    today = day_of(context.clock.now())
    return steps.Held(dict(row), item, standing_of(connection, dict(row), item, today))


CHORES = (
    Chore("deem cases accepted", timedelta(minutes=5), deem_accepted),
    Chore("count due days anew", timedelta(hours=6), count_anew),
)
