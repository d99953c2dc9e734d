"""The days a new hall is told to have had behind it."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, datetime, timedelta

import pytest
from store_under_test import settings_of

from hall_platform.analytics.rebuilding import differences
from hall_platform.database import open_store
from hall_platform.events import log
from hall_platform.seed import invent
from hall_platform.seed_data.hall_services import WINDOW_SERVICES
from hall_platform.simulation.past_days import of_day, tell

TUESDAY, SATURDAY, SUNDAY = date(2026, 11, 24), date(2026, 11, 21), date(2026, 11, 22)
NATIONAL_DAY = date(2026, 10, 1)


@pytest.mark.parametrize("number", range(5))
def test_a_day_is_as_a_hall_could_have_had_it(number):
    told = of_day(TUESDAY, random.Random(number))
    assert [one.at for one in told] == sorted(one.at for one in told)
    steps = defaultdict(list)
    for one in told:
        steps[one.ticket].append(one)
    assert len(steps) > 100
    at_window = defaultdict(list)
    for ticket in steps.values():
        taken, called, last = ticket
        assert [taken.kind, called.kind] == ["ticket-taken", "ticket-called"]
        assert last.kind in ("ticket-finished", "ticket-passed")
        assert called.body["waited"] == int((called.at - taken.at).total_seconds())
        if last.kind == "ticket-finished":
            assert last.at - called.at == timedelta(seconds=last.body["served"])
        assert called.body["service"] in WINDOW_SERVICES[called.body["window"]]
        at_window[called.body["window"]].append((called.at, last.at))
    for busy in at_window.values():  # one at a time
        ends = [end for _, end in sorted(busy)]
        assert all(end <= begin for end, (begin, _) in zip(ends, sorted(busy)[1:], strict=False))


def test_numbers_follow_each_other_in_every_line():
    given = defaultdict(list)
    for one in of_day(TUESDAY, random.Random(1)):
        if one.kind == "ticket-taken":
            given[one.body["number"][0]].append(int(one.body["number"][1:]))
    assert len(given) == 7
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in given.values())


def test_nobody_comes_when_the_hall_is_shut():
    assert of_day(SUNDAY, random.Random(1)) == []
    assert of_day(NATIONAL_DAY, random.Random(1)) == []
    last = max(one.at for one in of_day(SATURDAY, random.Random(1)) if one.kind == "ticket-taken")
    assert last.time() < datetime(2026, 11, 21, 12).time()


def test_figures_follow_and_are_those_of_the_events(tmp_path):
    store = open_store(settings_of(tmp_path))
    try:
        store.write(invent(number=1, today=TUESDAY).write)
        told = store.write(lambda connection: tell(connection, TUESDAY, 3, 1))
        with store.read() as connection:
            days = {row.at[:10] for row in log.after(connection, 0, told)}
        assert told > 600
        assert days == {"2026-11-21", "2026-11-23"}
        assert differences(store) == []
    finally:
        store.close()
