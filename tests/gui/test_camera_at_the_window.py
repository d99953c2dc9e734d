"""A camera before the window: a code held up opens its visit; its picture, shown and hidden."""

from __future__ import annotations

from dataclasses import replace

import pytest
from at_the_desk import Desk, activate
from films import desk as empty_desk
from films import held, pictures
from PySide6.QtCore import Qt

from counter_app.domain.visit import VisitState
from counter_app.settings import CameraSettings
from ui.app import clerk_app
from ui.demo.hands import look

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints"),
]


class Before:
    """What is held before the camera: pictures in a folder, played again and again."""

    def __init__(self, folder):
        self.folder = folder
        self.pattern = str(folder / "frame_%04d.png")

    def hold(self, frame, count=90):
        pictures(self.folder, [frame] * count)

    def unplug(self):
        for one in self.folder.iterdir():
            one.unlink()


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    return Before(tmp_path_factory.mktemp("camera"))


@pytest.fixture(scope="module")
def counter(stage, qapp, before):
    before.hold(empty_desk())
    camera = CameraSettings("film", "", before.pattern)
    app = clerk_app(replace(stage.settings(), camera=camera), quiet=True)
    app.window.show()
    yield Desk(stage, app)
    app.window.close()
    app.close()


def ready(desk):
    look("the camera is ready", lambda: not desk.model.devices.camera)


def test_a_code_held_before_the_camera_opens_its_visit(desk, stage, before):
    ready(desk)
    code = next(one for one in stage.codes() if one["state"] == "checked")
    before.hold(held(f"HCPRE:{code['code']}"))
    look("taken up", lambda: desk.model.visit.state is VisitState.HANDLING)
    assert desk.model.visit.taken_up.preapplication.code == code["code"]
    number = desk.model._visit_number
    look("the film goes on", lambda: not desk.model.devices.camera)
    assert desk.model._visit_number == number
    before.hold(empty_desk())


def test_the_picture_is_shown_by_a_key_with_the_code_outlined_and_hidden_without_a_trace(
    desk, before
):
    ready(desk)
    view = desk.page.camera_view
    assert not view.isVisible()
    desk.hands.press(Qt.Key.Key_K, ctrl=True)
    look("a picture", lambda: view.isVisible() and not view.image.isNull())
    before.hold(held("HCTEST:1", left=320, top=60))
    look("it is outlined", lambda: len(view.outlines) == 1)
    (outline,) = view.outlines
    assert abs(outline[0][0] * 640 - 320) < 12
    shot = view.grab().toImage()
    x, y = outline[0]
    at = round(x * view.width() * shot.devicePixelRatio()), round(y * view.height())
    near = [shot.pixelColor(at[0] + i, at[1] + j) for i in range(-4, 5) for j in range(-4, 5)]
    assert any(c.green() > 180 and c.red() < 120 for c in near), "a line where the code begins"
    desk.hands.press(Qt.Key.Key_K, ctrl=True)
    assert not view.isVisible()
    assert view.image.isNull()
    before.hold(empty_desk())


def test_a_camera_that_is_unplugged_says_so_and_comes_back(desk, before):
    ready(desk)
    assert "就绪" in desk.page.camera.words
    desk.hands.press(Qt.Key.Key_K, ctrl=True)
    before.unplug()
    look("lost", lambda: desk.model.devices.camera == "camera.no_picture")
    assert desk.page.camera.kind == "bad"
    assert desk.page.camera_view.image.isNull()
    desk.page.camera.click()
    assert desk.page._said_code.text() == "camera.no_picture"
    before.hold(empty_desk())
    ready(desk)
    assert desk.page.camera.kind == "ok"
    desk.hands.press(Qt.Key.Key_K, ctrl=True)


def test_a_locked_window_shows_no_picture_and_opens_nothing(desk, stage, before):
    ready(desk)
    desk.hands.press(Qt.Key.Key_K, ctrl=True)
    look("a picture", lambda: not desk.page.camera_view.image.isNull())
    desk.window.lock()
    assert desk.page.camera_view.image.isNull()
    before.hold(held("HCPRE:YS2026NOBODY00"))
    banner = desk.window.sign_in.banner
    look("told", lambda: banner.code == "code.sign_in_first")
    before.hold(empty_desk())
    desk.script.sign_in(stage.account())
    activate(desk.window)
    assert not desk.page.camera_view.isVisible()


def test_while_the_gun_is_checked_the_camera_says_nothing(desk, before):
    ready(desk)
    before.hold(empty_desk())
    desk.window.check_gun()
    check = desk.window.gun_check
    waiting = check.said.text()
    desk.page._said.setText("")
    before.hold(held("HCTEST:another"))
    seen = desk.app.assembled.camera._codes
    look("the camera has read it", lambda: bool(seen._seen))
    assert check.said.text() == waiting
    check.reject()
    before.hold(empty_desk())


def test_without_a_camera_the_key_says_what_to_set(desk, monkeypatch):
    monkeypatch.setattr(desk.page, "_camera", None)
    from counter_app.domain.reading import CameraReady
    from ui.clerk.surroundings import NOT_CONFIGURED

    around = desk.window.surroundings
    monkeypatch.setattr(around, "devices", replace(around.devices, camera=NOT_CONFIGURED))
    desk.hands.press(Qt.Key.Key_K, ctrl=True)
    assert "camera.kind" in desk.page._said.text()
    around.hear(CameraReady("x"))


def test_a_kiosk_reads_an_appointment_held_before_its_camera(stage, qapp, tmp_path):
    from ui.app import FaceApp
    from ui.kiosk.face import FACE
    from ui.kiosk.model import Step

    front = Before(tmp_path / "front")
    front.hold(empty_desk())
    camera = CameraSettings("film", "", front.pattern)
    app = FaceApp(replace(stage.kiosk_settings(), camera=camera), FACE, quiet=True)
    app.window.show()
    look("the kiosk", lambda: app.window.model is not None and app.window.model.hall is not None)
    model = app.window.model
    front.hold(held("HCAPPT:22223333"))
    look("an answer", lambda: model.step is Step.CODE and model.said is not None, 30)
    assert model.said.code == "ticket.no_appointment"
    app.window.close()
    app.close()
