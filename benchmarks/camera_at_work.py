"""The clerk's camera at work, and its moments; started by `live_camera`.

Prints everything noted as one JSON object. Times are milliseconds.
"""

from __future__ import annotations

import json
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import cv2
import numpy
import segno
import zxingcpp
from PySide6.QtCore import Qt

from benchmarks.counter_at_work import Away
from counter_app.devices.camera import CameraSource, CodeReadingCamera
from counter_app.domain.reading import CameraLost, CodeScanned
from counter_app.settings import CameraSettings
from counter_app.vision.code_reader import FrameReader
from ui.app import clerk_app
from ui.demo.hands import Hands, look
from ui.demo.scripted_visit import ScriptedVisit
from ui.demo.stage import Stage

WIDTH, HEIGHT, FPS = 1280, 720, 30
FILM_S = 10
AWAY_S = 8.0
PAYLOAD = "HCPRE:YS20261122K7M2P9"


def film(path, payload):
    """Ten seconds of a desk, with a code held over it or without, shaken by hand."""
    random = numpy.random.default_rng(7)
    out = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FPS, (WIDTH, HEIGHT))
    for number in range(FPS * FILM_S):
        frame = numpy.full((HEIGHT, WIDTH, 3), (96, 104, 110), numpy.uint8)
        cv2.rectangle(frame, (80, 60), (700, 680), (225, 228, 230), -1)  # a paper with its lines
        for line in range(100, 660, 24):
            cv2.putText(frame, "Lorem 123", (110, line), 0, 0.6, (70, 70, 70), 1)
        if payload:
            matrix = numpy.array([list(row) for row in segno.make(payload, micro=False).matrix])
            code = numpy.kron(255 - 255 * matrix, numpy.ones((6, 6))).astype(numpy.uint8)
            code = numpy.pad(code, 24, constant_values=255)
            left, top = 760 + 3 * (number % 5), 200 + 2 * (number % 7)
            frame[top : top + len(code), left : left + len(code)] = code[..., None]
        frame = cv2.GaussianBlur(frame, (0, 0), 1.1)
        grain = random.normal(0, 5, frame.shape[:2])[..., None]
        out.write(numpy.clip(frame + grain, 0, 255).astype(numpy.uint8))
    out.release()
    return path


def frames(path):
    """Processor milliseconds of reading each frame as the camera does, and by zxing-cpp alone."""
    reader, capture, ours, bare = FrameReader(), cv2.VideoCapture(str(path)), [], []
    wanted = zxingcpp.BarcodeFormat.QRCode
    while True:
        there, frame = capture.read()
        if not there:
            return ours, bare
        began = time.process_time()
        reader.read(frame)
        read = time.process_time()
        zxingcpp.read_barcodes(frame, formats=wanted)
        bare.append((time.process_time() - read) * 1000)
        ours.append((read - began) * 1000)


def codes_told(path):
    """How many codes the camera tells of while the film plays once."""
    camera = CodeReadingCamera(CameraSource("film", path=str(path)), FrameReader().read)
    told = 0
    try:
        while True:
            event = camera.next_event(1.0)
            told += isinstance(event, CodeScanned)
            if isinstance(event, CameraLost):
                return told
    finally:
        camera.close()


def gui(stage, path):
    """How long the window's thread is away with the camera unplugged, and with its picture."""
    plugged = path.with_name("camera.avi")
    camera = CameraSettings("film", "", str(plugged))
    app = clerk_app(replace(stage.settings(), camera=camera), quiet=True)
    app.window.show()
    ScriptedVisit(app.window, stage).sign_in(stage.account())
    look("lost", lambda: app.window.model.devices.camera == "camera.missing")
    away, idle = Away(), Away()
    _wait(2.0)
    idle.start()
    _wait(AWAY_S)
    idle.stop()
    path.rename(plugged)
    look("plugged in", lambda: not app.window.model.devices.camera)
    Hands(app.window).press(Qt.Key.Key_K, ctrl=True)
    view = app.window.clerk.camera_view
    look("a picture", lambda: view.isVisible() and not view.image.isNull())
    away.start()
    _wait(AWAY_S)
    away.stop()
    app.window.close()
    app.close()
    return away.milliseconds, idle.milliseconds


def _wait(seconds):
    until = time.monotonic() + seconds
    look("time has passed", lambda: time.monotonic() > until, seconds + 10)


def main():
    with tempfile.TemporaryDirectory() as folder, Stage() as stage:
        told = {}
        with_code = film(Path(folder) / "code.avi", PAYLOAD)
        told["code"], told["code-bare"] = frames(with_code)
        told["empty"], told["empty-bare"] = frames(film(Path(folder) / "empty.avi", ""))
        told["codes"] = codes_told(with_code)
        told["away"], told["idle"] = gui(stage, Path(folder) / "empty.avi")
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
