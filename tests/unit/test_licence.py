"""An e-licence counts on the days it is valid, and only while its issuer lets it."""

from datetime import date, timedelta

import pytest
from fakes import NUMBER, licence
from hypothesis import given
from hypothesis import strategies as st

from counter_app.domain.licence import LicenceStatus, check_character

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


@pytest.mark.parametrize(
    ("day", "valid"),
    [
        (FIRST - timedelta(days=1), False),
        (FIRST, True),
        (date(2026, 6, 1), True),
        (LAST, True),
        (LAST + timedelta(days=1), False),
    ],
)
def test_from_its_first_day_through_its_last(day, valid):
    assert licence(valid_from=FIRST, valid_to=LAST).valid_on(day) is valid


@pytest.mark.parametrize("status", set(LicenceStatus) - {LicenceStatus.VALID})
def test_no_date_makes_up_for_a_status(status):
    assert not licence(status=status, valid_from=None, valid_to=None).valid_on(FIRST)


@given(st.dates())
def test_without_dates_it_is_valid_every_day(day):
    assert licence(valid_from=None, valid_to=None).valid_on(day)


@given(st.dates(), st.dates(), st.dates())
def test_dates_that_exclude_each_other_leave_no_day(first, last, day):
    assert licence(valid_from=first, valid_to=last).valid_on(day) is (first <= day <= last)


def test_a_leap_day_is_a_day():
    assert licence(valid_from=date(2028, 2, 29), valid_to=date(2028, 2, 29)).valid_on(
        date(2028, 2, 29)
    )


def test_small_letters_are_no_symbols_of_an_identifier():
    with pytest.raises(ValueError):
        check_character("abc")


def test_a_holder_is_not_shown():
    assert NUMBER not in repr(licence())
    assert "测试" not in repr(licence())
