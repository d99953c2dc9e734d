"""A gun that types, told from a person who types: by pauses, by how long keys stay down."""

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from typed_keys_made import (
    bursts,
    finger,
    gun,
    meet,
    some_keys,
    some_rules,
    strokes_of,
    struck,
    typed_runs,
)

from counter_app.devices import key_layouts as keys
from counter_app.devices.key_layouts import LAYOUTS, Modifiers
from counter_app.devices.wedge import (
    MAX_PAYLOAD_BYTES,
    Burst,
    Key,
    Passed,
    Swallowed,
    WedgeRules,
    WedgeSorter,
)

X = 45
A, B, C, F2, LEFT = 30, 48, 46, 60, 105
CODE = "HCPRE:8F3K-2mQ9x_Z7"


def sort(events, **rules):
    """All verdicts on these keys, time going by to the end."""
    sorter = WedgeSorter(WedgeRules(**rules))
    verdicts = []
    for key in sorted(events, key=lambda key: key.at):
        verdicts += sorter.key(key)
    while sorter.due is not None:
        verdicts += sorter.time(sorter.due)
    assert not sorter.holds
    return verdicts


def scans(verdicts):
    return [one for one in verdicts if isinstance(one, Burst)]


def whole(verdicts):
    """The payloads of the scans that count."""
    return [one.payload.decode() for one in scans(verdicts) if one.complete]


def payloads(events, **rules):
    return whole(sort(events, **rules))


def passed(verdicts):
    return [one.key for one in verdicts if isinstance(one, Passed)]


@pytest.mark.parametrize("pace", [0.0008, 0.001, 0.002, 0.005, 0.010, 0.016, 0.030])
def test_a_scan_is_read_whole_and_nothing_of_it_goes_on(pace):
    verdicts = sort(gun(CODE + "\r", pace=pace))
    (scan,) = verdicts
    assert scan.payload.decode() == CODE
    assert scan.complete
    assert scan.ending == "\r"


@pytest.mark.parametrize("pace", [0.080, 0.150, 0.300])
def test_what_a_person_types_goes_on_in_order(pace):
    events = [key for n, code in enumerate((A, B, C) * 4) for key in finger(code, n * pace)]
    events += finger(keys.ENTER, 12 * pace)
    events.sort(key=lambda key: key.at)
    assert passed(sort(events)) == events


def test_a_quick_roll_of_the_fingers_is_typing():
    events = [key for n, code in enumerate((A, B, C) * 5) for key in finger(code, n * 0.03)]
    events.sort(key=lambda key: key.at)
    assert passed(sort(events)) == events


def test_a_key_that_stays_down_goes_on_after_the_gap_and_repeats_as_it_did():
    sorter = WedgeSorter(WedgeRules())
    assert sorter.key(Key(0, A, True)) == []
    assert sorter.due == pytest.approx(0.05)
    assert passed(sorter.time(0.05)) == [Key(0, A, True)]
    repeats = []
    for n in range(40):  # X11 tells a repeat as let go and pressed at the same moment
        repeats += [Key(0.5 + n * 0.033, A, False), Key(0.5 + n * 0.033, A, True)]
    went_on = [one for key in repeats for one in sorter.key(key)]
    assert passed(went_on) == repeats
    assert passed(sorter.key(Key(9, A, True, repeat=True))) == [Key(9, A, True, repeat=True)]


def test_a_person_may_type_while_the_gun_sends():
    typed = finger(B, 0.012) + finger(C, 0.060)
    verdicts = sort(gun(CODE + "\r") + typed)
    assert whole(verdicts) == [CODE]
    assert passed(verdicts) == sorted(typed, key=lambda key: key.at)


@pytest.mark.parametrize("ahead", [0.002, 0.010, 0.030, 0.049])
def test_a_key_typed_just_before_a_scan_is_not_in_it(ahead):
    typed = finger(B, 1 - ahead)
    verdicts = sort(typed + gun(CODE + "\r", at=1))
    assert whole(verdicts) == [CODE]
    assert passed(verdicts) == typed


def test_where_nobody_knows_who_pressed_the_first_key_the_scan_is_not_used():
    events = finger(B, 1 - 0.045, rests=0.040) + gun(CODE + "\r", at=1)
    assert [scan.complete for scan in scans(sort(events))] == [False]


def test_keys_of_functions_and_control_in_a_burst_do_nothing():
    events = gun(CODE + "\r")
    between = next(n for n, key in enumerate(events) if n > 9 and not key.down)
    middle = events[between].at + 0.0001
    events += [Key(middle, F2, True), Key(middle + 0.0002, F2, False)]
    (scan,) = sort(events)
    assert scan.payload.decode() == CODE
    assert payloads(gun("01034531\x1d2109\x04end\r")) == ["01034531\x1d2109\x04end"]


def test_arrows_and_escape_are_always_a_persons():
    for code in (LEFT, keys.ESCAPE, keys.BACKSPACE, F2, keys.ENTER, keys.TAB):
        sorter = WedgeSorter(WedgeRules())
        assert passed(sorter.key(Key(0, code, True))) == [Key(0, code, True)]
    typed = finger(LEFT, 0.0201, rests=0.01)
    assert passed(sort(gun(CODE + "\r") + typed)) == typed


def test_lines_within_a_payload_do_not_end_it():
    lines = "名称 no;line one\rab\rNo. 9876\r".replace("名称 ", "")
    assert payloads(gun(lines)) == ["no;line one\nab\nNo. 9876"]


@pytest.mark.parametrize("ending", ["\r", "\t", "\r\n", "\r\r", "\t\r"])
def test_the_ending_is_not_in_the_payload(ending):
    (scan,) = sort(gun(CODE + ending))
    assert scan.payload.decode() == CODE
    assert scan.complete


def test_without_the_suffix_that_is_due_a_scan_is_not_complete():
    (scan,) = sort(gun(CODE))
    assert not scan.complete
    (scan,) = sort(gun(CODE), suffix="")
    assert scan.complete


@pytest.mark.parametrize("pause_at", [1, 3, 20, 44, 70, 100, 111])
@pytest.mark.parametrize("pause_s", [0.06, 0.2])
def test_of_a_scan_with_a_pause_in_it_no_part_counts_as_whole(pause_at, pause_s):
    events = gun(CODE + "-" + CODE + "\r", pace=0.008)
    paused = [
        Key(key.at + (pause_s if n >= pause_at else 0), key.code, key.down, key.held)
        for n, key in enumerate(events)
    ]
    all_of_it = CODE + "-" + CODE  # as it is where only Shift came before the pause
    assert set(whole(sort(paused))) <= {all_of_it}
    (again,) = scans(sort(paused + gun(CODE + "\r", at=3)))[-1:]
    assert (again.payload.decode(), again.complete) == (CODE, True)


def test_of_a_scan_with_several_pauses_in_it_neither():
    events = gun(CODE + "-" + CODE + "\r", pace=0.008)
    for first, second in ((30, 36), (30, 60), (60, 70), (13, 90)):
        paused = [
            Key(key.at + 0.1 * ((n >= first) + (n >= second)), key.code, key.down, key.held)
            for n, key in enumerate(events)
        ]
        assert whole(sort(paused)) == []


def test_the_last_keys_of_a_scan_after_a_pause_press_nothing():
    events = gun(CODE + "\r", pace=0.008)
    cut = len(events) - 8  # the last characters and Enter
    paused = [
        Key(key.at + (0.1 if n >= cut else 0), key.code, key.down, key.held)
        for n, key in enumerate(events)
    ]
    assert not passed(sort(paused))


def test_what_is_too_short_goes_on_with_its_enter():
    events = gun("abcde\r")
    assert passed(sort(events)) == events
    assert payloads(gun("abcdef\r")) == ["abcdef"]
    assert payloads(gun("abcde\r"), minimum=5) == ["abcde"]


def test_a_prefix_is_taken_off_and_other_typing_is_not_held_back():
    assert payloads(gun("~" + CODE + "\r"), prefix="~") == [CODE]
    assert payloads(gun("\x02" + CODE + "\r"), prefix="\x02") == [CODE]
    other = gun(CODE + "\r")
    assert passed(sort(other, prefix="~")) == other
    sorter = WedgeSorter(WedgeRules(prefix="$$"))
    assert passed(sorter.key(Key(0, A, True))) == [Key(0, A, True)]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_guns_layout_reads_every_key_of_it(layout):
    characters = "".join(
        dict.fromkeys(
            keys.character(code, held, layout)
            for held in (Modifiers.NONE, Modifiers.SHIFT, Modifiers.ALT_GR)
            for code in LAYOUTS[layout].keys
        )
    )
    for pace in (0.002, 0.020):
        events = gun(characters + "\r", pace=pace, layout=layout)
        assert payloads(events, layout=layout) == [characters]


def test_caps_lock_is_passed_over_or_followed_as_the_gun_does():
    assert payloads(gun(CODE + "\r", caps=True)) == [CODE]
    turned = gun(CODE.swapcase() + "\r", caps=True)
    assert payloads(turned, follows_caps=True) == [CODE]
    assert payloads(gun(CODE + "\r"), follows_caps=True) == [CODE]


@pytest.mark.parametrize("alt_codes", ["gbk", "unicode"])
@pytest.mark.parametrize("pace", [0.002, 0.030])
def test_characters_by_number(alt_codes, pace):
    text = "个体工商户:湘潭市€𠮷1"
    text = text if alt_codes == "unicode" else text.replace("€", "")
    (scan,) = sort(gun(text + "\r", alt_codes=alt_codes, pace=pace), alt_codes=alt_codes)
    encoding = "utf-8" if alt_codes == "unicode" else "gb18030"
    assert scan.payload.decode(encoding) == text


def test_the_bytes_of_a_character_one_by_one():
    digit_keys = {digit: code for code, digit in keys.KEYPAD_DIGITS.items()}
    events = []
    for byte in "湘潭市岳塘区".encode("gbk"):
        strokes = [(keys.LEFT_ALT, True)]
        strokes += [(digit_keys[d], down) for d in f"0{byte}" for down in (True, False)]
        for code, down in [*strokes, (keys.LEFT_ALT, False)]:
            events.append(Key(len(events) * 0.0005, code, down, Modifiers.ALT))
    (scan,) = sort(events, suffix="")
    assert scan.payload.decode("gbk") == "湘潭市岳塘区"


def test_a_late_release_of_the_last_key_belongs_to_the_scan():
    events = gun(CODE + "\r")
    late = Key(events[-1].at + 0.2, keys.ENTER, False)
    sorter = WedgeSorter(WedgeRules())
    verdicts = [one for key in [*events[:-1], late] for one in sorter.key(key)]
    assert [type(one) for one in verdicts] == [Burst, Swallowed]


def test_the_longest_payload_and_one_that_is_too_long():
    assert payloads(gun("a1" * (MAX_PAYLOAD_BYTES // 2) + "\r", pace=0.001)) == ["a1" * 2048]
    (scan,) = sort(gun("ab" * MAX_PAYLOAD_BYTES + "\r", pace=0.001))
    assert len(scan.payload) == MAX_PAYLOAD_BYTES + 1
    verdicts = sort(gun("ab" * 15_000 + "\r", pace=0.001) + gun(CODE + "\r", at=60))
    assert [len(one.payload) for one in scans(verdicts)] == [MAX_PAYLOAD_BYTES + 1, len(CODE)]
    assert not passed(verdicts)


def test_slow_guns_by_a_longer_gap():
    events = gun(CODE + "\r", pace=0.1)
    assert not scans(sort(events, gap_s=0.05))
    assert payloads(events, gap_s=0.15) == [CODE]


# A hand's Shift and a gun's


def on_one_desktop(events):
    """In order, each key with the Shift that is down before it, whoever holds it."""
    down, told = set(), []
    for key in sorted(events, key=lambda key: key.at):
        shifted = Modifiers.SHIFT if down & keys.SHIFTS else Modifiers.NONE
        held = key.held & ~Modifiers.SHIFT | shifted
        told.append(Key(key.at, key.code, key.down, held, key.repeat, token=key.token))
        (down.add if key.down else down.discard)(key.code)
    return told


def capital(code, at, *, shift=keys.LEFT_SHIFT, before=0.05, after=0.03):
    """A capital as a hand types it."""
    rests = before + 0.09 + after
    return finger(shift, at - before, rests=rests) + finger(code, at)


@pytest.mark.parametrize("at", [-0.2, -0.1, -0.03, 0.03, 0.11, 0.2])
@pytest.mark.parametrize(
    ("code", "shift", "tells"),  # whether the gun's own Shift tells the other from it
    [
        ("abcdefgh0123456789abcdefgh", keys.LEFT_SHIFT, False),
        ("abcdefgh0123456789abcdefgh", keys.RIGHT_SHIFT, False),
        ("ab34-efgh:12/ijkl.mn", keys.RIGHT_SHIFT, False),
        ("HCPRE:ABCD-efgh-1234", keys.RIGHT_SHIFT, True),
    ],
)
def test_a_capital_typed_while_the_gun_sends_shifts_nothing_of_the_scan(code, shift, tells, at):
    typed = capital(X, 1 + at, shift=shift)
    events = on_one_desktop(gun(code + "\r", at=1, pace=0.013) + typed)
    verdicts = sort(events)
    assert whole(verdicts) in ([code], [code] if tells else [])
    assert len(scans(verdicts)) == 1
    went_on = [(key.at, key.code, key.down) for key in passed(verdicts)]
    assert went_on == sorted((key.at, key.code, key.down) for key in typed)


def test_shift_held_down_by_hand_for_a_whole_scan_changes_nothing_of_it():
    resting = finger(keys.RIGHT_SHIFT, 0.0, rests=2.0)
    verdicts = sort(on_one_desktop(gun(CODE.lower() + "\r", at=1) + finger(A, 0.4) + resting))
    assert whole(verdicts) == [CODE.lower()]
    assert [key.code for key in passed(verdicts)] == [keys.RIGHT_SHIFT, A, A, keys.RIGHT_SHIFT]


def runs(text, *, pace=0.01, at=0.0):
    """A gun that holds Shift for a whole run of capitals."""
    events, held = [], False
    for place, char in enumerate(text):
        code, wanted = keys.keys_of("us")[char]
        begins = at + place * pace
        if bool(wanted) != held:
            held = bool(wanted)
            events.append(Key(begins, keys.LEFT_SHIFT, held, Modifiers.NONE))
        events += [Key(begins + pace / 4, code, True), Key(begins + pace / 2, code, False)]
    return on_one_desktop(events)


def reports(text, *, pace=0.008, at=0.0):
    """A gun that sends no report of keys let go: all that changes, changes at once."""
    events, down, held = [], None, False
    for place, char in enumerate(text):
        code, wanted = keys.keys_of("us")[char]
        begins = at + place * pace
        if bool(wanted) != held:
            held = bool(wanted)
            events.append(Key(begins, keys.LEFT_SHIFT, held))
        if down is not None:
            events.append(Key(begins, down, False))
        events.append(Key(begins, code, True))
        down = code
    events.append(Key(at + len(text) * pace, down, False))
    return on_one_desktop(events)


@pytest.mark.parametrize(
    "text", ["ABCDEFGHIJKLMNOP", "HCPRE:ABCDEFGH-QRST_XYZa", "aAbBcCdDEFGHIJK"]
)
@pytest.mark.parametrize("sends", [runs, reports])
@pytest.mark.parametrize("pace", [0.002, 0.008, 0.016, 0.024])
def test_guns_that_hold_shift_for_a_run_or_change_it_with_their_keys(text, sends, pace):
    (scan,) = sort(sends(text + "\r", pace=pace))
    assert (scan.payload.decode(), scan.complete) == (text, True)


def test_where_nobody_knows_whose_shift_it_was_the_scan_is_not_used():
    """One that a gun may have held for a run, and a hand for what it typed under it."""
    text = "abcDEFGHIJKLMNOPqrs"
    shifted = runs(text + "\r", pace=0.012)
    verdicts = sort(on_one_desktop(shifted + finger(12, 0.0705, rests=0.06)))
    (scan,) = scans(verdicts)
    assert not scan.complete


def test_shift_over_a_scans_end_is_the_persons_where_a_capital_follows_at_once():
    events = gun("000000\r", pace=1 / 64)
    typed = capital(A, 0.125, before=0.04) + capital(B, 0.211, shift=keys.RIGHT_SHIFT, before=0.04)
    verdicts = sort(on_one_desktop(events + typed))
    assert [key.code for key in passed(verdicts)] == [
        key.code for key in sorted(typed, key=lambda key: key.at)
    ]
    assert len(scans(verdicts)) == 1


def test_enter_pressed_right_after_a_scan_is_the_persons():
    events = gun(CODE + "\r")
    enter = finger(keys.ENTER, events[-1].at + 0.02)
    verdicts = sort(events + enter)
    assert whole(verdicts) == [CODE]
    assert passed(verdicts) == enter


def test_enter_and_backspace_pressed_in_the_midst_of_a_scan_are_the_persons():
    typed = finger(keys.ENTER, 0.0221, rests=0.05) + finger(keys.BACKSPACE, 0.0431, rests=0.05)
    verdicts = sort(gun(CODE + "-" + CODE + "\r") + typed)
    assert whole(verdicts) == [CODE + "-" + CODE]
    assert passed(verdicts) == sorted(typed, key=lambda key: key.at)


# Whatever comes


@given(st.lists(some_keys, max_size=80), some_rules, st.booleans())
def test_every_key_is_in_one_scan_or_goes_on_in_order(steps, rules, waits):
    now, events = 0.0, []
    for number, (step, code, down, held, repeat) in enumerate(steps):
        now += step
        events.append(Key(now, code, down, held, repeat, token=number))
    sorter = WedgeSorter(WedgeRules(**rules))
    verdicts = []
    for key in events:
        verdicts += sorter.key(key)
        if waits and sorter.due is not None and sorter.due < now:
            verdicts += sorter.time(sorter.due)
    while sorter.due is not None:
        verdicts += sorter.time(sorter.due)
    went_on = [key.token for key in passed(verdicts)]
    in_scans = [key.token for scan in scans(verdicts) for key in scan.keys]
    late = [one.key.token for one in verdicts if isinstance(one, Swallowed)]
    assert went_on == sorted(went_on)
    assert sorted(went_on + in_scans + late) == list(range(len(events)))
    for scan in scans(verdicts):
        assert len(scan.keys) >= rules.get("minimum", 6)


@given(typed_runs, bursts, st.floats(0.0, 0.6))
def test_scans_among_typing_are_all_found_and_nothing_else(typing, codes, offset):
    scanned, at = [], offset
    for text, pace in codes:
        scanned += gun(text + "\r", at=at, pace=pace)
        at = scanned[-1].at + 1.2  # nearer, capitals without a pause could bridge two scans
    busy, typed, at = strokes_of(scanned), [], 0.0
    for char, step, rests, shift in typing:
        at += step
        strokes = struck(char, at, rests, shift)
        if any(meet(one, other) for one in strokes for other in busy):
            continue
        busy += strokes
        for code, low, high in strokes:
            typed += finger(code, low, rests=high - low)
    events = on_one_desktop(scanned + typed)
    verdicts = sort(events)
    found = scans(verdicts)
    assert len(found) == len(codes)
    typed_at = {(key.at, key.code, key.down) for key in typed}
    by_hand = [key for key in events if (key.at, key.code, key.down) in typed_at]
    assert passed(verdicts) == by_hand
    shifts = any(key.code in keys.SHIFTS for key in typed)
    for scan, (text, _) in zip(found, codes, strict=True):
        if scan.complete or not shifts:  # else nobody knows whose Shift it was
            assert (scan.payload.decode(), scan.complete) == (text, True)
    event(f"not used: {sum(not scan.complete for scan in found)}")
