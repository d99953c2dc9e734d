"""A camera (摄像头) that reads codes: each new code and the picture, told as events.

A source is a device, a film or numbered pictures; `cv2.VideoCapture` takes all three. One thread
asks for events; OpenCV is loaded by that thread, when the camera is first opened. What the camera
has taken while a frame was being read is stale and is dropped, so that a code is read as it is
held now.
"""

from __future__ import annotations

import errno
import hashlib
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from counter_app.devices.watched_device import WatchedDevice
from counter_app.domain.codes import LONGEST_PAYLOAD
from counter_app.domain.reading import (
    CameraEvent,
    CameraLost,
    CameraReady,
    CodeScanned,
    PictureTaken,
)
from counter_app.errors import CameraError
from counter_app.ports.devices import CameraPicture, CodeInPicture

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Frame = NDArray[numpy.uint8]

FRAME_S = 1 / 30
STALE_S = 0.004  # a frame that comes sooner than this was waiting: it is older than the last one
MOST_STALE = 30
SHOWN_WIDTH = 480
_SYSFS = Path("/sys/class/video4linux")
_PLACES = Path("/dev/v4l/by-path")
_BARS = ("Code 128",)


@dataclass(frozen=True, slots=True)
class CameraDevice:
    """A camera of this machine: what it calls itself, and the path it is opened by.

    `place` is a link to the path by the socket it is plugged into, "" where there is none. Of two
    cameras of one model, places stay apart and the same over restarts; names and paths do not.
    """

    name: str
    path: str
    place: str = ""


def cameras(sysfs: Path = _SYSFS, places: Path = _PLACES) -> tuple[CameraDevice, ...]:
    """The cameras of this machine in the order of their nodes; on Linux, else none.

    One camera has several nodes; only the first of each takes pictures.
    """
    links = {os.path.realpath(link): str(link) for link in sorted(places.glob("*"), reverse=True)}
    found = []
    for node in sorted(sysfs.glob("video*"), key=lambda one: (len(one.name), one.name)):
        if _read(node / "index") in ("", "0"):
            name, path = _read(node / "name") or node.name, f"/dev/{node.name}"
            found.append(CameraDevice(name, path, links.get(path, "")))
    return tuple(found)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _is_there(path: str, look: Callable[[Path], bool]) -> bool:
    try:
        return look(Path(path))
    except PermissionError:  # a folder that this user may not look into
        return False


@dataclass(frozen=True, slots=True)
class CameraSource:
    """What is opened: a device by (part of) its name, by its path or a link to it, or a film.

    `kind` is "device" or "film"; with neither name nor path the first device. `path` of a film may
    name numbered pictures ("frame_%04d.png").
    """

    kind: str
    name: str = ""
    path: str = ""
    width: int = 1280
    height: int = 720

    def found(self, known: Sequence[CameraDevice]) -> CameraDevice:
        """What to open now. Raises CameraError("camera.missing")."""
        if self.kind == "film":
            if "%" not in self.path and not _is_there(self.path, Path.is_file):
                raise CameraError("camera.missing")
            return CameraDevice(Path(self.path).name, self.path)
        path = os.path.realpath(self.path) if self.path and not self.path.isdecimal() else self.path
        for one in known:
            if self.name.casefold() in one.name.casefold() and path in ("", one.path):
                return one
        if path and not self.name and (path.isdecimal() or _is_there(path, Path.exists)):
            return CameraDevice(self.path, self.path)
        raise CameraError("camera.missing")


class CodeReadingCamera(WatchedDevice["_Capture", CameraEvent]):
    """A camera that tells of codes (`counter_app.ports.CodeCamera`).

    `read` finds the codes of a frame. A code is told once while it stays in view, and again after
    it was away for `away_s`. A film that has ended is looked for as an unplugged camera is.
    """

    _called = "camera"
    _fault = CameraError

    def __init__(
        self,
        source: CameraSource,
        read: Callable[[Any], Sequence[CodeInPicture]],
        *,
        clock: Callable[[], float] = time.monotonic,
        look_again_s: float = 1.0,
        away_s: float = 2.0,
        known: Callable[[], Sequence[CameraDevice]] = cameras,
    ) -> None:
        super().__init__(CameraLost, clock, look_again_s)
        self._source = source
        self._read_codes = read
        self._known = known
        self._wanted = threading.Event()  # somebody looks at the pictures
        self._picture: CameraPicture | None = None
        self._guard = threading.Lock()
        self._unseen = ""  # what the opened camera calls itself, until its first picture
        self._codes = _InView(away_s)

    def show(self, wanted: bool) -> None:
        """Whether pictures are taken for somebody to see; the last one is forgotten either way."""
        if wanted:
            self._wanted.set()
        else:
            self._wanted.clear()
        with self._guard:
            self._picture = None

    def picture(self) -> CameraPicture | None:
        """The newest picture, once; until it is taken, no further PictureTaken comes."""
        with self._guard:
            picture, self._picture = self._picture, None
        return picture

    # inside

    def _open(self) -> _Capture:
        device = self._source.found(self._known())
        capture = _Capture(self._source, device.path)
        self._unseen = device.name
        return capture

    def _listen(self, wire: _Capture, wait_s: float) -> None:
        frame = wire.newest()
        if self._unseen:
            self._is_ready(CameraReady(self._unseen))
            self._unseen = ""
        found = self._read_codes(frame)
        now = self._clock()
        for payload in self._codes.new(found, now):
            self._events.append(CodeScanned(payload[: LONGEST_PAYLOAD + 1]))
        if self._wanted.is_set():
            self._put(_shown(frame, found))

    def _put(self, picture: CameraPicture) -> None:
        """Keep the newest; tell of it when the last one was taken."""
        with self._guard:
            told, self._picture = self._picture is not None, picture
        if not told:
            self._events.append(PictureTaken())

    def _forget(self) -> None:
        with self._guard:
            self._picture = None


class _InView:
    """Which codes are before the camera, by a hash: nothing of a payload is kept."""

    def __init__(self, away_s: float) -> None:
        self._away_s = away_s
        self._seen: dict[bytes, float] = {}

    def new(self, found: Sequence[CodeInPicture], now: float) -> list[bytes]:
        """The payloads that were not in view before.

        Bars beside a square code belong to the same paper, whose square says more.
        """
        self._seen = {code: at for code, at in self._seen.items() if now - at < self._away_s}
        squares = any(one.format not in _BARS for one in found)
        new = []
        for one in found:
            code = hashlib.blake2b(one.payload, digest_size=16).digest()
            if code not in self._seen and not (squares and one.format in _BARS):
                new.append(one.payload)
            self._seen[code] = now
        return new


class _Capture:
    """An open `cv2.VideoCapture`. Raises CameraError when it cannot be opened or read."""

    def __init__(self, source: CameraSource, path: str) -> None:
        self._cv2 = _opencv()
        self._cancelled = threading.Event()
        self._film = source.kind == "film"
        try:
            self._capture = self._opened(source, path)
        except self._cv2.error as error:
            raise CameraError("camera.no_picture") from error
        if not self._capture.isOpened():
            self._capture.release()
            raise CameraError("camera.no_picture" if self._film else _why_not_opened(path))
        rate = self._capture.get(self._cv2.CAP_PROP_FPS) if self._film else 0.0
        self._frame_s = 1 / rate if 1 <= rate <= 240 else FRAME_S
        self._next_at = time.monotonic()

    def newest(self) -> Frame:
        """The frame of now, waiting for it. Raises CameraError("camera.no_picture")."""
        (self._skip_film if self._film else self._skip_device)()
        try:
            whole, frame = self._capture.retrieve()
        except self._cv2.error as error:
            raise CameraError("camera.no_picture") from error
        if not whole or frame is None or frame.size == 0:
            raise CameraError("camera.no_picture")
        return frame  # type: ignore[no-any-return]  # cv2 names no types here

    def cancel(self) -> None:
        """Wait no longer for a film's next frame; a device's comes anyway."""
        self._cancelled.set()

    def close(self) -> None:
        """Give it free."""
        self._capture.release()

    def _opened(self, source: CameraSource, path: str) -> Any:
        cv2 = self._cv2
        if self._film:
            return cv2.VideoCapture(path)
        backend = cv2.CAP_V4L2 if sys.platform == "linux" else cv2.CAP_ANY
        capture = cv2.VideoCapture(int(path) if path.isdecimal() else path, backend)
        # Cameras give 30 frames a second of this size only when they compress them.
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, source.width)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, source.height)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        return capture

    def _skip_device(self) -> None:
        """Take the frames that wait in the driver, until one has to be waited for."""
        for _ in range(MOST_STALE):
            began = time.monotonic()
            self._grab()
            if time.monotonic() - began > STALE_S:
                return

    def _skip_film(self) -> None:
        """As a camera would: a frame each time one is due, those in between are gone."""
        wait = self._next_at - time.monotonic()
        if wait > 0:
            self._cancelled.wait(wait)
        self._grab()
        self._next_at += self._frame_s
        while self._next_at < time.monotonic() - self._frame_s and not self._cancelled.is_set():
            self._grab()
            self._next_at += self._frame_s

    def _grab(self) -> None:
        try:
            taken = self._capture.grab()
        except self._cv2.error as error:
            raise CameraError("camera.no_picture") from error
        if not taken:
            raise CameraError("camera.no_picture")


def _why_not_opened(path: str) -> str:
    """The code for a device that OpenCV, which does not say why, could not open."""
    if sys.platform != "linux":
        return "camera.busy"
    node = f"/dev/video{path}" if path.isdecimal() else path
    try:
        os.close(os.open(node, os.O_RDWR | os.O_NONBLOCK))
    except PermissionError:
        return "camera.forbidden"
    except OSError as fault:
        if fault.errno in _GONE:
            return "camera.missing"
    return "camera.busy"


_GONE = (errno.ENOENT, errno.ENODEV, errno.ENXIO)
_SAID_BY_OPENCV = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR", "LD_LIBRARY_PATH")


def _opencv() -> Any:
    """OpenCV, quiet; what it tells Qt and every child process is unsaid. Raises CameraError."""
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
    os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "2")
    told = {name: os.environ.get(name) for name in _SAID_BY_OPENCV}
    try:
        import cv2
    except ImportError as error:
        raise CameraError("camera.unusable") from error
    finally:
        for name, before in told.items():
            if before is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = before
    return cv2


def _shown(frame: Frame, found: Sequence[CodeInPicture]) -> CameraPicture:
    """The frame as small as it is shown, and the outlines in fractions of its width and height."""
    cv2 = _opencv()
    height, width = frame.shape[:2]
    size = (SHOWN_WIDTH, max(1, round(height * SHOWN_WIDTH / width)))
    small = cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
    if small.ndim == 2:
        small = cv2.cvtColor(small, cv2.COLOR_GRAY2BGR)
    outlines = tuple(tuple((x / width, y / height) for x, y in one.corners) for one in found)
    return CameraPicture(size[0], size[1], small[..., :3].tobytes(), outlines)
