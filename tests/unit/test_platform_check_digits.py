"""Check digits against the literals both sides of the contract meet."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall_platform import check_digits

VECTORS = json.loads(
    (Path(__file__).parents[2] / "docs/api/vectors/check_digits.json").read_text("utf-8")
)["vectors"]
CHECKS = {
    "resident_number": check_digits.is_resident_number,
    "organisation_code": check_digits.is_organisation_code,
    "credit_code": check_digits.is_credit_code,
    "licence_identifier": check_digits.is_licence_identifier,
}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["value"])
def test_vector(vector):
    assert CHECKS[vector["kind"]](vector["value"]) is vector["holds"]


def test_every_kind_has_right_and_wrong_vectors():
    for kind in CHECKS:
        assert {vector["holds"] for vector in VECTORS if vector["kind"] == kind} == {True, False}


@given(
    st.text(alphabet="0123456789", min_size=17, max_size=17), st.integers(0, 16), st.integers(1, 9)
)
def test_one_wrong_digit_of_a_resident_number_never_passes(body, place, shift):
    number = body + check_digits.resident_check(body)
    wrong = str((int(number[place]) + shift) % 10)
    assert not check_digits.is_resident_number(number[:place] + wrong + number[place + 1 :])


@given(st.text(max_size=40))
def test_no_text_breaks_a_check(text):
    for check in CHECKS.values():
        assert check(text) in (True, False)
