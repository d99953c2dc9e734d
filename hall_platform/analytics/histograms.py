"""Histograms of whole values: exact, additive, and small enough to keep one in a row.

An entry is a code and a count. The code holds measure, hour and value, so that one histogram has
every measure of its cell in it and hours can be told apart where they are kept:

    bits 31–28  measure      bits 27–23  hour      bits 22–0  value

A kept histogram is the codes, rising, then their counts, both as unsigned 32-bit little-endian.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from hall_platform.analytics.measures import LARGEST, Measure

Codes: TypeAlias = npt.NDArray[np.uint32]
Counts: TypeAlias = npt.NDArray[np.uint32]
Entries: TypeAlias = tuple[Codes, Counts]

_WORD = np.dtype("<u4")
_LARGE = 4096  # entries from which a piece is searched by itself
_DENSE = 1 << 18  # values up to here are added up in a plain array, which is quicker than sorting


def codes_of(measures: Any, hours: Any, values: Any) -> Codes:
    """The codes of facts given as columns."""
    code = np.asarray(measures, np.uint32) << np.uint32(28)
    code |= np.asarray(hours, np.uint32) << np.uint32(23)
    code |= np.asarray(values, np.uint32)
    return code


def parts_of(code: int) -> tuple[int, int, int]:
    """Measure, hour and value of a code."""
    return code >> 28, (code >> 23) & 31, code & LARGEST


def without_hours(codes: Codes) -> Codes:
    """The same with all hours as one."""
    return codes & np.uint32(0xF07FFFFF)


def only_hour(codes: Codes, counts: Counts, hour: int) -> Entries:
    """What of a histogram happened in that hour."""
    kept = ((codes >> np.uint32(23)) & np.uint32(31)) == hour
    return codes[kept], counts[kept]


def added(codes: Codes, counts: Counts) -> Entries:
    """Each code once, rising, with the sum of its counts."""
    if not codes.size:
        return codes, counts
    order = np.argsort(codes, kind="stable")
    codes, counts = codes[order], counts[order]
    starts = np.flatnonzero(np.concatenate(([True], codes[1:] != codes[:-1])))
    return codes[starts], np.add.reduceat(counts, starts, dtype=np.uint32)


def together(*entries: Entries) -> Entries:
    """Several histograms as one."""
    return added(*_joined(entries))


def packed(codes: Codes, counts: Counts) -> bytes:
    """A histogram as it is kept."""
    return codes.astype(_WORD).tobytes() + counts.astype(_WORD).tobytes()


def unpacked(kept: bytes) -> Entries:
    """A histogram as it is computed with."""
    words = np.frombuffer(kept, _WORD)
    half = words.size // 2
    return words[:half], words[half:]


@dataclass(frozen=True)
class Distribution:
    """How often each value of one measure occurred, by rising value."""

    values: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]

    @cached_property
    def count(self) -> int:
        """How many there are."""
        return int(self.counts.sum())

    @cached_property
    def total(self) -> int:
        """The sum of all values."""
        return int(self.values @ self.counts)

    @property
    def largest(self) -> int | None:
        """The largest value; none of nothing."""
        return int(self.values[-1]) if self.values.size else None

    def percentile(self, part: int) -> int | None:
        """Nearest rank: the smallest value that at least `part` in a hundred do not exceed."""
        if not self.values.size:
            return None
        rank = max(1, -(-self.count * part // 100))
        return int(self.values[self._reached.searchsorted(rank)])

    @cached_property
    def _reached(self) -> npt.NDArray[np.int64]:
        return self.counts.cumsum()


_NOTHING = Distribution(np.empty(0, np.int64), np.empty(0, np.int64))


class Sum:
    """Adds histograms up; `distribution` gives what came together of one measure."""

    def __init__(self) -> None:
        self._pieces: list[Entries] = []
        self._small: list[Entries] = []
        self._made: dict[int, Distribution] = {}

    def add(self, codes: Codes, counts: Counts) -> None:
        """Add one, in which the entries of each measure stand together and measures rise."""
        self._made.clear()
        (self._pieces if codes.size >= _LARGE else self._small).append((codes, counts))

    def distribution(self, measure: Measure) -> Distribution:
        """The distribution of one measure over all that was added."""
        if measure.number not in self._made:
            self._made[measure.number] = _distribution(*self._of(measure))
        return self._made[measure.number]

    def _of(self, measure: Measure) -> Entries:
        """Values, in any order, and counts of a measure."""
        self._put_small_together()
        first, after = measure.number << 28, (measure.number + 1) << 28
        edges = np.array([first, after - 1], np.uint32)
        parts: list[Entries] = []
        for codes, counts in self._pieces:
            start, end = codes.searchsorted(edges)
            if end < codes.size and codes[end] == edges[1]:
                end += 1
            if start < end:
                parts.append((codes[start:end], counts[start:end]))
        if not parts:
            return np.empty(0, np.uint32), np.empty(0, np.uint32)
        codes, counts = parts[0] if len(parts) == 1 else _joined(parts)
        return codes & np.uint32(LARGEST), counts

    def _put_small_together(self) -> None:
        """Many small pieces as one: looking into each would take longer than their sum."""
        if not self._small:
            return
        codes, counts = self._small[0] if len(self._small) == 1 else _joined(self._small)
        if len(self._small) > 1:
            order = np.argsort((codes >> np.uint32(28)).astype(np.uint8), kind="stable")
            codes, counts = codes[order], counts[order]
        self._small.clear()
        self._pieces.append((codes, counts))


def _distribution(values: Codes, counts: Counts) -> Distribution:
    if values.size == 1:
        return Distribution(values.astype(np.int64), counts.astype(np.int64))
    if not values.size:
        return _NOTHING
    if int(values.max()) < _DENSE:
        dense = np.bincount(values, counts)
        present = np.flatnonzero(dense)
        return Distribution(present, dense[present].astype(np.int64))
    present, inverse = np.unique(values, return_inverse=True)
    sums = np.bincount(inverse, counts).astype(np.int64)
    return Distribution(present.astype(np.int64), sums)


def _joined(entries: Sequence[Entries]) -> Entries:
    return (
        np.concatenate([codes for codes, _ in entries]),
        np.concatenate([counts for _, counts in entries]),
    )
