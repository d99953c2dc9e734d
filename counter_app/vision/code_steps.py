"""Steps by which more is read of a picture, in the order in which they are worth their time.

Chosen on hard pictures of seeds below `JUDGED` (`tests/hard_pictures.py`), by what each added to
the steps before it for its milliseconds; `python -m benchmarks.code_steps` ranks them again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from counter_app.vision.code import Code
from counter_app.vision.code_engines import (
    LINES,
    MATRIX,
    OTHERS,
    QR,
    by_zbar,
    by_zxing,
    by_zxing_torn,
)
from counter_app.vision.picture_look import Box, Look, look
from counter_app.vision.qr_rescue import SEARCHES, Rescue, Search

if TYPE_CHECKING:
    from counter_app.vision.grey import Grey

_SMALL = 1_500_000  # pixels: larger pictures are not enlarged
_TINY = 300_000  # and larger ones are given to libzbar at half size, and not searched for labels
_FAINT = 45.0  # standard deviation of grey values below which local contrast is raised
_MOST_COVERED = 0.3
_MOST_BLOCKS = 6
_LEAST = 1.5  # and below which there is nothing to see


@dataclass(frozen=True, slots=True)
class Finders:
    """How many finder patterns of QR codes were seen, and whether three of them were seen well."""

    count: int
    well_seen: bool


NO_FINDERS = Finders(0, well_seen=False)


class Sight:
    """One grey picture while it is being read, and what is known of it.

    `finders` are those of the frame before, where the picture is one of a film.
    """

    def __init__(self, grey: Grey, finders: Finders = NO_FINDERS) -> None:
        self.grey = grey
        self._finders_before = finders
        self.found, self._torn = by_zxing_torn(grey, QR)
        self._half: Grey | None = None
        self._look: Look | None = None
        self._rescue: Rescue | None = None
        self._spread: float | None = None

    @property
    def half(self) -> Grey:
        """The picture at half its size."""
        import cv2
        import numpy

        if self._half is None:
            height, width = self.grey.shape
            size = (max(1, width // 2), max(1, height // 2))
            half = cv2.resize(self.grey, size, interpolation=cv2.INTER_AREA)
            self._half = numpy.asarray(half, numpy.uint8)
        return self._half

    @property
    def look(self) -> Look:
        """What it shows beside the codes found by now."""
        if self._look is None:
            self._look = look(self.half, self.found)
        return self._look

    @property
    def spread(self) -> float:
        """The standard deviation of its grey values."""
        import cv2

        if self._spread is None:
            self._spread = float(cv2.meanStdDev(self.half)[1][0][0])
        return self._spread

    @property
    def small(self) -> bool:
        """Whether steps that take long are bearable on the whole of it."""
        return self.grey.size <= _SMALL

    @property
    def more_to_find(self) -> bool:
        """Whether it may show more QR codes than were read: torn ones, or several on a page."""
        only_others = not any("QR" in one.format for one in self.found)
        return bool(self._torn) or len(self.found) > 1 or (only_others and self.look.textured)

    def note(self, found: list[Code]) -> None:
        """Know of codes that a step read, so that what is beside them can be looked for."""
        self.found, self._look, self._rescue = found, None, None

    @property
    def finders(self) -> Finders:
        """The finder patterns seen in it; those of before, where it was not searched yet."""
        if self._rescue is None:
            return self._finders_before
        return Finders(self._rescue.finders_seen, self._rescue.well_seen)

    @property
    def promising(self) -> bool:
        """Whether it shows something that may be a code, so that dear steps are worth it.

        Edges of one kind may be one; a scene full of both kinds is none while nothing of a QR code
        is seen in it.
        """
        return bool(self._torn or self.finders.count or self.look.textured != self.look.striped)

    @property
    def unsharp(self) -> bool:
        """Whether it is promising, but no three finder patterns are seen well."""
        return self.promising and not self.finders.well_seen

    @property
    def crowded_out(self) -> bool:
        """Whether the codes found leave little room for others."""
        covered = 0.0
        for code in self.found:
            xs, ys = zip(*code.corners, strict=True)
            covered += (max(xs) - min(xs)) * (max(ys) - min(ys))
        return covered > _MOST_COVERED * self.grey.size

    def rescued(self, search: Search) -> list[Code]:
        """What a search for finder patterns adds."""
        if self._rescue is None:
            self._rescue = Rescue(self.grey, self.found)
        return self._rescue.codes(search)


@dataclass(frozen=True, slots=True)
class Step:
    """A step: its name, whether it could help with what a picture shows, what it reads."""

    name: str
    helps: Callable[[Sight], bool]
    read: Callable[[Sight], list[Code]]


def _halved(sight: Sight) -> list[Code]:
    return [one.moved(2, 2, 0, 0) for one in by_zxing(sight.half, "half size", QR)]


def _thresholded(sight: Sight) -> list[Code]:
    import cv2

    kind, way = cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY
    binary: Any = cv2.adaptiveThreshold(sight.grey, 255, kind, way, 21, 5)
    return by_zxing(binary, "threshold", QR)


def _sharpened(sight: Sight) -> list[Code]:
    import cv2

    soft = cv2.GaussianBlur(sight.grey, (0, 0), 1.5)
    sharp: Any = cv2.addWeighted(sight.grey, 2.5, soft, -1.5, 0)
    return by_zxing(sharp, "sharpened", QR)


def _enlarged(sight: Sight) -> list[Code]:
    import cv2

    left, top, right, bottom = sight.look.busy_box
    part = sight.grey[top:bottom, left:right]
    large: Any = cv2.resize(part, None, fx=1.5, fy=1.5, interpolation=cv2.INTER_CUBIC)
    wanted = (*QR, *LINES) if sight.look.striped else QR
    found = by_zxing(large, "enlarged", wanted)
    return [one.moved(1 / 1.5, 1 / 1.5, left, top) for one in found]


def _contrasted(sight: Sight) -> list[Code]:
    import cv2

    even: Any = cv2.createCLAHE(4.0, (16, 16)).apply(sight.grey)
    return by_zxing(even, "local contrast", QR)


def _by_zbar(sight: Sight) -> list[Code]:
    if sight.grey.size <= _TINY:
        return by_zbar(sight.grey)
    return [one.moved(2, 2, 0, 0) for one in by_zbar(sight.half, "zbar at half size")]


def _search(search: Search) -> Step:
    return Step(search.name, lambda sight: True, lambda sight: sight.rescued(search))


def _always(sight: Sight) -> bool:
    return True


def _lines(sight: Sight) -> list[Code]:
    return _within(sight.grey, sight.look.striped_box, LINES)


def _within(grey: Grey, box: Box, formats: tuple[str, ...]) -> list[Code]:
    """What is read in a part of a picture."""
    import numpy

    left, top, right, bottom = box
    part = numpy.ascontiguousarray(grey[top:bottom, left:right])
    return [one.moved(1, 1, left, top) for one in by_zxing(part, "plain", formats)]


def _matrices(sight: Sight) -> list[Code]:
    return by_zxing(sight.grey, "plain", MATRIX)


def _matrices_halved(sight: Sight) -> list[Code]:
    return [one.moved(2, 2, 0, 0) for one in by_zxing(sight.half, "half size", MATRIX)]


def _blocks(sight: Sight) -> list[Code]:
    boxes = sight.look.blocks[:_MOST_BLOCKS]
    return [code for box in boxes for code in _within(sight.grey, box, MATRIX)]


def _small_symbols(sight: Sight) -> list[Code]:
    return _within(sight.grey, sight.look.edged_box, OTHERS)


def _beside(name: str, helps: Callable[[Sight], bool], read: Callable[[Sight], list[Code]]) -> Step:
    return Step(name, lambda sight: not sight.crowded_out and helps(sight), read)


# For what stands beside codes that were read at once or by one of STEPS.
BESIDE = (
    Step(SEARCHES[0].name, lambda sight: sight.more_to_find, _search(SEARCHES[0]).read),
    _beside("lines", lambda sight: sight.look.striped, _lines),
    _beside("blocks", lambda sight: sight.look.textured, _blocks),
)
STEPS = (
    Step("half size", _always, _halved),
    Step("threshold", _always, _thresholded),
    Step("lines", lambda sight: sight.look.striped, _lines),
    _search(SEARCHES[0]),
    Step("matrices at half size", lambda sight: sight.look.patterned, _matrices_halved),
    Step("sharpened", lambda sight: sight.unsharp, _sharpened),
    _search(SEARCHES[1]),
    Step("local contrast", lambda sight: sight.spread < _FAINT, _contrasted),
    Step("enlarged", lambda sight: sight.small and sight.unsharp, _enlarged),
    _search(SEARCHES[2]),
    Step("matrices", lambda sight: sight.look.patterned, _matrices),
    Step("zbar", lambda sight: sight.unsharp, _by_zbar),
    # Bars and blocks too few to be told from writing by a look.
    Step("small symbols", lambda sight: 0 < sight.look.edged_pixels <= _TINY, _small_symbols),
)


def worth_a_step(sight: Sight) -> bool:
    """Whether there is anything on the picture at all."""
    return sight.spread >= _LEAST
