"""When an act on its way is tried again."""

from datetime import UTC, datetime, timedelta

import pytest

from counter_app.domain.outgoing import LONGEST_WAIT, OutgoingAct, fingerprint

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ACT = OutgoingAct("key", "case", "accept", "/v1/x", b"{}", fingerprint(b"{}"), NOON)


def test_an_act_waits_as_long_as_it_was_told():
    told = ACT.failed("platform.busy", NOON, chance=0.5, retry_after=timedelta(minutes=3))
    assert not told.due(NOON)
    assert not told.due(NOON + timedelta(minutes=3, seconds=-1))
    assert told.due(NOON + timedelta(minutes=3))


def test_nobody_can_make_an_act_wait_for_days():
    told = ACT.failed("platform.busy", NOON, chance=0.5, retry_after=timedelta(days=9))
    assert told.due(NOON + LONGEST_WAIT)


@pytest.mark.parametrize("wrong_by", [timedelta(minutes=20), timedelta(days=366)])
def test_a_clock_set_back_does_not_hold_an_act_for_as_long(wrong_by):
    failed = ACT.failed("platform.timeout", NOON + wrong_by, chance=0.5)
    assert not failed.due(NOON + wrong_by)
    assert failed.due(NOON)


def test_however_often_it_failed_it_never_waits_longer_than_the_longest_wait():
    act = ACT
    for _ in range(40):
        act = act.failed("platform.timeout", NOON, chance=0.999)
        assert act.due(NOON + LONGEST_WAIT)
        assert not act.due(NOON)
