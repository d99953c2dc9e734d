"""A scan gun that types, in the clerk's window: from any place, and typing stays typing."""

from __future__ import annotations

import dataclasses

import numpy
import pytest
import typed_keys
from at_the_desk import Desk, activate
from PySide6.QtGui import QImage, QInputMethodEvent
from PySide6.QtWidgets import QApplication, QDialog

from counter_app.devices.gun_check import TEST_CODE
from counter_app.devices.key_layouts import ENTER, LEFT_CTRL, Modifiers
from counter_app.domain.reading import CodeSent
from counter_app.domain.visit import VisitState
from counter_app.vision.code_reader import read_codes
from ui.app import clerk_app
from ui.demo.hands import look

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
A, E, F = 30, 18, 33


@pytest.fixture(scope="module")
def counter(stage, qapp):
    settings = stage.settings()
    gun = dataclasses.replace(settings.gun, kind="wedge", port="")
    app = clerk_app(dataclasses.replace(settings, gun=gun), quiet=True)
    app.window.show()
    yield Desk(stage, app)
    app.window.close()
    app.close()


@pytest.fixture
def desk(counter):
    activate(counter.window)
    typed_keys.pause()
    yield counter
    while (dialog := QApplication.activeModalWidget()) is not None:
        dialog.reject()
    counter.model.close_visit()


def open_code(desk):
    return next(
        one["code"]
        for one in desk.stage.codes()
        if one["state"] in ("submitted", "checked") and one["item_name"]
    )


def heard(desk):
    events = []
    desk.window.keyboard_gun.heard.connect(events.append)
    return events


def test_the_chip_says_that_the_gun_is_ready(desk):
    assert desk.model.devices.gun == ""
    assert desk.page.gun.kind == "ok"


def open_entry(desk):
    """The dialog for a person's facts, a text field in it in focus."""
    desk.page.enter_manually()
    look("the dialog", lambda: isinstance(QApplication.activeModalWidget(), QDialog))
    dialog = QApplication.activeModalWidget()
    activate(dialog)
    field = dialog.name
    field.setFocus()
    return dialog, field


def test_a_scan_opens_the_visit(desk):
    typed_keys.scan(f"HCPRE:{open_code(desk)}\r")
    look("the applicant", lambda: desk.model.visit.identity is not None)


def test_from_a_dialog_nothing_lands_in_its_fields_and_nothing_is_pressed(desk):
    dialog, field = open_entry(desk)
    touched = []
    field.textChanged.connect(touched.append)
    dialog.entered.connect(touched.append)
    typed_keys.scan(f"HCPRE:{open_code(desk)}\r")
    look("the applicant", lambda: desk.model.visit.identity is not None)
    assert touched == []


def test_shortcuts_in_a_burst_do_nothing_and_by_hand_they_work(desk):
    events = heard(desk)
    typed_keys.scan("no code of\x05this hall\x12\r")
    look("the scan", lambda: events)
    assert events[0].payload == b"no code of\x05this hall\x12"
    assert QApplication.activeModalWidget() is None
    typed_keys.pause()
    # By hand, while a key before it is still held back.
    typed_keys.send(A, True)
    typed_keys.send(LEFT_CTRL, True)
    typed_keys.send(E, True, Modifiers.CTRL)
    look("the dialog", lambda: QApplication.activeModalWidget() is not None)
    for code in (A, LEFT_CTRL, E):
        typed_keys.send(code, False)
    assert len(events) == 1


def test_what_is_typed_arrives_whole_and_in_order(desk):
    _, field = open_entry(desk)
    for code, held in ((A, Modifiers.SHIFT), (F, Modifiers.NONE), (A, Modifiers.NONE)):
        typed_keys.send(code, True, held)
        typed_keys.send(code, False, held)
    look("the letters", lambda: field.text() == "Afa")


def test_a_code_without_its_end_says_so(desk):
    typed_keys.scan("HCPRE:ABCDEFGH")
    look("the sentence", lambda: "gun.incomplete" in desk.page._said_code.text())
    assert desk.model.visit.state is VisitState.WAITING


def test_enter_by_hand_is_not_held_back(desk):
    _, field = open_entry(desk)
    pressed = []
    field.returnPressed.connect(lambda: pressed.append(1))
    typed_keys.send(ENTER, True)
    assert pressed
    typed_keys.send(ENTER, False)


def check(desk):
    """The dialog with the test code, opened by the gun's chip."""
    desk.hands.click(desk.page.gun)
    look("the dialog", lambda: desk.window.gun_check is not None)
    dialog = desk.window.gun_check
    activate(dialog)
    return dialog


def test_the_test_code_says_that_all_is_well(desk):
    dialog = check(desk)
    typed_keys.scan(TEST_CODE + "\r")
    look("the verdict", lambda: "扫码枪设置正确" in dialog.said.text())
    dialog.reject()
    look("no dialog", lambda: desk.window.gun_check is None)
    activate(desk.window)
    typed_keys.scan(f"HCPRE:{open_code(desk)}\r")
    look("the applicant", lambda: desk.model.visit.identity is not None)


def test_the_test_code_says_what_to_set_and_nothing_of_another_code_is_shown(desk):
    dialog = check(desk)
    typed_keys.scan("~" + TEST_CODE)
    look("two faults", lambda: "2" in dialog.said.text())
    assert 'gun.prefix = "~"' in dialog.todo.text()
    assert "gun.check_no_suffix" in dialog.todo.text()
    typed_keys.scan(f"HCPRE:{open_code(desk)}\r")
    look("one fault", lambda: "gun.check_unreadable" in dialog.todo.text())
    assert "HCPRE" not in dialog.todo.text()
    assert desk.model.visit.identity is None


def test_an_input_method_that_takes_keys_is_found(desk):
    dialog = check(desk)
    QApplication.sendEvent(dialog, QInputMethodEvent("ni hao", []))
    look("the fault", lambda: "gun.check_input_method" in dialog.todo.text())


def test_a_gun_on_a_wire_is_checked_too(desk):
    dialog = check(desk)
    desk.window._hear(CodeSent(TEST_CODE.encode() + b"\r", b"", b"\r"))
    assert "扫码枪设置正确" in dialog.said.text()


def test_the_dialogs_picture_is_the_test_code(desk):
    dialog = check(desk)
    picture = dialog.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    pixels = numpy.frombuffer(picture.constBits(), numpy.uint8)
    rows = pixels.reshape(picture.height(), picture.bytesPerLine())[:, : picture.width()]
    (code,) = read_codes(rows)
    assert code.payload == TEST_CODE.encode()
