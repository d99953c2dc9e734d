"""Who follows an event does so in the transaction that tells of it."""

import pytest
from sqlalchemy import func, insert, select
from store_under_test import settings_of

from hall_platform.clock import SystemClock
from hall_platform.database import open_store
from hall_platform.events import log
from hall_platform.events.following import followers
from hall_platform.events.kinds import kinds
from hall_platform.events.tables import events
from hall_platform.exchange.tables import people
from hall_platform.problems import Problem

NOW = SystemClock().now()


@pytest.fixture
def store(tmp_path):
    opened = open_store(settings_of(tmp_path / "data"))
    yield opened
    opened.close()


@pytest.fixture
def counted(monkeypatch):
    """A follower that writes a row for each accepted case."""

    def follow(connection, happening):
        connection.execute(
            insert(people).values(
                number=happening.body["number"], kind=happening.kind, name="测", body="{}"
            )
        )

    monkeypatch.setattr(log, "followers", lambda: {"case-accepted": (follow,)})


def tell(number, kind="case-accepted", then=None):
    def work(connection):
        log.emit(
            connection,
            kind,
            at=NOW,
            county="990302",
            hall="99030201",
            subject="case",
            body={"number": number},
        )
        if then is not None:
            raise then

    return work


def rows(store):
    with store.read() as connection:
        return [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (events, people)
        ]


def test_event_and_what_is_kept_of_it_are_there_together(store, counted):
    store.write(tell("1"))
    assert rows(store) == [1, 1]


def test_what_is_undone_leaves_neither(store, counted):
    with pytest.raises(Problem):
        store.write(tell("1", then=Problem("not-found")))
    assert rows(store) == [0, 0]


def test_other_kinds_are_not_followed(store, counted):
    store.write(tell("1", kind="preapplication-changed"))
    assert rows(store) == [1, 0]


def test_modules_follow_only_kinds_that_are_told():
    assert set(followers()) <= set(kinds())
