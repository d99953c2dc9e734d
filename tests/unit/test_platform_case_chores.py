"""What time does to cases by itself: the law accepts, and due days are settled when a year is."""

import dataclasses
import json
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from store_under_test import settings_of

from hall_platform.app import create_app
from hall_platform.business import chores
from hall_platform.business.tables import case_events, cases
from hall_platform.calendar import calendar_from
from hall_platform.clock import HALL_ZONE, PlayedClock
from hall_platform.database import open_store
from hall_platform.events.tables import events
from hall_platform.seed import invent

TODAY = date(2026, 12, 28)


@pytest.fixture(scope="module")
def invented():
    return invent(number=1, today=TODAY)


@pytest.fixture
def platform(invented, tmp_path):
    """A platform's parts over the invented halls, at a time that can be moved."""
    clock = PlayedClock(datetime(2026, 12, 28, 9, 0, tzinfo=HALL_ZONE))
    settings = settings_of(tmp_path)
    store = open_store(settings)
    store.write(invented.write)
    yield create_app(settings, store, clock).state.context
    store.close()


class Announced:
    """A table of working days that was brought in."""

    def __init__(self, calendar):
        self._calendar = calendar

    def current(self):
        return self._calendar


def rows(context):
    with context.store.read() as connection:
        found = connection.execute(select(cases).order_by(cases.c.county, cases.c.id)).mappings()
        return {row["id"]: dict(row) for row in found}


def test_the_law_accepts_each_case_the_day_after_its_limit_and_once(platform):
    before = rows(platform)
    limits = {
        case: row["acceptance_due_on"]
        for case, row in before.items()
        if row["state"] == "received" and row["acceptance_due_on"]
    }
    assert len(limits) > 2
    for _ in range(12):
        chores.deem_accepted(platform)
        chores.deem_accepted(platform)
        today, now = platform.clock.now().date().isoformat(), rows(platform)
        for case, limit in limits.items():
            accepted = now[case]["state"] == "accepted"
            assert accepted is (today > limit)
            if accepted:
                assert (
                    now[case]["accepted_on"] == before[case]["clock_from"]
                    or before[case]["notices"]
                )
                assert now[case]["version"] == before[case]["version"] + 1
        platform.clock.advance(timedelta(days=1))
    with platform.store.read() as connection:
        deemed = connection.execute(
            select(case_events.c.case_id).where(case_events.c.act == "deem-accepted")
        ).scalars()
        told = connection.execute(
            select(events.c.subject).where(events.c.kind == "case-accepted")
        ).scalars()
        assert sorted(deemed) == sorted(told) == sorted(limits)
    untouched = set(before) - set(limits)
    after = rows(platform)
    assert {case: after[case] for case in untouched} == {case: before[case] for case in untouched}


def test_provisional_days_are_settled_when_their_year_is_announced(platform):
    before = rows(platform)
    open_ones = {
        case
        for case, row in before.items()
        if row["due_provisional"]
        and row["state"] not in ("delivered", "refused", "withdrawn", "terminated")
    }
    assert open_ones
    chores.count_anew(platform)
    assert rows(platform) == before  # nothing new is known
    published = json.loads(json.dumps(platform.calendar.published))
    published["years"]["2027"] = {"source": "test", "off": ["2027-01-01"], "work": ["2027-01-02"]}
    announced = dataclasses.replace(platform, calendars=Announced(calendar_from(published)))
    chores.count_anew(announced)
    after = rows(platform)
    for case in open_ones:
        assert after[case]["due_provisional"] is False
        assert after[case]["version"] == before[case]["version"] + 1
    assert {c: r for c, r in after.items() if c not in open_ones} == {
        c: r for c, r in before.items() if c not in open_ones
    }


def test_a_case_in_an_unknown_item_is_left_alone(platform):
    platform.store.write(
        lambda connection: connection.execute(update(cases).values(item_version=999))
    )
    before = rows(platform)
    platform.clock.advance(timedelta(days=30))
    chores.deem_accepted(platform)
    chores.count_anew(platform)
    assert rows(platform) == before
