"""Codes on hard pictures: how many are read exactly, how many wrongly, in how much time.

Ours beside engines and cascades on the same pictures, of seeds that no step was chosen on
(`tests/hard_pictures.py`). Times are of the processor, one thread. The whole table, by kind of
damage, is written into out/codes.json.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import cv2

from benchmarks.code_peers import BEST, PEERS
from benchmarks.figures import Figure, percentile
from counter_app.domain.payload import decoded
from counter_app.vision import code_engines
from counter_app.vision.code_reader import FrameReader, read_codes
from tools import stamp

sys.path.append(str(stamp.ROOT / "tests"))

from hard_pictures import JUDGED, KINDS, hard_frame, hard_picture

OURS = "ours"
PICTURES = 40  # of each kind
FRAMES = 150
_FRAME_MS = 33.0


@dataclass
class Tally:
    """What one reader made of one kind: symbols there, read exactly and wrongly; processor's ms."""

    reader: str
    kind: str
    pictures: int = 0
    symbols: int = 0
    exact: int = 0
    wrong: int = 0
    ms: float = 0.0

    def add(self, picture: Any, read: Sequence[bytes], seconds: float) -> None:
        drawn = {_text(payload) for payload in picture.payloads}
        got = [_text(payload) for payload in read]
        self.pictures += 1
        self.symbols += len(picture.payloads)
        self.exact += sum(_text(payload) in got for payload in picture.payloads)
        self.wrong += sum(one not in drawn for one in got)
        self.ms += seconds * 1000

    @property
    def rate(self) -> float:
        return 100 * self.exact / self.symbols if self.symbols else 100.0

    @property
    def mean_ms(self) -> float:
        return self.ms / self.pictures if self.pictures else 0.0


def measure(pictures: int = PICTURES, frames: int = FRAMES) -> list[Figure]:
    """All figures of codes."""
    cv2.setNumThreads(1)
    code_engines.load()
    tallies = tally(pictures)
    stamp.write(
        stamp.OUT / "codes.json",
        {
            "seeds": [JUDGED, JUDGED + pictures],
            "readers": [
                asdict(one)
                | {"exact_percent": round(one.rate, 2), "mean_ms": round(one.mean_ms, 3)}
                for one in tallies
            ],
        },
    )
    return [*_by_kind(tallies), *_over_all(tallies), *_frames(frames)]


def tally(pictures: int, kinds: Iterable[str] = tuple(KINDS)) -> list[Tally]:
    """Ours and every peer on so many pictures of each kind."""
    readers: dict[str, Callable[[Any, bool], list[bytes]]] = {
        OURS: lambda grey, others: [code.payload for code in read_codes(grey)],
        **PEERS,
    }
    found = []
    for kind in kinds:
        rows = {name: Tally(name, kind) for name in readers}
        for seed in range(JUDGED, JUDGED + pictures):
            picture = hard_picture(kind, seed)
            for name, read in readers.items():
                began = time.process_time()
                payloads = read(picture.picture, kind.endswith("others"))
                rows[name].add(picture, payloads, time.process_time() - began)
        found += rows.values()
    return found


def _text(payload: bytes) -> str | bytes:
    """A payload as its reader's user sees it."""
    text, _ = decoded(payload)
    return payload if text is None else text


def _by_kind(tallies: list[Tally]) -> list[Figure]:
    figures = []
    for kind in KINDS:
        ours, best = (_one(tallies, name, kind) for name in (OURS, BEST))
        if ours.symbols:
            name = f"codes read exactly, {kind}"
            figures.append(Figure(name, ours.rate, "%", BEST, best.rate, 1.0, better="higher"))
        name = f"time a picture of codes, {kind}"
        figures.append(Figure(name, ours.mean_ms, "ms", BEST, best.mean_ms, 1.0))
    return figures


def _one(tallies: list[Tally], reader: str, kind: str) -> Tally:
    return next(one for one in tallies if (one.reader, one.kind) == (reader, kind))


def _over_all(tallies: list[Tally]) -> list[Figure]:
    ours = _sum(tallies, OURS)
    figures = []
    for name in PEERS:
        peer = _sum(tallies, name)
        rate = ("codes read exactly, all kinds", ours.rate, "%", name, peer.rate)
        figures.append(Figure(*rate, 1.0, better="higher"))
        spent = ("time a picture of codes, all kinds", ours.mean_ms, "ms", name, peer.mean_ms)
        figures.append(Figure(*spent, 1.0 if name == BEST else 20.0))
        wrong = ("codes read wrongly, all kinds", ours.wrong, "", name, peer.wrong)
        figures.append(Figure(*wrong, 0, goal_for="value"))
    return figures


def _sum(tallies: list[Tally], reader: str) -> Tally:
    """A reader over all kinds, where each kind counts alike, however many symbols it has."""
    whole = Tally(reader, "all kinds")
    mine = [one for one in tallies if one.reader == reader]
    drawn = [one for one in mine if one.symbols]
    whole.symbols, whole.exact = 10_000, round(sum(one.rate for one in drawn) * 100 / len(drawn))
    whole.pictures, whole.ms = sum(one.pictures for one in mine), sum(one.ms for one in mine)
    whole.wrong = sum(one.wrong for one in mine)
    return whole


def _frames(count: int) -> list[Figure]:
    figures = []
    for code in (False, True):
        reader = FrameReader()
        ours, plain = [], []
        for seed in range(JUDGED, JUDGED + count):
            frame = hard_frame(seed, code=code).picture
            began = time.process_time()
            reader.read(frame)
            middle = time.process_time()
            PEERS["zxing-cpp"](frame, True)
            ours.append((middle - began) * 1000)
            plain.append((time.process_time() - middle) * 1000)
        what = "with a code" if code else "without a code"
        for share, name in ((0.5, "median"), (0.99, "99th percentile")):
            row = (f"a frame of 1280 × 720 {what}, {name}", percentile(ours, share), "ms")
            beside = ("zxing-cpp, five formats", percentile(plain, share))
            figures.append(Figure(*row, *beside, _FRAME_MS, goal_for="value"))
    return figures
