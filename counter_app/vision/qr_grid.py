"""A QR code's modules read off a picture through a bent grid, for what no straight one fits.

The grid is a perspective plus a surface of the second degree, so that paper on a bottle or a page
that curls is followed. It begins at the finder patterns and is bent to the alignment patterns.
Modules that a symbol's version fixes are put in as the standard (ISO/IEC 18004) has them, and teach
how to undo blur; the rest is for error correction.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from counter_app.vision.grey import Grey
    from counter_app.vision.qr_finders import Finder

PIXELS = 5  # a module's side where the symbol is seen straight
_EDGE = 2  # modules round the symbol
_ALIKE = 0.5  # correlation from which a pattern is taken as found
_IN_PLACE = 0.25  # modules that a pattern may be off without the grid being bent for it
_TAPS = 3  # half modules to each side from which blur is undone


@functools.cache
def fixed_modules(side: int) -> tuple[Any, Any]:
    """Which modules of a symbol of that many modules a side are fixed, and which of them dark."""
    import numpy

    fixed, dark = numpy.zeros((side, side), bool), numpy.zeros((side, side), bool)
    fixed[6], fixed[:, 6] = True, True
    dark[6, ::2], dark[::2, 6] = True, True
    places = _alignment_places((side - 17) // 4)
    last = len(places) - 1
    for i, row in enumerate(places):
        for j, column in enumerate(places):
            if (i, j) not in ((0, 0), (0, last), (last, 0)):
                box = (slice(row - 2, row + 3), slice(column - 2, column + 3))
                fixed[box], dark[box] = True, _square(5, 1)
    for row, column in ((0, 0), (0, side - 8), (side - 8, 0)):
        box = (slice(row, row + 8), slice(column, column + 8))
        fixed[box], dark[box] = True, False
        down, right = row + (row > 0), column + (column > 0)
        dark[down : down + 7, right : right + 7] = _square(7, 3)
    fixed[side - 8, 8] = dark[side - 8, 8] = True
    return fixed, dark


def _square(side: int, core: int) -> Any:
    import numpy

    square = numpy.ones((side, side), bool)
    square[1:-1, 1:-1] = False
    edge = (side - core) // 2
    square[edge : side - edge, edge : side - edge] = True
    return square


def _alignment_places(version: int) -> list[int]:
    if version < 2:
        return []
    side, count = 17 + 4 * version, version // 7 + 2
    step = 26 if version == 32 else (version * 4 + count * 2 + 1) // (count * 2 - 2) * 2
    return [6, *sorted(side - 7 - step * i for i in range(count - 1))]


def _bases(places: Any, side: int) -> Any:
    """The surface's six terms at places (…, 2) in modules, each about as large as one."""
    import numpy

    across, down = (places / (side / 2) - 1).T
    return numpy.stack([numpy.ones_like(across), across, down, across * down, across**2, down**2])


@dataclass
class Grid:
    """From modules (column, row) of a symbol of `side` modules to pixels of a picture.

    `held_by` are the finder patterns that hold it, `held_at` which: 0 top left, 1 top right,
    2 bottom left.
    """

    side: int
    straight: Any  # perspective, 3 × 3
    bend: Any  # 6 × 2: by how many modules a place is off before the perspective
    held_by: tuple[Finder, ...] = ()
    held_at: tuple[int, ...] = (0, 1, 2)

    def pixels(self, places: Any) -> Any:
        """Pixels of places (n, 2) in modules."""
        import cv2
        import numpy

        moved = places + (_bases(places, self.side).T @ self.bend)
        return cv2.perspectiveTransform(moved[None].astype(numpy.float32), self.straight)[0]

    def corners(self) -> Any:
        """Pixels of the symbol's four corners from the top left clockwise."""
        import numpy

        side = self.side
        return self.pixels(numpy.array([(0, 0), (side, 0), (side, side), (0, side)], float))

    def flattened(self, grey: Grey) -> Any:
        """The symbol and two modules round it seen straight, PIXELS a module, as floats."""
        import cv2
        import numpy

        # Between the middles of modules the bend is next to straight.
        wide = self.side + 2 * _EDGE
        moved = _middles(self.side) + (self.bend.T @ _middle_bases(self.side)).T
        seen = cv2.perspectiveTransform(moved[None].astype(numpy.float32), self.straight)
        size = (wide * PIXELS, wide * PIXELS)
        fine = cv2.resize(seen.reshape(wide, wide, 2), size, interpolation=cv2.INTER_LINEAR)
        across, down = cv2.split(fine)
        flat: Any = cv2.remap(grey, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return flat.astype(numpy.float32)


@functools.lru_cache(maxsize=8)
def _middles(side: int) -> Any:
    """The middles of all modules and of those round the symbol."""
    import numpy

    along = numpy.arange(-_EDGE, side + _EDGE) + 0.5
    return numpy.stack(numpy.meshgrid(along, along), axis=-1).reshape(-1, 2)


@functools.lru_cache(maxsize=8)
def _middle_bases(side: int) -> Any:
    import numpy

    return numpy.ascontiguousarray(_bases(_middles(side), side))


def perspective(places: Any, seen: Any) -> Any | None:
    """The perspective (3 × 3) that lays places (n, 2) on pixels best; None where there is none."""
    import numpy

    mean, spread = seen.mean(axis=0), float(seen.std()) or 1.0
    middle, wide = places.mean(axis=0), float(places.std()) or 1.0
    (x, y), (u, v) = ((places - middle) / wide).T, ((seen - mean) / spread).T
    none, one = numpy.zeros_like(x), numpy.ones_like(x)
    rows = numpy.concatenate(
        [
            numpy.stack([x, y, one, none, none, none, -u * x, -u * y]),
            numpy.stack([none, none, none, x, y, one, -v * x, -v * y]),
        ],
        axis=1,
    )
    try:
        found = numpy.linalg.solve(rows @ rows.T, rows @ numpy.concatenate([u, v]))
    except numpy.linalg.LinAlgError:
        return None
    before = numpy.array(
        [(1 / wide, 0, -middle[0] / wide), (0, 1 / wide, -middle[1] / wide), (0, 0, 1)]
    )
    after = numpy.array([(spread, 0, mean[0]), (0, spread, mean[1]), (0, 0, 1)])
    whole = after @ numpy.append(found, 1.0).reshape(3, 3) @ before
    return whole if abs(numpy.linalg.det(whole)) > 1e-12 else None


def bent(grid: Grid, places: Any, seen: Any, weights: Any) -> Grid:
    """The grid bent so that these places (n, 2) in modules come to lie on these pixels.

    Least squares; what the places do not tell is left straight.
    """
    import cv2
    import numpy

    back = numpy.linalg.inv(grid.straight)
    off = cv2.perspectiveTransform(seen[None].astype(numpy.float64), back)[0] - places
    bases = _bases(places, grid.side) * weights
    normal = bases @ bases.T
    normal[numpy.diag_indices(6)] += numpy.array([1e-6, 1e-6, 1e-6, 0.02, 0.02, 0.02])
    return replace(grid, bend=numpy.linalg.solve(normal, bases @ (off * weights[:, None])))


def through_alignment(grey: Grey, grid: Grid) -> tuple[Grid, Any]:
    """The grid bent to the alignment patterns that are seen, and to a finder pattern not held yet.

    They are looked for three modules around at first, then nearer. Gives the evened view as well.
    """
    import numpy

    corners = _finder_places(grid.side)[list(grid.held_at)]
    offsets = numpy.array([(0, 0), (-2.5, -2.5), (2.5, -2.5), (2.5, 2.5), (-2.5, 2.5)])
    anchors = (corners[:, None] + offsets).reshape(-1, 2)
    anchored = grid.pixels(anchors)
    even = evened(grid.flattened(grey))
    for reach in (3.0, 1.5):
        found = list(_landmarks(grid, even, reach))
        if not found or max(float(abs(moved).max()) for _, moved, _ in found) < _IN_PLACE:
            break
        places = numpy.array([place for place, _, _ in found])
        seen = grid.pixels(numpy.array([place + moved for place, moved, _ in found]))
        weights = numpy.array([1.5 * alike for _, _, alike in found])
        grid = bent(
            grid,
            numpy.concatenate([anchors, places]),
            numpy.concatenate([anchored, seen]),
            numpy.concatenate([numpy.ones(len(anchors)), weights]),
        )
        even = evened(grid.flattened(grey))
    return grid, even


def _finder_places(side: int) -> Any:
    import numpy

    return numpy.array([(3.5, 3.5), (side - 3.5, 3.5), (3.5, side - 3.5)])


def _landmarks(grid: Grid, even: Any, reach: float) -> Iterator[tuple[Any, Any, float]]:
    """Patterns found near where the grid has them: the place, how far off in modules, how alike."""
    import cv2
    import numpy

    edge = int(reach * PIXELS)
    for place, template in _expected(grid):
        half = len(template) // 2
        x, y = (int((one + _EDGE) * PIXELS) for one in place)
        top, left = max(0, y - half - edge), max(0, x - half - edge)
        window = even[top : y + half + edge + 1, left : x + half + edge + 1]
        if min(window.shape) < len(template):
            continue
        alike = cv2.matchTemplate(window, template, cv2.TM_CCOEFF_NORMED)
        _, best, _, (at_x, at_y) = cv2.minMaxLoc(alike)
        if best > _ALIKE:
            moved = numpy.array([left + at_x + half - x, top + at_y + half - y]) / PIXELS
            yield place, moved, float(best)


def _expected(grid: Grid) -> Iterator[tuple[Any, Any]]:
    """The middles and templates of the patterns that do not hold the grid already."""
    import numpy

    for number, place in enumerate(_finder_places(grid.side)):
        if number not in grid.held_at:
            yield place, _template(7, 3)
    places = _alignment_places((grid.side - 17) // 4)
    for row, column in itertools.product(places, places):
        if (row, column) not in ((6, 6), (6, places[-1]), (places[-1], 6)):
            yield numpy.array([column + 0.5, row + 0.5]), _template(5, 1)


@functools.cache
def _template(side: int, core: int) -> Any:
    import cv2
    import numpy

    square = numpy.where(_square(side, core), -1.0, 1.0).astype(numpy.float32)
    large = cv2.resize(square, None, fx=PIXELS, fy=PIXELS, interpolation=cv2.INTER_NEAREST)
    return cv2.GaussianBlur(large, (0, 0), PIXELS / 3)


def evened(flat: Any, modules: int = 9) -> Any:
    """A straight view with light and contrast made even: about -1 for dark, 1 for light.

    They are taken from so many modules around.
    """
    import cv2
    import numpy

    # Light changes slowly enough to be taken from whole modules.
    wide = len(flat) // PIXELS
    small = cv2.resize(flat, (wide, wide), interpolation=cv2.INTER_AREA)
    squares = cv2.resize(flat * flat, (wide, wide), interpolation=cv2.INTER_AREA)
    reach, edge = (modules, modules), cv2.BORDER_REFLECT
    mean = cv2.blur(small, reach, borderType=edge)
    spread = cv2.blur(squares, reach, borderType=edge) - mean * mean
    steady = numpy.sqrt(numpy.maximum(spread, 0) + 4)
    middle, unit = (
        cv2.resize(one, flat.shape, interpolation=cv2.INTER_LINEAR) for one in (mean, steady)
    )
    return (flat - middle) / unit


def levels(even: Any) -> Any:
    """The mean of each module's middle, dark below zero."""
    import cv2
    import numpy

    middles = cv2.blur(even, (3, 3))[PIXELS // 2 :: PIXELS, PIXELS // 2 :: PIXELS]
    return numpy.ascontiguousarray(middles[_EDGE:-_EDGE, _EDGE:-_EDGE])


def unblurred(even: Any, level: Any) -> Any:
    """Levels after a filter that undoes the picture's blur, learnt from the fixed modules.

    Each module's level is the best linear guess from the picture half a module apart in its
    neighbourhood; learnt once more from all modules that were then clear.
    """
    import cv2
    import numpy

    side = len(level)
    fixed, dark = fixed_modules(side)
    around = cv2.blur(even, (2, 2), anchor=(0, 0), borderType=cv2.BORDER_REFLECT)
    start = _EDGE * PIXELS + PIXELS // 2
    offsets = [round(one * PIXELS / 2) for one in range(-_TAPS, _TAPS + 1)]
    rows = [slice(start + one, start + one + side * PIXELS, PIXELS) for one in offsets]
    seen = numpy.stack([around[a, b].ravel() for a in rows for b in rows])
    seen = numpy.concatenate([seen, numpy.ones((1, seen.shape[1]), seen.dtype)])
    wanted = numpy.where(dark, -1.0, 1.0).ravel()
    taught = fixed.ravel()
    guess = level.ravel()
    for _ in range(2):
        known = seen[:, taught]
        normal = known @ known.T
        normal[numpy.diag_indices(len(normal))] += 0.02 * known.shape[1]
        guess = numpy.linalg.solve(normal, known @ wanted[taught]) @ seen
        wanted = numpy.where(fixed.ravel(), wanted, numpy.sign(guess))
        taught = fixed.ravel() | (numpy.abs(guess) > 0.4)
    return guess.reshape(side, side)


def timing(grid: Grid, grey: Grey) -> float:
    """How well the two timing patterns alternate where the grid has them, at most 1."""
    import numpy

    along = numpy.arange(8, grid.side - 8) + 0.5
    still = numpy.full_like(along, 6.5)
    places = numpy.concatenate([numpy.stack([along, still], 1), numpy.stack([still, along], 1)])
    x, y = grid.pixels(places).round().astype(int).T
    inside = (x >= 0) & (y >= 0) & (x < grey.shape[1]) & (y < grey.shape[0])
    if not inside.all():
        return -1.0
    values = grey[y, x].astype(float).reshape(2, -1)
    # Against the mean of both neighbours, so that light which changes along the line is no matter.
    ahead = values[:, 1:-1] - (values[:, :-2] + values[:, 2:]) / 2
    signs = numpy.where(numpy.arange(ahead.shape[1]) % 2, -1, 1)
    return float((numpy.sign(ahead) == signs).mean() * 2 - 1)


def agreement(grid: Grid, level: Any) -> float:
    """How well the fixed patterns are where the grid has them: 1 altogether, 0 by chance."""
    import numpy

    fixed, dark = fixed_modules(grid.side)
    fits = (level < 0) == dark
    part = fits[fixed].mean()
    return float(2 * part - 1) if numpy.isfinite(part) else 0.0


def symbol(level: Any) -> Grey:
    """The symbol redrawn clean, four pixels a module, with a quiet zone."""
    import cv2
    import numpy

    fixed, dark = fixed_modules(len(level))
    light = numpy.where(numpy.where(fixed, dark, level < 0), 0, 255).astype(numpy.uint8)
    small = cv2.copyMakeBorder(light, 4, 4, 4, 4, cv2.BORDER_CONSTANT, value=255)
    large = cv2.resize(small, None, fx=4, fy=4, interpolation=cv2.INTER_NEAREST)
    return numpy.asarray(large, numpy.uint8)
