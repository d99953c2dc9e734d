"""A code found in a picture: what it carries, where it stands, and how it was read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from counter_app.domain.payload import decoded

Point = tuple[float, float]
Corners = tuple[Point, Point, Point, Point]

FORMATS = ("QR Code", "Micro QR Code", "Data Matrix", "PDF417", "Code 128")
NOWHERE: Corners = ((0.0, 0.0),) * 4


@dataclass(frozen=True, slots=True)
class Code:
    """One code.

    `format` is one of FORMATS. `text` is None when the payload is binary; `encoding` (ascii, utf-8,
    gb18030, binary) says how it was decoded. `corners` are pixels (x, y) of the picture that was
    given, from the top left of the symbol clockwise as the symbol is meant to be seen. Those
    of bars are where the reading lines end: slanted bars reach beyond them. `engine` is "zxing-cpp"
    or "pyzbar"; `step` says what was done to the picture before, "plain" for nothing.
    """

    format: str
    payload: bytes
    text: str | None
    encoding: str
    engine: str
    step: str = "plain"
    corners: Corners = NOWHERE

    def moved(self, scale_x: float, scale_y: float, left: float, top: float) -> Code:
        """The same code with its corners scaled, then moved."""
        return self.placed((x * scale_x + left, y * scale_y + top) for x, y in self.corners)

    def placed(self, corners: Iterable[Point]) -> Code:
        """The same code with other corners."""
        a, b, c, d = ((float(x), float(y)) for x, y in corners)
        return replace(self, corners=(a, b, c, d))

    def same_as(self, other: Code) -> bool:
        """Whether both are one symbol on the picture, read twice."""
        if (self.format, self.payload) != (other.format, other.payload):
            return False
        (x, y), (u, v) = self._centre(), other._centre()
        near = max(self._reach(), other._reach()) / 2
        return abs(x - u) <= near and abs(y - v) <= near

    def _centre(self) -> Point:
        return sum(x for x, _ in self.corners) / 4, sum(y for _, y in self.corners) / 4

    def _reach(self) -> float:
        xs, ys = zip(*self.corners, strict=True)
        return max(1.0, max(xs) - min(xs), max(ys) - min(ys))


def code_of(kind: str, payload: bytes, engine: str, step: str, corners: Corners) -> Code:
    """A code with its text by the rule of `counter_app.domain.payload`."""
    text, encoding = decoded(payload)
    return Code(kind, payload, text, encoding, engine, step, corners)


def merged(codes: Iterable[Code]) -> list[Code]:
    """Each symbol once, as it was read first."""
    kept: list[Code] = []
    for code in codes:
        if not any(code.same_as(one) for one in kept):
            kept.append(code)
    return kept
