"""Any array that is a picture as eight bits of grey."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Grey = NDArray[numpy.uint8]

_GREATEST = 1e18
_SEEN = 24  # between the darkest and the brightest value: less is a blank sheet


def grey_of(picture: Any) -> Grey | None:
    """Grey values of a picture with one, three (BGR) or four (BGRA) channels, contiguous.

    Deeper values are stretched to eight bits. What can be seen through is laid on white, or on
    black where white shows nothing. None for an array that is no picture.
    """
    import cv2
    import numpy

    array = numpy.asarray(picture)
    if array.ndim not in (2, 3) or 0 in array.shape or array.dtype.kind not in "buif":
        return None
    array = numpy.ascontiguousarray(array)
    if array.dtype != numpy.uint8:
        array = _eight_bits(array)
    channels = 1 if array.ndim == 2 else array.shape[2]
    if channels == 3:
        return numpy.asarray(cv2.cvtColor(array, cv2.COLOR_BGR2GRAY), numpy.uint8)
    if channels == 4:
        return _laid_down(cv2.cvtColor(array, cv2.COLOR_BGRA2GRAY), array[..., 3])
    if channels == 2:
        return _laid_down(array[..., 0], array[..., 1])
    return numpy.ascontiguousarray(array if array.ndim == 2 else array[..., 0])


def _eight_bits(array: Any) -> Any:
    """Values of any kind from the least to the greatest finite one; alpha on its own scale."""
    import cv2
    import numpy

    if array.dtype == numpy.bool_:
        return array.astype(numpy.uint8) * 255
    if array.ndim == 3 and array.shape[2] in (2, 4):
        colour, alpha = array[..., :-1], _finite(array[..., -1:])
        whole = 1.0 if array.dtype.kind == "f" else float(numpy.iinfo(array.dtype).max)
        solid = (alpha.clip(0, whole) * (255 / whole)).astype(numpy.uint8)
        return numpy.concatenate([_eight_bits(colour), solid], axis=2)
    if array.dtype in (numpy.uint16, numpy.int16):  # in one go: such pictures are large
        scaled = cv2.normalize(array, None, 0, 255, cv2.NORM_MINMAX, cv2.CV_8U)  # type: ignore[call-overload]
        return scaled.reshape(array.shape)  # OpenCV drops an only channel
    values = _finite(array)
    low, high = float(values.min()), float(values.max())
    return ((values - low) * (255 / ((high - low) or 1.0))).clip(0, 255).astype(numpy.uint8)


def _finite(array: Any) -> Any:
    """Values as floats within a bound that no picture needs, 0 for what is no number."""
    import numpy

    values = array.astype(numpy.float32 if array.dtype.itemsize <= 4 else numpy.float64)
    values = numpy.nan_to_num(values, posinf=_GREATEST, neginf=-_GREATEST)
    return values.clip(-_GREATEST, _GREATEST)


def _laid_down(grey: Any, alpha: Any) -> Grey:
    import cv2
    import numpy

    grey, alpha = numpy.ascontiguousarray(grey), numpy.ascontiguousarray(alpha)
    if int(alpha.min()) == 255:
        return numpy.asarray(grey, numpy.uint8)
    on_black = cv2.multiply(grey, alpha, scale=1 / 255)
    on_white = cv2.add(on_black, cv2.bitwise_not(alpha))
    least, most, _, _ = cv2.minMaxLoc(on_white)
    return numpy.asarray(on_white if most - least >= _SEEN else on_black, numpy.uint8)
