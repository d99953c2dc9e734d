"""The keyboards of a desk: what each of them typed is sorted by itself.

A gun that types is a keyboard of its own. Where the window system says which keyboard a key came
from, no key of a person is ever weighed against a scan, and neither's Shift is the other's. What is
a person's goes on in the order in which it was pressed, on however many keyboards.
"""

from __future__ import annotations

import math
from dataclasses import replace

from counter_app.devices.wedge import Key, Passed, Verdict, WedgeRules, WedgeSorter


class DeskSorter:
    """Sorts keys into scans and typing, as `WedgeSorter` does those of one keyboard."""

    def __init__(self, rules: WedgeRules) -> None:
        self._rules = rules
        self._keyboards: dict[int, WedgeSorter] = {}
        self._now = -math.inf
        self._waiting: list[Passed] = []  # a person's, while an older key is not decided upon

    @property
    def holds(self) -> bool:
        """Whether a key is held back."""
        return bool(self._waiting) or any(one.holds for one in self._keyboards.values())

    @property
    def due(self) -> float | None:
        """When `time` has something to say, None while nothing is held back."""
        return min(
            (one.due for one in self._keyboards.values() if one.due is not None), default=None
        )

    def time(self, now: float) -> list[Verdict]:
        """What is known now that so much time has gone by."""
        self._now = max(now, self._now)
        late = [one for one in self._keyboards.values() if one.due is not None and one.due <= now]
        verdicts = [verdict for one in late for verdict in one.time(now)]
        return self._in_order(verdicts) if late else []

    def key(self, key: Key) -> list[Verdict]:
        """What is known with this key. One of an earlier time counts as of the latest known."""
        if key.at < self._now:
            key = replace(key, at=self._now)
        if key.device not in self._keyboards:
            self._keyboards[key.device] = WedgeSorter(self._rules)
        verdicts = self.time(key.at)
        return verdicts + self._in_order(self._keyboards[key.device].key(key))

    def _in_order(self, verdicts: list[Verdict]) -> list[Verdict]:
        """Scans at once; a person's keys as soon as every key before them is decided upon."""
        passed = [one for one in verdicts if isinstance(one, Passed)]
        told = [one for one in verdicts if not isinstance(one, Passed)]
        self._waiting = sorted([*self._waiting, *passed], key=lambda one: one.key.at)
        since = [one.undecided_since for one in self._keyboards.values()]
        first = min((at for at in since if at is not None), default=None)
        ready = [one for one in self._waiting if first is None or one.key.at <= first]
        self._waiting = self._waiting[len(ready) :]
        return [*ready, *told]
