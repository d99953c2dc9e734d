"""Answers that come after the person they are about has left, or the case is done."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from counter_app.domain.case import PaperState
from counter_app.domain.visit import Lookup, VisitState
from counter_app.errors import StoreError
from ui.demo.hands import look

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints"),
]


def test_an_answer_that_comes_after_acceptance_changes_nothing(desk, monkeypatch):
    asked, let_go = threading.Event(), threading.Event()
    reception = desk.app.assembled.counter.reception
    really = reception.look_up

    def late(identity, session):
        asked.set()
        assert let_go.wait(30)
        return really(identity, session)

    monkeypatch.setattr(reception, "look_up", late)
    desk.stage.desk.put(desk.person())
    look("the applicant", lambda: desk.model.visit.identity is not None)
    look("the question", asked.is_set)
    desk.take_up()
    desk.see_all()
    desk.accept()
    let_go.set()
    look("printed", lambda: desk.paper() is PaperState.PRINTED)
    assert desk.model.visit.state is VisitState.ACCEPTED


def test_who_leaves_before_the_receipt_still_gets_the_paper(desk, monkeypatch):
    let_go = threading.Event()
    delivery = desk.app.assembled.counter.delivery
    really = delivery.deliver_case

    def late(case_id):
        assert let_go.wait(30)
        return really(case_id)

    monkeypatch.setattr(delivery, "deliver_case", late)
    desk.card(desk.person())
    desk.take_up()
    desk.see_all()
    desk.accept()
    case = desk.model.visit.case.id
    desk.leave()
    papers = desk.app.assembled.counter.papers
    look("printed", lambda: papers.record(case).state is PaperState.PRINTED)
    let_go.set()
    look("the list says so", lambda: desk.model.done[0].paper is PaperState.PRINTED)
    look("the receipt", lambda: papers.case(case).receipt is not None)


def test_leaving_while_the_case_is_being_saved_waits_for_it(desk, monkeypatch):
    saving, let_go = threading.Event(), threading.Event()
    acceptance = desk.app.assembled.counter.acceptance
    really = acceptance.accept

    def slow(visit, session, **how):
        saving.set()
        assert let_go.wait(30)
        return really(visit, session, **how)

    monkeypatch.setattr(acceptance, "accept", slow)
    desk.card(desk.person())
    desk.take_up()
    desk.see_all()
    desk.hands.press(Qt.Key.Key_F9)
    look("it is being saved", saving.is_set)
    desk.hands.press(Qt.Key.Key_F2)
    assert desk.model.visit.state is VisitState.HANDLING
    let_go.set()
    look("accepted", lambda: desk.model.visit.state is VisitState.ACCEPTED)
    look("printed", lambda: desk.paper() is PaperState.PRINTED)


def test_a_code_that_opens_late_does_not_put_aside_who_was_received_meanwhile(desk, monkeypatch):
    asked, let_go = threading.Event(), threading.Event()
    codes = desk.app.assembled.counter.codes
    really = codes.preapplication

    def late(meaning, session):
        asked.set()
        assert let_go.wait(30)
        return really(meaning, session)

    monkeypatch.setattr(codes, "preapplication", late)
    code = next(one for one in desk.stage.codes() if one["state"] == "checked")
    desk.stage.desk.show(f"HCPRE:{code['code']}")
    look("the question", asked.is_set)
    person = desk.person()
    desk.card(person)
    let_go.set()
    look("looked up", lambda: desk.model.visit.lookup is Lookup.ANSWERED)
    desk.take_up()
    assert desk.model.visit.identity.number == person["number"]


def test_a_reason_given_for_one_person_does_not_reveal_the_next(desk, monkeypatch):
    asked, let_go = threading.Event(), threading.Event()
    reception = desk.app.assembled.counter.reception
    really = reception.reveal

    def late(session, reason):
        asked.set()
        assert let_go.wait(30)
        return really(session, reason)

    monkeypatch.setattr(reception, "reveal", late)
    desk.card(desk.person())
    desk.hands.press(Qt.Key.Key_F7)
    desk.hands.press(Qt.Key.Key_1)
    look("the reason is on its way", asked.is_set)
    desk.leave()
    desk.card(desk.person())
    let_go.set()
    desk.take_up()
    desk.see_all()
    assert not desk.model.revealed


class SlowDisk:
    """Transactions of the store whose writing waits until it is let go, or fails."""

    def __init__(self, desk, monkeypatch):
        self.let_go = threading.Event()
        self.full = False
        self.pressed = []
        assembled = desk.app.assembled
        monkeypatch.setattr(assembled.store, "transaction", self._slow(assembled.store.transaction))
        press = assembled.worker.press
        monkeypatch.setattr(
            assembled.worker,
            "press",
            lambda kind, facts: (self.pressed.append(facts), press(kind, facts))[1],
        )

    def _slow(self, transaction):
        @contextmanager
        def begin():
            with transaction() as real:
                yield real
                assert self.let_go.wait(30)
                if self.full:
                    raise StoreError("store.full")

        return begin


def test_a_paper_is_made_while_the_case_is_written_and_shown_when_it_is(desk, monkeypatch):
    disk = SlowDisk(desk, monkeypatch)
    desk.card(desk.person())
    desk.take_up()
    desk.see_all()
    shown = []
    desk.model.acceptance.notice_ready.connect(shown.append)
    desk.hands.press(Qt.Key.Key_F9)
    look("it is made", lambda: desk.model._cases._papers._early is not None)
    assert desk.model.visit.state is VisitState.HANDLING
    assert shown == []
    disk.let_go.set()
    look("accepted", lambda: desk.model.visit.state is VisitState.ACCEPTED)
    look("printed", lambda: desk.paper() is PaperState.PRINTED)
    assert len(shown) == 1
    _rehearsed, *pressed = (one.case_number for one in disk.pressed)
    assert pressed == [desk.model.visit.case.number]
    desk.model.acceptance.notice_ready.disconnect(shown.append)


def test_a_paper_of_a_case_that_could_not_be_written_is_nowhere(desk, monkeypatch):
    printed = len(list(Path(desk.stage.desk.printer).glob("*.pdf")))
    disk = SlowDisk(desk, monkeypatch)
    disk.full = True
    desk.card(desk.person())
    desk.take_up()
    desk.see_all()
    shown = []
    desk.model.acceptance.notice_ready.connect(shown.append)
    desk.hands.press(Qt.Key.Key_F9)
    look("it is made", lambda: desk.model._cases._papers._early is not None)
    disk.let_go.set()
    look("it is said", lambda: desk.page._said_code.text() == "store.full")
    papers = desk.model._cases._papers
    look("it is forgotten", lambda: papers._early is None and not papers._ahead)
    assert desk.model.visit.state is VisitState.HANDLING
    assert shown == []
    disk.full = False
    desk.accept()
    look("printed", lambda: desk.paper() is PaperState.PRINTED)
    assert len(list(Path(desk.stage.desk.printer).glob("*.pdf"))) == printed + 1
    desk.model.acceptance.notice_ready.disconnect(shown.append)
