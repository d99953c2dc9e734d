"""Windows offscreen, on a real platform process and real pseudo-terminals."""

from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import pytest


@pytest.fixture(scope="session")
def stage():
    """Platform and desk of devices, once for all tests of a worker."""
    from ui.demo.stage import Stage

    with Stage() as one:
        yield one


@pytest.fixture(scope="module")
def counter(stage, qapp):
    from at_the_desk import Desk

    from ui.app import clerk_app

    app = clerk_app(stage.settings(), quiet=True)
    app.window.show()
    desk = Desk(stage, app)
    yield desk
    app.window.close()
    app.close()


@pytest.fixture
def desk(counter, stage):
    from at_the_desk import activate
    from PySide6.QtWidgets import QApplication

    from counter_app.domain.visit import VisitState
    from ui.demo.hands import look

    activate(counter.window)
    yield counter
    dialog = QApplication.activeModalWidget()
    if dialog is not None:
        dialog.reject()
    stage.desk.plug_network()
    stage.desk.printer_state("ready")
    stage.desk.plug_reader()
    stage.desk.lift()
    if counter.model.visit.state is not VisitState.WAITING:
        counter.model.close_visit()
    counter.window.surroundings.feel_pulse()
    look("online again", lambda: counter.model.devices.online)
    look("the reader again", lambda: not counter.model.devices.reader)
    look("all delivered", lambda: counter.model.outbox.waiting == 0, 30)
