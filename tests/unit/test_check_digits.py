"""The counter's check digits against the literals both sides of the contract meet."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app.domain.identity import check_digit_holds, credit_code_holds
from counter_app.domain.licence import identifier_holds

VECTORS = json.loads(
    (Path(__file__).parents[2] / "docs/api/vectors/check_digits.json").read_text("utf-8")
)["vectors"]
CHECKS = {
    "resident_number": check_digit_holds,
    "credit_code": credit_code_holds,
    "licence_identifier": identifier_holds,
}
IDENTIFIERS = json.loads(
    (Path(__file__).parents[2] / "docs/api/vectors/licence_identifiers.json").read_text("utf-8")
)["vectors"]
NOT_ASKED_HERE = {"organisation_code"}  # no page of the counter takes one by itself
MINE = [vector for vector in VECTORS if vector["kind"] in CHECKS]


@pytest.mark.parametrize("vector", MINE, ids=lambda vector: vector["value"])
def test_vector(vector):
    assert (CHECKS[vector["kind"]](vector["value"]) is True) is vector["holds"]


def test_no_kind_is_passed_over():
    assert {vector["kind"] for vector in VECTORS} == set(CHECKS) | NOT_ASKED_HERE
    for kind in CHECKS:
        assert {vector["holds"] for vector in MINE if vector["kind"] == kind} == {True, False}


@pytest.mark.parametrize("vector", IDENTIFIERS, ids=lambda vector: vector["identifier"])
def test_an_identifier_of_a_licence(vector):
    assert identifier_holds(vector["identifier"]) is vector["holds"]


IDENTIFIER = "1.2.156.3005.2.11100000000013338W011.11430000000000000X.TEST00000001.001.N"


@pytest.mark.parametrize("position", [16, 20, 34, 40, 60, 70, 73])
def test_one_wrong_character_of_a_licence_identifier_is_noticed(position):
    there = IDENTIFIER[position]
    wrong = IDENTIFIER[:position] + ("Q" if there != "Q" else "R") + IDENTIFIER[position + 1 :]
    assert identifier_holds(IDENTIFIER)
    assert not identifier_holds(wrong)


@given(st.text(max_size=40))
def test_no_text_breaks_a_check(text):
    for check in CHECKS.values():
        assert check(text) in (True, False, None)
        assert check("1.2.156.3005.2." + text) in (True, False, None)
