"""Keyboards that can be told apart: a gun's keys are never weighed against a hand's."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from typed_keys_made import bursts, finger, gun, some_keys, some_rules, struck, typed_runs

from counter_app.devices import key_layouts as keys
from counter_app.devices.key_layouts import Modifiers
from counter_app.devices.wedge import Burst, Key, Passed, WedgeRules, WedgeSorter
from counter_app.devices.wedge_desk import DeskSorter

HAND, GUN, KEYPAD = 3, 7, 9
A, B, DIGIT = 30, 48, 79
CODE = "HCPRE:8F3K-2mQ9x_Z7"


def on(device, events):
    return [replace(key, device=device) for key in events]


def sort(events, sorter=None):
    """All verdicts on these keys, each as soon as it is due."""
    sorter = sorter or DeskSorter(WedgeRules())
    verdicts = []
    for key in events:
        while sorter.due is not None and sorter.due <= key.at:
            verdicts += sorter.time(sorter.due)
        verdicts += sorter.key(key)
    while sorter.due is not None:
        verdicts += sorter.time(sorter.due)
    assert not sorter.holds
    return verdicts


def in_order(*streams):
    return sorted((key for stream in streams for key in stream), key=lambda key: key.at)


def went_on(verdicts):
    return [one.key for one in verdicts if isinstance(one, Passed)]


def scanned(verdicts):
    return [(one.payload.decode(), one.complete) for one in verdicts if isinstance(one, Burst)]


@given(typed_runs, bursts, st.floats(0.0, 0.6))
def test_whatever_a_person_types_every_scan_is_whole(typing, codes, offset):
    """The same keys at the same moments, Shift held into a scan: what one keyboard cannot tell."""
    by_gun, at = [], offset
    for text, pace in codes:
        by_gun += on(GUN, gun(text + "\r", at=at, pace=pace))
        at = by_gun[-1].at + 0.1
    by_hand, at, free = [], 0.0, {}
    for char, step, rests, shift in typing:
        at += step
        for code, low, high in struck(char, at, rests, shift):
            if low > free.get(code, -1.0):
                by_hand += on(HAND, finger(code, low, rests=high - low))
                free[code] = high
    by_hand = in_order(by_hand)
    verdicts = sort(in_order(by_hand, by_gun))
    assert scanned(verdicts) == [(text, True) for text, _ in codes]
    assert went_on(verdicts) == by_hand


@given(st.lists(some_keys, max_size=60), some_rules, st.booleans())
def test_one_keyboard_is_sorted_as_by_itself(steps, rules, tells):
    now, events = 0.0, []
    for step, code, down, held, repeat in steps:
        now = max(now, now + step)
        events.append(Key(now, code, down, held, repeat, device=HAND if tells else 0))
    rules = WedgeRules(**rules)
    desk, alone = sort(events, DeskSorter(rules)), sort(events, WedgeSorter(rules))
    assert went_on(desk) == went_on(alone)
    assert [one for one in desk if isinstance(one, Burst)] == [
        one for one in alone if isinstance(one, Burst)
    ]


@given(
    st.lists(st.tuples(some_keys, st.sampled_from([HAND, GUN, KEYPAD])), min_size=1, max_size=60),
    some_rules,
)
def test_what_goes_on_does_so_in_the_order_in_which_it_was_pressed(steps, rules):
    now, events = 0.0, []
    for (step, code, down, held, repeat), device in steps:
        now += step  # also backwards: then it counts as of the latest known
        events.append(Key(now, code, down, held, repeat, device=device))
    verdicts = sort(events, DeskSorter(WedgeRules(**rules)))
    at = [key.at for key in went_on(verdicts)]
    in_scans = sum(len(one.keys) for one in verdicts if isinstance(one, Burst))
    late = len(verdicts) - len(at) - sum(isinstance(one, Burst) for one in verdicts)
    assert len(at) + in_scans + late == len(events)
    certain = not in_scans and not late  # past the keys of a scan others may go
    assert not certain or at == sorted(at)


def test_a_person_on_two_keyboards_is_not_put_out_of_order():
    """Enter on a keypad of its own never begins a scan; the letter before it might."""
    letter = on(HAND, finger(A, 1.0))
    enter = on(KEYPAD, finger(keys.KEYPAD_ENTER, 1.03))
    verdicts = sort(in_order(letter, enter))
    assert went_on(verdicts) == in_order(letter, enter)
    assert scanned(verdicts) == []


def test_typing_does_not_wait_for_the_end_of_a_long_scan():
    scan = on(GUN, gun(CODE * 20 + "\r", at=1, pace=0.010))
    typed = on(HAND, finger(B, 2.0))
    sorter, came = DeskSorter(WedgeRules()), None
    for key in in_order(scan, typed):
        verdicts = sorter.time(sorter.due) if sorter.due and sorter.due <= key.at else []
        if went_on(verdicts + sorter.key(key)) and came is None:
            came = key.at
    assert came is not None
    assert came - 2.0 < 0.1
    assert scan[-1].at > 4


def test_shift_on_one_keyboard_and_a_letter_on_the_other_are_a_persons():
    shift = on(KEYPAD, finger(keys.LEFT_SHIFT, 1.0, rests=0.2))
    letter = on(HAND, finger(A, 1.05, held=Modifiers.SHIFT))
    verdicts = sort(in_order(shift, letter))
    assert went_on(verdicts) == in_order(shift, letter)
