"""The invented halls' cases: in every state, each with a life that the law allows."""

import json
from datetime import date

import pytest

from hall_platform.business import life, papers
from hall_platform.business.tables import (
    case_events,
    case_papers,
    case_points,
    case_stops,
    cases,
    number_blocks,
)
from hall_platform.licences.tables import licences
from hall_platform.seed import invent
from hall_platform.seed_data.people import FROM_CARDS

DAYS = [date(2026, 11, 24), date(2026, 2, 24), date(2026, 10, 3), date(2027, 1, 4)]
STARTS = {"receive"}


@pytest.fixture(scope="module", params=DAYS, ids=str)
def hall(request):
    return invent(number=1, today=request.param)


def of(hall, table, row):
    key = (row["county"], row["id"])
    return [one for one in hall.rows[table] if (one["county"], one["case_id"]) == key]


def test_there_are_cases_in_every_state_and_of_both_counties(hall):
    rows = hall.rows[cases]
    assert {row["state"] for row in rows} == set(life.STATES)
    assert {row["county"] for row in rows} == {"990302", "990304"}
    elsewhere = {(r["county"], r["for_county"]) for r in rows if r["county"] != r["for_county"]}
    assert elsewhere == {("990302", "990304"), ("990304", "990302")}
    assert any(row["bundle"] for row in rows)


def test_every_timeline_is_unbroken_and_lies_in_the_past(hall):
    for row in hall.rows[cases]:
        steps = of(hall, case_events, row)
        assert steps[0]["act"] in STARTS
        assert [step["from_state"] for step in steps[1:]] == [s["to_state"] for s in steps][:-1]
        assert steps[-1]["to_state"] == row["state"]
        assert [step["at"] for step in steps] == sorted(step["at"] for step in steps)
        assert steps[-1]["at"][:10] < hall.today.isoformat()
        for step in steps:
            assert step["act"] == "receive" or step["act"] in life.ACTS
            assert bool(step["window"]) is not bool(step["department"])


def test_every_paper_has_a_number_of_its_own(hall):
    numbers = [paper["number"] for paper in hall.rows[case_papers]]
    assert len(set(numbers)) == len(numbers)
    assert {paper["kind"] for paper in hall.rows[case_papers]} <= set(papers.KINDS)
    assert max(map(len, numbers)) <= 64


def test_clocks_stand_exactly_where_they_have_to(hall):
    for row in hall.rows[cases]:
        standing = {one["clock"] for one in of(hall, case_stops, row) if one["until_on"] is None}
        if row["state"] == life.SUSPENDED:
            assert standing == {"handling"}
            assert row["due_on"] is None
        elif row["state"] == life.TO_CORRECT:
            assert standing == {"acceptance"}
            assert row["acceptance_due_on"] is None
        elif row["state"] in life.IN_HAND:
            assert row["due_on"] >= row["accepted_on"]
        if row["notices"]:
            assert of(hall, case_points, row)


def test_numbers_were_leased_and_results_are_licences_of_the_applicant(hall):
    blocks = {(b["county"], b["day"], b["window"]): b["count"] for b in hall.rows[number_blocks]}
    holders = {one["identifier"]: one["holder_number"] for one in hall.rows[licences]}
    for row in hall.rows[cases]:
        number = row["number"]
        assert int(number[16:]) <= blocks[number[:6], number[6:14], number[14:16]]
        if row["result_licence"]:
            assert holders[row["result_licence"]] == row["applicant_number"]
            assert row["outcome"] == "granted"


def test_nobody_of_the_card_vectors_has_a_case_yet(hall):
    known = {person["number"] for person in FROM_CARDS}
    assert not known & {row["applicant_number"] for row in hall.rows[cases]}
    for row in hall.rows[cases]:
        assert json.loads(row["applicant"])["number"] == row["applicant_number"]
