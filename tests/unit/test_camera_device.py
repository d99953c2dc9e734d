"""A camera of this machine, played: how old its frames are, how it is lost and found again."""

from types import SimpleNamespace

import cv2
import numpy
import pytest

from counter_app.devices import camera as module
from counter_app.devices.camera import (
    MOST_STALE,
    CameraDevice,
    CameraSource,
    CodeReadingCamera,
)
from counter_app.domain.reading import CameraLost, CameraReady

WAITED_S, STORED_S = 0.033, 0.0005  # for a frame from the sensor, and for one that lay ready
FRONT, OTHER = CameraDevice("Front Camera", "/dev/video0"), CameraDevice("HD USB", "/dev/video1")


class Driver:
    """What `cv2.VideoCapture` finds: cameras by path, and the frames each will give."""

    def __init__(self):
        self.now = 0.0
        self.frames = {}  # by path: for each grab how long it takes, None where it fails
        self.opened = []

    def monotonic(self):
        return self.now

    def plug(self, path, *grabs):
        self.frames[path] = list(grabs)

    def capture(self, path, backend):
        capture = Capture(self, path)
        self.opened.append((path, backend, capture))
        return capture


class Capture:
    def __init__(self, driver, path):
        self.driver, self.path = driver, path
        self.asked, self.taken, self.released = {}, 0, False

    def isOpened(self):  # noqa: N802 - OpenCV's name
        return self.path in self.driver.frames

    def set(self, what, value):
        self.asked[what] = value
        return True

    def grab(self):
        grabs = self.driver.frames.get(self.path, [])
        took = grabs.pop(0) if grabs else None
        if took is None:
            return False
        self.driver.now += took
        self.taken += 1
        return True

    def retrieve(self):
        return True, numpy.full((4, 4, 3), self.taken, numpy.uint8)

    def release(self):
        self.released = True


@pytest.fixture
def driver(monkeypatch):
    one = Driver()
    monkeypatch.setattr(cv2, "VideoCapture", one.capture)
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=one.monotonic))
    return one


def opened(driver, known=(FRONT,), name="", path=""):
    """The camera, and the numbers of the frames that were read."""
    read = []

    def look(frame):
        read.append(int(frame[0, 0, 0]))
        return []

    camera = CodeReadingCamera(
        CameraSource("device", name, path, 1920, 1080),
        look,
        clock=driver.monotonic,
        look_again_s=0.0,
        known=lambda: known,
    )
    return camera, read


def events(camera, count):
    return [camera.next_event(0.2) for _ in range(count)]


def test_frames_that_wait_in_the_driver_are_too_old_to_be_read(driver):
    driver.plug(FRONT.path, *[STORED_S] * 4, WAITED_S, *[STORED_S] * 2, WAITED_S)
    camera, read = opened(driver)
    assert events(camera, 2) == [CameraReady("Front Camera"), CameraLost("camera.no_picture")]
    assert read == [5, 8], "the first of each that had to be waited for"


def test_a_camera_whose_every_frame_lies_ready_is_read_all_the_same(driver):
    driver.plug(FRONT.path, *[0.0] * (2 * MOST_STALE))
    camera, read = opened(driver)
    assert events(camera, 2)[0] == CameraReady("Front Camera")
    assert read == [MOST_STALE, 2 * MOST_STALE]


def test_what_is_asked_of_the_device(driver):
    driver.plug(FRONT.path, WAITED_S)
    camera, _ = opened(driver)
    events(camera, 1)
    ((path, _, capture),) = driver.opened
    assert path == FRONT.path
    assert capture.asked == {
        cv2.CAP_PROP_FOURCC: cv2.VideoWriter.fourcc(*"MJPG"),
        cv2.CAP_PROP_FRAME_WIDTH: 1920,
        cv2.CAP_PROP_FRAME_HEIGHT: 1080,
        cv2.CAP_PROP_BUFFERSIZE: 1,
    }
    camera.close()
    assert capture.released


def test_a_number_is_opened_as_one(driver):
    driver.plug(2, WAITED_S)
    camera, _ = opened(driver, known=(), path="2")
    assert events(camera, 1) == [CameraReady("2")]


def test_a_grab_that_fails_loses_the_camera_once_and_gives_it_free(driver):
    driver.plug(FRONT.path, WAITED_S, None)
    camera, _ = opened(driver)
    assert events(camera, 2) == [CameraReady("Front Camera"), CameraLost("camera.no_picture")]
    assert driver.opened[0][2].released


def test_a_camera_that_comes_back_under_another_number_is_found_by_its_name(driver):
    known = [OTHER, FRONT]
    driver.plug(FRONT.path, WAITED_S, None)
    camera, read = opened(driver, known, name="front")
    assert events(camera, 2) == [CameraReady("Front Camera"), CameraLost("camera.no_picture")]
    known[:] = [OTHER, CameraDevice("Front Camera", "/dev/video4")]
    driver.plug("/dev/video4", STORED_S, WAITED_S, None)
    assert events(camera, 1) == [CameraReady("Front Camera")]
    assert driver.opened[-1][0] == "/dev/video4"
    assert read == [1, 2]


def test_a_camera_that_is_gone_while_it_is_opened_is_missing(driver):
    gone = CameraDevice("Front Camera", "/dev/no-such-video")
    camera, _ = opened(driver, known=(gone,))
    assert events(camera, 1) == [CameraLost("camera.missing")]
    assert driver.opened[0][2].released


def test_a_frame_that_cannot_be_decoded_loses_the_camera(driver, monkeypatch):
    monkeypatch.setattr(Capture, "retrieve", lambda _: (False, None))
    driver.plug(FRONT.path, WAITED_S)
    camera, read = opened(driver)
    assert events(camera, 1) == [CameraLost("camera.no_picture")]
    assert read == []


@pytest.mark.parametrize("step", ["set", "grab", "retrieve"])
def test_what_opencv_raises_is_a_camera_without_a_picture(driver, monkeypatch, step):
    def fails(*_):
        raise cv2.error("assertion failed")

    monkeypatch.setattr(Capture, step, fails)
    driver.plug(FRONT.path, WAITED_S)
    camera, _ = opened(driver)
    assert events(camera, 1) == [CameraLost("camera.no_picture")]
