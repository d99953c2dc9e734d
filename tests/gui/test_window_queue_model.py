"""The window's picture of its queue, with answers in every order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from counter_app.domain.session import Hall, Operator, Session, Window
from counter_app.domain.ticket import Priority, Ticket, TicketPaper, TicketState
from counter_app.ports import WindowState, Workbench
from counter_app.services.calling import Calling
from ui.clerk.queue import WindowQueue

SESSION = Session(
    "s", Operator("o", "测试员"), Window("03", "3 号窗口", Hall("99030201", "市民之家"), "990302")
)
CALLED = Ticket(
    *("t1", "A001", "market", "市场监管", TicketState.CALLED, "李*", Priority.NONE, "v1", 0),
    *(TicketPaper.HANDED_OUT, None, "03", 1),
)
OPEN = Workbench(WindowState.OPEN, "", "测试员", None, 1, (), (), ())


class Hands:
    """A hall's queue with one person in it, as it stands when it is asked."""

    def __init__(self):
        self.bench = OPEN

    def workbench(self):
        return self.bench

    def services(self):
        return ()

    def call_next(self, session, key):
        self.bench = replace(self.bench, in_hand=CALLED, waiting=0)
        return CALLED

    def start(self, ticket, identity, session, key):
        serving = replace(CALLED, state=TicketState.SERVING)
        self.bench = replace(self.bench, in_hand=serving)
        return serving


class OutOfOrder:
    """Jobs whose work is done at once and whose answers come when a test says so."""

    def __init__(self):
        self.answers = []

    def run(self, owner, work, done, failed):
        answer = work()
        self.answers.append(lambda: done(answer))

    def answer(self, place=0):
        self.answers.pop(place)()

    def answer_all(self):
        while self.answers:
            self.answer()


@pytest.fixture
def jobs():
    return OutOfOrder()


@pytest.fixture
def queue(qapp, jobs):
    queue = WindowQueue(Calling(Hands()), jobs)
    queue.begin(SESSION)
    jobs.answer_all()
    assert queue.is_open
    return queue


def test_a_look_from_before_the_person_came_does_not_send_them_away(queue, jobs):
    queue.next(())
    jobs.answer_all()
    queue.look()
    queue.person_is_here(None)
    jobs.answer(1)
    assert queue.in_hand.state is TicketState.SERVING
    jobs.answer(0)  # what the look saw: somebody called who has not come
    assert queue.in_hand.state is TicketState.SERVING
    jobs.answer_all()
    assert queue.in_hand.state is TicketState.SERVING


def test_a_look_from_before_a_call_does_not_take_the_ticket_away(queue, jobs):
    queue.look()
    queue.next(())
    jobs.answer(1)
    assert queue.in_hand == CALLED
    jobs.answer(0)
    assert queue.in_hand == CALLED
    jobs.answer_all()
    assert (queue.in_hand, queue.bench.waiting) == (CALLED, 0)
