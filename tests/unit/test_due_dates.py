"""The counter's own due dates, for when the platform is away: same literals, the law's rules."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app.domain.deadlines import DueDate, WorkingDays, YearTable, due_date
from ui.assembly import load_calendar

DOCUMENT = json.loads(
    (Path(__file__).parents[2] / "docs/api/vectors/due_dates.json").read_text("utf-8")
)
CALENDAR = load_calendar()


def test_vectors_are_for_the_calendar_that_ships():
    assert DOCUMENT["calendar_version"] == CALENDAR.version


@pytest.mark.parametrize("case", DOCUMENT["cases"], ids=lambda case: case["why"])
def test_vector(case):
    due = due_date(
        date.fromisoformat(case["accepted_on"]),
        case["days"],
        day_kind=case["day_kind"],
        calendar=CALENDAR,
    )
    assert (due.on.isoformat(), due.provisional) == (case["due_on"], case["provisional"])


@pytest.mark.parametrize(
    ("day", "works", "known"),
    [
        ("2026-10-10", True, True),  # Saturday worked for National Day
        ("2026-10-05", False, True),  # Monday of the holidays
        ("2026-10-11", False, True),
        ("2031-10-01", True, False),  # a Wednesday of a year nobody has announced
        ("2031-10-04", False, False),
    ],
)
def test_working_days(day, works, known):
    that = date.fromisoformat(day)
    assert (CALENDAR.is_working_day(that), CALENDAR.announced(that)) == (works, known)


def test_a_year_announced_later_settles_a_provisional_date():
    last = date(2026, 12, 31)
    before = due_date(last, 1, day_kind="working", calendar=CALENDAR)
    assert before == DueDate(date(2027, 1, 1), provisional=True)
    announced = WorkingDays(
        "2027.1",
        {**CALENDAR.years, 2027: YearTable(frozenset({date(2027, 1, 1)}), frozenset())},
    )
    after = due_date(last, 1, day_kind="working", calendar=announced)
    assert after == DueDate(date(2027, 1, 4), provisional=False)


def test_a_day_named_both_off_and_worked_is_off():
    day = date(2026, 6, 1)
    both = WorkingDays("x", {2026: YearTable(frozenset({day}), frozenset({day}))})
    assert not both.is_working_day(day)


@given(st.dates(date(2026, 1, 1), date(2026, 11, 30)), st.integers(1, 20))
def test_a_limit_of_working_days_counts_from_the_next_and_ends_on_one(accepted, days):
    due = due_date(accepted, days, day_kind="working", calendar=CALENDAR)
    counted = [accepted + timedelta(days=step) for step in range(1, (due.on - accepted).days + 1)]
    assert sum(map(CALENDAR.is_working_day, counted)) == days
    assert CALENDAR.is_working_day(due.on)
    assert due.provisional is (due.on.year > 2026)


@given(
    st.dates(date(2000, 1, 1), date(2090, 1, 1)),
    st.integers(0, 90),
    st.sampled_from(["working", "calendar"]),
)
def test_no_date_is_too_far_and_an_unknown_year_is_provisional(accepted, days, kind):
    due = due_date(accepted, days, day_kind=kind, calendar=CALENDAR)
    assert due.on >= accepted
    assert (due.on == accepted) or days
    if not CALENDAR.announced(due.on) or not CALENDAR.announced(accepted):
        assert due.provisional


@given(
    st.dates(date(2025, 1, 1), date(2028, 1, 1)),
    st.integers(0, 40),
    st.sampled_from(["working", "calendar"]),
)
def test_a_longer_limit_never_ends_earlier(accepted, days, kind):
    shorter = due_date(accepted, days, day_kind=kind, calendar=CALENDAR)
    longer = due_date(accepted, days + 1, day_kind=kind, calendar=CALENDAR)
    assert shorter.on <= longer.on


WITH_STOPS = json.loads(
    (Path(__file__).parents[2] / "docs/api/vectors/due_dates_with_stops.json").read_text("utf-8")
)


@pytest.mark.parametrize(
    "case",
    [case for case in WITH_STOPS["cases"] if not case["stops"]],
    ids=lambda case: case["why"],
)
def test_vectors_of_limits_that_never_stood_still(case):
    """The counter counts no stops: while it is offline it shows what it was last told."""
    due = due_date(
        date.fromisoformat(case["begun_on"]),
        case["days"],
        day_kind=case["day_kind"],
        calendar=CALENDAR,
    )
    assert due == DueDate(date.fromisoformat(case["due_on"]), case["provisional"])
