"""The simulation of a city's peak: it counts what it asks, and says when the platform gives way."""

import json

import pytest
from platform_process import run_platform
from store_under_test import store_url

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def simulate(tmp_path):
    """Plays a peak on an empty store."""
    url = store_url(tmp_path)
    store = ("--db", url) if url else ()
    return lambda *options: simulated(*options, *store)


def simulated(*options):
    done = run_platform("simulate", "--json", *options, timeout=280)
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


def test_a_small_peak_is_played_and_nothing_is_refused(simulate):
    _, (one,) = simulate("--seconds", "3", "--subscribers", "120")
    assert (one["refused"], one["streams_lost"], one["subscribers"]) == ({}, 0, 120)
    counts = {line["kind"]: line["count"] for line in one["lines"]}
    visits = 3 * 6
    kinds = ("ticket", "call", "start", "lease", "accept", "finish")
    assert {kind: counts[kind] for kind in kinds} == dict.fromkeys(kinds, visits)
    assert counts["lookup"] == 4 * visits
    assert counts["all"] == 10 * visits
    # Each of a hall's two listeners hears its ticket taken, called and finished.
    # The last few may still be on their way when the playing ends.
    assert one["events_heard"] >= 0.9 * 3 * 2 * visits
    assert 0 < one["server_cpu"] < 2


def test_a_platform_that_gives_way_is_said_to(simulate):
    """The control: far more than it can hold, and the exit status says so."""
    status, (one,) = simulate("--seconds", "1", "--subscribers", "0", "--multiple", "40")
    assert (status, one["holds"]) == (1, False)
    assert one["p99_ms"] > 100 or one["refused"]
