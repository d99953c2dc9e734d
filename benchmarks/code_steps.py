"""Ranks the steps of the code reader on the seeds that steps are chosen on.

    python -m benchmarks.code_steps [PICTURES] [KIND ...]

For every picture that is not read at once, each step is tried alone and in the reader's order: how
often it was tried and read, processor's milliseconds, and milliseconds a picture won in that order.
A step belongs before another when it wins pictures for less.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Sequence

import cv2

from counter_app.vision import code_engines
from counter_app.vision.code_steps import STEPS, Sight
from tools import stamp

sys.path.append(str(stamp.ROOT / "tests"))

from hard_pictures import JUDGED, KINDS, hard_picture

PICTURES = 20


def main(arguments: Sequence[str]) -> int:
    """Try, count, show."""
    pictures = int(arguments[0]) if arguments else PICTURES
    if not 0 < pictures < JUDGED:
        print(f"from 1 to {JUDGED - 1} pictures of a kind", file=sys.stderr)
        return 2
    kinds = list(arguments[1:]) or list(KINDS)
    cv2.setNumThreads(1)
    code_engines.load()
    alone, tried, won, spent = (Counter[str]() for _ in range(4))
    left = 0
    for kind in kinds:
        for seed in range(pictures):
            picture = hard_picture(kind, seed)
            sight = Sight(picture.picture)
            if sight.found:
                continue
            left += 1
            read = False
            for step in STEPS:
                if not step.helps(sight):
                    continue
                began = time.process_time()
                right = any(code.payload in picture.payloads for code in step.read(sight))
                seconds = time.process_time() - began
                alone[step.name] += right
                if not read:
                    tried[step.name] += 1
                    spent[step.name] += seconds
                    won[step.name] += right
                read = read or right
    print(f"{left} of {pictures * len(kinds)} pictures are not read at once")
    print(f"{'step':<22}{'tried':>7}{'read':>6}{'of all':>8}{'ms':>8}{'ms for one':>12}")
    for step in STEPS:
        name, ms = step.name, spent[step.name] * 1000
        mean, price = ms / max(1, tried[name]), ms / max(1, won[name])
        print(f"{name:<22}{tried[name]:>7}{won[name]:>6}{alone[name]:>8}{mean:>8.2f}{price:>12.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
