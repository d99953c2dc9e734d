"""A hall's rules by themselves: masks, digests, opening, slots, and what is forgotten."""

import json
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from platform_process import seeded_copy
from sqlalchemy import func, select
from store_under_test import settings_of

from hall_platform.app import create_app
from hall_platform.calendar import calendar_from, shipped_calendar
from hall_platform.clock import HALL_ZONE, PlayedClock
from hall_platform.database import open_store
from hall_platform.events.tables import events
from hall_platform.hall import chores, rules, taking, tickets
from hall_platform.hall.arrangement_shapes import Opening, OpeningException, QueueRules, Span
from hall_platform.hall.events import KINDS
from hall_platform.hall.holders import digest, holder_key, masked
from hall_platform.hall.rating_levels import DETAIL_CODES, LEVELS, NEEDS_DETAILS
from hall_platform.hall.tables import (
    appointment_slots,
    appointments,
    day_keys,
    hall_services,
    queue_places,
    visits,
    window_services,
)
from hall_platform.hall.tables import tickets as ticket_table
from hall_platform.seed import invent
from hall_platform.seed_data.items import ITEMS
from hall_platform.seed_data.places import HALL
from hall_platform.shapes import Holder

COUNTY = HALL.region[:6]
KEY = "00" * 32


# who it is ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三丰", "张*"),
        ("欧阳测试", "欧*"),
        ("𠮷田", "𠮷*"),
        ("JOHN", "J*"),
        ("张", "张*"),
        (" ", ""),
    ],
)
def test_a_name_is_masked(name, shown):
    assert masked(name) == shown
    assert masked(masked(name)) == shown


@given(st.text(min_size=2, max_size=30))
def test_no_mask_gives_away_more_than_one_character(name):
    assert len(masked(name)) <= 2


def test_a_digest_is_of_one_day_and_one_document():
    known = digest(KEY, "resident", "990302199001010016")
    assert len(known) == 64
    assert "990302199001010016" not in known
    assert digest(KEY, "permit", "990302199001010016") != known
    assert digest("11" * 32, "resident", "990302199001010016") != known


# opening -----------------------------------------------------------------------------------------

NINE = Span(begins="09:00", ends="12:00")
WEEK = Opening(week=[[NINE], [NINE], [NINE], [NINE], [NINE], [], []], exceptions=[])


def test_a_hall_is_open_by_its_weekdays_but_not_on_a_holiday():
    calendar = shipped_calendar()
    assert rules.spans_on(WEEK, date(2026, 11, 24), calendar) == [("09:00", "12:00")]
    assert rules.spans_on(WEEK, date(2026, 11, 28), calendar) == []  # a Saturday
    assert rules.spans_on(WEEK, date(2026, 10, 1), calendar) == []  # the National Day
    worked = sorted(day for day in calendar.work if day.weekday() >= 5)[0]
    assert rules.spans_on(WEEK, worked, calendar) == [("09:00", "12:00")]


def test_a_day_that_is_named_is_as_it_is_named():
    calendar = shipped_calendar()
    closed = OpeningException(day="2026-11-24", spans=[])
    evening = OpeningException(day="2026-10-01", spans=[Span(begins="18:00", ends="20:00")])
    hours = WEEK.model_copy(update={"exceptions": [closed, evening]})
    assert rules.spans_on(hours, date(2026, 11, 24), calendar) == []
    assert rules.spans_on(hours, date(2026, 10, 1), calendar) == [("18:00", "20:00")]


@pytest.mark.parametrize(
    ("clock", "is_open"), [("08:59", False), ("09:00", True), ("11:59", True), ("12:00", False)]
)
def test_it_is_open_from_the_first_minute_to_the_last(clock, is_open):
    moment = datetime.fromisoformat(f"2026-11-24T{clock}:30+08:00")
    calendar = calendar_from({"version": "1", "years": {}})
    assert rules.is_open(WEEK, moment, calendar) is is_open


def test_a_span_does_not_go_backwards():
    with pytest.raises(ValueError, match="after it begins"):
        Span(begins="12:00", ends="09:00")


# data that others build on -----------------------------------------------------------------------


def test_the_rules_have_their_usual_numbers():
    usual = QueueRules()
    assert (usual.recall_limit, usual.reinsert_after) == (3, 3)


def test_levels_run_from_best_to_worst_and_each_has_its_reasons():
    assert list(LEVELS) == ["best", "good", "fair", "poor", "worst"]
    assert {"poor", "worst"} == NEEDS_DETAILS
    for level in LEVELS:
        assert [code for code, (_, levels) in DETAIL_CODES.items() if level in levels]


def test_no_event_of_a_rating_reaches_a_clerk():
    for kind, one in KINDS.items():
        if kind.startswith("rating-"):
            assert one.roles == {"supervisor"}, kind
        assert one.within == "hall", kind


def test_the_seeded_services_cover_every_item_once():
    rows = invent(number=1, today=date(2026, 11, 24)).rows
    here = [row for row in rows[hall_services] if row["hall"] == HALL.code]
    covered = [code for row in here for code in json.loads(row["items"])]
    assert sorted(covered) == sorted(item["code"] for item in ITEMS.values())
    assert len({row["prefix"] for row in here}) == len(here)
    taken = {row["service"] for row in rows[window_services] if row["hall"] == HALL.code}
    assert taken == {row["code"] for row in here}


def test_seeded_appointments_have_their_slots():
    rows = invent(number=1, today=date(2026, 11, 24)).rows
    booked = [(row["service"], row["day"], row["start"]) for row in rows[appointments]]
    slots = {
        (row["service"], row["day"], row["start"]): row["taken"] for row in rows[appointment_slots]
    }
    assert {place: booked.count(place) for place in booked} == slots
    assert all(row["name"].endswith("*") for row in rows[appointments])


# chores ------------------------------------------------------------------------------------------


@pytest.fixture
def platform(tmp_path):
    settings = settings_of(seeded_copy(tmp_path / "platform"))
    store = open_store(settings)
    clock = PlayedClock(datetime(2026, 11, 24, 10, tzinfo=HALL_ZONE))
    yield create_app(settings, store, clock).state.context
    store.close()


def somebody(at, key):
    return taking.Arriving(
        county=COUNTY,
        hall=HALL.code,
        at=at,
        by="kiosk-01",
        services=["market", "health"],
        key=key,
        name="张*",
        source="kiosk",
        priority_reason="none",
        priority=False,
    )


def count(context, wanted):
    with context.store.read() as connection:
        return connection.execute(select(func.count()).select_from(wanted.subquery())).scalar_one()


def test_after_the_day_its_tickets_are_over_and_nobody_knows_whose_they_were(platform):
    now = platform.clock.now()
    person = Holder(kind="resident", number="990302199001010016")

    def take(connection):
        key = holder_key(connection, COUNTY, HALL.code, now.date().isoformat(), person)
        return taking.arrive(connection, somebody(now, key))

    platform.store.write(take)
    chores.end_the_day(platform)
    assert count(platform, select(queue_places)) == 1
    assert count(platform, select(visits).where(visits.c.holder_key.is_not(None))) == 1
    platform.clock.advance(timedelta(days=1))
    chores.end_the_day(platform)
    chores.end_the_day(platform)  # again without harm
    assert count(platform, select(queue_places)) == 0
    assert count(platform, select(ticket_table).where(ticket_table.c.state != "void")) == 0
    today = platform.clock.now().date().isoformat()
    assert count(platform, select(day_keys).where(day_keys.c.day < today)) == 0
    assert count(platform, select(visits).where(visits.c.holder_key.is_not(None))) == 0
    assert count(platform, select(visits).where(visits.c.name != "")) == 0
    assert count(platform, select(ticket_table).where(ticket_table.c.open_key.is_not(None))) == 0
    assert count(platform, select(events).where(events.c.kind == "ticket-void")) == 2


def test_the_first_number_of_a_day_is_one_again(platform):
    def number():
        now = platform.clock.now()
        visit = platform.store.write(
            lambda connection: taking.arrive(connection, somebody(now, None))
        )
        return [one["number"] for one in visit["tickets"]]

    assert number() == ["A001", "B001"]
    assert number() == ["A002", "B002"]
    platform.clock.advance(timedelta(days=1))
    assert number() == ["A001", "B001"]


def test_a_ticket_that_is_undone_gives_its_number_back(platform):
    now = platform.clock.now()

    def undone(connection):
        taking.arrive(connection, somebody(now, None))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        platform.store.write(undone)
    visit = platform.store.write(lambda connection: taking.arrive(connection, somebody(now, None)))
    assert visit["tickets"][0]["number"] == "A001"


def test_appointments_nobody_came_to_are_overdue(platform):
    with platform.store.read() as connection:
        day, start = connection.execute(
            select(appointments.c.day, appointments.c.start).order_by(
                appointments.c.day, appointments.c.start
            )
        ).first()
    platform.clock.moment = datetime.fromisoformat(f"{day}T{start}:00+08:00")
    platform.clock.advance(timedelta(minutes=15))
    chores.mark_overdue(platform)
    assert count(platform, select(appointments).where(appointments.c.state == "overdue")) == 0
    platform.clock.advance(timedelta(seconds=1))
    chores.mark_overdue(platform)
    late = select(appointments).where(appointments.c.state == "overdue")
    assert count(platform, late) == 1
    assert count(platform, late.where(appointments.c.open_key.is_not(None))) == 0


def test_seconds_are_whole_and_never_less_than_none():
    begins = "2026-11-24T10:00:00.900+08:00"
    later = datetime.fromisoformat("2026-11-24T10:00:02.850+08:00")
    assert tickets.seconds_between(begins, later) == 1
    assert tickets.seconds_between(begins, later - timedelta(hours=1)) == 0
