"""For all tests: in which order, how many examples Hypothesis tries and did try."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, settings
from size import FULL
from store_under_test import POSTGRESQL, STORE, drop_databases

# No deadline: what takes long on a busy machine is not wrong.
settings.register_profile("short", deadline=None)
settings.register_profile(
    "full", deadline=None, max_examples=10_000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("full" if FULL else "short")

# What plays whole programs goes first, so that no worker is left with it when the other is done.
_LONG_FIRST = ("end_to_end", "faults", "contract", "gui", "fuzz", "unit")

_TRIED = re.compile(r"(\d+) passing")


@pytest.fixture(autouse=True, scope="module")
def _stores_end_with_their_module():
    yield
    drop_databases()


def pytest_collection_modifyitems(config, items):
    """Long ones first; on PostgreSQL without those about SQLite itself."""
    if STORE == POSTGRESQL:
        about_sqlite = [item for item in items if item.get_closest_marker("sqlite")]
        config.hook.pytest_deselected(items=about_sqlite)
        items[:] = [item for item in items if not item.get_closest_marker("sqlite")]
    items.sort(key=lambda item: _LONG_FIRST.index(item.path.parent.name))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item, call):
    """The examples tried stand among the test's figures (see tools/full_size.py)."""
    statistics = getattr(item, "hypothesis_statistics", "")
    if call.when == "call" and statistics:
        tried = sum(int(count) for count in _TRIED.findall(statistics))
        item.user_properties.append(("examples", tried))
