"""Official numbers leased ahead of need: none is lost, none is used by two."""

from datetime import timedelta

import pytest
from fakes import MORNING, FakePlatform, SetClock, open_store

from counter_app.errors import PlatformError, PlatformRefused, PlatformUnreachable
from counter_app.ports import NumberBlock
from counter_app.services.numbers import Numbers


class Leasing:
    """A platform that leases: the same key gives the same block, as the contract wants it."""

    def __init__(self):
        self.blocks = {}
        self.given = 0

    def __call__(self, window, count, key):
        if key not in self.blocks:
            numbers = tuple(
                f"99030220261124{window}{n:05d}" for n in range(self.given, self.given + count)
            )
            self.given += count
            self.blocks[key] = NumberBlock(f"block-{key}", window, numbers)
        return self.blocks[key]


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def taken(store, window="03"):
    with store.transaction() as transaction:
        return transaction.take_number(window)


def test_numbers_are_leased_ahead_of_need_and_not_before(store):
    platform = FakePlatform(lease_numbers=Leasing())
    numbers = Numbers(platform, store, SetClock())
    assert numbers.top_up("03", keep=3, count=5) == 5
    assert numbers.top_up("03", keep=3, count=5) == 5
    assert len(platform.calls) == 1
    for _ in range(2):
        taken(store)
    assert numbers.top_up("03", keep=3, count=5) == 3, "three are kept, so three are enough"
    taken(store)
    assert numbers.top_up("03", keep=3, count=5) == 7
    assert len(platform.calls) == 2


def test_an_answer_that_was_lost_is_asked_for_again_under_the_same_key(store):
    leasing = Leasing()

    def lost(*asked):
        leasing(*asked)
        raise PlatformUnreachable("platform.timeout")

    platform = FakePlatform(lease_numbers=lost)
    with pytest.raises(PlatformUnreachable):
        Numbers(platform, store, SetClock()).top_up("03", count=5)
    platform.answers["lease_numbers"] = leasing
    later = SetClock(MORNING + timedelta(days=3))
    assert Numbers(platform, store, later).top_up("03", count=9) == 5
    keys = {asked[2] for _, asked, _ in platform.calls}
    assert len(keys) == 1
    assert leasing.given == 5, "no number was given away for nothing"


def test_the_key_of_a_lost_lease_outlives_the_program(tmp_path):
    leasing = Leasing()
    store = open_store(tmp_path)
    platform = FakePlatform(lease_numbers=PlatformUnreachable("platform.unreachable"))
    with pytest.raises(PlatformUnreachable):
        Numbers(platform, store, SetClock()).top_up("03")
    store.close()
    store = open_store(tmp_path)
    platform.answers["lease_numbers"] = leasing
    Numbers(platform, store, SetClock()).top_up("03")
    assert len({asked[2] for _, asked, _ in platform.calls}) == 1
    store.close()


def test_a_block_that_comes_twice_is_kept_once(store):
    block = NumberBlock("block-1", "03", ("n1", "n2"))
    store.add_block(block, MORNING)
    assert taken(store) == "n1"
    store.add_block(block, MORNING)
    assert store.numbers_left("03") == 1
    assert [taken(store), taken(store)] == ["n2", None]


def test_each_window_has_its_own(store):
    numbers = Numbers(FakePlatform(lease_numbers=Leasing()), store, SetClock())
    numbers.top_up("03", keep=1, count=2)
    numbers.top_up("04", keep=1, count=3)
    assert (store.numbers_left("03"), store.numbers_left("04")) == (2, 3)
    assert taken(store, "04")[14:16] == "04"


def test_numbers_of_yesterday_are_used_before_those_of_today(store):
    store.add_block(NumberBlock("b1", "03", ("yesterday-1", "yesterday-2")), MORNING)
    store.add_block(NumberBlock("b2", "03", ("today-1",)), MORNING + timedelta(days=1))
    assert [taken(store) for _ in range(4)] == ["yesterday-1", "yesterday-2", "today-1", None]


@pytest.mark.parametrize(
    "failure",
    [
        PlatformError("platform.busy", retry_after=3),
        PlatformRefused("platform.refused", problem="numbers-exhausted"),
    ],
)
def test_what_the_platform_says_is_passed_on_and_the_stock_stays(store, failure):
    store.add_block(NumberBlock("b1", "03", ("n1",)), MORNING)
    with pytest.raises(PlatformError) as told:
        Numbers(FakePlatform(lease_numbers=failure), store, SetClock()).top_up("03")
    assert told.value is failure
    assert store.numbers_left("03") == 1
