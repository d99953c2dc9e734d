"""Codes in a picture: zxing-cpp first, then steps that make a hard picture easier, pyzbar second.

Bytes are decoded by a rule, never guessed (`counter_app.domain.payload`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counter_app.domain.payload import decoded
from counter_app.vision import code_steps
from counter_app.vision.code import Code, merged
from counter_app.vision.code_engines import by_zbar, by_zxing
from counter_app.vision.grey import grey_of

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    from counter_app.vision.grey import Grey

    Picture = NDArray[numpy.uint8]

__all__ = ["Code", "FrameReader", "decoded", "read_codes"]


def read_codes(picture: Picture) -> list[Code]:
    """Every code found in a grey, BGR or BGRA picture; an empty list when there is none.

    Never raises for what a picture shows; a shape that is no picture reads as one without codes.
    """
    grey = grey_of(picture)
    if grey is None:
        return []
    found = by_zxing(grey)
    for name in code_steps.STEPS:
        if found:
            break
        found = _by_step(grey, name)
    return merged(found)


class FrameReader:
    """Reads the frames of one camera, each in bounded time.

    Each frame is read once by zxing-cpp as it is; where that finds nothing, one more step is taken,
    another from frame to frame. Not for two threads at once.
    """

    def __init__(self) -> None:
        self._turn = 0

    def read(self, frame: Picture) -> list[Code]:
        """Every code found in a frame with one pass and one step. Never raises."""
        grey = grey_of(frame)
        if grey is None:
            return []
        found = by_zxing(grey)
        if not found:
            names = code_steps.STEPS
            found = _by_step(grey, names[self._turn % len(names)])
            self._turn += 1
        return merged(found)


def _by_step(grey: Grey, name: str) -> list[Code]:
    if name == "zbar":
        return by_zbar(grey)
    changed, scale = code_steps.changed(grey, name)
    return [code.moved(1 / scale, 1 / scale, 0, 0) for code in by_zxing(changed, name)]
