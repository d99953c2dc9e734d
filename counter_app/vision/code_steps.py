"""Steps that make a picture easier to read for an engine, each by a name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from counter_app.vision.grey import Grey


def _smooth(grey: Grey) -> tuple[Any, float]:
    import cv2

    return cv2.GaussianBlur(grey, (0, 0), 1.2), 1.0


def _half(grey: Grey) -> tuple[Any, float]:
    import cv2

    return cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), 0.5


def _sharp(grey: Grey) -> tuple[Any, float]:
    import cv2

    return cv2.addWeighted(grey, 2.0, cv2.GaussianBlur(grey, (0, 0), 2.0), -1.0, 0), 1.0


def _even(grey: Grey) -> tuple[Any, float]:
    import cv2

    return cv2.createCLAHE(3.0, (8, 8)).apply(grey), 1.0


def _double(grey: Grey) -> tuple[Any, float]:
    import cv2

    return cv2.resize(grey, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), 2.0


_CHANGES: Mapping[str, Callable[[Grey], tuple[Any, float]]] = {
    "smooth": _smooth,
    "half": _half,
    "sharp": _sharp,
    "even": _even,
    "double": _double,
}
STEPS = (*_CHANGES, "zbar")


def changed(grey: Grey, name: str) -> tuple[Grey, float]:
    """The picture after a step, and how many of its pixels stand for one before."""
    import cv2
    import numpy

    try:
        picture, scale = _CHANGES[name](grey)
    except cv2.error:
        return grey, 1.0  # too small a picture for it
    return numpy.ascontiguousarray(picture), scale
