"""Where a QR code seen steeply aslant ends: its corners by its edges against the quiet zone.

An engine reckons the corners from the middles of the finder patterns. Steeply aslant the corner
next to the camera is then off by a module and more, though the code is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from counter_app.vision.code import Code

if TYPE_CHECKING:
    from counter_app.vision.grey import Grey

# One side over the one across. Below it no corner of zxing-cpp's was off by 6 % of the diagonal.
_STEEP = 1.35
_RAYS, _STEPS = 40, 33
_REACH = 0.09  # of the symbol's side to look in and out: two modules of the smallest version
_ON_LINE = 0.008
_LEAST_ON_LINE = 0.35  # of the rays: the dark modules of an edge are more than half of it
_LEAST_CONTRAST = 24  # grey values


def steep(code: Code) -> bool:
    """Whether a QR code is seen so much aslant that an engine's corners may be off by a module."""
    import numpy

    corners = numpy.array(code.corners)
    a, b, c, d = numpy.linalg.norm(numpy.roll(corners, -1, axis=0) - corners, axis=1).tolist()
    sides = ((a, c), (b, d))
    return code.format == "QR Code" and any(max(two) > _STEEP * min(two) for two in sides)


def placed_by_edges(grey: Grey, code: Code) -> Code:
    """The code with its corners where its edges cross; as it was where they are not clear."""
    import cv2
    import numpy

    try:
        return _placed(grey, code)
    except (cv2.error, numpy.linalg.LinAlgError):
        return code  # corners on one line


def _placed(grey: Grey, code: Code) -> Code:
    import cv2
    import numpy

    square = numpy.array([(0, 0), (1, 0), (1, 1), (0, 1)], numpy.float32)
    straight = cv2.getPerspectiveTransform(square, numpy.array(code.corners, numpy.float32))
    lines = _lines(grey, straight)
    if lines is None:
        return code
    corners = numpy.array(
        [_crossing(lines[place - 1], lines[place]) for place in range(4)], numpy.float32
    )
    if not numpy.abs(corners - square).max() <= 1.5 * _REACH:
        return code
    high, wide = grey.shape
    placed = cv2.perspectiveTransform(corners[None], straight)[0].clip(0, (wide - 1, high - 1))
    return code.placed(placed.tolist())


def _lines(grey: Grey, straight: Any) -> list[Any] | None:
    """The four edges from the top clockwise, each (a, b, c) with a·x + b·y = c in the unit square.

    Lines stay lines under a perspective. None where an edge is not clear.
    """
    import numpy

    along = (numpy.arange(_RAYS) + 0.5) / _RAYS
    out = numpy.linspace(-_REACH, _REACH, _STEPS)  # from outside inwards
    a, o = numpy.broadcast_arrays(along[:, None], out[None])
    rays = numpy.stack([(a, o), (1 - o, a), (a, 1 - o), (o, a)]).transpose(0, 2, 3, 1)
    lines = []
    for ray, values in zip(rays, _values(grey, straight, rays), strict=True):
        places = _first_dark(ray, values)
        line = None if len(places) < _LEAST_ON_LINE * _RAYS else _line_through(places)
        if line is None:
            return None
        lines.append(line)
    return lines


def _values(grey: Grey, straight: Any, rays: Any) -> Any:
    """Grey values along the rays, turned over where the symbol is light on dark."""
    import cv2
    import numpy

    seen = cv2.perspectiveTransform(rays.reshape(1, -1, 2).astype(numpy.float32), straight)
    across, down = cv2.split(seen.reshape(4 * _RAYS, _STEPS, 2))
    values = cv2.remap(grey, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    values = values.astype(numpy.float32).reshape(4, _RAYS, _STEPS)
    third = _STEPS // 3
    dark_on_light = numpy.median(values[..., :third]) > numpy.median(values[..., -third:])
    return values if dark_on_light else 255 - values


def _first_dark(ray: Any, values: Any) -> Any:
    """Where each ray, from the quiet zone inwards, first meets dark; of those that meet it."""
    import numpy

    light, dark = values[:, : _STEPS // 3].max(axis=1), values.min(axis=1)
    level = ((light + dark) / 2)[:, None]
    below = values < level
    first = below.argmax(axis=1)
    good = (light - dark >= _LEAST_CONTRAST) & below.any(axis=1) & (first > 0)
    rows, ends = numpy.flatnonzero(good), first[good]
    before, after = values[rows, ends - 1], values[rows, ends]
    part = ((before - level[rows, 0]) / numpy.maximum(before - after, 1e-6))[:, None]
    return ray[rows, ends - 1] * (1 - part) + ray[rows, ends] * part


def _line_through(places: Any) -> Any | None:
    """The line that most of the places lie on, fitted to those; None where few do."""
    import numpy

    one, other = numpy.triu_indices(len(places), 6)
    ways = places[other] - places[one]
    normals = numpy.stack([ways[:, 1], -ways[:, 0]], axis=1)
    normals /= numpy.maximum(numpy.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    off = numpy.abs(normals @ places.T - (normals * places[one]).sum(axis=1)[:, None])
    best = (off < _ON_LINE).sum(axis=1).argmax()
    on = places[off[best] < _ON_LINE]
    if len(on) < _LEAST_ON_LINE * _RAYS:
        return None
    middle = on.mean(axis=0)
    normal = numpy.linalg.svd(on - middle)[2][1]
    return numpy.append(normal, normal @ middle)


def _crossing(one: Any, other: Any) -> Any:
    import numpy

    (a, b, c), (d, e, f) = one, other
    across = a * e - b * d
    return numpy.array([c * e - b * f, a * f - c * d]) / (across or numpy.nan)
