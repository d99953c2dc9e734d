"""Steps that make a picture easier to read for an engine, each by a name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from counter_app.vision.code_engines import Grey


def grey_of(picture: Any) -> Grey | None:
    """A picture's grey values, contiguous; None for an array that is no picture."""
    import cv2
    import numpy

    array = numpy.asarray(picture)
    if array.ndim not in (2, 3) or 0 in array.shape or array.dtype != numpy.uint8:
        return None
    if array.ndim == 2:
        return numpy.ascontiguousarray(array)
    channels = array.shape[2]
    array = numpy.ascontiguousarray(array)
    if channels == 3:
        return numpy.asarray(cv2.cvtColor(array, cv2.COLOR_BGR2GRAY), numpy.uint8)
    if channels == 4:
        return _on_white(array)
    return numpy.ascontiguousarray(array[..., 0])


def _on_white(array: Any) -> Grey:
    import cv2
    import numpy

    grey = cv2.cvtColor(array, cv2.COLOR_BGRA2GRAY)
    alpha = array[..., 3]
    solid = cv2.multiply(grey, alpha, scale=1 / 255)
    return numpy.asarray(cv2.add(solid, cv2.bitwise_not(alpha)), numpy.uint8)


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
