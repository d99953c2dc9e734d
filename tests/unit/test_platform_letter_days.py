"""The last day to answer a letter is settled once the year it falls in is announced."""

import dataclasses
import json
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import insert, select
from store_under_test import settings_of

from hall_platform.app import create_app
from hall_platform.calendar import calendar_from, shipped_calendar
from hall_platform.clock import HALL_ZONE, PlayedClock, stamp
from hall_platform.database import open_store
from hall_platform.events.tables import events
from hall_platform.portal import chores, terms
from hall_platform.portal.tables import letter_terms, letters
from hall_platform.seed import invent

CAME = datetime(2026, 12, 28, 9, 0, tzinfo=HALL_ZONE)  # a Monday
ANNOUNCED = {"source": "国务院办公厅通知", "off": ["2027-01-01", "2027-01-04"], "work": []}


@pytest.fixture(scope="module")
def invented():
    return invent(number=1, today=date(2026, 12, 1))


@pytest.fixture
def platform(invented, tmp_path):
    settings = settings_of(tmp_path)
    store = open_store(settings)
    store.write(invented.write)
    yield create_app(settings, store, PlayedClock(CAME)).state.context
    store.close()


class Announced:
    """A table of working days that was brought in."""

    def __init__(self):
        document = json.loads(json.dumps(shipped_calendar().published))
        document["years"]["2027"] = ANNOUNCED
        self._calendar = calendar_from({**document, "version": "2027"})

    def current(self):
        return self._calendar


def write_letter(context, **values):
    """A question that comes now, with five working days to answer it."""

    def work(connection):
        one = connection.execute(select(letters).limit(1)).mappings().one()
        row = {
            **one,
            "id": "6f1f3f5c-1a02-4c57-9d2a-5b2f0c1e8f0d",
            "code_hash": None,
            "kind": "consultation",
            "state": "received",
            "received_at": stamp(CAME),
            "term_days": 5,
            **terms.due(CAME, 5, context.calendar),
            "answered_at": None,
            "overdue_at": None,
            "reopened_at": None,
            "version": 1,
            **values,
        }
        connection.execute(insert(letters).values(**row))
        return row["id"]

    return context.store.write(work)


def letter(context, identifier):
    with context.store.read() as connection:
        return connection.execute(select(letters).where(letters.c.id == identifier)).one()


def told(context, identifier):
    with context.store.read() as connection:
        found = connection.execute(
            select(events.c.body)
            .where(events.c.kind == "inbox-overdue")
            .where(events.c.subject == identifier)
        ).scalars()
        return [json.loads(body) for body in found]


def test_a_day_over_the_years_end_is_counted_anew_before_anybody_is_told(platform):
    written = write_letter(platform)
    before = letter(platform, written)
    assert (before.due_on, before.due_provisional) == ("2027-01-04", True)
    chores.mark_overdue(platform)
    assert letter(platform, written) == before  # nothing is announced yet
    announced = dataclasses.replace(platform, calendars=Announced())
    chores.mark_overdue(announced)
    settled = letter(platform, written)
    assert (settled.due_on, settled.due_provisional) == ("2027-01-06", False)
    assert settled.version == before.version + 1
    platform.clock.moment = datetime(2027, 1, 5, 9, 0, tzinfo=HALL_ZONE)  # late by the old day
    chores.mark_overdue(announced)
    assert letter(platform, written).overdue_at is None
    assert told(platform, written) == []
    platform.clock.advance(timedelta(days=2))
    chores.mark_overdue(announced)
    assert letter(platform, written).overdue_at is not None
    (event,) = told(platform, written)
    assert event["due_on"] == "2027-01-06"


def test_a_platform_that_stood_still_over_new_year_counts_before_it_tells(platform):
    written = write_letter(platform)
    platform.clock.moment = datetime(2027, 1, 5, 9, 0, tzinfo=HALL_ZONE)
    chores.mark_overdue(dataclasses.replace(platform, calendars=Announced()))
    assert letter(platform, written).overdue_at is None
    assert told(platform, written) == []


def test_the_days_are_those_the_letter_was_given(platform):
    written = write_letter(platform)
    own = {"kind": "consultation", "days": 1, "set_at": stamp(CAME), "set_by": ""}
    county = letter(platform, written).county
    platform.store.write(
        lambda connection: connection.execute(insert(letter_terms).values(county=county, **own))
    )
    chores.mark_overdue(dataclasses.replace(platform, calendars=Announced()))
    assert letter(platform, written).due_on == "2027-01-06"


def test_a_reopened_letter_counts_from_the_day_it_came_again(platform):
    again = CAME + timedelta(days=1)
    written = write_letter(
        platform, reopened_at=stamp(again), **terms.due(again, 5, platform.calendar)
    )
    chores.mark_overdue(dataclasses.replace(platform, calendars=Announced()))
    assert letter(platform, written).due_on == "2027-01-07"
