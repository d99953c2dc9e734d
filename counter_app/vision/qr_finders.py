"""Finder patterns of QR codes by their contours, and the triples that could be one symbol.

A finder pattern is a light ring round a dark square (or the reverse), areas 25 to 9 modules. Only
ring and square are asked for, so a pattern whose outer ring is torn or touches something counts.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from counter_app.vision.grey import Grey

    Held = tuple["Finder | None", "Finder | None", "Finder | None"]

_LEAST_CORE = 9.0  # pixels of area: smaller squares are noise
_RING_TO_CORE = (1.75, 4.6)  # 25 / 9 = 2.8 without blur
_MOST = 14  # patterns that are tried against each other
_ALONG = 0.45  # of half a right angle
_UNLIKE = 3.5  # how many times larger one pattern of a symbol may be than another


@dataclass(frozen=True, slots=True)
class Finder:
    """A finder pattern: its middle, and the corners (4, 2) of the ring, five modules wide."""

    middle: Any
    ring: Any
    module: float

    def enlarged(self, factor: float) -> Finder:
        """The same pattern in a picture so many times as large."""
        return Finder(self.middle * factor, self.ring * factor, self.module * factor)

    def sharpened(self, grey: Grey) -> Finder:
        """The same pattern with the ring's corners where the picture's edges cross."""
        import cv2
        import numpy

        reach = max(1, int(self.module * 0.8))
        height, width = grey.shape
        ring = numpy.ascontiguousarray(self.ring, numpy.float32).reshape(-1, 1, 2)
        if ring.min() <= reach or ring[..., 0].max() >= width - reach - 1:
            return self
        if ring[..., 1].max() >= height - reach - 1:
            return self
        ends = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_MAX_ITER, 8, 0.05)
        better = cv2.cornerSubPix(grey, ring.copy(), (reach, reach), (-1, -1), ends)
        moved = numpy.abs(better - ring).max(axis=(1, 2))
        ring[moved < 0.6 * self.module] = better[moved < 0.6 * self.module]
        return Finder(self.middle, ring[:, 0], self.module)


def finders(binary: Grey) -> list[Finder]:
    """The finder patterns in a picture of two values."""
    import cv2
    import numpy

    contours, tree = cv2.findContours(binary, cv2.RETR_TREE, cv2.CHAIN_APPROX_SIMPLE)
    if tree is None:
        return []
    child = tree[0][:, 2]
    # A contour whose first child has no child: a ring with something solid in it.
    rings = numpy.flatnonzero(child >= 0)
    rings = rings[child[child[rings]] < 0]
    found = []
    for ring in rings:
        one = _finder(contours[ring], contours[child[ring]])
        if one is not None:
            found.append(one)
    return found


def _finder(ring: Any, core: Any) -> Finder | None:
    import cv2
    import numpy

    if len(core) < 4 or len(ring) < 4:
        return None
    core_area = cv2.contourArea(core)
    if core_area < _LEAST_CORE:
        return None
    ring_area = cv2.contourArea(ring)
    if not _RING_TO_CORE[0] <= ring_area / core_area <= _RING_TO_CORE[1]:
        return None
    box = cv2.minAreaRect(core)
    (x, y), (a, b), _ = box
    if min(a, b) * 3 < max(a, b) or core_area < 0.55 * a * b:
        return None
    (u, v), (c, d), _ = outer = cv2.minAreaRect(ring)
    if abs(x - u) + abs(y - v) > 0.3 * max(a, b) or ring_area < 0.55 * c * d:
        return None
    corners = cv2.approxPolyDP(ring, 0.09 * cv2.arcLength(ring, True), True)
    if len(corners) == 4 and cv2.isContourConvex(corners):
        quad = corners[:, 0].astype(numpy.float32)
    else:
        quad = cv2.boxPoints(outer)
    # Blur widens the one and narrows the other, so their mean is a module.
    module = (numpy.sqrt(ring_area) / 5 + numpy.sqrt(core_area) / 3) / 2
    return Finder(numpy.array([(x + u) / 2, (y + v) / 2]), quad, float(module))


def distinct(found: list[Finder]) -> list[Finder]:
    """Each pattern once, however often it was found."""
    kept: list[Finder] = []
    for one in found:
        if all(abs(one.middle - other.middle).max() > 2 * other.module for other in kept):
            kept.append(one)
    return kept


def triples(found: list[Finder]) -> Iterator[tuple[Finder, Finder, Finder]]:
    """Top left, top right and bottom left of what could be a symbol, the likeliest first.

    At the top left, both lines to the others run along the pattern's sides, in any perspective.
    """
    ranked: list[tuple[float, tuple[Finder, Finder, Finder]]] = []
    for three in itertools.combinations(found[:_MOST], 3):
        sizes = sorted(one.module for one in three)
        if sizes[2] <= _UNLIKE * sizes[0]:
            for place in range(3):
                corner, one, other = (three[place - turn] for turn in range(3))
                ranked.extend(_corner(corner, one, other, sizes))
    ranked.sort(key=lambda one: one[0])
    return (three for _, three in ranked)


def _corner(
    corner: Finder, one: Finder, other: Finder, sizes: list[float]
) -> Iterator[tuple[float, tuple[Finder, Finder, Finder]]]:
    first, second = one.middle - corner.middle, other.middle - corner.middle
    a, b = _length(first), _length(second)
    modules = (a + b) / 2 / (sum(sizes) / 3)
    if not 9 <= modules <= 220 or max(a, b) > 3 * min(a, b):
        return
    slant = abs(float(first @ second)) / (a * b)
    turned = _turned_against(corner.ring, first) + _turned_against(corner.ring, second)
    if slant > 0.85 or turned > 2 * _ALONG:
        return
    if first[0] * second[1] - first[1] * second[0] < 0:
        one, other = other, one
    uneven = (sizes[2] / sizes[0] - 1) / 2 + (max(a, b) / min(a, b) - 1) / 2 + slant / 2 + turned
    yield uneven, (corner, one, other)


def roles(found: list[Finder]) -> Iterator[Held]:
    """Two patterns with the third missing, as top left, top right and bottom left, by likelihood.

    Which two they are shows by how they are turned against the line between them: along it where
    they are neighbours, by half a right angle where they stand across.
    """
    ranked: list[tuple[float, Held]] = []
    for one, other in itertools.combinations(found[:_MOST], 2):
        sizes = sorted((one.module, other.module))
        apart = _length(other.middle - one.middle) / (sum(sizes) / 2)
        if sizes[1] > 1.5 * sizes[0] or not 11 <= apart <= 200:
            continue
        turned = [_turned_against(each.ring, other.middle - one.middle) for each in (one, other)]
        uneven = sizes[1] / sizes[0] - 1
        if max(turned) < _ALONG:
            for a, b in ((one, other), (other, one)):
                ranked.append((uneven, (a, b, None)))
                ranked.append((uneven, (a, None, b)))
        elif min(turned) > 1 - _ALONG:
            ranked.extend((uneven, (None, a, b)) for a, b in ((one, other), (other, one)))
    ranked.sort(key=lambda each: each[0])
    return (three for _, three in ranked)


def _length(way: Any) -> float:
    return float((way @ way) ** 0.5)


def _turned_against(ring: Any, line: Any) -> float:
    """From 0, a side along the line, to 1, a side at half a right angle to it."""
    import numpy

    side = ring[1] - ring[0]
    angle = numpy.arctan2(side[1], side[0]) - numpy.arctan2(line[1], line[0])
    eighths = float(angle / (numpy.pi / 4)) % 2
    return min(eighths, 2 - eighths)
