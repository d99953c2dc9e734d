"""A number's whole way through four faces, with everything that can happen on it.

The clerk's window is this process's, kiosk, display and supervisor are processes of their own, all
against one platform. Each test sends one number through and counts it at the end.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing

import plain_figures
import pytest
from at_the_desk import ITEM, activate
from PySide6.QtCore import Qt

from counter_app.domain.ticket import TicketState
from counter_app.domain.visit import VisitState
from ui.demo.hands import look
from ui.demo.run import QUEUE_SERVICE
from ui.demo.scripted_queue import ScriptedQueue
from ui.demo.scripted_visit import ScriptedVisit

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.qt_log_ignore("propagateSizeHints", "does not support raise", "grabbing"),
]
PINYIN = "gtgshsldj"
AWAY_S = 40  # until a face without traffic has noticed, and until it is back


class Thread:
    """All four faces, the numbers that went through them, and what the platform wrote of them."""

    def __init__(self, stage, app, script):
        self.stage, self.window, self.script = stage, app.window, script
        self.kiosk, self.display, self.supervisor = script.kiosk, script.display, script.supervisor
        self.hands = ScriptedVisit(app.window, stage).hands
        self.visit = ScriptedVisit(app.window, stage)
        self.people = [
            one for one in stage.people()[1:] if one["kind"] == "resident" and len(one["name"]) < 4
        ]
        self.finished = 0

    @property
    def queue(self):
        return self.window.queue

    @property
    def model(self):
        return self.window.model

    def next_person(self):
        return self.people.pop(0)

    # the steps, each as it goes without trouble

    def lay_card(self, person):
        self.kiosk.touch("我要取号")
        self.stage.kiosk_desk.put(person)
        self.kiosk.see("已读到证件")

    def handed_out(self):
        self.kiosk.see("请取走号票")
        return self.leave_kiosk()

    def leave_kiosk(self):
        number = self.kiosk.read("您的号是 ").removeprefix("您的号是 ")
        self.stage.kiosk_desk.lift()
        self.kiosk.touch("完成")
        self.kiosk.see("我要取号")
        return number

    def take(self, person):
        self.lay_card(person)
        self.kiosk.touch(QUEUE_SERVICE)
        return self.handed_out()

    def waits(self, count=1):
        look(f"{count} wait", lambda: self.queue.bench.waiting == count, AWAY_S)

    def call(self, number):
        self.waits()
        self.press_call()
        assert self.queue.in_hand.number == number
        self.display.see(number, AWAY_S)

    def press_call(self):
        activate(self.window)
        self.hands.press(Qt.Key.Key_F2)
        look("somebody is called", lambda: self.queue.in_hand is not None and not self.queue.busy)

    def begin(self, person):
        self.stage.desk.put(dict(person))
        look("the person is here", lambda: self.queue.in_hand.state is TicketState.SERVING)
        look("the applicant", lambda: self.model.visit.identity is not None)

    def accept(self):
        self.visit.take_up_item(PINYIN)
        self.visit.see_originals()
        self.hands.press(Qt.Key.Key_F9)
        look("accepted", lambda: self.model.visit.state is VisitState.ACCEPTED)
        return self.model.visit.case.id

    def finish(self):
        self.stage.desk.lift()
        self.hands.press(Qt.Key.Key_F2)
        look("finished", lambda: self.queue.in_hand is None and not self.queue.busy, AWAY_S)
        look("the next", lambda: self.model.visit.state is VisitState.WAITING)
        self.finished += 1

    def serve(self, person):
        self.begin(person)
        case = self.accept()
        self.finish()
        return case

    def let_go(self):
        """Where a test broke off, nobody is left for the next one."""
        queue = self.queue
        look("live", lambda: queue.live and not queue.busy, AWAY_S)
        while queue.in_hand is not None or queue.bench.waiting:
            before = queue.bench
            if queue.in_hand is None:
                queue.next(())
            elif queue.awaited:
                queue.pass_over()
            else:
                queue.finish(())
                self.finished += 1
            look("it went on", lambda before=before: queue.bench != before and not queue.busy)
        if self.model.visit.state is not VisitState.WAITING:
            self.model.close_visit()

    # what came of it

    def rows(self, query, *values):
        with closing(sqlite3.connect(f"file:{self.stage.database}?mode=ro", uri=True)) as database:
            return database.execute(query, values).fetchall()

    def settled(self, number, case):
        """The number went through once, is its case's, and the supervisor's figures are right."""
        look("the case has arrived", lambda: self.case_of(case) == [("accepted", ITEM)], AWAY_S)
        ((ticket, state, paper),) = self.rows(
            "SELECT t.id, t.state, v.paper FROM tickets t JOIN visits v ON v.id = t.visit"
            " WHERE t.number = ? AND t.day = (SELECT max(day) FROM tickets)",
            number,
        )
        assert (state, paper) == ("finished", "handed_out")
        told = Counter(
            kind for (kind,) in self.rows("SELECT kind FROM events WHERE subject = ?", ticket)
        )
        assert told["ticket-taken"] == told["ticket-called"] == told["ticket-finished"] == 1
        assert self.rows("SELECT case_id FROM service_records WHERE ticket = ?", ticket) == [
            (case,)
        ]
        self.supervisor.see(f"今日办结 {self.finished}", AWAY_S)
        told = self.figures()
        assert told["tickets_finished"] == self.finished
        assert told["tickets_taken"] >= told["tickets_called"] >= self.finished
        self.supervisor.see(f"今日取号 {told['tickets_taken']}", AWAY_S)

    def case_of(self, case):
        return self.rows(
            "SELECT c.state, i.name FROM cases c JOIN items i ON i.code = c.item WHERE c.id = ?",
            case,
        )

    def figures(self):
        """Of today, by plain counting over the raw events."""
        import json

        rows = self.rows("SELECT kind, at, body FROM events ORDER BY id")
        day = max(at[:10] for _, at, _ in rows)
        return plain_figures.plain(
            {"kind": kind, **json.loads(body)} for kind, at, body in rows if at[:10] == day
        )


@pytest.fixture(scope="module")
def hall(qapp, tmp_path_factory):
    from ui.app import clerk_app
    from ui.demo.stage import Stage

    with Stage() as stage:
        app = clerk_app(stage.settings(), quiet=True)
        app.window.show()
        ScriptedVisit(app.window, stage).sign_in(stage.account())
        with ScriptedQueue(app.window, stage, tmp_path_factory.mktemp("shots")) as script:
            script.open()
            yield Thread(stage, app, script)
        app.window.close()
        app.close()


@pytest.fixture
def thread(hall):
    """The hall with nobody on the way; whatever was unplugged is plugged in again afterwards."""
    activate(hall.window)
    yield hall
    hall.stage.desk.plug_network()
    hall.stage.kiosk_desk.plug_network()
    hall.stage.desk.lift()
    hall.stage.kiosk_desk.lift()
    for face in ("display", "supervisor"):
        hall.stage.network(face).plug()
    hall.stage.kiosk_desk.ticket_printer_state("ready")
    hall.let_go()


def test_out_of_paper_the_number_is_called_only_once_it_is_printed(thread):
    person = thread.next_person()
    thread.stage.kiosk_desk.ticket_printer_state("out")
    thread.lay_card(person)
    thread.kiosk.touch(QUEUE_SERVICE)
    thread.kiosk.see("打印机缺纸")
    thread.supervisor.see("未出票 1", AWAY_S)
    thread.waits(0)
    activate(thread.window)
    thread.hands.press(Qt.Key.Key_F2)
    look("nobody", lambda: thread.window.clerk._said_code.text() == "queue.nobody_waiting")
    thread.stage.kiosk_desk.ticket_printer_state("ready")
    thread.kiosk.touch("再打一次")
    number = thread.handed_out()
    thread.call(number)
    thread.settled(number, thread.serve(person))


def test_a_printer_reset_within_the_ticket_asks_the_person(thread):
    person = thread.next_person()
    thread.stage.kiosk_desk.ticket_printer_state("reset")
    thread.lay_card(person)
    thread.kiosk.touch(QUEUE_SERVICE)
    thread.kiosk.see("不知道号票打出来没有")
    thread.kiosk.touch("号票出来了")
    number = thread.handed_out()
    thread.call(number)
    thread.settled(number, thread.serve(person))


def test_a_card_pulled_at_each_reader_is_read_again(thread):
    person = thread.next_person()
    for desk in (thread.stage.kiosk_desk, thread.stage.desk):
        desk.fault("pulled", amount=400)
    thread.kiosk.touch("我要取号")
    thread.stage.kiosk_desk.put(person)
    thread.kiosk.see("没有读到证件")
    thread.stage.kiosk_desk.put(person)
    thread.kiosk.see("已读到证件")
    thread.stage.kiosk_desk.lift()  # read it is; the choice needs no card
    thread.kiosk.touch(QUEUE_SERVICE)
    number = thread.handed_out()
    thread.call(number)
    thread.stage.desk.put(dict(person))
    look("it is said", lambda: thread.window.clerk._said_code.text() == "card.read_failed")
    assert thread.queue.in_hand.state is TicketState.CALLED
    thread.begin(person)
    thread.stage.desk.lift()  # nor does the visit
    case = thread.accept()
    thread.finish()
    thread.settled(number, case)


def test_the_network_pulled_at_each_step_loses_and_doubles_nothing(thread):
    stage, person = thread.stage, thread.next_person()
    # the kiosk, at the choice
    thread.lay_card(person)
    stage.kiosk_desk.pull_network()
    thread.kiosk.touch(QUEUE_SERVICE)
    thread.kiosk.see("连不上平台,没有办成")
    stage.kiosk_desk.plug_network()
    thread.kiosk.touch(QUEUE_SERVICE)
    number = thread.handed_out()
    # the clerk, at the call; the display meanwhile
    thread.waits()
    stage.desk.pull_network()
    activate(thread.window)
    thread.hands.press(Qt.Key.Key_F2)
    look("offline", lambda: thread.window.clerk._said_code.text() == "platform.unreachable")
    stage.network("display").pull()
    thread.display.see("网络中断", AWAY_S)
    stage.desk.plug_network()
    look("live", lambda: thread.queue.live, AWAY_S)
    thread.press_call()
    assert thread.queue.in_hand.number == number
    stage.network("display").plug()
    thread.display.see(number, AWAY_S)
    # the visit, at the acceptance
    thread.begin(person)
    stage.desk.pull_network()
    case = thread.accept()
    stage.desk.plug_network()
    look("online", lambda: thread.queue.live, AWAY_S)
    # the supervisor, at the end
    stage.network("supervisor").pull()
    thread.supervisor.see("离线", AWAY_S)
    thread.finish()
    stage.network("supervisor").plug()
    thread.settled(number, case)


def test_a_platform_restarted_between_the_steps_goes_on_where_it_was(thread):
    person = thread.next_person()
    thread.stage.restart_platform()
    number = thread.take(person)
    thread.stage.restart_platform()
    look("live", lambda: thread.queue.live, AWAY_S)
    thread.call(number)
    thread.begin(person)
    thread.stage.restart_platform()
    case = thread.accept()
    look("live again", lambda: thread.queue.live, AWAY_S)
    thread.finish()
    thread.settled(number, case)
