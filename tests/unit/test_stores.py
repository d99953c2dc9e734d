"""Tests that have a platform run on either store."""

import re
from pathlib import Path

from tools.full_size import RUNS

ROOT = Path(__file__).resolve().parents[2]
ABOUT_SQLITE = {"test_platform_durability.py", "test_platform_store.py"}  # by marks, as they say
CHOSEN = {ROOT / one for one in RUNS["stores"].chosen}
STARTS = re.compile(r"PlatformProcess\.start\(")


def test_nobody_opens_a_store_as_the_file_of_one_kind():
    found = {one.name for one in CHOSEN if "sqlite3.connect(" in one.read_text("utf-8")}
    assert found == ABOUT_SQLITE


def test_whoever_starts_a_platform_runs_on_both():
    starting = {
        path
        for path in (ROOT / "tests").rglob("test_*.py")
        if STARTS.search(path.read_text("utf-8"))
    }
    assert starting <= CHOSEN
