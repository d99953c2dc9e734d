"""Modules say what is theirs, and nothing has two meanings."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

import hall_platform
from hall_platform import acts, looks, problems
from hall_platform.clock import HALL_ZONE, ShiftedClock
from hall_platform.events import kinds
from hall_platform.modules import NAMES, parts

FILES = ("tables", "problems", "events", "acts", "routes", "examples", "looks", "seed")
PACKAGE = Path(hall_platform.__file__).parent


def test_every_folder_with_a_modules_file_is_a_module():
    folders = {path.parent.name for kind in FILES for path in PACKAGE.glob(f"*/{kind}.py")}
    assert folders - {"commands"} <= set(NAMES)


@pytest.mark.parametrize("kind", FILES)
def test_every_file_of_a_module_is_found(kind):
    there = {path.parent.name for path in PACKAGE.glob(f"*/{kind}.py")} - {"commands"}
    assert set(parts(kind)) == there
    assert list(parts(kind)) == sorted(there, key=NAMES.index)


@pytest.mark.parametrize(
    ("module", "whole", "part"),
    [
        (problems, problems.kinds, {"KINDS": {"not-found": problems.Kind(404, "又一个")}}),
        (kinds, kinds.kinds, {"KINDS": {"told": None}}),
        (acts, acts.acts, {"ACTS": (SimpleNamespace(name="done"),)}),
        (looks, looks.looks, {"LOOKS": {"cases": looks.Look("又一个")}}),
    ],
)
def test_a_second_meaning_is_refused(module, whole, part, monkeypatch):
    twice = {"one": SimpleNamespace(**part), "other": SimpleNamespace(**part)}
    monkeypatch.setattr(module, "parts", lambda _kind: twice)
    with pytest.raises(ValueError, match="other|one"):
        whole.__wrapped__()


def test_a_clock_that_was_set_goes_on_from_there():
    moment = datetime(2031, 1, 1, 9, tzinfo=HALL_ZONE)
    clock = ShiftedClock.starting_at(moment)
    first, second = clock.now(), clock.now()
    assert moment <= first <= second < moment + timedelta(minutes=1)
    assert first.utcoffset() == timedelta(hours=8)
    other = ShiftedClock.starting_at(datetime(2031, 1, 1, 1, tzinfo=UTC))
    assert other.now().hour == 9
