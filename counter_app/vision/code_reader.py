"""Codes in a picture: zxing-cpp first, then steps that make a hard picture easier, pyzbar second.

Bytes are decoded by a rule, never guessed (`counter_app.domain.payload`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counter_app.domain.payload import decoded
from counter_app.vision.code import Code, merged
from counter_app.vision.code_steps import (
    BESIDE,
    NO_FINDERS,
    STEPS,
    Sight,
    worth_a_step,
)
from counter_app.vision.grey import grey_of
from counter_app.vision.qr_edges import placed_by_edges, steep

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Picture = NDArray[numpy.uint8]

__all__ = ["Code", "FrameReader", "decoded", "read_codes"]


def read_codes(picture: Picture) -> list[Code]:
    """Every code found in a grey, BGR or BGRA picture; an empty list when there is none.

    Never raises for what a picture shows; a shape that is no picture reads as one without codes.
    """
    grey = grey_of(picture)
    if grey is None:
        return []
    sight = Sight(grey)
    if sight.found:
        codes = merged([*sight.found, *_beside(sight, "plain")])
        return [placed_by_edges(grey, code) if steep(code) else code for code in codes]
    if worth_a_step(sight):
        for step in STEPS:
            if step.helps(sight) and (found := step.read(sight)):
                sight.note(found)
                return merged([*found, *_beside(sight, step.name)])
    return []


def _beside(sight: Sight, taken: str) -> list[Code]:
    """What stands beside the codes that were read by a step, where the picture shows more."""
    return [
        code
        for step in BESIDE
        if step.name != taken and step.helps(sight)
        for code in step.read(sight)
    ]


class FrameReader:
    """Reads the frames of one camera, each in bounded time.

    Each frame is read once by zxing-cpp as it is; then one more step is taken, another from frame
    to frame: where that found nothing one of STEPS, chosen by the finder patterns of the frame
    before, too; else one of BESIDE, for what stands beside. Not for two threads at once.
    """

    def __init__(self) -> None:
        import cv2

        cv2.setNumThreads(1)  # frames come all day, and the counter's cores have other work
        self._turn = self._turn_beside = 0
        self._finders = NO_FINDERS

    def read(self, frame: Picture) -> list[Code]:
        """Every code found in a frame with one pass and one step. Never raises."""
        grey = grey_of(frame)
        if grey is None:
            return []
        sight = Sight(grey, self._finders)
        if sight.found:
            step = BESIDE[self._turn_beside % len(BESIDE)]
            self._turn_beside += 1
            return merged([*sight.found, *(step.read(sight) if step.helps(sight) else [])])
        if not worth_a_step(sight):
            return []
        for _ in STEPS:
            step = STEPS[self._turn % len(STEPS)]
            self._turn += 1
            if step.helps(sight):
                codes = step.read(sight)
                self._finders = sight.finders
                return merged(codes)
        return []
