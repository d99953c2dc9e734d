"""A window that is locked, unlocked and left."""

from __future__ import annotations

import pytest
from at_the_desk import (
    sign_in_as,
)

from counter_app.domain.case import PaperState
from counter_app.domain.visit import VisitState
from ui.demo.hands import look

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints"),
]


def test_an_idle_window_locks_and_the_same_operator_goes_on(desk, stage):
    desk.card(desk.person())
    desk.take_up()
    desk.window.lock()
    assert not desk.page.isVisible()
    stage.desk.lift()
    desk.script.hands.see("the sign-in page", desk.window.sign_in.isVisible)
    account = stage.account()
    sign_in_as(desk, account.username, account.password)
    look("the page", desk.page.isVisible)
    assert desk.model.visit.state is VisitState.HANDLING


def test_offline_the_same_operator_unlocks_and_goes_on(desk, stage):
    account = stage.account()
    desk.card(desk.person())
    desk.take_up()
    stage.desk.pull_network()
    desk.window.lock()
    banner = desk.window.sign_in.banner
    sign_in_as(desk, "somebody-else", account.password)
    look("another is told to wait", lambda: banner.code == "sign_in.offline_other")
    sign_in_as(desk, account.username, "wrong")
    look("a wrong password is refused", lambda: banner.code == "sign_in.offline_refused")
    assert not desk.page.isVisible()
    sign_in_as(desk, account.username, account.password)
    look("the page", desk.page.isVisible)
    assert desk.model.visit.state is VisitState.HANDLING
    assert not desk.window.sign_in.password.text()
    desk.see_all()
    desk.accept()
    look("printed", lambda: desk.paper() is PaperState.PRINTED)


def test_after_signing_out_offline_nobody_gets_in(desk, stage):
    account = stage.account()
    stage.desk.pull_network()
    desk.model.sign_out()
    sign_in_as(desk, account.username, account.password)
    look("told", lambda: desk.window.sign_in.banner.code == "sign_in.offline")
    stage.desk.plug_network()
    sign_in_as(desk, account.username, account.password)
    look("the page", desk.page.isVisible)


def test_what_waits_leaves_after_the_operator_went_home(desk, stage):
    stage.desk.pull_network()
    desk.card(desk.person())
    desk.take_up()
    desk.see_all()
    desk.accept()
    look("printed", lambda: desk.paper() is PaperState.PRINTED)
    stage.desk.lift()
    desk.model.sign_out()
    look("the sign-in page", desk.window.sign_in.isVisible)
    assert "待传 1" in desk.window.sign_in._where.text()
    stage.desk.plug_network()
    look("delivered", lambda: desk.app.assembled.store.outbox().waiting == 0, 30)
    look("the page says so", lambda: "待传" not in desk.window.sign_in._where.text())
    assert desk.model.session is None
    account = stage.account()
    sign_in_as(desk, account.username, account.password)
    look("the page", desk.page.isVisible)
