"""For all tests: how many examples Hypothesis tries, and how many it did try."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, settings
from size import FULL

# No deadline: what takes long on a busy machine is not wrong.
settings.register_profile("short", deadline=None)
settings.register_profile(
    "full", deadline=None, max_examples=10_000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("full" if FULL else "short")

_TRIED = re.compile(r"(\d+) passing")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item, call):
    """The examples tried stand among the test's figures (see tools/full_size.py)."""
    statistics = getattr(item, "hypothesis_statistics", "")
    if call.when == "call" and statistics:
        tried = sum(int(count) for count in _TRIED.findall(statistics))
        item.user_properties.append(("examples", tried))
