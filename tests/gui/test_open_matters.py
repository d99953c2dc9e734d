"""What waits for a person: seen on its page, found later, sent again or settled."""

from __future__ import annotations

import pytest
from at_the_desk import (
    shown_texts,
)
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from counter_app.domain.case import PaperState
from counter_app.errors import PlatformRefused
from ui.demo.hands import look

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints"),
]


def test_a_refused_case_is_said_on_its_page(desk, monkeypatch):
    platform = desk.app.assembled.counter.delivery._platform

    def refuse(_act):
        raise PlatformRefused("platform.refused", problem="material-missing")

    with monkeypatch.context() as patched:
        patched.setattr(platform, "send", refuse)
        desk.card(desk.person())
        desk.take_up()
        desk.see_all()
        desk.accept()
        look("the page says it", lambda: desk.page.handling.case_banner.isVisible())
    assert desk.page.handling.case_banner.code == "platform.refused"
    assert "退回" in desk.page.handling._receipt.text()
    look("the bar counts it", lambda: "退回" in desk.page._waiting.words)
    look("printed", lambda: desk.paper() is PaperState.PRINTED)
    desk.leave()
    assert not desk.page.handling.case_banner.isVisible()


@pytest.fixture
def refused(desk, monkeypatch):
    """A case the platform says no to; gives the means to let it say yes."""
    platform = desk.app.assembled.counter.delivery._platform

    def refuse(_act):
        raise PlatformRefused("platform.refused", problem="number-used")

    monkeypatch.setattr(platform, "send", refuse)
    desk.card(desk.person())
    desk.take_up()
    desk.see_all()
    desk.accept()
    look("it is refused", lambda: desk.model.outbox.refused > 0)
    look("printed", lambda: desk.paper() is PaperState.PRINTED)
    desk.leave()
    return monkeypatch.undo


def open_matters(desk):
    desk.hands.press(Qt.Key.Key_F12)
    look("the list", lambda: QApplication.activeModalWidget() is not None)
    dialog = QApplication.activeModalWidget()
    look("its rows", lambda: len(dialog.list.rows()) == desk.model.matters.count > 0)
    return dialog


def of_newest(dialog):
    dialog.list.select(dialog.list.rows()[-1].key)


def test_the_page_counts_what_waits_and_says_no_name(desk, refused):
    look("the button counts", lambda: "件" in desk.page.today.matters.accessibleDescription())
    dialog = open_matters(desk)
    assert "平台退回" in {row.tag for row in dialog.list.rows()}
    assert desk.person()["name"] not in " ".join(shown_texts(dialog))
    assert dialog.banner.code == "platform.refused"
    desk.hands.press(Qt.Key.Key_Escape)
    look("closed", lambda: QApplication.activeModalWidget() is None)
    assert desk.model.matters.open == ()


def test_sent_again_it_arrives(desk, refused):
    before = desk.model.outbox.refused
    dialog = open_matters(desk)
    of_newest(dialog)
    refused()
    desk.hands.press(Qt.Key.Key_Return)
    look("delivered", lambda: desk.model.outbox.refused == before - 1, 30)
    look("nothing waits", lambda: desk.model.outbox.waiting == 0, 30)


def test_settled_by_a_person_it_is_gone(desk, refused):
    before = desk.model.outbox.refused
    dialog = open_matters(desk)
    of_newest(dialog)
    desk.hands.press(Qt.Key.Key_2)
    look("settled", lambda: desk.model.outbox.refused == before - 1)
    look("its row is gone", lambda: len(dialog.list.rows()) == before - 1)


def test_a_paper_that_failed_is_found_and_printed_later(desk, stage):
    stage.desk.printer_state("missing")
    desk.card(desk.person())
    desk.take_up()
    desk.see_all()
    desk.accept()
    look("it failed", lambda: desk.paper() is PaperState.FAILED)
    case = desk.model.visit.case.id
    desk.leave()
    stage.desk.printer_state("ready")
    dialog = open_matters(desk)
    dialog.list.select(f"paper {case}")
    assert dialog.banner.code == "printer.missing"
    desk.hands.press(Qt.Key.Key_Return)
    counter = desk.app.assembled.counter
    look("printed", lambda: counter.papers.record(case).state is PaperState.PRINTED)
    look("nothing waits", lambda: not any(one.paper for one in counter.matters.open()))
