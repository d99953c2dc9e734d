"""The test code: each fault of a gun's setting is found, and a gun that is set right has none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app.devices.gun_check import (
    TEST_CODE,
    Fault,
    faults_of_burst,
    faults_of_sent,
    test_rules,
)
from counter_app.devices.simulators.typing_gun import keystrokes
from counter_app.devices.wedge import Burst, Key, WedgeRules, WedgeSorter
from counter_app.domain.codes import CodeKind
from counter_app.domain.reading import CodeSent
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


def sent(text, suffix="\r", prefix=""):
    """The faults of a gun on a wire that sends `text`."""
    ending = None if suffix is None else suffix.encode()
    return faults_of_sent(CodeSent(text.encode(), prefix.encode(), ending))


def test_a_gun_on_a_wire_that_is_set_right_has_no_fault():
    for suffix in ("\r", "\n", "\t", "\x03"):
        assert sent(TEST_CODE + suffix, suffix) == ()
        assert sent(TEST_CODE + suffix + "\r\n", suffix) == (), "line ends do no harm"
    assert sent(TEST_CODE + "\r\n") == sent(TEST_CODE + "\r\n", "\n") == ()
    assert sent(TEST_CODE, "") == sent(TEST_CODE + "\r\n", "") == ()
    assert sent(TEST_CODE, None) == sent(TEST_CODE + "\r", None) == (), "its wire marks the end"
    assert sent("\x02" + TEST_CODE + "\x03", "\x03", prefix="\x02") == ()


def test_the_prefix_of_a_gun_on_a_wire():
    found = (Fault("gun.check_prefix", {"value": "]Q1"}),)
    assert sent("]Q1" + TEST_CODE + "\r") == found
    assert sent("]Q1" + TEST_CODE, None) == found
    assert sent(TEST_CODE + "\r", prefix="]Q1") == (Fault("gun.check_prefix", {"value": ""}),)


@pytest.mark.parametrize(
    ("ending", "name"), [("\r", "enter"), ("\n", "lf"), ("\t", "tab"), ("\x03", "etx")]
)
def test_the_suffix_of_a_gun_on_a_wire_is_named_where_it_is_another(ending, name):
    for suffix in {"\r", "\n", "\t", "\x03"} - {ending}:
        assert sent(TEST_CODE + ending, suffix) == (Fault("gun.check_suffix", {"value": name}),)
    # What the check says to set is what works then.
    assert sent(TEST_CODE + ending, ending) == ()


def test_no_suffix_or_one_nobody_knows_on_a_wire():
    assert sent(TEST_CODE) == (Fault("gun.check_no_suffix"),)
    assert sent(TEST_CODE + "\t", "") == (Fault("gun.check_suffix", {"value": "tab"}),)
    for strange in ("#", "#\r", "\x04", "\r#"):
        assert sent(TEST_CODE + strange) == (Fault("gun.check_ending"),)
    assert sent(TEST_CODE + "#", None) == (Fault("gun.check_ending"),)


def test_another_code_or_part_of_the_test_code_on_a_wire():
    assert sent(TEST_CODE[:-2] + "\r") == (Fault("gun.check_lost", {"count": 2}),)
    assert sent("") == sent("https://example.invalid\r") == (Fault("gun.check_unreadable"),)
    faults = faults_of_sent(CodeSent(b"\xff\xfe\xfd", b"", b"\r"))
    assert faults == (Fault("gun.check_unreadable"),)


def test_the_test_code_is_known_as_one(tmp_path):
    assert load_code_book(Settings(tmp_path)).meaning(TEST_CODE.encode()).kind is CodeKind.TEST


@given(
    st.binary(max_size=20),
    st.booleans(),
    st.binary(max_size=20),
    st.sampled_from([b"", b"]Q1", b"\x02", b"\xff"]),
    st.sampled_from([None, b"", b"\r", b"\n", b"\t", b"\x03"]),
)
def test_whatever_comes_is_answered(before, is_the_code, after, prefix, suffix):
    middle = TEST_CODE.encode() if is_the_code else b""
    faults_of_sent(CodeSent(before + middle + after, prefix, suffix))
