"""A scan gun on a wire beside one that types: pulled out, plugged in, checked."""

from __future__ import annotations

import dataclasses

import pytest
import typed_keys
from at_the_desk import Desk, activate
from PySide6.QtWidgets import QApplication

from counter_app.devices.gun_check import TEST_CODE
from counter_app.devices.simulators.gun import SimulatedGun
from counter_app.domain.reading import GunLost, GunReady
from counter_app.domain.visit import VisitState
from ui.app import clerk_app
from ui.clerk.surroundings import Surroundings
from ui.demo.hands import look

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture(scope="module")
def wired():
    with SimulatedGun(baud=115200) as gun:
        yield gun


@pytest.fixture(scope="module")
def counter(stage, qapp, wired):
    settings = stage.settings()
    gun = dataclasses.replace(settings.gun, kind="auto", port=wired.port)
    app = clerk_app(dataclasses.replace(settings, gun=gun), quiet=True)
    app.window.show()
    yield Desk(stage, app)
    app.window.close()
    app.close()


@pytest.fixture
def desk(counter):
    activate(counter.window)
    look("ready", lambda: counter.page.gun.words == "扫码枪 就绪")
    typed_keys.pause()
    yield counter
    while (dialog := QApplication.activeModalWidget()) is not None:
        dialog.reject()
    counter.model.close_visit()


@pytest.fixture
def pulled_out(desk, wired):
    """The gun that was ready, unplugged."""
    surroundings = desk.window.surroundings
    look("it was there", lambda: surroundings._gun_was_wired)
    wired.unplug()
    look("it is told", lambda: desk.page.gun.kind != "ok")
    yield desk
    wired.replug()
    look("ready again", lambda: desk.page.gun.words == "扫码枪 就绪")
    assert desk.page.gun.kind == "ok"


def open_code(desk):
    return next(one["code"] for one in desk.stage.codes() if one["state"] == "checked")


def test_pulled_out_it_says_that_only_a_gun_that_types_is_heard(pulled_out):
    assert pulled_out.page.gun.words == "扫码枪 专线断开,键盘模式可用"
    assert pulled_out.page.gun.kind == "warn"
    typed_keys.scan(f"HCPRE:{open_code(pulled_out)}\r")
    look("taken up", lambda: pulled_out.model.visit.state is VisitState.HANDLING)


def test_the_chip_says_what_to_do_and_checks_the_gun_that_types(pulled_out):
    pulled_out.hands.click(pulled_out.page.gun)
    look("the dialog", lambda: pulled_out.window.gun_check is not None)
    assert pulled_out.page._said_code.text() == "gun.wire_lost"
    assert "专线枪断开,键盘模式仍可用" in pulled_out.page._said.text()
    activate(pulled_out.window.gun_check)
    typed_keys.scan(TEST_CODE + "\r")
    look("the verdict", lambda: "扫码枪设置正确" in pulled_out.window.gun_check.said.text())


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (TEST_CODE + "\n", 'gun.suffix = "lf"'),
        (TEST_CODE, "gun.check_no_suffix"),
        ("\x02" + TEST_CODE + "\x03", 'gun.suffix = "etx"'),
        (TEST_CODE + "\r", "可以关闭"),
    ],
)
def test_the_test_code_on_a_wire_is_judged_whatever_ends_it(desk, wired, sent, said):
    desk.hands.click(desk.page.gun)
    look("the dialog", lambda: desk.window.gun_check is not None)
    wired.send(sent.encode())
    look("the verdict", lambda: said in desk.window.gun_check.todo.text())
    desk.window.gun_check.reject()
    look("no dialog", lambda: desk.window.gun_check is None)
    activate(desk.window)
    wired.show(f"HCPRE:{open_code(desk)}".encode())
    look("taken up", lambda: desk.model.visit.state is VisitState.HANDLING)


def test_a_scan_on_a_wire_without_its_end_says_so(desk, wired):
    wired.send(b"HCPRE:ABCDEFGH")
    look("told", lambda: desk.page._said_code.text() == "gun.incomplete")
    assert desk.model.visit.state is VisitState.WAITING


@pytest.fixture
def around(counter):
    """What is around a counter, before any device told of itself."""
    return Surroundings(counter.app.assembled.counter, counter.window._jobs)


@pytest.mark.parametrize("code", ["gun.port_missing", "gun.forbidden", "gun.port_busy"])
def test_without_a_gun_that_types_a_lost_gun_is_lost(around, code):
    around.hear(GunReady("port"))
    around.hear(GunLost(code))
    assert around.devices.gun == code


@pytest.mark.parametrize("code", ["gun.forbidden", "gun.port_busy"])
def test_beside_a_gun_that_types_one_that_may_not_be_read_is_told(around, code):
    around.also_typed()
    around.hear(GunLost(code))
    assert around.devices.gun == code


def test_where_no_gun_was_ever_on_a_wire_one_that_types_is_enough(around):
    around.also_typed()
    around.hear(GunLost("gun.port_missing"))
    assert around.devices.gun == ""
    around.hear(GunReady("port"))
    around.hear(GunLost("gun.port_missing"))
    assert around.devices.gun == "gun.wire_lost"
