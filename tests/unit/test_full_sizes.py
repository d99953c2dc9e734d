"""`make faults` and `make fuzz` reach every test that `make test` runs in a short form only."""

from pathlib import Path

import pytest

from tools.full_size import FULL_SIZE, RUNS

TESTS = Path(__file__).parents[1]
SIZED = sorted(
    path for path in TESTS.rglob("test_*.py") if "\nfrom size import size\n" in path.read_text()
)
REACHED = {
    TESTS.parent / place
    for run in RUNS.values()
    if run.environment is FULL_SIZE
    for place in run.chosen
    if place.startswith("tests")
}


@pytest.mark.parametrize("path", SIZED, ids=lambda path: path.stem)
def test_what_has_a_full_size_is_run_in_it(path):
    assert path in REACHED or path.parent in REACHED


@pytest.mark.parametrize("place", sorted(REACHED), ids=lambda place: place.stem)
def test_what_is_run_in_full_is_there(place):
    assert place.exists()
