"""What of a person may stand in a log or on a screen: never the whole name or number."""

from datetime import date

import pytest
from fakes import NUMBER, person
from hypothesis import assume, given
from hypothesis import strategies as st

from counter_app.domain.masking import mask_name, mask_number
from counter_app.privacy import shown, without_numbers

DIGITS = "0123456789"
CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
PERSONAL = st.builds(
    lambda body, check: body + check,
    st.text(DIGITS, min_size=17, max_size=17),
    st.sampled_from(DIGITS + "Xx"),
)
CREDIT_CODE = st.builds(
    lambda head, region, tail: head + region + tail,
    st.text(CREDIT, min_size=2, max_size=2),
    st.text(DIGITS, min_size=6, max_size=6),
    st.text(CREDIT, min_size=10, max_size=10),
)
FOREIGNER = st.builds(
    lambda letters, digits: letters + digits,
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=3),
    st.text(DIGITS, min_size=12, max_size=12),
)
MOBILE = st.builds(
    "1{}{}".format, st.sampled_from("3456789"), st.text(DIGITS, min_size=9, max_size=9)
)
EVERY_NUMBER = PERSONAL | CREDIT_CODE | FOREIGNER | MOBILE
AROUND = st.text(
    st.characters(exclude_categories=("Nd",)).filter(
        lambda sign: not (sign.isascii() and sign.isalnum()) and sign != "Ｘ"
    ),
    max_size=12,
)


@given(EVERY_NUMBER, AROUND, AROUND)
def test_a_number_within_any_text_is_masked(number, before, after):
    text = without_numbers(before + number + after)
    assert number not in text
    assert text == before + mask_number(number) + after


@given(st.lists(EVERY_NUMBER, min_size=2, max_size=4), st.sampled_from([",", "，", " ", "号", "_"]))
def test_of_several_numbers_none_is_left(numbers, between):
    text = without_numbers(between.join(numbers))
    for number in numbers:
        assert number not in text


def test_full_width_digits_are_digits():
    assert (
        without_numbers("号码９９０３０２１９９００１０１００１６。") == "号码9903**********0016。"
    )
    assert "83000019850505003" not in without_numbers("８３００００１９８５０５０５００３Ｘ")


@pytest.mark.parametrize(
    "text",
    [
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
        "ecf9e98ec0641e23113ff3ce8bdc78d0ddd249886517fd4a7f68cc83d4e65667",
        "990302202611240300001",  # an official case number has 21 digits
        "L-03-20261124-0001",
        "2026-11-24T09:30:00.123456+08:00",
        "05.03-20150101-0000123456-0000007890",
    ],
)
def test_what_support_needs_stays_readable(text):
    assert without_numbers(text) == text


@given(st.text(st.characters(exclude_characters="*"), min_size=2))
def test_a_masked_name_is_never_the_whole_name(name):
    whole = name.strip(" \u3000")
    assume(whole)
    masked = mask_name(name)
    assert masked.endswith("*")
    assert whole not in masked or whole == masked[:-1]
    rest = whole[len(masked) - 1 :]
    assert not rest or masked[:-1] + rest == whole


@given(st.text(alphabet=st.characters(categories=["Lo"]), min_size=2, max_size=15))
def test_of_a_name_of_letters_one_is_shown(name):
    assert mask_name(name) == name[0] + "*"


@given(st.text(min_size=1, max_size=40))
def test_a_masked_number_hides_at_least_half_up_to_16_and_all_up_to_8(number):
    masked = mask_number(number)
    assert len(masked) == len(number)
    assert set(masked[4:-4]) <= {"*"}
    if len(number) <= 8:
        assert set(masked) == {"*"}


@given(
    st.text(alphabet=st.characters(categories=["Lo"]), min_size=2, max_size=15),
    PERSONAL,
    st.dates(date(1900, 1, 1), date(2026, 1, 1)),
)
def test_a_person_in_a_log_is_a_kind_an_initial_and_eight_digits(name, number, born):
    text = shown(person(name=name, number=number, born=born))
    assert text == f"resident {name[0]}* {number[:4]}**********{number[-4:]}"


def test_a_bare_number_in_a_log():
    assert shown(NUMBER) == "9903**********0016"
