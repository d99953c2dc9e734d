"""Due dates against the literals both sides meet, and what the law wants of them."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall_platform.calendar import calendar_from, shipped_calendar

DOCUMENT = json.loads(
    (Path(__file__).parents[2] / "docs/api/vectors/due_dates.json").read_text("utf-8")
)
CALENDAR = shipped_calendar()


def test_vectors_are_for_the_shipped_calendar():
    assert DOCUMENT["calendar_version"] == CALENDAR.published["version"]


@pytest.mark.parametrize("case", DOCUMENT["cases"], ids=lambda case: case["why"])
def test_vector(case):
    due, provisional = CALENDAR.due_date(
        date.fromisoformat(case["accepted_on"]), case["days"], case["day_kind"]
    )
    assert (due.isoformat(), provisional) == (case["due_on"], case["provisional"])


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-10-10", True),  # Saturday worked for National Day
        ("2026-10-11", False),
        ("2026-10-05", False),  # Monday of the holidays
        ("2026-01-04", True),
        ("2026-11-24", True),
        ("2031-10-01", True),  # a Wednesday of a year nobody has announced
        ("2031-10-04", False),
    ],
)
def test_working_days(day, works):
    assert CALENDAR.is_working_day(date.fromisoformat(day)) is works


@given(st.dates(date(2026, 1, 1), date(2026, 11, 30)), st.integers(1, 10))
def test_a_working_limit_counts_exactly_its_days_and_ends_on_one(accepted, days):
    due, provisional = CALENDAR.due_date(accepted, days, "working")
    counted = [accepted + timedelta(days=step) for step in range(1, (due - accepted).days + 1)]
    assert sum(map(CALENDAR.is_working_day, counted)) == days
    assert CALENDAR.is_working_day(due)
    assert provisional is (due.year > 2026)


@given(
    st.dates(date(2000, 1, 1), date(2090, 1, 1)),
    st.integers(0, 90),
    st.sampled_from(["working", "calendar"]),
)
def test_no_date_is_too_far_away(accepted, days, kind):
    due, provisional = CALENDAR.due_date(accepted, days, kind)
    assert due >= accepted
    if due.year > 2026:
        assert provisional


def test_announcing_the_year_settles_a_provisional_date():
    published = json.loads(json.dumps(CALENDAR.published))
    published["years"]["2027"] = {"source": "test", "off": ["2027-01-01"], "work": ["2027-01-02"]}
    announced = calendar_from(published)
    assert CALENDAR.due_date(date(2026, 12, 31), 1, "working") == (date(2027, 1, 1), True)
    assert announced.due_date(date(2026, 12, 31), 1, "working") == (date(2027, 1, 2), False)
    assert announced.etag != CALENDAR.etag
