"""A counter process killed at any moment: nothing acknowledged is lost, nothing is doubled."""

from __future__ import annotations

import random
from dataclasses import replace

import msgspec
import pytest
from counter_process import Told
from killed import Desk, Heard
from platform_process import PlatformProcess
from scenes import CALENDAR, Ahead, cases_in, visit
from size import size
from toxic_network import Toxic, ToxicNetwork

from counter_app.clock import SystemClock
from counter_app.devices.simulators.network import SimulatedNetwork
from counter_app.domain.case_id import uuid7
from counter_app.errors import HallError
from counter_app.platform_link.http import HttpPlatform
from counter_app.platform_link.link import Link
from counter_app.services.acceptance import Acceptance
from counter_app.services.delivery import Delivery
from counter_app.services.numbers import Numbers

KILLS = size(short=3, full=130)


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    running = PlatformProcess.start(tmp_path_factory.mktemp("hall") / "platform")
    yield running
    running.stop()


@pytest.fixture
def desk(platform, tmp_path):
    return Desk(platform, tmp_path / "counter")


def stock(desk, count=100):
    """Official numbers leased in good weather."""
    store = desk.store()
    Numbers(desk.link(), store, SystemClock()).top_up(desk.window, keep=count, count=count)
    store.close()


def check(desk, record_property, kills):
    assert desk.lost() == []
    found = desk.delivered()
    assert (found.lost, found.missing, found.doubled) == ([], [], [])
    assert found.cases >= len(desk.acknowledged)
    record_property("kills", kills)
    record_property("acknowledged", len(desk.acknowledged))
    record_property("cases_at_platform", found.cases)
    record_property("lost", len(found.lost))
    record_property("missing", len(found.missing))
    record_property("doubled", len(found.doubled))


def test_a_counter_killed_while_it_accepts(desk, record_property):
    chance = random.Random()
    stock(desk)
    for life in range(KILLS):
        desk.killed(chance)
        if chance.random() < 0.5:  # else the next life finds the store as the kill left it
            assert desk.lost() == [], f"life {life}"
    desk.life(lambda heard: heard.words(3, 0))
    check(desk, record_property, KILLS)
    assert desk.acknowledged


def test_a_counter_killed_while_it_delivers_over_a_bad_network(desk, record_property):
    chance = random.Random()
    with ToxicNetwork(desk.platform.url, lambda: chance.choice(list(Toxic))) as network:
        for life in range(KILLS):
            desk.killed(chance, url=network.url)
            if chance.random() < 0.5:
                assert desk.lost() == [], f"life {life}"
        # One life long enough that the network did its worst to it.
        desk.life(lambda heard: heard.words(20, 0.5), url=network.url)
    check(desk, record_property, KILLS)
    assert desk.acknowledged
    record_property("toxics_met", sum(network.met.values()))


def test_a_counter_whose_disk_is_full_refuses_and_loses_nothing(desk, record_property):
    """The system's own limit on a file's size stands for a full disk."""
    refusals = 0
    for room in range(150_000, 400_000, size(short=120_000, full=9_000)):
        refused = desk.life(Heard.to_the_end, largest_file=room)
        assert refused == ["store.unwritable"] or not refused
        refusals += len(refused)
        assert desk.lost() == []
    assert refusals
    check(desk, record_property, 0)
    record_property("full_file_refusals", refusals)


# Controls


def test_control_telling_before_the_commit_loses(desk, record_property):
    """The same kills find out a counter that acknowledges too early."""
    stock(desk)
    for kill in range(1, 4):
        desk.life(Heard.to_the_end, die_after=2 * kill, acknowledge="before")
    lost = desk.lost()
    assert len(lost) == 3  # the last word of each life
    record_property("control_lost", len(lost))


def accept(desk, store, serials):
    """Cases accepted offline in this process."""
    given = msgspec.json.decode(desk._told.read_bytes(), type=Told)
    clock = SystemClock()
    acceptance = Acceptance(store, clock, lambda: CALENDAR, desk.device)
    for serial in serials:
        now = visit(serial, clock.now(), given.taken_up)
        case = acceptance.accept(now, given.session, online=False)
        desk.acknowledged[case.id] = case.shown_number


def deliver_through(network, desk, store, change=lambda act: act, rounds=6):
    """Delivery over that network; `change` is what a wrong counter does to an act on its way."""
    link = HttpPlatform(
        Link(
            network.url, device=desk.device, device_secret=lambda: desk.secret, timeouts=(0.5, 1.0)
        )
    )
    send = link.send
    link.send = lambda act: send(change(act))
    delivery = Delivery(link, store, Ahead(), chance=lambda: 0.0)
    for _ in range(rounds):
        delivery.deliver_due()


def anew(act):
    """The act made again from what the clerk typed: another case, another key."""
    case = uuid7(SystemClock().now(), random.randbytes(10))
    body = act.body.replace(act.case.encode(), case.encode())
    path = act.path.replace(act.case, case)
    return replace(act, key=f"{act.key}.{act.attempts}", path=path, body=body)


def test_control_making_an_act_anew_for_each_attempt_doubles(desk, record_property):
    """The platform's own check finds a double that lost answers and a careless counter make."""
    toxics = iter([Toxic.NONE, Toxic.ANSWER_LOST, Toxic.ANSWER_LOST])
    store = desk.store()
    accept(desk, store, range(3))
    # The device signs in on the first connection, so that it is the acts' answers that get lost.
    with ToxicNetwork(desk.platform.url, lambda: next(toxics, Toxic.NONE)) as network:
        deliver_through(network, desk, store, change=anew)
    here = cases_in(store)
    store.close()
    doubled = desk.at_platform().keys() - here.keys() - desk._before.keys()
    assert doubled
    record_property("control_doubled", len(doubled))


# Each trouble by itself


@pytest.mark.parametrize("toxic", [one for one in Toxic if one is not Toxic.NONE])
def test_delivery_gets_over_it(desk, toxic):
    """While it lasts and after it is over: numbers are leased once, and each case arrives once."""
    lasting = [size(short=3, full=12)]

    def choose():
        lasting[0] -= 1
        return toxic if lasting[0] >= 0 else Toxic.NONE

    store = desk.store()
    with ToxicNetwork(desk.platform.url, choose) as network:
        link = HttpPlatform(
            Link(
                network.url,
                device=desk.device,
                device_secret=lambda: desk.secret,
                timeouts=(0.3, 0.4),
            )
        )
        numbers, delivery = Numbers(link, store, SystemClock()), Delivery(link, store, Ahead())
        lease_until_there(numbers, desk.window)
        accept(desk, store, range(100, 104))
        deliver_until_there(delivery, store)
    assert network.met[toxic]
    assert store.numbers_left(desk.window) == 1
    assert all(number for number in cases_in(store).values())
    store.close()
    found = desk.delivered()
    assert (found.lost, found.missing, found.doubled) == ([], [], [])


def lease_until_there(numbers, window):
    for _ in range(40):
        try:
            if numbers.top_up(window, keep=1, count=5):
                return
        except HallError:
            continue
    raise AssertionError("no numbers")


def deliver_until_there(delivery, store):
    for _ in range(40):
        delivery.deliver_due()
        if not store.outbox().waiting:
            return
    raise AssertionError("not delivered")


def test_delivery_gets_over_a_pulled_cable(desk):
    store = desk.store()
    with SimulatedNetwork(desk.platform.url) as network:
        link = HttpPlatform(
            Link(network.url, device=desk.device, device_secret=lambda: desk.secret)
        )
        delivery = Delivery(link, store, Ahead())
        accept(desk, store, range(200, 203))
        network.pull()
        assert not delivery.deliver_due().reached
        network.plug()
        deliver_until_there(delivery, store)
    store.close()
    found = desk.delivered()
    assert (found.lost, found.missing, found.doubled) == ([], [], [])
