"""Visits through the window while network, printer or reader fail."""

from __future__ import annotations

import time

import pytest
from at_the_desk import (
    paper_text,
)
from PySide6.QtCore import Qt

from counter_app.domain.case import PaperState
from counter_app.domain.visit import Lookup, VisitState
from ui.demo.hands import look

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints"),
]


def test_offline_the_case_is_accepted_printed_and_sent_later(desk, stage):
    stage.desk.pull_network()
    desk.card(desk.person())
    assert desk.model.visit.lookup is Lookup.OFFLINE
    desk.take_up()
    desk.see_all()
    desk.accept()
    look("it waits", lambda: desk.model.outbox.waiting == 1)
    look("printed", lambda: desk.paper() is PaperState.PRINTED)
    assert "离线受理" in paper_text(stage)
    assert "离线" in desk.page._dot.words
    stage.desk.plug_network()
    look("the receipt", lambda: desk.model.visit.case.receipt is not None, 30)
    assert desk.model.outbox.waiting == 0


def test_network_pulled_at_acceptance_loses_nothing(desk, stage):
    desk.card(desk.person())
    desk.take_up()
    desk.see_all()
    stage.desk.pull_network()
    desk.accept()
    look("printed", lambda: desk.paper() is PaperState.PRINTED)
    assert desk.model.visit.case.number, "the leased number is the official one"
    stage.desk.plug_network()
    look("the receipt", lambda: desk.model.visit.case.receipt is not None, 30)


def test_a_clock_that_is_off_is_said_and_what_was_accepted_is_sent_once_it_is_right(
    desk, stage, monkeypatch
):
    signer = desk.app.assembled.feed._link._signer
    monkeypatch.setattr(signer, "_now", lambda: time.time() + 600)
    refused = desk.model.outbox.refused  # of other tests at this window
    desk.card(desk.person())
    look("it is said", lambda: desk.page._said_code.text() == "platform.clock_off")
    desk.take_up()
    desk.see_all()
    desk.accept()
    look("printed", lambda: desk.paper() is PaperState.PRINTED)
    assert desk.model.outbox.refused == refused
    look("it waits", lambda: desk.model.outbox.waiting == 1)
    monkeypatch.undo()
    look("the receipt", lambda: desk.model.visit.case.receipt is not None, 30)
    assert desk.model.outbox.refused == refused


def test_a_notice_that_will_not_print_is_said_before_it_is_promised(desk):
    """A card's name with a character of private use, which no face has."""
    codes = []
    desk.model.said.connect(lambda message: codes.append(message.code))
    desk.card(desk.person())
    desk.take_up()
    desk.see_all()
    desk.accept()
    look("printed", lambda: desk.paper() is PaperState.PRINTED)
    desk.hands.press(Qt.Key.Key_F2)
    look("the next", lambda: desk.model.visit.state is VisitState.WAITING)
    assert "paper.will_not_print" not in codes
    desk.card(desk.person(name="测\ue123甲"))
    desk.take_up()
    look("it says so", lambda: "paper.will_not_print" in codes)
    assert desk.model.visit.state is VisitState.HANDLING


def test_out_of_paper_is_said_and_prints_when_paper_returns(desk, stage):
    stage.desk.printer_state("out")
    desk.card(desk.person())
    desk.take_up()
    desk.see_all()
    desk.accept()
    look(
        "it says why",
        lambda: (
            desk.model.acceptance.paper is not None and desk.model.acceptance.paper.reason != ""
        ),
    )
    assert desk.paper() is PaperState.PRINTING
    look("the bar says it", lambda: "缺纸" in desk.page.printer.words)
    stage.desk.printer_state("ready")
    look("printed", lambda: desk.paper() is PaperState.PRINTED)


def test_without_a_printer_the_case_is_accepted_and_printed_later(desk, stage):
    stage.desk.printer_state("missing")
    desk.card(desk.person())
    desk.take_up()
    desk.see_all()
    desk.accept()
    look("not printed", lambda: desk.paper() is PaperState.FAILED)
    stage.desk.printer_state("ready")
    desk.hands.press(Qt.Key.Key_F10)
    look("printed", lambda: desk.paper() is PaperState.PRINTED)
    assert "补打" not in paper_text(stage), "the first paper that came out is no reprint"
    desk.hands.press(Qt.Key.Key_F10)
    look("twice", lambda: desk.model.acceptance.paper.prints == 2)
    assert "补打" in paper_text(stage)


def test_the_reader_unplugged_and_plugged_again_is_a_state(desk, stage):
    stage.desk.unplug_reader()
    look("it is missed", lambda: desk.page.reader.kind == "bad")
    assert "没有接好" in desk.page.reader.words
    stage.desk.plug_reader()
    look("it is back", lambda: desk.page.reader.kind == "ok")
    desk.card(desk.person())
