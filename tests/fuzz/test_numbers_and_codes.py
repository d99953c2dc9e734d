"""Numbers of documents, names, codes scanned, addresses of printers: any text and any bytes."""

from __future__ import annotations

import string
import tomllib
from contextlib import suppress
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

import resources
from counter_app.devices.ipp_link import ServerAddress
from counter_app.domain.codes import CodeBook, cleaned
from counter_app.domain.identity import (
    WARNINGS,
    Identity,
    check_digit_holds,
    credit_code_holds,
    normalised_number,
    same_name,
    warnings,
)
from counter_app.domain.licence import identifier_holds
from counter_app.domain.masking import mask_name, mask_number
from counter_app.domain.payload import decoded
from counter_app.errors import CodeError
from counter_app.privacy import without_numbers
from hall_platform.check_digits import credit_check, resident_check

BOOK = CodeBook(tomllib.loads(resources.path("codes/issuers.toml").read_text("utf-8"))["code"])

any_text = st.text(alphabet=st.characters(), max_size=40)  # half characters too
numbers = st.one_of(
    any_text,
    st.text(alphabet=string.digits + "Xx０１２３４５６７８９Ｘ \u3000", max_size=22),
    st.text(alphabet=string.ascii_uppercase + string.digits, min_size=18, max_size=18),
)
RESIDENTS = st.from_regex(r"99[0-9]{15}", fullmatch=True).map(lambda one: one + resident_check(one))
CREDIT_CODES = st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17).map(
    lambda one: one + credit_check(one)
)


@given(numbers)
def test_any_number_is_judged_and_never_raises(number):
    assert check_digit_holds(number) in (True, False, None)
    assert credit_code_holds(number) in (True, False)
    assert identifier_holds(number) in (True, False)
    assert normalised_number(normalised_number(number)) == normalised_number(number)


@given(RESIDENTS, st.integers(0, 17), st.sampled_from(string.digits))
def test_one_wrong_digit_is_always_seen(number, place, digit):
    wrong = number[:place] + digit + number[place + 1 :]
    assert check_digit_holds(number)
    assert check_digit_holds(wrong) is (wrong == number)


@given(RESIDENTS, st.integers(0, 16))
def test_two_digits_that_changed_places_are_always_seen(number, place):
    wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if wrong != number:
        assert not check_digit_holds(wrong)


@given(CREDIT_CODES, st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_one_wrong_symbol_of_a_credit_code_is_always_seen(code, place, symbol):
    wrong = code[:place] + symbol + code[place + 1 :]
    assert credit_code_holds(code)
    assert credit_code_holds(wrong) is (wrong == code)


@given(numbers)
def test_a_masked_number_keeps_its_length_and_hides_its_middle(number):
    masked = mask_number(number)
    assert len(masked) == len(number)
    assert set(masked[4:-4]) <= {"*"}


@given(any_text, any_text)
def test_any_name_is_masked_and_compared(first, second):
    shown = mask_name(first)
    assert shown == "" or shown.endswith("*")
    assert same_name(first, first)
    assert same_name(first, second) == same_name(second, first)


@given(any_text, RESIDENTS, any_text)
def test_no_number_of_a_person_gets_past_the_last_net(before, number, after):
    """Unless other letters or digits stick to it: then nobody would know it for one."""
    said = f"{before} {number} {after}"
    assert number not in without_numbers(said)


@given(st.from_type(Identity), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_any_identity_is_warned_of_in_known_words(identity, today):
    assert set(warnings(identity, today)) <= set(WARNINGS)


@given(st.one_of(st.binary(max_size=100), st.binary(max_size=80).map(lambda one: b"HCPRE:" + one)))
def test_any_payload_is_a_code_or_a_code_error(payload):
    try:
        meaning = BOOK.meaning(payload)
    except CodeError:
        return
    text = cleaned(decoded(payload)[0])
    assert all(value in text for value in meaning.facts.values())
    assert repr(meaning) == f"Meaning({meaning.kind.value}, hidden)"


@given(st.one_of(any_text, st.builds("{}:{}".format, any_text, any_text)))
def test_any_address_of_a_printer_is_taken_or_refused(text):
    with suppress(ValueError):
        address = ServerAddress.parsed(text)
        assert address.socket_path or 0 < address.port < 65536
