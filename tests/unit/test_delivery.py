"""Delivering acts: what each answer of the platform does to an act, and when it is tried again."""

import threading
from datetime import timedelta

import pytest
from fakes import (
    CALENDAR,
    MORNING,
    SESSION,
    FakePlatform,
    SetClock,
    audit_lines,
    item,
    on_desk,
    open_store,
)
from hypothesis import given
from hypothesis import strategies as st

from counter_app.domain.case import Receipt
from counter_app.domain.outgoing import (
    FIRST_DELAY,
    LONGEST_DELAY,
    OutboxFigures,
    OutgoingAct,
    OutgoingState,
    fingerprint,
)
from counter_app.domain.visit import TakenUp
from counter_app.errors import PlatformError, PlatformRefused, PlatformUnreachable
from counter_app.services.acceptance import Acceptance
from counter_app.services.delivery import Delivery, DeliveryRound

OFFICIAL = "990302202611240300001"


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def accepted(store):
    """Cases accepted one after the other; their acts."""

    def accept(count=1):
        clock = SetClock()
        cases = [
            Acceptance(store, clock, lambda: CALENDAR, "device-3").accept(
                on_desk(TakenUp(item(), case_id=f"case-{n}")), SESSION, online=True
            )
            for n in range(count)
        ]
        return [store.outgoing(store.act_of_case(case.id)) for case in cases]

    return accept


def receipt(act, **changes):
    return Receipt(
        **{
            "key": act.key,
            "case": act.case,
            "number": OFFICIAL,
            "state": "accepted",
            "accepted_at": MORNING,
            "due_on": MORNING.date() + timedelta(days=3),
            "due_provisional": False,
            "query_code": "23456789",
            "received_at": MORNING,
            "body_sha256": act.sha256,
            **changes,
        }
    )


def knowing(*receipts):
    """A platform's memory: receipts of the keys asked for."""
    known = {one.key: one for one in receipts}
    return lambda keys: {key: known[key] for key in keys if key in known}


def desk(store, clock=None, chance=0.5, **answers):
    platform = FakePlatform(**answers)
    return Delivery(platform, store, clock or SetClock(), lambda: chance), platform


def test_a_yes_counts_once_it_was_read_back(store, accepted):
    (act,) = accepted()
    delivery, platform = desk(store, receipts=knowing(receipt(act)))
    after = delivery.deliver(act.key)
    assert (after.state, after.attempts, after.last_code) == (OutgoingState.CONFIRMED, 1, "")
    assert platform.names() == ["send", "receipts"]
    assert platform.calls[0][1][0].body == act.body
    case = store.case(act.case)
    assert (case.number, case.receipt) == (OFFICIAL, receipt(act))
    assert case.provisional_number == "L-03-20261124-0001", "the mapping stays"
    assert audit_lines(store)[-1] == ("deliver", act.case, "confirmed")


def test_what_is_confirmed_is_never_sent_again(store, accepted):
    (act,) = accepted()
    desk(store, receipts=knowing(receipt(act)))[0].deliver(act.key)
    delivery, platform = desk(store)
    assert delivery.deliver(act.key).state is OutgoingState.CONFIRMED
    assert delivery.deliver_due() == DeliveryRound(0, 0, 0, reached=True)
    assert platform.calls == []


@pytest.mark.parametrize(
    ("refusal", "problem"),
    [
        (PlatformRefused("platform.refused", problem="material-missing"), "material-missing"),
        (PlatformRefused("platform.refused", problem="number-used"), "number-used"),
        (
            PlatformRefused("platform.claimed_elsewhere", problem="claimed-elsewhere"),
            "claimed-elsewhere",
        ),
        (
            PlatformRefused("platform.changed_meanwhile", problem="changed-meanwhile"),
            "changed-meanwhile",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_clear_no_waits_for_a_person_and_is_not_sent_again(store, accepted, refusal, problem):
    (act,) = accepted()
    delivery, platform = desk(store, send=refusal)
    after = delivery.deliver(act.key)
    assert (after.state, after.last_code, after.problem) == (
        OutgoingState.REFUSED,
        refusal.code,
        problem,
    )
    assert delivery.figures() == OutboxFigures(waiting=0, refused=1)
    assert store.refused_outgoing() == (after,)
    assert audit_lines(store)[-1] == ("deliver", act.case, problem)
    delivery.deliver(act.key)
    delivery.deliver_due()
    assert platform.names() == ["send"]


@pytest.mark.parametrize(
    "code", ["platform.session_ended", "platform.not_allowed", "platform.not_found"]
)
def test_a_no_to_the_way_there_is_no_no_to_the_act(store, accepted, code):
    (act,) = accepted()
    delivery, _ = desk(store, send=PlatformRefused(code, problem="not-signed-in"))
    after = delivery.deliver(act.key)
    assert (after.state, after.last_code) == (OutgoingState.PENDING, code)
    assert delivery.figures() == OutboxFigures(waiting=1, refused=0)


@pytest.mark.parametrize(
    ("failure", "reached"),
    [
        (PlatformUnreachable("platform.unreachable"), False),
        (PlatformUnreachable("platform.timeout"), False),
        (PlatformUnreachable("platform.tls"), False),
        (PlatformError("platform.fault", status=500), True),
        (PlatformError("platform.garbled", where="Receipt"), True),
        (PlatformError("platform.busy", retry_after=None), True),
    ],
    ids=lambda value: getattr(value, "code", ""),
)
def test_no_clear_answer_keeps_the_act_and_tries_again_later(store, accepted, failure, reached):
    (act,) = accepted()
    clock = SetClock()
    delivery, platform = desk(store, clock, send=failure, receipts=knowing(receipt(act)))
    assert delivery.deliver_due() == DeliveryRound(0, 1, 0, reached=reached)
    after = store.outgoing(act.key)
    assert (after.state, after.attempts, after.last_code) == (
        OutgoingState.PENDING,
        1,
        failure.code,
    )
    assert after.key == act.key
    assert after.body == act.body
    assert delivery.deliver_due().confirmed == 0, "not before its time"
    assert platform.names() == ["send"]
    platform.answers["send"] = None
    clock.go(FIRST_DELAY)
    assert delivery.deliver_due() == DeliveryRound(1, 0, 0, reached=True)


def test_a_busy_platform_is_asked_when_it_said(store, accepted):
    (act,) = accepted()
    clock = SetClock()
    busy = PlatformError("platform.busy", retry_after=90.0)
    delivery, platform = desk(store, clock, send=busy)
    delivery.deliver(act.key)
    assert store.outgoing(act.key).next_attempt_at == MORNING + timedelta(seconds=90)
    clock.go(timedelta(seconds=89))
    delivery.deliver_due()
    assert len(platform.calls) == 1
    clock.go(timedelta(seconds=1))
    delivery.deliver_due()
    assert len(platform.calls) == 2


def test_a_receipt_that_is_missing_sends_the_act_again_under_its_key(store, accepted):
    (act,) = accepted()
    clock = SetClock()
    delivery, platform = desk(store, clock, receipts=[{}, {act.key: receipt(act)}])
    after = delivery.deliver(act.key)
    assert (after.state, after.last_code) == (OutgoingState.PENDING, "platform.receipt_missing")
    clock.go(LONGEST_DELAY)
    assert delivery.deliver(act.key).state is OutgoingState.CONFIRMED
    assert [one[1][0].key for one in platform.calls if one[0] == "send"] == [act.key, act.key]


@pytest.mark.parametrize(
    "changes", [{"body_sha256": "0" * 64}, {"case": "another"}], ids=["other body", "other case"]
)
def test_a_receipt_of_something_else_waits_for_a_person(store, accepted, changes):
    (act,) = accepted()
    delivery, _ = desk(store, receipts=knowing(receipt(act, **changes)))
    after = delivery.deliver(act.key)
    assert (after.state, after.last_code) == (OutgoingState.REFUSED, "platform.receipt_differs")
    assert store.case(act.case).receipt is None
    assert store.case(act.case).number is None
    assert audit_lines(store)[-1] == ("deliver", act.case, "platform.receipt_differs")


def test_a_yes_whose_read_back_was_lost_is_only_read_back_again(store, accepted):
    (act,) = accepted()
    clock = SetClock()
    lost = PlatformUnreachable("platform.timeout")
    delivery, platform = desk(store, clock, receipts=[lost, {act.key: receipt(act)}])
    after = delivery.deliver(act.key)
    assert (after.state, after.last_code) == (OutgoingState.SENT, "platform.timeout")
    assert delivery.figures().waiting == 1, "sent is not yet confirmed"
    clock.go(LONGEST_DELAY)
    assert delivery.deliver(act.key).state is OutgoingState.CONFIRMED
    assert platform.names() == ["send", "receipts", "receipts"]


def test_a_read_back_of_many_lost_at_once_keeps_them_all(store, accepted):
    acts = accepted(3)
    delivery, platform = desk(store, receipts=PlatformError("platform.fault"))
    assert delivery.deliver_due() == DeliveryRound(0, 3, 0, reached=True)
    assert {store.outgoing(act.key).state for act in acts} == {OutgoingState.SENT}
    assert platform.names() == ["send", "send", "send", "receipts"]


def test_the_first_sign_of_no_platform_ends_the_round(store, accepted):
    first, second = accepted(2)
    delivery, platform = desk(store, send=PlatformUnreachable("platform.unreachable"))
    assert not delivery.deliver_due().reached
    assert platform.names() == ["send"]
    assert store.outgoing(first.key).attempts == 1
    assert store.outgoing(second.key).attempts == 0


def test_one_acts_no_does_not_hold_up_the_others(store, accepted):
    acts = accepted(3)

    def send(act):
        if act.key == acts[1].key:
            raise PlatformRefused("platform.refused", problem="material-missing")

    numbered = [
        receipt(act, number=f"99030220261124030000{place}") for place, act in enumerate(acts)
    ]
    delivery, _ = desk(store, send=send, receipts=knowing(*numbered))
    assert delivery.deliver_due() == DeliveryRound(2, 0, 1, reached=True)


def second_act(store, first):
    """A later act of the same case, as a correction would be."""
    body = b'{"act":"correct"}'
    act = OutgoingAct(
        "key-2", first.case, "correct", "/v1/x", body, fingerprint(body), first.created_at
    )
    with store.transaction() as transaction:
        transaction.add_outgoing(act)
    return act


def test_a_later_act_of_a_case_waits_for_the_earlier(store, accepted):
    (first,) = accepted()
    second = second_act(store, first)
    delivery, platform = desk(
        store,
        send=PlatformError("platform.fault"),
        receipts=knowing(receipt(first), receipt(second)),
    )
    delivery.deliver_due()
    delivery.deliver(second.key)
    assert [one[1][0].key for one in platform.calls] == [first.key]
    assert delivery.deliver_case(first.case).key == first.key
    platform.answers["send"] = None
    delivery.deliver(first.key)
    assert delivery.deliver_case(first.case).key == second.key
    order = [one[1][0].key for one in platform.calls if one[0] == "send"]
    assert order == [first.key, first.key, first.key, second.key]
    assert delivery.figures() == OutboxFigures(0, 0)


def test_a_later_act_does_not_pass_one_that_was_refused(store, accepted):
    (first,) = accepted()
    second = second_act(store, first)
    delivery, platform = desk(store, send=PlatformRefused("platform.refused", problem="x"))
    delivery.deliver_due()
    delivery.deliver_due()
    assert delivery.deliver(second.key).attempts == 0
    assert platform.names() == ["send"]


def test_a_clear_no_is_not_undone_by_an_answer_that_comes_late(store, accepted):
    (act,) = accepted()
    sent = store.save_outgoing(act.sent())
    store.save_outgoing(sent.refused("platform.refused", "number-used"))
    late = store.save_outgoing(sent.confirmed(), receipt(act))
    assert late.state is OutgoingState.REFUSED
    assert store.case(act.case).receipt is None


def test_an_act_under_way_in_another_thread_is_left_alone(store, accepted):
    (act,) = accepted()
    inside, go_on = threading.Event(), threading.Event()

    def send(_):
        inside.set()
        assert go_on.wait(20)

    delivery, platform = desk(store, send=send, receipts=knowing(receipt(act)))
    thread = threading.Thread(target=delivery.deliver, args=(act.key,))
    thread.start()
    assert inside.wait(20)
    assert delivery.deliver(act.key).state is OutgoingState.PENDING
    assert delivery.deliver_due().confirmed == 0
    go_on.set()
    thread.join(20)
    assert platform.names() == ["send", "receipts"]
    assert store.outgoing(act.key).state is OutgoingState.CONFIRMED


def test_an_act_is_free_again_after_an_error_nobody_expected(store, accepted):
    (act,) = accepted()
    delivery, platform = desk(store, send=RuntimeError("a fault of the program"))
    with pytest.raises(RuntimeError):
        delivery.deliver(act.key)
    platform.answers.update(send=None, receipts=knowing(receipt(act)))
    assert delivery.deliver(act.key).state is OutgoingState.CONFIRMED


def test_an_act_or_case_that_is_not_here(store):
    delivery, _ = desk(store)
    with pytest.raises(KeyError):
        delivery.deliver("nowhere")
    with pytest.raises(KeyError):
        delivery.deliver_case("nowhere")


BLANK = OutgoingAct("k", "c", "accept", "/v1/x", b"{}", fingerprint(b"{}"), MORNING)


@given(st.integers(0, 60), st.floats(0, 1, exclude_max=True))
def test_waiting_grows_to_its_bound_and_is_never_nothing(attempts, chance):
    act = BLANK
    for _ in range(attempts):
        act = act.failed("platform.timeout", MORNING, chance=chance)
    waited = act.failed("platform.timeout", MORNING, chance=chance).next_attempt_at - MORNING
    ceiling = min(LONGEST_DELAY, FIRST_DELAY * 2 ** min(attempts, 20))
    assert ceiling * 0.04 <= waited <= ceiling


def test_two_counters_do_not_come_back_together():
    waits = {BLANK.failed("x", MORNING, chance=chance / 10).next_attempt_at for chance in range(10)}
    assert len(waits) == 10
