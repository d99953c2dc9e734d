"""QR codes whose finder patterns can be seen but which an engine does not read as they stand.

Finder patterns are looked for at several sizes and sharpnesses; three of them, or two where the
third is torn or outshone, hold a grid, and what is read through it is decoded by zxing-cpp with
its error correction and nothing else, so a wrong grid gives nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from counter_app.vision import qr_grid
from counter_app.vision.code import Code
from counter_app.vision.code_engines import by_zxing
from counter_app.vision.qr_finders import Finder, distinct, finders, roles, triples
from counter_app.vision.qr_grid import Grid

if TYPE_CHECKING:
    from counter_app.vision.grey import Grey


@dataclass(frozen=True, slots=True)
class Search:
    """How finder patterns are looked for: picture's scale, blur, threshold's window and margin.

    The margin, in grey values, keeps an even ground from breaking up into specks.
    """

    name: str
    scale: float
    blur: float
    window: int
    margin: int


# Ranked on hard pictures by what each adds for its milliseconds (`benchmarks.code_steps`).
SEARCHES = (
    Search("grid at half size", 0.5, 1.0, 11, -4),
    Search("grid at quarter size", 0.25, 1.0, 11, 0),
    Search("grid", 1.0, 1.6, 17, -2),
)
_LONGEST = 1600  # pixels: the windows of the searches are for modules of a few pixels
_LARGE = 4.0  # pixels a module
_TRIED = 3  # hypotheses a search that are read through
_LOOKED_AT = 16  # hypotheses a search of which the timing patterns are looked at
_CLEAR_TIMING = 0.85
_LEAST_TIMING = 0.2
_LEAST_AGREEMENT = 0.35


class Rescue:
    """Looks for QR codes in one picture, search by search, leaving out what is known already."""

    def __init__(self, grey: Grey, known: Iterable[Code] = ()) -> None:
        self._factor = max(1.0, max(grey.shape) / _LONGEST)
        self._grey = _smaller(grey, self._factor)
        self._known = [one.moved(1 / self._factor, 1 / self._factor, 0, 0) for one in known]
        self._finders: list[Finder] = []

    @property
    def finders_seen(self) -> int:
        """How many finder patterns were seen by now."""
        return len(self._finders)

    @property
    def well_seen(self) -> bool:
        """Whether three of them are of a size at which nothing is lost."""
        return sum(one.module >= _LARGE for one in self._finders) >= 3

    def codes(self, search: Search) -> list[Code]:
        """What this search adds. Never raises."""
        import cv2
        import numpy

        try:
            found = list(self._read(search.name)) if self._look(search) else []
            return [one.moved(self._factor, self._factor, 0, 0) for one in found]
        except (cv2.error, numpy.linalg.LinAlgError):
            return []  # a picture too small, or points on one line

    def _look(self, search: Search) -> bool:
        """Look for finder patterns; whether there are any that were not seen before."""
        import cv2

        picture: Any = self._grey
        if search.scale != 1:
            picture = cv2.resize(
                picture, None, fx=search.scale, fy=search.scale, interpolation=cv2.INTER_AREA
            )
        picture = cv2.GaussianBlur(picture, (0, 0), search.blur)
        kind, way = cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY
        binary: Any = cv2.adaptiveThreshold(picture, 255, kind, way, search.window, search.margin)
        seen = [one.enlarged(1 / search.scale) for one in finders(binary)]
        before = len(self._finders)
        free = [one.sharpened(self._grey) for one in seen if not self._taken(one)]
        self._finders = distinct([*self._finders, *free])
        return len(self._finders) > before

    def _taken(self, finder: Finder) -> bool:
        """Whether it is part of a code that is known."""
        import numpy

        if not self._known:
            return False
        corners = numpy.array([code.corners for code in self._known])
        sides = numpy.roll(corners, -1, axis=1) - corners
        away = finder.middle - corners
        inside = sides[..., 0] * away[..., 1] - sides[..., 1] * away[..., 0] >= 0
        return bool(inside.all(axis=1).any())

    def _read(self, step: str) -> Iterator[Code]:
        tried = 0
        for grid in self._grids():
            if any(self._taken(one) for one in grid.held_by):
                continue
            code = read_grid(self._grey, grid, step)
            if code is not None:
                self._known.append(code)
                yield code
                continue
            tried += 1
            if tried >= _TRIED:
                return

    def _grids(self) -> Iterator[Grid]:
        """Grids whose timing patterns alternate as they should; of three patterns, then of two."""
        looked_at = 0
        threes = list(triples(self._finders))
        for held in [*threes, *roles(self._finders)]:
            if any(one is not None and self._taken(one) for one in held):
                continue
            looked_at += 1
            if looked_at > _LOOKED_AT:
                return
            best, likeliest = -2.0, None
            for grid in grids_of(held):
                timing = qr_grid.timing(grid, self._grey)
                if timing > best:
                    best, likeliest = timing, grid
                if timing > _CLEAR_TIMING:
                    break
            # Blur can drown the timing of the likeliest three; the rest has to show its own.
            if likeliest and (best > _LEAST_TIMING or (threes and held is threes[0])):
                yield likeliest


def _smaller(grey: Grey, factor: float) -> Grey:
    import cv2
    import numpy

    if factor == 1:
        return grey
    height, width = (max(1, round(one / factor)) for one in grey.shape)
    small = cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA)
    return numpy.asarray(small, numpy.uint8)


def read_grid(grey: Grey, grid: Grid, step: str) -> Code | None:
    """The code that the grid lies on, bent to what is seen of it; None when it cannot be read."""
    grid, even = qr_grid.through_alignment(grey, grid)
    level = qr_grid.levels(even)
    if qr_grid.agreement(grid, level) < _LEAST_AGREEMENT:
        return None
    for name, tried in _levels(grey, grid, even, level, step):
        for code in by_zxing(qr_grid.symbol(tried), name, ("QRCode",), pure=True):
            return code.placed(grid.corners())
    return None


def _levels(grey: Grey, grid: Grid, even: Any, level: Any, step: str) -> Iterator[tuple[str, Any]]:
    """The levels of a symbol's modules, read in other ways one after the other."""
    yield step, level
    yield f"{step}, unblurred", qr_grid.unblurred(even, level)
    yield f"{step}, close light", qr_grid.levels(qr_grid.evened(grid.flattened(grey), 5))


def grids_of(held: Sequence[Finder | None]) -> Iterator[Grid]:
    """Grids through the finder patterns at the top left, top right and bottom left.

    One of the three may be missing. For versions about as large as they stand apart.
    """
    import numpy

    there = [place for place, one in enumerate(held) if one is not None]
    known = [one for one in held if one is not None]
    right, down = _axes([one.middle for one in known], there)
    rings = [_turned(one.ring, right, down) for one in known]
    seen = numpy.concatenate(rings).astype(float)
    for version in _versions(known, there, rings):
        side = 17 + 4 * version
        origins = numpy.array([(1, 1), (side - 6, 1), (1, side - 6)], float)[there]
        offsets = numpy.array([(0, 0), (5, 0), (5, 5), (0, 5)], float)
        places = (origins[:, None] + offsets).reshape(-1, 2)
        straight = qr_grid.perspective(places, seen)
        if straight is None:
            continue
        grid = Grid(side, straight, numpy.zeros((6, 2)), tuple(known), tuple(there))
        if len(known) == 3:
            grid = qr_grid.bent(grid, places, seen, numpy.ones(12))
        yield grid


def _axes(middles: Sequence[Any], there: Sequence[int]) -> tuple[Any, Any]:
    """The symbol's directions to the right and down, of any length."""
    import numpy

    if len(there) == 3:
        return middles[1] - middles[0], middles[2] - middles[0]
    x, y = middles[1] - middles[0]
    if list(there) == [0, 1]:
        return numpy.array([x, y]), numpy.array([-y, x])
    if list(there) == [0, 2]:
        return numpy.array([y, -x]), numpy.array([x, y])
    return numpy.array([y - x, -x - y]), numpy.array([x + y, y - x])


def _turned(ring: Any, right: Any, down: Any) -> Any:
    """A ring's corners from the symbol's top left clockwise."""
    import numpy

    away = ring - ring.mean(axis=0)
    frame = numpy.stack([right / numpy.linalg.norm(right), down / numpy.linalg.norm(down)])
    across, below = numpy.linalg.solve(frame @ frame.T, frame @ away.T)
    return ring[numpy.argsort(numpy.arctan2(below, across))]


def _versions(known: Sequence[Finder], there: Sequence[int], rings: Sequence[Any]) -> list[int]:
    """The three versions that fit best how many modules the patterns stand apart."""
    import numpy

    middle = dict(zip(there, (one.middle for one in known), strict=True))
    ring = dict(zip(there, rings, strict=True))
    apart = []
    for one, other, axis in ((0, 1, 0), (0, 2, 1)):
        if one in ring and other in ring:
            # In perspective the modules between are as many as their geometric mean has it.
            module = (_side(ring[one], axis) * _side(ring[other], axis)) ** 0.5 / 5
            apart.append(numpy.linalg.norm(middle[other] - middle[one]) / (module or 1.0))
    if not apart:
        module = sum(_side(one, axis) for one in rings for axis in (0, 1)) / 20
        apart.append(numpy.linalg.norm(middle[2] - middle[1]) / 2**0.5 / (module or 1.0))
    guess = (float(sum(apart)) / len(apart) + 7 - 17) / 4
    return sorted(range(1, 41), key=lambda version: abs(version - guess))[:3]


def _side(ring: Any, axis: int) -> float:
    """The mean length of a ring's sides along an axis of the symbol."""
    import numpy

    a, b, c, d = ring
    one, other = (b - a, c - d) if axis == 0 else (d - a, c - b)
    return float(numpy.linalg.norm(one) + numpy.linalg.norm(other)) / 2
