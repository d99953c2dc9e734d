"""Chores: done at once and again, whatever becomes of one of them."""

import logging
import threading
from datetime import timedelta
from types import SimpleNamespace

from hall_platform import chores
from hall_platform.chores import Chore, Rounds

SECONDS = 20


def context(first=True):
    return SimpleNamespace(store=SimpleNamespace(is_first=lambda: first))


def test_a_chore_is_done_at_once_and_again(monkeypatch):
    monkeypatch.setattr(chores, "LOOK_SECONDS", 0.01)
    thrice = threading.Semaphore(0)
    rounds = Rounds(context(), [Chore("often", timedelta(0), lambda _: thrice.release())])
    rounds.start()
    for _ in range(3):
        assert thrice.acquire(timeout=SECONDS)
    rounds.stop()


def test_a_chore_waits_for_its_time(monkeypatch):
    monkeypatch.setattr(chores, "LOOK_SECONDS", 0.01)
    rare, often = [], threading.Semaphore(0)
    rounds = Rounds(
        context(),
        [
            Chore("rare", timedelta(hours=1), rare.append),
            Chore("often", timedelta(0), lambda _: often.release()),
        ],
    )
    rounds.start()
    for _ in range(5):
        assert often.acquire(timeout=SECONDS)
    rounds.stop()
    assert len(rare) == 1


def test_a_fault_ends_neither_the_other_chores_nor_the_next_time(monkeypatch, caplog):
    monkeypatch.setattr(chores, "LOOK_SECONDS", 0.01)
    tries, others = threading.Semaphore(0), threading.Semaphore(0)

    def fails(_context):
        tries.release()
        raise RuntimeError("990302199001010016")

    rounds = Rounds(
        context(),
        [
            Chore("fails", timedelta(0), fails),
            Chore("works", timedelta(0), lambda _: others.release()),
        ],
    )
    with caplog.at_level(logging.ERROR):
        rounds.start()
        for _ in range(2):
            assert tries.acquire(timeout=SECONDS)
            assert others.acquire(timeout=SECONDS)
        rounds.stop()
    assert "RuntimeError" in caplog.text
    assert "9903" not in caplog.text


def test_who_is_not_first_does_nothing(monkeypatch):
    monkeypatch.setattr(chores, "LOOK_SECONDS", 0.01)
    asked, done = threading.Semaphore(0), []
    surroundings = SimpleNamespace(store=SimpleNamespace(is_first=lambda: bool(asked.release())))
    rounds = Rounds(surroundings, [Chore("mine", timedelta(0), done.append)])
    rounds.start()
    for _ in range(3):
        assert asked.acquire(timeout=SECONDS)
    rounds.stop()
    assert done == []


def test_chores_of_the_modules_have_names_of_their_own():
    names = [chore.name for chore in chores.all_chores()]
    assert sorted(set(names)) == sorted(names)
