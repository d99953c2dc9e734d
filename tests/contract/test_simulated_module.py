"""The simulated module keeps to the field's rules; judged by literals, not by our own parser."""

import json
from pathlib import Path

import pytest

from counter_app.devices.simulators.cards import SimulatedCard
from counter_app.devices.simulators.reader import SimulatedModule

VECTORS = Path(__file__).parents[2] / "docs/api/vectors/sdt-frames.json"
WIRE = {
    name: bytes.fromhex(entry["hex"])
    for name, entry in json.loads(VECTORS.read_text("utf-8"))["frames"].items()
}
FIND = bytes.fromhex("AAAAAA96690003200122")
SELECT = bytes.fromhex("AAAAAA96690003200221")
READ = bytes.fromhex("AAAAAA96690003300132")
NEW_ADDRESS = bytes.fromhex("AAAAAA96690003300330")


@pytest.fixture
def module():
    return SimulatedModule()


@pytest.fixture
def card():
    return SimulatedCard(WIRE["resident"])


def test_what_needs_no_card(module):
    assert module.answer(bytes.fromhex("AAAAAA9669000310FFEC")) == WIRE["status_ok"]
    assert module.answer(bytes.fromhex("AAAAAA9669000311FFED")) == WIRE["status_ok"]
    assert module.answer(bytes.fromhex("AAAAAA9669000312FFEE")) == WIRE["sam_id"]


def test_without_a_card(module):
    assert module.answer(FIND) == WIRE["none"]
    assert module.answer(SELECT) == WIRE["select_failed"]
    assert module.answer(READ) == WIRE["read_failed"]


def test_find_select_read(module, card):
    module.put(card)
    assert module.answer(FIND) == WIRE["found"]
    assert module.answer(SELECT) == WIRE["selected"]
    assert module.answer(READ) == WIRE["resident"]
    assert module.answer(NEW_ADDRESS) == WIRE["no_new_address"]


def test_the_new_address_is_the_vectors(module):
    module.put(SimulatedCard(WIRE["resident"], "试验省试验市新样张区迁移路2号"))
    for request in (FIND, SELECT, READ):
        module.answer(request)
    assert module.answer(NEW_ADDRESS) == WIRE["new_address"]


def test_find_and_select_come_before_every_read(module, card):
    module.put(card)
    assert module.answer(READ) == WIRE["read_failed"]
    module.answer(FIND)
    assert module.answer(READ) == WIRE["read_failed"]


def test_a_card_that_was_read_has_to_leave(module, card):
    module.put(card)
    for request in (FIND, SELECT, READ):
        module.answer(request)
    assert module.answer(FIND) == WIRE["none"]
    assert module.answer(READ) == WIRE["read_failed"]
    module.lift()
    assert module.answer(FIND) == WIRE["none"]
    module.put(card)
    assert module.answer(FIND) == WIRE["found"]


@pytest.mark.parametrize(
    ("request_hex", "answer_hex"),
    [
        ("AAAAAA96690003200123", "AAAAAA9669000400001014"),  # wrong check
        ("AAAAAA966900022022", "AAAAAA9669000400001115"),  # too short
        ("AAAAAA9669000399009A", "AAAAAA9669000400002125"),  # no such command
    ],
)
def test_requests_that_are_wrong(module, request_hex, answer_hex):
    assert module.answer(bytes.fromhex(request_hex)) == bytes.fromhex(answer_hex)
