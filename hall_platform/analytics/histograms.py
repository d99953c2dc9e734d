"""Histograms of whole values: exact, additive, and small enough to keep one in a row.

An entry is a code and a count. The code holds measure, hour and value, so that one histogram has
every measure of its cell in it and hours can be told apart where they are kept:

    bits 31–28  measure      bits 27–23  hour      bits 22–0  value

A kept histogram is the codes, rising, then their counts, both as unsigned 32-bit little-endian.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from hall_platform.analytics.measures import LARGEST, Measure

Codes: TypeAlias = npt.NDArray[np.uint32]
Counts: TypeAlias = npt.NDArray[np.uint32]
Entries: TypeAlias = tuple[Codes, Counts]

_WORD = np.dtype("<u4")
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
    return added(
        np.concatenate([codes for codes, _ in entries]),
        np.concatenate([counts for _, counts in entries]),
    )


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

    @property
    def count(self) -> int:
        """How many there are."""
        return int(self.counts.sum())

    @property
    def total(self) -> int:
        """The sum of all values."""
        return int((self.values * self.counts).sum())

    @property
    def largest(self) -> int | None:
        """The largest value; none of nothing."""
        return int(self.values[-1]) if self.values.size else None

    def percentile(self, part: int) -> int | None:
        """Nearest rank: the smallest value that at least `part` in a hundred do not exceed."""
        if not self.values.size:
            return None
        reached = np.cumsum(self.counts)
        rank = -(-int(reached[-1]) * part // 100)
        return int(self.values[np.searchsorted(reached, max(1, rank))])


class Sum:
    """Adds histograms up; `distribution` gives what came together of one measure."""

    def __init__(self) -> None:
        self._codes: list[Codes] = []
        self._counts: list[Counts] = []

    def add(self, codes: Codes, counts: Counts) -> None:
        """Add one."""
        self._codes.append(codes)
        self._counts.append(counts)

    def distribution(self, measure: Measure) -> Distribution:
        """The distribution of one measure over all that was added."""
        values, counts = self._of(measure)
        if not values.size:
            return Distribution(np.empty(0, np.int64), np.empty(0, np.int64))
        if int(values.max()) < _DENSE:
            dense = np.bincount(values, counts).astype(np.int64)
            present = np.flatnonzero(dense)
            return Distribution(present, dense[present])
        present, inverse = np.unique(values, return_inverse=True)
        sums = np.bincount(inverse, counts).astype(np.int64)
        return Distribution(present.astype(np.int64), sums)

    def _of(self, measure: Measure) -> Entries:
        """A measure's entries stand together in each histogram, its values in any order."""
        first, last = measure.number << 28, (measure.number << 28) | 0x0FFFFFFF
        values, counts = [], []
        for codes, numbers in zip(self._codes, self._counts, strict=True):
            start = int(codes.searchsorted(np.uint32(first)))
            end = int(codes.searchsorted(np.uint32(last), "right"))
            if start < end:
                values.append(codes[start:end])
                counts.append(numbers[start:end])
        if not values:
            return np.empty(0, np.uint32), np.empty(0, np.uint32)
        return _joined(values) & np.uint32(LARGEST), _joined(counts)


def _joined(arrays: Sequence[npt.NDArray[np.uint32]]) -> npt.NDArray[np.uint32]:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
