"""The camera that reads codes, over real films and numbered pictures."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

import pytest
from films import FPS, desk, film, held, pictures
from hypothesis import given, settings
from hypothesis import strategies as st

from counter_app.devices.camera import CameraDevice, CameraSource, CodeReadingCamera, cameras
from counter_app.domain.codes import LONGEST_PAYLOAD
from counter_app.domain.reading import CameraLost, CameraReady, CodeScanned, PictureTaken
from counter_app.errors import CameraError
from counter_app.vision.code import Code
from counter_app.vision.code_reader import FrameReader

WAIT_S = 20


def opened(path, read=None, **more):
    source = CameraSource("film", path=str(path))
    more = {"look_again_s": 0.05, **more}
    return CodeReadingCamera(source, read or FrameReader().read, **more)


def until(camera, last, kinds=object):
    """Every event of those kinds until one for which `last` holds."""
    events, by = [], time.monotonic() + WAIT_S
    while time.monotonic() < by:
        event = camera.next_event(0.1)
        if event is not None and isinstance(event, kinds):
            events.append(event)
        if event is not None and last(event):
            return events
    raise AssertionError(f"did not come: {events}")


def is_lost(event):
    return isinstance(event, CameraLost)


def payloads(events):
    return [one.payload for one in events if isinstance(one, CodeScanned)]


@pytest.fixture
def closing():
    kept = []
    yield kept.append
    for camera in kept:
        camera.close()


@pytest.mark.parametrize("kind", ["film", "pictures"])
def test_each_code_of_a_film_is_told_once_in_its_order(tmp_path, closing, kind):
    frames = [*[held("HCPRE:A1")] * 10, *[desk()] * 3, *[held("预约码二")] * 10]
    if kind == "film":
        source = film(tmp_path / "film.avi", frames)
    else:
        source = pictures(tmp_path / "frames", frames)
    camera = opened(source)
    closing(camera)
    events = until(camera, is_lost)
    assert isinstance(events[0], CameraReady)
    assert payloads(events) == [b"HCPRE:A1", "预约码二".encode()]
    assert events[-1] == CameraLost("camera.no_picture"), "the film has ended"


def test_a_film_that_has_ended_begins_again_and_its_code_is_new_after_a_while(tmp_path, closing):
    camera = opened(
        film(tmp_path / "film.avi", [held("HCPRE:A1")] * 5), away_s=0.1, look_again_s=0.3
    )
    closing(camera)
    first = until(camera, is_lost)
    again = until(camera, is_lost)
    assert [type(one) for one in again] == [CameraReady, CodeScanned, CameraLost]
    assert payloads(first) == payloads(again) == [b"HCPRE:A1"]


def test_a_code_that_was_away_and_comes_back_is_told_again(tmp_path, closing):
    frames = [*[held("HCPRE:A1")] * 5, *[desk()] * 20, *[held("HCPRE:A1")] * 5]
    camera = opened(film(tmp_path / "film.avi", frames), away_s=0.3)
    closing(camera)
    assert payloads(until(camera, is_lost)) == [b"HCPRE:A1"] * 2


def test_frames_that_came_while_one_was_read_are_dropped(tmp_path, closing):
    """Two seconds of film take two seconds, though each frame takes a fifth of one to read."""
    frames = [desk(20 + number) for number in range(2 * FPS)]
    read, slow = [], threading.Event()

    def slowly(frame):
        read.append(round(float(frame.mean())) - 20)
        slow.wait(0.2)
        return []

    camera = opened(film(tmp_path / "film.avi", frames), slowly)
    closing(camera)
    began = time.monotonic()
    until(camera, is_lost)
    assert time.monotonic() - began < 4, "every frame would take twelve seconds"
    assert read == sorted(read)
    assert len(read) < len(frames) / 3
    assert read[-1] > len(frames) / 2, "what is read is the newest, not what was queued first"


def test_the_picture_shows_where_the_code_is(tmp_path, closing):
    camera = opened(film(tmp_path / "film.avi", [held("HCPRE:A1", left=320, top=180)] * 60))
    closing(camera)
    camera.show(True)
    until(camera, lambda event: isinstance(event, CodeScanned))
    until(camera, lambda event: isinstance(event, PictureTaken))
    picture = camera.picture()
    assert camera.picture() is None, "it is given once"
    assert (picture.width, picture.height) == (480, 270)
    assert len(picture.pixels) == 480 * 270 * 3
    (outline,) = picture.outlines
    left, top = outline[0]
    assert abs(left * 640 - 320) < 8
    assert abs(top * 360 - 180) < 8
    dark = picture.pixels[(int(top * 270 + 3) * 480 + int(left * 480 + 3)) * 3]
    assert dark < 80, "the finder pattern is there"
    camera.show(False)
    until(camera, is_lost, PictureTaken)
    assert camera.picture() is None, "nobody looks: no picture is kept"


def test_pictures_do_not_pile_up_where_nobody_takes_them(tmp_path, closing):
    camera = opened(film(tmp_path / "film.avi", [desk()] * 20))
    closing(camera)
    camera.show(True)
    taken = until(camera, is_lost, PictureTaken)
    assert len(taken) == 1


def test_a_source_that_is_not_there_is_told_once_and_found_when_it_comes(tmp_path, closing):
    camera = opened(tmp_path / "film.avi")
    closing(camera)
    assert until(camera, is_lost) == [CameraLost("camera.missing")]
    assert camera.next_event(0.3) is None
    film(tmp_path / "made.avi", [held("HCPRE:A1")] * 10).rename(tmp_path / "film.avi")
    events = until(camera, lambda event: isinstance(event, CodeScanned))
    assert isinstance(events[0], CameraReady)


def test_a_source_that_disappears_is_lost_and_comes_again(tmp_path, closing):
    pattern = pictures(tmp_path / "frames", [held("HCPRE:A1")] * 60)
    camera = opened(pattern)
    closing(camera)
    until(camera, lambda event: isinstance(event, CodeScanned))
    for one in (tmp_path / "frames").iterdir():
        one.unlink()
    assert until(camera, is_lost) == [CameraLost("camera.no_picture")]
    pictures(tmp_path / "frames", [held("HCPRE:B2")] * 60)
    assert payloads(until(camera, lambda event: isinstance(event, CodeScanned))) == [b"HCPRE:B2"]


def test_closing_ends_what_waits(tmp_path):
    camera = opened(tmp_path / "never.avi", look_again_s=30)
    until(camera, is_lost)
    given_out = []
    thread = threading.Thread(target=lambda: given_out.append(camera.next_event(30)))
    thread.start()
    camera.close()
    thread.join(WAIT_S)
    assert given_out == [None]
    assert camera.next_event(0) is None


def found(payload, kind="QR Code"):
    return Code(kind, payload, None, "binary", "zxing-cpp")


def test_bars_beside_a_square_code_are_the_same_paper(tmp_path, closing):
    seen = iter([[found(b"1", "Code 128"), found(b"2")], [found(b"1", "Code 128")], []])
    camera = opened(film(tmp_path / "film.avi", [desk()] * 6), lambda _: next(seen, []))
    closing(camera)
    assert payloads(until(camera, is_lost)) == [b"2"]


def test_a_payload_over_the_cap_is_seen_to_be_too_long(tmp_path, closing):
    camera = opened(film(tmp_path / "film.avi", [desk()] * 3), lambda _: [found(b"9" * 7000)])
    closing(camera)
    (payload,) = payloads(until(camera, is_lost))
    assert len(payload) == LONGEST_PAYLOAD + 1


@settings(max_examples=10, deadline=None)
@given(cut=st.floats(0, 1), flipped=st.integers(0, 2**32 - 1), noise=st.binary(max_size=200))
def test_any_file_is_a_film_or_a_camera_without_a_picture(tmp_path_factory, cut, flipped, noise):
    folder = tmp_path_factory.mktemp("any")
    whole = bytearray(film(folder / "whole.avi", [desk()] * 2).read_bytes())
    whole[flipped % len(whole)] ^= 0xFF
    path = folder / "film.avi"
    path.write_bytes(whole[: int(len(whole) * cut)] + noise)
    camera = opened(path)
    try:
        until(camera, is_lost)
    finally:
        camera.close()


# devices -----------------------------------------------------------------------------------------


@pytest.fixture
def sysfs(tmp_path):
    for node, name, index in (
        ("video0", "Integrated Camera: Front", "0"),
        ("video1", "Integrated Camera: Front", "1"),
        ("video2", "良田高拍仪 S500", "0"),
        ("video10", "HD USB Camera", "0"),
    ):
        (tmp_path / node).mkdir()
        (tmp_path / node / "name").write_text(name + "\n", "utf-8")
        (tmp_path / node / "index").write_text(index + "\n", "utf-8")
    return tmp_path


def test_cameras_are_listed_by_name_each_once(sysfs):
    assert cameras(sysfs) == (
        CameraDevice("Integrated Camera: Front", "/dev/video0"),
        CameraDevice("良田高拍仪 S500", "/dev/video2"),
        CameraDevice("HD USB Camera", "/dev/video10"),
    )
    assert cameras(sysfs / "nothing") == ()


def test_two_cameras_of_one_model_are_told_apart_by_their_sockets(tmp_path):
    sysfs, places = tmp_path / "sysfs", tmp_path / "by-path"
    for node, index in (("video0", "0"), ("video1", "1"), ("video2", "0")):
        (sysfs / node).mkdir(parents=True)
        (sysfs / node / "name").write_text("HD USB Camera\n", "utf-8")
        (sysfs / node / "index").write_text(index + "\n", "utf-8")
    places.mkdir()
    left, right = places / "pci-usb-0:1:1.0-video-index0", places / "pci-usb-0:2:1.0-video-index0"
    left.symlink_to("/dev/video0")
    right.symlink_to("/dev/video2")
    known = cameras(sysfs, places)
    assert known == (
        CameraDevice("HD USB Camera", "/dev/video0", str(left)),
        CameraDevice("HD USB Camera", "/dev/video2", str(right)),
    )
    # Such a link is a source, alone or beside the name, also after the nodes changed places.
    for name in ("", "hd usb"):
        assert CameraSource("device", name, str(right)).found(known) == known[1]
        assert CameraSource("device", name, str(left)).found(known) == known[0]
    right.unlink()
    right.symlink_to("/dev/video0")
    assert CameraSource("device", "", str(right)).found(known) == known[0]


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ({}, "/dev/video0"),
        ({"name": "usb camera"}, "/dev/video10"),
        ({"name": "高拍仪"}, "/dev/video2"),
        ({"path": "/dev/video2"}, "/dev/video2"),
        ({"name": "HD", "path": "/dev/video10"}, "/dev/video10"),
        ({"path": "0"}, "0"),
    ],
)
def test_a_camera_is_found_by_name_wherever_it_is_plugged_in(sysfs, wanted, path):
    assert CameraSource("device", **wanted).found(cameras(sysfs)).path == path


@pytest.mark.parametrize("wanted", [{"name": "扫描仪"}, {"path": "/dev/video99"}])
def test_a_camera_that_is_not_plugged_in_is_missing(sysfs, wanted):
    with pytest.raises(CameraError) as missing:
        CameraSource("device", **wanted).found(cameras(sysfs))
    assert missing.value.code == "camera.missing"


def test_a_device_that_is_no_camera_is_busy_and_not_waited_for(tmp_path, closing):
    path = tmp_path / "video0"
    path.write_bytes(b"")
    camera = CodeReadingCamera(
        CameraSource("device", path=str(path)), FrameReader().read, look_again_s=0.05
    )
    closing(camera)
    assert until(camera, is_lost) == [CameraLost("camera.busy")]


@pytest.fixture
def shut(tmp_path):
    """A file that nobody may open: tests that run as root are somebody else for a while."""
    path = tmp_path / "video0"
    path.write_bytes(b"")
    path.chmod(0)
    was = os.geteuid()
    if was == 0:
        os.seteuid(65534)
    yield str(path)
    os.seteuid(was)


@pytest.mark.parametrize("source", [{}, {"name": "Front"}, {"path": "the file"}])
def test_a_device_that_this_user_may_not_open_says_so(closing, shut, source):
    wanted = CameraSource("device", **{k: shut if k == "path" else v for k, v in source.items()})
    known = [CameraDevice("Front", shut)]
    camera = CodeReadingCamera(wanted, FrameReader().read, look_again_s=0.05, known=lambda: known)
    closing(camera)
    assert until(camera, is_lost) == [CameraLost("camera.forbidden")]
    assert camera.next_event(0.2) is None, "told once"


@pytest.mark.parametrize("kind", ["device", "film"])
def test_a_path_that_this_user_may_not_even_look_at_is_missing(closing, shut, kind):
    camera = CodeReadingCamera(
        CameraSource(kind, path=f"{shut}/film.avi"), FrameReader().read, known=tuple
    )
    closing(camera)
    assert until(camera, is_lost) == [CameraLost("camera.missing")]


def test_opencv_is_not_loaded_where_no_camera_is_named_nor_does_it_tell_qt_where_to_look(tmp_path):
    film(tmp_path / "film.avi", [desk()] * 2)
    script = f"""
import os, sys
import ui.assembly, ui.clerk.window, ui.clerk.page, ui.doctor
from counter_app.settings import loads
assert ui.assembly.build_camera(loads({{}})) is None
assert not {{"cv2", "numpy", "zxingcpp"}} & set(sys.modules), "loaded for nothing"
named = loads({{"camera": {{"kind": "film", "source": {str(tmp_path / "film.avi")!r}}}}})
camera = ui.assembly.build_camera(named)
assert "cv2" not in sys.modules, "loaded in the thread of the window"
while camera.next_event(0.1) is None: pass
camera.close()
assert "cv2" in sys.modules
said = {{"QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR", "LD_LIBRARY_PATH"}} & set(os.environ)
assert not said, said
"""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("QT_QPA_")}
    environ = {**plain, "QT_QPA_PLATFORM": "offscreen"}
    environ.pop("LD_LIBRARY_PATH", None)  # said by the OpenCV of the tests
    done = subprocess.run(
        [sys.executable, "-c", script], env=environ, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr
