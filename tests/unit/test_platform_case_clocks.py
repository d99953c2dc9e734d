"""Limits that stand still: literals both sides meet, and what holds for any days."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hall_platform.business.clocks import Stop, due
from hall_platform.calendar import calendar_from, shipped_calendar

VECTORS = Path(__file__).parents[2] / "docs/api/vectors"
STOPPED = json.loads((VECTORS / "due_dates_with_stops.json").read_text("utf-8"))
PLAIN = json.loads((VECTORS / "due_dates.json").read_text("utf-8"))
CALENDAR = shipped_calendar()
KINDS = st.sampled_from(["working", "calendar"])


def stop(one):
    ended = one["until_on"]
    return Stop(date.fromisoformat(one["from_on"]), date.fromisoformat(ended) if ended else None)


def test_vectors_are_for_the_shipped_calendar():
    assert STOPPED["calendar_version"] == CALENDAR.published["version"]


@pytest.mark.parametrize("case", STOPPED["cases"], ids=lambda case: case["why"])
def test_vector(case):
    stops = [stop(one) for one in case["stops"]]
    found = due(
        CALENDAR, date.fromisoformat(case["begun_on"]), case["days"], case["day_kind"], stops
    )
    expected = date.fromisoformat(case["due_on"]) if case["due_on"] else None
    assert (found.on, found.provisional) == (expected, case["provisional"])


@pytest.mark.parametrize("case", PLAIN["cases"], ids=lambda case: case["why"])
def test_without_stops_it_is_the_plain_due_date(case):
    found = due(CALENDAR, date.fromisoformat(case["accepted_on"]), case["days"], case["day_kind"])
    assert (found.on.isoformat(), found.provisional) == (case["due_on"], case["provisional"])


@given(st.dates(date(2026, 1, 1), date(2027, 6, 30)), st.integers(0, 60), KINDS)
def test_without_stops_it_agrees_with_the_calendars_own_count(begun, days, kind):
    found = due(CALENDAR, begun, days, kind)
    assert (found.on, found.provisional) == CALENDAR.due_date(begun, days, kind)


stops = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 20)).map(
        lambda pair: (pair[0], pair[0] + pair[1])
    ),
    max_size=3,
)


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(1, 30), stops)
def test_exactly_the_days_are_counted_on_which_it_ran(begun, days, spans):
    held = [Stop(begun + timedelta(days=a), begun + timedelta(days=b)) for a, b in spans]
    found = due(CALENDAR, begun, days, "working", held)
    counted = [
        day
        for day in (begun + timedelta(days=n) for n in range(1, (found.on - begun).days + 1))
        if CALENDAR.is_working_day(day) and not any(one.holds(day) for one in held)
    ]
    assert len(counted) == days
    assert counted[-1] == found.on


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(0, 30), KINDS, stops)
def test_a_stop_never_makes_a_limit_shorter_and_standing_it_has_none(begun, days, kind, spans):
    held = [Stop(begun + timedelta(days=a), begun + timedelta(days=b)) for a, b in spans]
    assert due(CALENDAR, begun, days, kind, held).on >= due(CALENDAR, begun, days, kind).on
    open_stop = Stop(begun + timedelta(days=1))
    assert due(CALENDAR, begun, days, kind, [*held, open_stop]).on is None


@given(st.dates(date(2026, 11, 1), date(2026, 12, 31)), st.integers(1, 60))
def test_a_date_in_an_unannounced_year_is_provisional_until_it_is_announced(begun, days):
    found = due(CALENDAR, begun, days, "working")
    assume(found.on.year == 2027)
    assert found.provisional
    published = json.loads(json.dumps(CALENDAR.published))
    published["years"]["2027"] = {"source": "test", "off": ["2027-01-01"], "work": []}
    settled = due(calendar_from(published), begun, days, "working")
    assert not settled.provisional
    assert settled.on >= found.on
