"""Case ids: UUID version 7, so that the order of ids is the order in which cases began."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app.domain.case_id import RANDOM_BYTES, uuid7

MOMENTS = st.datetimes(datetime(1970, 1, 2), datetime(2400, 1, 1), timezones=st.just(UTC))
CHANCE = st.binary(min_size=RANDOM_BYTES, max_size=RANDOM_BYTES)


def test_the_example_of_the_rfc():
    """RFC 9562, A.6: 2022-02-22 14:22:22 at -05:00, rand_a CC3, rand_b 18C4DC0C0C07398F."""
    at = datetime(2022, 2, 22, 14, 22, 22, tzinfo=timezone(timedelta(hours=-5)))
    chance = (0xCC3 << 68 | 0x18C4DC0C0C07398F).to_bytes(RANDOM_BYTES, "big")
    assert uuid7(at, chance) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


@given(MOMENTS, CHANCE)
def test_it_is_a_version_7_of_that_millisecond(at, chance):
    made = UUID(uuid7(at, chance))
    assert (made.version, made.variant) == (7, RFC_4122)
    milliseconds = made.int >> 80
    assert milliseconds == (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


@given(MOMENTS, CHANCE, CHANCE, st.integers(1, 10**9))
def test_a_later_millisecond_is_a_later_id_whatever_the_chance(at, first, second, later):
    assert uuid7(at, first) < uuid7(at + timedelta(milliseconds=later), second)


@given(MOMENTS, CHANCE, CHANCE)
def test_within_a_millisecond_other_chance_is_another_id(at, first, second):
    used = (int.from_bytes(one, "big") & ((1 << 62) - 1 | 0xFFF << 68) for one in (first, second))
    assert (uuid7(at, first) == uuid7(at, second)) is (len(set(used)) == 1)


def test_the_same_moment_in_another_zone_is_the_same_id():
    at = datetime(2026, 11, 24, 9, 0, tzinfo=timezone(timedelta(hours=8)))
    assert uuid7(at, bytes(10)) == uuid7(at.astimezone(UTC), bytes(10))


@pytest.mark.parametrize(
    ("at", "chance"),
    [
        (datetime(2026, 11, 24, 9, 0), bytes(10)),  # of which zone?
        (datetime(1969, 12, 31, tzinfo=UTC), bytes(10)),
        (datetime(2026, 11, 24, tzinfo=UTC), bytes(9)),
        (datetime(2026, 11, 24, tzinfo=UTC), bytes(11)),
    ],
)
def test_what_gives_no_id(at, chance):
    with pytest.raises(ValueError):
        uuid7(at, chance)
