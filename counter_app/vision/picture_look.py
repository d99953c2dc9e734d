"""What a picture shows before more is read: where there are stripes or texture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from counter_app.vision.code import Code
    from counter_app.vision.grey import Grey

_CELL = 8  # pixels of the halved picture
_STRIPED, _TEXTURED = 12, 14  # mean slopes, in grey values a pixel, above those of single edges
_ONE_WAY = 2.2  # how many times steeper across stripes than along them
_STRIPES = 22  # cells; every bar code among the hard pictures shows more
_SQUARE = 9  # cells of a block that may be a matrix code


Box = tuple[int, int, int, int]  # left, top, right, bottom in pixels
_NOWHERE = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Look:
    """How many cells (16 × 16 pixels) show stripes, and where; square blocks that show edges.

    `busy_box` has all stripes and edges in it, and everything where there are none: a soft picture
    has none. `edged_box` has single cells in it, too, that are no block of stripes or edges, as a
    small symbol's; it is empty where there is no such cell. Places are boxes of the whole picture
    with some ground around.
    """

    stripes: int
    striped_box: Box
    blocks: tuple[Box, ...]
    busy_box: Box
    edged_box: Box

    @property
    def edged_pixels(self) -> int:
        """How large the part with edges is, 0 where there are none."""
        left, top, right, bottom = self.edged_box
        return (right - left) * (bottom - top)

    @property
    def striped(self) -> bool:
        """Whether there may be a bar code or a PDF417."""
        return self.stripes >= _STRIPES

    @property
    def patterned(self) -> bool:
        """Whether there is anything that may be part of a code."""
        return bool(self.blocks) or self.stripes >= _STRIPES // 2

    @property
    def textured(self) -> bool:
        """Whether there may be a matrix code."""
        return bool(self.blocks)


def look(half: Grey, known: Iterable[Code] = ()) -> Look:
    """Look at a picture halved in size, leaving out the codes that are known in the whole one."""
    import cv2
    import numpy

    height, width = half.shape
    if height < 2 or width < 2:
        return Look(0, _NOWHERE, (), (0, 0, 2 * width, 2 * height), _NOWHERE)
    size = (max(1, width // _CELL), max(1, height // _CELL))
    # Two rows of a cell tell as much as all.
    rows, below = half[: height - 1 : 4], half[1::4]
    across, down = (
        cv2.resize(cv2.absdiff(*both), size, interpolation=cv2.INTER_AREA).astype(numpy.int16)
        for both in ((rows[:, 1:], rows[:, :-1]), (below, rows))
    )
    most, least = numpy.maximum(across, down), numpy.minimum(across, down)
    for code in known:
        corners = numpy.array(code.corners) / (2 * _CELL)
        box = numpy.concatenate([corners.min(axis=0) - 1, corners.max(axis=0) + 2]).astype(int)
        left, top, right, bottom = numpy.maximum(box, 0)
        most[top:bottom, left:right] = 0
    striped = (most > _STRIPED) & (most > _ONE_WAY * least)
    textured = most > _TEXTURED
    bars = _opened(striped)
    rough = _opened(textured)
    # A PDF417's words are less striped than its ends.
    striped_box = _around(cv2.boundingRect(bars), 4)
    busy = bars | rough
    busy_box = _around(cv2.boundingRect(busy), 4) if busy.any() else (0, 0, 2 * width, 2 * height)
    edges = (striped | textured).astype(numpy.uint8)
    edged_box = _around(cv2.boundingRect(edges), 2) if edges.any() else _NOWHERE
    return Look(cv2.countNonZero(bars), striped_box, tuple(_squares(rough)), busy_box, edged_box)


def _around(cells: Sequence[int], edge: int) -> Box:
    """The box of some cells with so many more round it, in pixels of the whole picture."""
    left, top, wide, high = cells
    ends = (max(0, left - edge), max(0, top - edge), left + wide + edge, top + high + edge)
    left, top, right, bottom = (2 * _CELL * one for one in ends)
    return left, top, right, bottom


def _opened(cells: Any) -> Any:
    """Cells that are part of a block of such cells, not of a line of them."""
    import cv2
    import numpy

    block = numpy.ones((2, 2), numpy.uint8)
    return cv2.morphologyEx(cells.astype(numpy.uint8), cv2.MORPH_OPEN, block)


def _squares(cells: Any) -> Iterator[Box]:
    """The connected blocks that are about square and full."""
    import cv2

    _, _, facts, _ = cv2.connectedComponentsWithStats(cells)
    for left, top, wide, high, area in facts[1:].tolist():
        square = max(wide, high) <= 1.7 * min(wide, high)
        if area >= _SQUARE and square and area >= 0.5 * wide * high:
            yield _around((left, top, wide, high), 2)
