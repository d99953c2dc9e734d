"""What the checks of a platform are made of: forms filled in, people invented, a fault for each."""

import pytest
from jsonschema import Draft202012Validator
from planted_faults import BEHAVIOUR, PROTOCOL

from hall_platform.check_digits import resident_check
from hall_platform.conformance import asking, doing, every
from hall_platform.conformance.forms import Unfillable, filled
from hall_platform.conformance.people import somebody
from hall_platform.conformance.running import CHECKS
from hall_platform.seed_data.items import ITEMS

FORMS = {f"{name} {one['code']}": one for name, item in ITEMS.items() for one in item["forms"]}


@pytest.mark.parametrize("name", FORMS)
def test_every_form_of_the_invented_items_can_be_filled_in(name):
    schema = FORMS[name]["json_schema"]
    assert list(Draft202012Validator(schema).iter_errors(filled(schema))) == []


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "pattern": "^[a-z]{40}$"},
        {"type": "integer", "multipleOf": 17, "minimum": 1, "maximum": 16},
        {"type": "object", "required": ["a"], "properties": {}},
        {"not": {}},
    ],
)
def test_what_no_plain_value_meets_is_said(schema):
    with pytest.raises(Unfillable):
        filled(schema)


def test_a_form_nested_without_end_is_said():
    schema = {"type": "string", "pattern": "^never$"}
    for _ in range(50):
        schema = {"type": "object", "required": ["a"], "properties": {"a": schema}}
    with pytest.raises(Unfillable):
        filled(schema)


def test_people_of_the_checks_are_of_no_region_and_have_right_check_digits():
    numbers = {somebody()["number"] for _ in range(50)}
    assert len(numbers) > 40
    for number in numbers:
        assert number.startswith("99")
        assert number[17] == resident_check(number[:17])


def test_each_check_of_behaviour_has_a_planted_fault_of_its_own():
    every.add()
    rooms = {asking.__name__, doing.__name__}
    names = {one.name for one in CHECKS}
    of_behaviour = {one.name for one in CHECKS if one.run.__module__ not in rooms}
    planted = [name for fault in BEHAVIOUR.values() for name in fault.found_by]
    assert sorted(planted) == sorted(of_behaviour)
    assert all(fault.found_by <= names for fault in PROTOCOL.values())
