"""The contract's vectors: described, and read by the sides that are said to read them."""

import json
import re
from pathlib import Path

import pytest

from hall_platform.analytics import facts
from hall_platform.hall.rating_levels import LEVELS, NEEDS_DETAILS
from hall_platform.province import codes
from hall_platform.stand_in.rules import wrong_in_rating

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "docs/api/vectors"
SCALES = json.loads((VECTORS / "rating_scales.json").read_text("utf-8"))
DESCRIBED = dict(
    re.findall(
        r"^\| \[([\w.-]+)\]\(\1\) \| [^|]+ (\| [^|]* \| [^|]*)\|$",
        (VECTORS / "README.md").read_text("utf-8"),
        re.MULTILINE,
    )
)
SIDES = {"hall_platform": 1, "counter_app": 2}  # package, and its column


def readers(name):
    """The packages that tests which read the file import."""
    found = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        text = path.read_text("utf-8")
        if name in text and path != Path(__file__):
            found |= {side for side in SIDES if re.search(rf"^from {side}\b", text, re.MULTILINE)}
    return found


def test_every_file_is_described():
    assert set(DESCRIBED) == {path.name for path in VECTORS.glob("*.json")}


@pytest.mark.parametrize("name", sorted({path.name for path in VECTORS.glob("*.json")}))
def test_who_is_said_to_read_a_file_reads_it(name):
    cells = DESCRIBED[name].split("|")
    said = {side for side, column in SIDES.items() if "✓" in cells[column]}
    here = {"hall_platform"} if name == "rating_scales.json" else set()
    assert readers(name) | here == said


@pytest.mark.parametrize("one", SCALES["levels"], ids=lambda one: one["level"])
def test_a_level_on_every_scale(one):
    level = one["level"]
    assert codes.to_standard(level) == one["standard"]
    assert codes.to_national(level) == one["national"]
    assert codes.from_standard(one["standard"]) == level
    assert codes.from_national(one["national"]) == level
    assert facts.LEVELS[level] == one["figure"]
    assert LEVELS[level] == one["title"]
    assert (level in NEEDS_DETAILS) is one["needs_details"]


def test_there_are_these_levels_and_no_others():
    levels = [one["level"] for one in SCALES["levels"]]
    assert list(LEVELS) == list(facts.LEVELS) == levels
    for code in SCALES["no_codes"]:
        for back in (codes.from_standard, codes.from_national):
            with pytest.raises(KeyError):
                back(code)


def rating(national, standard, **more):
    return {
        "projectNo": "990302202611240300001",
        "serviceNumber": "1",
        "pf": "4",
        "satisfaction": national,
        "satisfactionCode": standard,
        "evalDetail": "",
        "writingEvaluation": "",
        "assessTime": "20261124T100000",
        "assessNumber": "1",
        "areaCode": "990302000000",
        **more,
    }


@pytest.mark.parametrize("one", SCALES["levels"], ids=lambda one: one["level"])
def test_the_stand_in_takes_a_level_only_as_both_scales_have_it(one):
    reasons = {"evalDetail": "N06", "writingEvaluation": "等得太久"}
    assert wrong_in_rating(rating(one["national"], one["standard"], **reasons)) == []
    bare = wrong_in_rating(rating(one["national"], one["standard"]))
    assert bare == (["evalDetail"] if one["needs_details"] else [])
    for other in SCALES["levels"]:
        if other is not one:
            wrong = wrong_in_rating(rating(one["national"], other["standard"], **reasons))
            assert wrong == ["satisfactionCode"]
    for code in SCALES["no_codes"]:
        assert wrong_in_rating(rating(code, one["standard"], **reasons)) == ["satisfaction"]
