"""The queue at a window, by keys, cards and a kiosk's numbers."""

from __future__ import annotations

import uuid

import pytest
from at_the_desk import activate
from platform_client import Client
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu

from counter_app.domain.case import PaperState
from counter_app.domain.ticket import TicketState
from counter_app.domain.visit import VisitState
from ui.demo.hands import look

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints", "does not support raise", "grabbing"),
]


class Kiosk:
    """A kiosk of the hall that hands out numbers."""

    def __init__(self, stage):
        device = stage.accounts()["kiosks"][0]
        self.client = Client(stage.platform_url)
        body = {"device": device["device"], "secret": device["secret"]}
        session = self.client.post("/v1/device-sessions", body).json()
        self.client.headers["Authorization"] = f"Bearer {session['access_token']}"
        self.services = self.client.get("/v1/hall").json()["services"]

    def take(self, service, person=None):
        body = {"act": "take-ticket", "services": [service]}
        if person is not None:
            body["holder"] = {"kind": "resident", "number": person["number"]}
            body["name"] = person["name"]
        taken = self._act("/v1/tickets", body)
        self._act(
            f"/v1/visits/{taken['visit']}/paper", {"act": "report-paper", "outcome": "handed_out"}
        )
        return taken["tickets"][0]

    def _act(self, path, body):
        answer = self.client.post(path, body, Idempotency_Key=uuid.uuid4().hex)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()


@pytest.fixture(scope="module")
def kiosk(stage):
    one = Kiosk(stage)
    yield one
    one.client.http.close()


@pytest.fixture
def window(desk):
    """The desk with its window open and nobody in hand or waiting; shut afterwards."""
    queue = desk.window.queue
    look("the queue is known", lambda: queue.bench is not None and queue.services)
    desk.hands.press(Qt.Key.Key_F6)
    look("it calls", lambda: queue.is_open and not queue.busy)
    let_all_go(queue)  # whom other tests of this worker left in the hall
    yield desk
    let_all_go(queue)
    if queue.is_open:
        desk.hands.press(Qt.Key.Key_F6)
        look("it is paused", lambda: not queue.is_open and not queue.busy)


def let_all_go(queue):
    """Nobody is in hand or waits any more."""
    while queue.in_hand is not None or queue.bench.waiting:
        let_one_go(queue)


def let_one_go(queue):
    """Whoever is in hand leaves, else the next one is called."""
    before = queue.bench
    if queue.in_hand is None:
        queue.next(())
    elif queue.awaited:
        queue.pass_over()
    else:
        queue.finish(())
    look("it went on", lambda: queue.bench != before and not queue.busy)


def service_of(desk, kiosk):
    """A service this window takes."""
    return desk.window.queue.bench.services[0].code


def call(desk):
    desk.hands.press(Qt.Key.Key_F2)
    look("somebody is called", lambda: desk.window.queue.in_hand is not None)
    return desk.window.queue.in_hand


def test_a_number_from_the_kiosk_is_counted_called_and_served(window, kiosk):
    queue, panel = window.window.queue, window.page.today.queue
    person = window.person()
    taken = kiosk.take(service_of(window, kiosk), person)
    look("one waits", lambda: queue.bench.waiting == 1)
    assert "1" in panel._waiting.text()
    ticket = call(window)
    assert ticket.number == taken["number"]
    assert panel.number.text() == taken["number"]
    window.card(person)
    look("the person is here", lambda: queue.in_hand.state is TicketState.SERVING)
    assert not panel.stranger.isVisible()
    window.take_up()
    window.see_all()
    window.accept()
    look("printed", lambda: window.paper() is PaperState.PRINTED)
    case = window.model.visit.case
    look("the receipt", lambda: window.model.visit.case.receipt is not None)
    window.stage.desk.lift()
    window.hands.press(Qt.Key.Key_F2)
    look("finished", lambda: queue.in_hand is None)
    look("nobody waits", lambda: window.page._said_code.text() == "queue.nobody_waiting")
    assert window.model.visit.state is VisitState.WAITING
    assert case.id


def others(window):
    """Two people with short names who are not the demonstration's; one has no number yet."""
    return [
        dict(one)
        for one in window.stage.people()[1:]
        if one["kind"] == "resident" and len(one["name"]) < 5
    ][:2]


def test_a_strangers_card_says_so(window, kiosk):
    queue, panel = window.window.queue, window.page.today.queue
    expected, stranger = others(window)
    kiosk.take(service_of(window, kiosk), expected)
    look("one waits", lambda: queue.bench.waiting == 1)
    ticket = call(window)
    window.card(dict(stranger))
    look("it is said", panel.stranger.isVisible)
    assert window.page._said_code.text() == "queue.other_person"
    assert ticket.number in panel.stranger.text()
    assert window.window.minimumSizeHint().height() <= 768, "the smallest screen holds it all"
    assert queue.in_hand.state is TicketState.CALLED
    window.leave()


def test_nobody_comes_recall_and_pass_over(window, kiosk):
    queue = window.window.queue
    kiosk.take(service_of(window, kiosk))
    look("one waits", lambda: queue.bench.waiting == 1)
    first = call(window)
    window.hands.press(Qt.Key.Key_F3)
    look("called twice", lambda: queue.in_hand.calls == 2 and not queue.busy)
    window.hands.press(Qt.Key.Key_F2)
    look("it is said", lambda: first.number in window.page._said.text())
    assert queue.in_hand.id == first.id, "nobody else is called meanwhile"
    window.hands.press(Qt.Key.Key_F4)
    look("passed over", lambda: queue.in_hand is None)
    look("and known", lambda: first.id in {one.id for one in queue.bench.passed})


def menu_of(window):
    look("the menu", lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    return QApplication.activePopupWidget()


def choose(window, menu, place):
    """Take one of the menu's entries; the window is in front again then."""
    menu.actions()[place].trigger()
    menu.close()
    activate(window.window)


def test_parked_and_taken_back(window, kiosk):
    queue = window.window.queue
    kiosk.take(service_of(window, kiosk))
    look("one waits", lambda: queue.bench.waiting == 1)
    first = call(window)
    window.hands.press(Qt.Key.Key_H, ctrl=True)
    look("put aside", lambda: queue.in_hand is None and len(queue.bench.parked) == 1)
    window.hands.press(Qt.Key.Key_B, ctrl=True)
    menu = menu_of(window)
    assert first.number in menu.actions()[0].text()
    choose(window, menu, 0)
    look("in hand again", lambda: queue.in_hand is not None and queue.in_hand.id == first.id)


def test_transferred_to_another_service(window, kiosk):
    queue = window.window.queue
    kiosk.take(service_of(window, kiosk))
    look("one waits", lambda: queue.bench.waiting == 1)
    first = call(window)
    window.hands.press(Qt.Key.Key_F5)
    menu = menu_of(window)
    offered = [action.text() for action in menu.actions()]
    assert len(offered) == len(queue.services) - 1
    choose(window, menu, -1)
    look("it has gone", lambda: queue.in_hand is None or queue.in_hand.id != first.id)


def test_offline_it_says_so_and_is_right_again(window, kiosk):
    queue, panel = window.window.queue, window.page.today.queue
    look("live", lambda: queue.live)
    window.stage.desk.pull_network()
    look("offline is shown", lambda: not queue.live, 30)
    assert "离线" in panel._state.text()
    window.hands.press(Qt.Key.Key_F2)
    look("it is said", lambda: window.page._said_code.text() == "platform.unreachable")
    kiosk.take(service_of(window, kiosk))
    window.stage.desk.plug_network()
    look("live again", lambda: queue.live, 30)
    look("what happened meanwhile is known", lambda: queue.bench.waiting == 1)
