"""Watches the halls as they are now: waits, paused windows, calls nobody went on with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from hall_platform.calendar import WorkingCalendar
from hall_platform.clock import day_of
from hall_platform.hall import rules as hall_rules
from hall_platform.hall.tables import hall_windows, in_hand, queue_places, tickets
from hall_platform.hall.tickets import hall_day, seconds_between
from hall_platform.supervision.findings import Finding, Subject, found
from hall_platform.supervision.rules import RuleTables

KINDS = ("ticket", "service", "window")


def findings(
    connection: Connection, tables: RuleTables, calendar: WorkingCalendar, now: datetime
) -> Iterator[Finding]:
    """What the rules find in all halls at this moment."""
    for subject, name, value, evidence in (
        *_waits(connection, now),
        *_pauses(connection, calendar, now),
        *_calls(connection, now),
    ):
        rule = tables.of(subject.county, subject.hall)[name]
        if rule.enabled:
            yield from found(subject, rule, value, {**evidence, "at": now.isoformat()})


Seen = tuple[Subject, str, int, dict[str, Any]]


def _waits(connection: Connection, now: datetime) -> Iterator[Seen]:
    """Since when who waits longest for each service of each hall has been waiting."""
    day = hall_day(now)
    places = queue_places.c
    rows = connection.execute(
        select(
            places.county,
            places.hall,
            places.service,
            func.min(tickets.c.queued_at).label("since"),
            func.count().label("waiting"),
        )
        .join(tickets, (tickets.c.county == places.county) & (tickets.c.id == places.ticket))
        .where(places.day == day)
        .group_by(places.county, places.hall, places.service)
    )
    for row in rows:
        if row.since is not None:
            subject = Subject(
                row.county, row.hall, "service", f"{day}:{row.hall}:{row.service}", row.service
            )
            evidence = {"waiting": row.waiting, "longest_since": row.since}
            yield subject, "queue-long", seconds_between(row.since, now) // 60, evidence


def _pauses(connection: Connection, calendar: WorkingCalendar, now: datetime) -> Iterator[Seen]:
    """Windows that are paused while their hall is open."""
    rows = connection.execute(
        select(
            hall_windows.c.county,
            hall_windows.c.hall,
            hall_windows.c.window,
            hall_windows.c.since,
            hall_windows.c.reason,
        ).where(hall_windows.c.state == "paused")
    )
    for row in rows:
        hours = hall_rules.opening(connection, row.county, row.hall)
        if not hall_rules.is_open(hours, now, calendar):
            continue
        begun = _opened(hall_rules.spans_on(hours, day_of(now), calendar), row.since, now)
        subject = Subject(
            row.county, row.hall, "window", f"{row.hall}:{row.window}:{row.since[:19]}", row.window
        )
        evidence = {"since": row.since, "reason": row.reason}
        yield subject, "window-paused", seconds_between(begun, now) // 60, evidence


def _opened(spans: Any, since: str, now: datetime) -> str:
    """From when on a pause counts: since then, or since the hall opened for this time of day."""
    clock = f"{now:%H:%M}"
    begun = [begins for begins, ends in spans if begins <= clock < ends]
    opened = f"{day_of(now).isoformat()}T{begun[0]}:00.000+08:00" if begun else since
    return max(since, opened)


def _calls(connection: Connection, now: datetime) -> Iterator[Seen]:
    """Tickets that were called and are neither served nor passed over."""
    rows = connection.execute(
        select(
            tickets.c.county,
            tickets.c.hall,
            tickets.c.id,
            tickets.c.number,
            tickets.c.service,
            tickets.c.round_at,
            tickets.c.calls,
            in_hand.c.window,
        )
        .join(in_hand, (in_hand.c.county == tickets.c.county) & (in_hand.c.ticket == tickets.c.id))
        .where(tickets.c.state == "called")
    )
    for row in rows:
        if row.round_at is not None:
            subject = Subject(row.county, row.hall, "ticket", row.id, row.number, row.service)
            evidence = {"window": row.window, "called_at": row.round_at, "calls": row.calls}
            yield subject, "call-unserved", seconds_between(row.round_at, now) // 60, evidence
