"""Films and numbered pictures of codes held before a camera, written by OpenCV."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import cv2
import numpy
import segno

WIDTH, HEIGHT, FPS = 640, 360, 30


def desk(shade: int = 90) -> Any:
    """A frame of an empty desk, with the grain of a camera."""
    grain = numpy.random.default_rng(shade).integers(-6, 7, (HEIGHT, WIDTH, 1))
    return numpy.clip(numpy.full((HEIGHT, WIDTH, 3), shade) + grain, 0, 255).astype(numpy.uint8)


def held(payload: str | bytes, *, left: int = 220, top: int = 60, module: int = 6) -> Any:
    """A frame with that code held before the desk, its first module at (left, top)."""
    frame = desk()
    matrix = numpy.array([list(row) for row in segno.make(payload, micro=False).matrix])
    picture = numpy.kron(255 - 255 * matrix, numpy.ones((module, module))).astype(numpy.uint8)
    quiet = numpy.pad(picture, 4 * module, constant_values=255)
    top, left = top - 4 * module, left - 4 * module
    high, wide = quiet.shape
    frame[top : top + high, left : left + wide] = quiet[..., None]
    return frame


def film(path: Path, frames: Iterable[Any], fps: float = FPS) -> Path:
    """A film of those frames."""
    out = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), fps, (WIDTH, HEIGHT))
    assert out.isOpened()
    for frame in frames:
        out.write(frame)
    out.release()
    return path


def pictures(folder: Path, frames: Iterable[Any]) -> str:
    """Those frames as numbered pictures; the pattern they are opened by."""
    folder.mkdir(exist_ok=True)
    for number, frame in enumerate(frames):
        assert cv2.imwrite(str(folder / f"frame_{number:04d}.png"), frame)
    return str(folder / "frame_%04d.png")
