"""The invented hall: believable, whole, deterministic, and made of nobody real."""

import json
from datetime import date
from pathlib import Path

import pytest

from hall_platform.business.tables import preapplications
from hall_platform.catalogue.tables import items
from hall_platform.check_digits import (
    is_credit_code,
    is_licence_identifier,
    is_organisation_code,
    is_resident_number,
)
from hall_platform.exchange.tables import people
from hall_platform.licences.tables import licences
from hall_platform.seed import invent
from hall_platform.seed_data.items import ITEMS

TODAY = date(2026, 11, 24)
RARE = "㛃䶮𬭎𫖯𬸣𠅤𢙒𬱖𡛷𠮷𪚥𫠠"


@pytest.fixture(scope="module")
def hall():
    return invent(number=1, today=TODAY)


def test_there_is_as_much_as_promised(hall):
    counts = {table.name: len(rows) for table, rows in hall.rows.items()}
    assert counts["people"] == 60
    assert counts["organisations"] == 12
    assert counts["licences"] == 200
    assert counts["preapplications"] == 60
    assert counts["windows"] == 12 + 4  # of the hall, and of the one next door
    assert len(ITEMS) >= 12


def test_every_number_is_invented_and_carries_its_check(hall):
    for person in hall.people["people"]:
        number = person["number"]
        if person["kind"] == "foreigner_2017":
            assert len(number) == 15
        else:
            assert is_resident_number(number)
        if person["kind"] == "resident":
            assert number.startswith("99")
            assert number[6:14] == person["born"].replace("-", "")
            assert int(number[16]) % 2 == (person["sex"] == "1")
    for firm in hall.people["organisations"]:
        assert is_credit_code(firm["number"])
        assert is_organisation_code(firm["number"][8:17])
        assert firm["number"][2:8] == "990302"


def test_the_card_vectors_people_live_here(hall):
    vectors = json.loads(
        (Path(__file__).parents[2] / "docs/api/vectors/sdt-frames.json").read_text("utf-8")
    )
    known = {person["number"]: person for person in hall.people["people"]}
    held = [
        frame["expect"]
        for frame in vectors["frames"].values()
        if "number" in frame.get("expect", {})
    ]
    assert len(held) == 5
    for expected in held:
        person = known[expected["number"]]
        assert {key: person[key] for key in expected} == expected


def test_names_cover_the_rare_characters_and_the_long_ones(hall):
    names = [person["name"] for person in hall.people["people"]]
    everything = "".join([*names, *(firm["name"] for firm in hall.people["organisations"])])
    assert set(RARE) <= set(everything)
    assert 25 in map(len, names)
    assert 50 in [len(person.get("name_english", "")) for person in hall.people["people"]]
    too_long = [person for person in hall.people["people"] if not person["fits_card"]]
    assert [len(person["name"]) for person in too_long] == [25]
    assert all(
        len(person.get("address", "").encode("utf-16-le")) <= 70 for person in hall.people["people"]
    )


def test_licences_have_right_identifiers_and_all_standings(hall):
    rows = hall.rows[licences]
    assert all(is_licence_identifier(row["identifier"]) for row in rows)
    assert len({row["identifier"] for row in rows}) == 200
    assert {len(row["type_code"]) for row in rows} == {21}
    assert {row["standing"] for row in rows} == {"in_force", "revoked", "suspended"}
    expired = [row for row in rows if row["valid_to"] and row["valid_to"] < TODAY.isoformat()]
    assert 5 <= len(expired) <= 60
    assert all(row["issued_on"] <= TODAY.isoformat() for row in rows)
    holders = {party["number"] for party in (*hall.people["people"], *hall.people["organisations"])}
    assert {row["holder_number"] for row in rows} <= holders


def test_preapplications_are_in_all_states_and_upload_what_their_item_asks(hall):
    rows = hall.rows[preapplications]
    states = {row["state"] for row in rows}
    assert states == {"submitted", "checked", "to_correct", "claimed", "withdrawn"}
    known = {item["code"]: item for item in ITEMS.values()}
    for row in rows:
        materials = {material["code"] for material in known[row["item"]]["materials"]}
        assert {upload["material"] for upload in json.loads(row["uploads"])} <= materials
    assert len({row["code"] for row in rows}) == 60


def test_items_are_whole_and_their_codes_distinct(hall):
    codes = [item["code"] for item in ITEMS.values()]
    assert len(set(codes)) == len(codes)
    for item in ITEMS.values():
        assert len(item["code"]) == 31
        assert is_credit_code(item["code"][:18])
        assert item["legal_basis"]
        assert item["promised_days"] <= item["legal_days"]
        assert any(material["met_by"]["identity_card"] for material in item["materials"])
    regimes = {item["regime"] for item in ITEMS.values()}
    assert regimes >= {"licensing", "market_registration", "confirmation", "payment"}


def test_the_same_number_gives_the_same_hall_but_never_the_same_passwords(hall):
    again = invent(number=1, today=TODAY)
    for table in (licences, preapplications, people, items):
        assert again.rows[table] == hall.rows[table]
    passwords = {one["password"] for one in (*hall.accounts["clerks"], *again.accounts["clerks"])}
    secrets = {one["secret"] for one in (*hall.accounts["devices"], *again.accounts["devices"])}
    assert len(passwords) == 2 * len(hall.accounts["clerks"])
    assert len(secrets) == 2 * len(hall.accounts["devices"])


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2026, 1, 1), date(2031, 12, 31)])
@pytest.mark.parametrize("number", [2, 77])
def test_any_day_and_number_make_a_hall(today, number):
    rows = invent(number=number, today=today).rows[licences]
    expired = [row for row in rows if row["valid_to"] and row["valid_to"] < today.isoformat()]
    assert expired
    assert len(rows) == 200
