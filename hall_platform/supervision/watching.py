"""Looks at everything that is watched, and settles the alerts by what it finds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from hall_platform.calendar import WorkingCalendar
from hall_platform.clock import day_of
from hall_platform.context import Context
from hall_platform.supervision import alerts, case_watch, instructions, queue_watch
from hall_platform.supervision import tables as kept
from hall_platform.supervision.findings import Finding
from hall_platform.supervision.rules import RuleTables

PAGE = 200

Found = Callable[[Connection], list[Finding]]


def watch_cases(context: Context) -> None:
    """Every case that time may have done something to, and every one that has an alert."""
    now = context.clock.now()
    calendar = context.calendar
    with context.store.read() as connection:
        tables = RuleTables(connection)
        wanted = list(case_watch.pages(connection, day_of(now), PAGE))
        listed = {(county, one) for county, page in wanted for one in page}
        lasting = alerts.lasting(connection, ("case",))
    wanted += [(row.county, [row.subject]) for row in lasting if _key(row) not in listed]
    for county, page in wanted:
        with context.store.read() as connection:
            changed = _unsettled(
                connection, tables, calendar, day_of(now), county=county, page=page
            )
        for case in changed:
            context.store.write(_settling_case(county, case, calendar, now))


def _key(row: Row[Any]) -> tuple[str, str]:
    return row.county, row.subject


def _unsettled(
    connection: Connection,
    tables: RuleTables,
    calendar: WorkingCalendar,
    today: date,
    *,
    county: str,
    page: Sequence[str],
) -> list[str]:
    """The cases of a page whose alerts are not those found today."""
    known: dict[str, list[Row[Any]]] = {}
    for row in connection.execute(
        select(kept.alerts)
        .where(kept.alerts.c.county == county)
        .where(kept.alerts.c.subject.in_(list(page)))
    ):
        known.setdefault(row.subject, []).append(row)
    found = []
    for case in case_watch.read(connection, county, page):
        rules = tables.of(county, case.row["hall"])
        findings = list(case_watch.findings(case, rules, calendar, today))
        if alerts.unsettled(known.get(case.row["id"], ()), findings):
            found.append(case.row["id"])
    return found


def _settling_case(
    county: str, identifier: str, calendar: WorkingCalendar, now: datetime
) -> Callable[[Connection], None]:
    def work(connection: Connection) -> None:
        settle_case(connection, county, identifier, calendar, now)

    return work


def settle_case(
    connection: Connection, county: str, identifier: str, calendar: WorkingCalendar, now: datetime
) -> None:
    """Bring the alerts of one case to how it stands."""
    known = alerts.about(connection, county, identifier)
    for case in case_watch.read(connection, county, [identifier]):
        rules = RuleTables(connection, (county, case.row["hall"])).of(county, case.row["hall"])
        found = list(case_watch.findings(case, rules, calendar, day_of(now)))
        alerts.settle(connection, known, found, now)


def watch_halls(context: Context) -> None:
    """The halls as they are at this moment, and instructions that wait for an answer."""
    now, calendar = context.clock.now(), context.calendar

    def halls(connection: Connection) -> list[Finding]:
        return list(queue_watch.findings(connection, RuleTables(connection), calendar, now))

    def answers(connection: Connection) -> list[Finding]:
        return list(instructions.findings(connection, RuleTables(connection), calendar, now))

    _watch(context, queue_watch.KINDS, halls, now)
    _watch(context, ("instruction",), answers, now)


def _watch(context: Context, kinds: Sequence[str], look: Found, now: datetime) -> None:
    with context.store.read() as connection:
        found = look(connection)
        if not alerts.unsettled(_known(connection, kinds, found), found):
            return

    def work(connection: Connection) -> None:
        again = look(connection)  # it may have ended since
        alerts.settle(connection, _known(connection, kinds, again), again, now)

    context.store.write(work)


def _known(
    connection: Connection, kinds: Sequence[str], found: Sequence[Finding]
) -> list[Row[Any]]:
    """The alerts that last, and those of what was found."""
    lasting = alerts.lasting(connection, kinds)
    listed = {row.id for row in lasting}
    subjects = sorted({finding.subject.id for finding in found})
    known = connection.execute(select(kept.alerts).where(kept.alerts.c.subject.in_(subjects)))
    return [*lasting, *(row for row in known if row.id not in listed)]
