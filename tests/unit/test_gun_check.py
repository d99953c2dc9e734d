"""The test code: each fault of a gun's setting is found, and a gun that is set right has none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app.devices.gun_check import (
    TEST_CODE,
    Fault,
    faults_of_burst,
    faults_of_text,
    test_rules,
)
from counter_app.devices.simulators.typing_gun import keystrokes
from counter_app.devices.wedge import Burst, Key, WedgeRules, WedgeSorter
from counter_app.domain.codes import CodeKind
from counter_app.settings import Settings
from ui.assembly import load_code_book

test_rules.__test__ = False
RULES = WedgeRules()


def burst(text, rules=RULES, pace=0.004, **how):
    """What a test hears of a gun that types `text`."""
    sorter = WedgeSorter(test_rules(rules))
    verdicts = []
    for at, code, down, held in keystrokes(text, pace_s=pace, **how):
        verdicts += sorter.key(Key(at, code, down, held))
    verdicts += sorter.time(sorter.due)
    (one,) = [verdict for verdict in verdicts if isinstance(verdict, Burst)]
    return one


def found(text, rules=RULES, **how):
    return faults_of_burst(burst(text, rules, **how), rules)


def test_a_gun_that_is_set_right_has_no_fault():
    for pace in (0.001, 0.010, 0.030):
        assert found(TEST_CODE + "\r", pace=pace) == ()
    assert found(TEST_CODE + "\r", caps=True) == ()
    tab = WedgeRules(suffix="\t", prefix="~")
    assert found("~" + TEST_CODE + "\t", tab) == ()
    assert found(TEST_CODE, WedgeRules(suffix="")) == ()


@pytest.mark.parametrize("layout", ["uk", "de", "fr"])
def test_another_layout(layout):
    assert found(TEST_CODE + "\r", layout=layout) == (Fault("gun.check_layout", {"value": layout}),)
    back = WedgeRules(layout=layout)
    assert found(TEST_CODE + "\r", back) == (Fault("gun.check_layout", {"value": "us"}),)


def test_caps_lock():
    turned = TEST_CODE.swapcase() + "\r"
    assert found(turned, caps=True) == (Fault("gun.check_caps", {"value": "followed"}),)
    follows = WedgeRules(follows_caps=True)
    assert found(TEST_CODE + "\r", follows, caps=True) == (
        Fault("gun.check_caps", {"value": "ignored"}),
    )


def test_suffix_and_prefix():
    assert found(TEST_CODE) == (Fault("gun.check_no_suffix"),)
    assert found(TEST_CODE + "\t") == (Fault("gun.check_suffix", {"value": "tab"}),)
    assert found("\x02" + TEST_CODE + "\r") == (Fault("gun.check_prefix", {"value": "\\x02"}),)
    assert found(TEST_CODE + "\r", WedgeRules(prefix="~")) == (
        Fault("gun.check_prefix", {"value": ""}),
    )


def test_slow_guns():
    (fault,) = found(TEST_CODE + "\r", pace=0.1)
    assert fault.code == "gun.check_slow"
    slow = WedgeRules(gap_s=fault.facts["value"] / 1000)
    assert found(TEST_CODE + "\r", slow, pace=0.1) == ()


def test_lost_characters_an_input_method_and_anything_else():
    assert found(TEST_CODE[:20] + TEST_CODE[23:] + "\r") == (Fault("gun.check_lost", {"count": 3}),)
    assert found("https://example.invalid/another\r") == (Fault("gun.check_unreadable"),)
    one = burst("something\r")
    assert faults_of_burst(one, RULES, input_method=True) == (Fault("gun.check_input_method"),)


def test_several_faults_at_once():
    faults = found("~" + TEST_CODE, layout="de", pace=0.06)
    assert [one.code for one in faults] == [
        "gun.check_layout",
        "gun.check_prefix",
        "gun.check_no_suffix",
        "gun.check_slow",
    ]


def test_guns_on_a_wire():
    assert faults_of_text(TEST_CODE) == ()
    assert faults_of_text("]Q1" + TEST_CODE) == (Fault("gun.check_prefix", {"value": "]Q1"}),)
    assert faults_of_text(TEST_CODE[:-2]) == (Fault("gun.check_lost", {"count": 2}),)
    assert faults_of_text("") == (Fault("gun.check_unreadable"),)


def test_the_test_code_is_known_as_one(tmp_path):
    assert load_code_book(Settings(tmp_path)).meaning(TEST_CODE.encode()).kind is CodeKind.TEST


@given(st.text(max_size=80))
def test_whatever_comes_is_answered(text):
    faults_of_text(text)
