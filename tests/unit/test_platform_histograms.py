"""Histograms are exact, additive, and their percentiles are those of nearest rank."""

import math
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall_platform.analytics import histograms
from hall_platform.analytics.histograms import Sum
from hall_platform.analytics.measures import LARGEST, MEASURES, SERVICE, WAIT
from hall_platform.analytics.periods import Period

FACTS = st.lists(
    st.tuples(
        st.sampled_from(MEASURES),
        st.integers(0, 23),
        st.integers(0, 9000) | st.integers(0, LARGEST),
    ),
    max_size=60,
)


def histogram(facts):
    codes = histograms.codes_of(
        [measure.number for measure, _, _ in facts],
        [hour for _, hour, _ in facts],
        [value for _, _, value in facts],
    )
    return histograms.added(codes, np.ones(len(facts), np.uint32))


def plain_percentile(values, part):
    ordered = sorted(values)
    return ordered[max(1, math.ceil(len(ordered) * part / 100)) - 1] if ordered else None


@given(FACTS, FACTS)
def test_a_sum_of_two_is_the_histogram_of_both(one, other):
    found = Sum()
    for facts in (one, other):
        found.add(*histograms.unpacked(histograms.packed(*histogram(facts))))
    for measure in MEASURES:
        values = [value for which, _, value in one + other if which == measure]
        told = found.distribution(measure)
        assert told.count == len(values)
        assert told.total == sum(values)
        assert told.largest == max(values, default=None)
        for part in (50, 90, 100):
            assert told.percentile(part) == plain_percentile(values, part)


@given(FACTS, st.integers(0, 23))
def test_hours_can_be_told_apart_and_put_together(facts, hour):
    codes, counts = histogram(facts)
    apart, together = Sum(), Sum()
    apart.add(*histograms.only_hour(codes, counts, hour))
    together.add(histograms.without_hours(codes), counts)
    for measure in (WAIT, SERVICE):
        values = [(at, value) for which, at, value in facts if which == measure]
        assert together.distribution(measure).total == sum(value for _, value in values)
        mine = [value for at, value in values if at == hour]
        assert apart.distribution(measure).count == len(mine)
        assert apart.distribution(measure).total == sum(mine)


def test_the_percentile_is_a_value_that_occurred():
    found = Sum()
    found.add(*histogram([(WAIT, 9, value) for value in (10, 20, 30, 40)]))
    told = found.distribution(WAIT)
    assert [told.percentile(part) for part in (1, 25, 26, 50, 75, 76, 90)] == [
        *(10, 10, 20, 20, 30, 40, 40)
    ]


DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize("grains", [(), ("month",), ("year", "month")])
@given(first=DAYS, length=st.integers(0, 900))
def test_the_pieces_of_a_period_are_its_days_once_each(grains, first, length):
    period = Period(first, first + timedelta(days=length))
    days = []
    pieces = list(period.pieces(grains))
    for grain, begin, end in pieces:
        assert grain in (*grains, "day")
        days += days_of(grain, begin, end)
    assert days == [first + timedelta(days=step) for step in range(length + 1)]
    runs = sum(grain == "day" for grain, _, _ in pieces)
    assert runs <= (2 if grains else 1)  # a city's years are not read day by day


def days_of(grain, begin, end):
    if grain == "day":
        first, last = date.fromisoformat(begin), date.fromisoformat(end)
    elif grain == "month":
        first, last = date.fromisoformat(f"{begin}-01"), date.fromisoformat(f"{end}-28")
        while (last + timedelta(days=1)).month == last.month:
            last += timedelta(days=1)
    else:
        first, last = date(int(begin), 1, 1), date(int(end), 12, 31)
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]
