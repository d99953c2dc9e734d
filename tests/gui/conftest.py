"""Windows offscreen, on a real platform process and real pseudo-terminals."""

from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import pytest


@pytest.fixture(scope="session")
def stage():
    """Platform and desk of devices, once for all tests of a worker."""
    from ui.demo.stage import Stage

    with Stage() as one:
        yield one
