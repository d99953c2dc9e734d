"""Which online pre-application a window may go on with, and which one is shown first."""

import pytest
from fakes import MORNING, preapplication

from counter_app.domain.preapplication import Claim, PreapplicationState, in_order_of_use

OVER = {PreapplicationState.ACCEPTED, PreapplicationState.WITHDRAWN}


@pytest.mark.parametrize("state", PreapplicationState)
@pytest.mark.parametrize(
    ("claim", "free"),
    [(None, True), (Claim("03", MORNING), True), (Claim("04", MORNING), False)],
    ids=["free", "ours", "another window's"],
)
def test_it_can_be_taken_up_unless_it_is_over_or_another_windows(state, claim, free):
    one = preapplication(state=state, claimed_by=claim)
    assert one.can_be_taken_up("03") is (free and state not in OVER)


def test_what_is_ready_comes_first_and_what_is_over_last():
    mixed = [preapplication(id=state.value, state=state) for state in PreapplicationState]
    order = [one.state for one in in_order_of_use(reversed(mixed))]
    assert order[0] is PreapplicationState.CHECKED
    assert set(order[-2:]) == OVER
    assert len(order) == len(PreapplicationState)


def test_the_order_among_equals_is_the_platforms():
    same = [preapplication(id=str(place)) for place in range(5)]
    assert [one.id for one in in_order_of_use(same)] == ["0", "1", "2", "3", "4"]


def test_nobody_in_a_representation():
    shown = repr(preapplication())
    assert "测试" not in shown
    assert "9903" not in shown
    assert "199000" not in shown
