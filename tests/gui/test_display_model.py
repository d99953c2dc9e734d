"""The display's picture of the hall, with answers and events in every order."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from counter_app.clock import CHINA
from counter_app.domain.board import Board
from counter_app.domain.happening import FeedLost, FeedReady, Happening
from counter_app.domain.ticket import Call
from counter_app.errors import PlatformRefused, PlatformUnreachable
from ui.display.model import DisplayModel

AT = datetime(2026, 11, 24, 10, 24, tzinfo=CHINA)
EARLIER = Call("t0", "A001", "VIP", "绿色通道", "market", "李*", 1, AT - timedelta(minutes=5))
BOARD = Board(AT, "市民之家", (EARLIER,), ())


class Standing:
    """A clock of this machine that is ten minutes behind the platform's."""

    def now(self):
        return AT - timedelta(minutes=10)


class Nowhere:
    """A board nobody asks: the tests answer."""

    def board(self):
        raise AssertionError


class Later:
    """Jobs that are done when a test says so."""

    def __init__(self):
        self.asked = []

    def run(self, _owner, work, done, failed):
        self.asked.append((done, failed))

    def answer(self, board):
        self.asked.pop(0)[0](board)

    def fail(self, error):
        self.asked.pop(0)[1](error)


class Shown:
    """A model, its jobs, and the calls it had announced."""

    def __init__(self):
        self.jobs = Later()
        self.model = DisplayModel(Nowhere(), Standing(), self.jobs)
        self.announced = []
        self.model.called.connect(self.announced.append)
        self.model.begin()
        self.model.hear(FeedReady(missed_none=False))


@pytest.fixture
def shown(qapp):
    one = Shown()
    yield one
    one.model.deleteLater()


def event(ticket="t1", seconds=1.0, kind="ticket-called", **body):
    told = {"number": "A002", "window": "03", "service": "market", "name": "张*", "call": 1}
    return Happening(7, AT + timedelta(seconds=seconds), kind, ticket, {**told, **body})


def numbers(model):
    return [one.number for one in model.board.calls]


def test_what_was_called_before_the_display_began_is_not_spoken(shown):
    recent = replace(EARLIER, at=AT - timedelta(seconds=5))
    shown.jobs.answer(replace(BOARD, calls=(recent,)))
    assert (numbers(shown.model), shown.announced) == (["A001"], [])
    assert shown.model.live
    assert shown.model.trouble() == ""


def test_a_call_is_shown_and_announced_once_however_often_it_is_told(shown):
    shown.jobs.answer(BOARD)
    shown.model.hear(event())
    shown.model.hear(event())
    call = shown.model.board.calls[0]
    shown.model.look()
    shown.jobs.answer(replace(BOARD, at=AT + timedelta(seconds=2), calls=(call,)))
    assert shown.announced == [call]
    shown.model.hear(event(seconds=9, kind="ticket-recalled", call=2))
    assert [one.call for one in shown.announced] == [1, 2]
    assert numbers(shown.model)[0] == "A002"


def test_an_answer_older_than_a_call_does_not_take_it_away(shown):
    shown.jobs.answer(BOARD)
    shown.model.look()
    shown.model.hear(event())
    shown.jobs.answer(BOARD)
    assert numbers(shown.model) == ["A002", "A001"]
    shown.model.look()
    shown.jobs.answer(replace(BOARD, at=AT + timedelta(seconds=5)))
    assert numbers(shown.model) == ["A001"], "a newer answer does: it was sent on meanwhile"


def test_calls_told_late_are_shown_and_not_spoken(shown):
    shown.jobs.answer(replace(BOARD, at=AT + timedelta(minutes=10)))
    shown.model.hear(event())
    assert numbers(shown.model) == ["A002", "A001"]
    assert shown.announced == []


@pytest.mark.parametrize("broken", [{"number": None}, {"window": 3}, {"call": "x"}, {"name": 1}])
def test_an_event_that_is_not_whole_is_left_to_the_board(shown, broken):
    shown.jobs.answer(BOARD)
    shown.model.hear(event(**broken))
    assert numbers(shown.model) == ["A001"]


def test_a_window_is_named_as_the_board_named_it(shown):
    shown.jobs.answer(BOARD)
    shown.model.hear(event(window="VIP"))
    assert shown.announced[0].window_name == "绿色通道"


def test_it_says_since_when_it_does_not_know(shown):
    shown.jobs.answer(BOARD)
    shown.model.hear(FeedLost("platform.unreachable"))
    assert shown.model.trouble() == "网络中断,以下为 10:24 的情况"
    assert numbers(shown.model) == ["A001"]
    shown.model.hear(FeedReady(missed_none=True))
    shown.jobs.fail(PlatformUnreachable("platform.timeout"))
    assert shown.model.trouble() == "网络中断,以下为 10:24 的情况"
    shown.model.look()
    shown.jobs.answer(replace(BOARD, at=AT + timedelta(minutes=1)))
    assert shown.model.live


def test_what_is_from_another_day_says_so(shown):
    shown.jobs.answer(replace(BOARD, at=AT - timedelta(days=1)))
    shown.model._ahead += timedelta(days=1)
    shown.model.hear(FeedLost("platform.unreachable"))
    assert "2026-11-23 10:24" in shown.model.trouble()


def test_a_display_that_may_not_look_says_so(shown):
    assert shown.model.trouble() == "正在连接平台…"
    shown.jobs.fail(PlatformRefused("platform.not_allowed"))
    assert shown.model.trouble() not in ("", "正在连接平台…")
    assert "网络" not in shown.model.trouble()


def test_what_the_feed_brings_after_it_was_away_waits_for_the_platforms_time(shown):
    """By this machine's clock a call of a quarter of an hour ago would be a fresh one."""
    shown.jobs.answer(BOARD)
    shown.model.hear(FeedLost("platform.unreachable"))
    shown.model.hear(FeedReady(missed_none=True))
    shown.model.hear(event("t1"))
    assert (numbers(shown.model)[0], shown.announced) == ("A002", [])
    later = AT + timedelta(minutes=15)
    just_now = replace(EARLIER, ticket="t2", number="A003", at=later - timedelta(seconds=3))
    shown.jobs.answer(replace(BOARD, at=later, calls=(just_now, shown.model.board.calls[0])))
    assert [one.number for one in shown.announced] == ["A003"], "A002 is history"
    shown.model.hear(event("t3", seconds=15 * 60 + 1, number="A004"))
    assert [one.number for one in shown.announced] == ["A003", "A004"], "and then at once"
