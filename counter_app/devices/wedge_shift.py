"""Whose Shift it is: a gun that types and a hand share the modifiers of a desktop.

While a finger rests on Shift, whatever the gun types is told with Shift as well. What tells whose
it is:
- A gun changes Shift as it changes keys, never in the midst of one; a hand does at any moment.
- A gun holds one Shift at a time, and holds it over a key.
- A gun presses Shift for each capital anew or once for a run of them, not now this, now that.
Where none of this tells and a hand typed under it, nobody knows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Protocol

from counter_app.devices.key_layouts import MODIFIER_KEYS, SHIFTS

_MIDST_S = 0.0015  # from a key's press and release; what a gun changes at once has one time


class PressedKey(Protocol):
    """A key as `wedge.Key` has it."""

    @property
    def at(self) -> float: ...  # noqa: D102
    @property
    def code(self) -> int: ...  # noqa: D102


class Stroke:
    """A key from its press on. `begun` and `ended` count events, whose times may be the same."""

    __slots__ = (
        *("at", "begun", "by_hand", "code", "ended", "up_at"),
        *("certain", "earlier", "inside", "typed"),
    )

    def __init__(self, key: PressedKey, begun: int, *, by_hand: bool = False) -> None:
        self.code = key.code
        self.at = key.at
        self.begun = begun
        self.ended = math.inf
        self.up_at = math.inf
        self.by_hand = by_hand
        # Of Shift:
        self.inside = 0  # the gun's keys pressed while it was down
        self.typed = False  # a hand's key was
        self.earlier = False  # it was down before the scan began
        self.certain = False  # no gun presses it like this

    @property
    def modifies(self) -> bool:
        """Whether it is Shift or the like."""
        return self.code in MODIFIER_KEYS

    @property
    def rested(self) -> float:
        """Seconds for which it was down; infinite while it is."""
        return self.up_at - self.at

    def was_down(self, moment: int) -> bool:
        """Whether it was down when that event happened."""
        return self.begun < moment < self.ended

    def has_in_its_midst(self, at: float) -> bool:
        """Whether that is a time while it was down, not one at which it was pressed or let go."""
        return self.at + _MIDST_S < at < self.up_at - _MIDST_S


class SharedShift:
    """Sorts the presses of Shift into a gun's and a hand's, as far as anybody can."""

    def __init__(self, gap_s: float) -> None:
        self._gap_s = gap_s
        self._open: list[Stroke] = []  # a gun's as far as is known, but longer than for one key
        self._guns: list[Stroke] = []
        self._hands: list[Stroke] = []
        self._keys = 0  # pressed in this scan
        self._shifted = -1  # which of them last had a Shift for itself
        self._each_for_itself = False

    def pressed(self, stroke: Stroke) -> None:
        """A key is down, a gun's as far as is known."""
        if stroke.code in SHIFTS:
            self._open.append(stroke)
        elif not stroke.modifies:
            self._keys += 1
            for shift in (*self._open, *self._hands):
                shift.inside += shift.was_down(stroke.begun)

    def typed(self, stroke: Stroke) -> None:
        """It is a hand's."""
        if stroke.code in SHIFTS:
            self._is_hands(stroke)
        elif not stroke.modifies:
            for shift in (*self._open, *self._hands):
                if shift.was_down(stroke.begun):
                    shift.typed = True
                    shift.inside -= 1

    def let_go(self, code: int, moment: int, at: float) -> None:
        """A key that was a hand's before is up."""
        for shift in self._hands:
            if shift.code == code and shift.ended == math.inf:
                shift.ended, shift.up_at = moment, at

    def released(self, stroke: Stroke) -> list[Stroke]:
        """A gun's key is up, as far as is known; which presses of Shift are now known a hand's."""
        if stroke.code in SHIFTS:
            found = self._by_shift(stroke) if stroke in self._open else []
        else:
            found = self._by_key(stroke)
        over = [one for one in (*self._open, *self._hands) if one.ended < math.inf]
        if self._each_for_itself:
            found += [one for one in over if one.inside > 1]
        for shift in found:
            shift.certain = True
        hands = [one for one in self._open if one in found or (one in over and one.typed)]
        for shift in hands:
            self._is_hands(shift)
        return hands

    def _by_shift(self, stroke: Stroke) -> list[Stroke]:
        if stroke.rested > self._gap_s:
            return [] if stroke.inside else [stroke]
        self._open.remove(stroke)
        self._guns.append(stroke)
        if stroke.inside == 1:
            self._each_for_itself |= self._shifted == self._keys - 1
            self._shifted = self._keys
        return [one for one in (*self._open, *self._hands) if one.ended > stroke.begun]

    def _by_key(self, stroke: Stroke) -> list[Stroke]:
        return [
            one
            for one in (*self._open, *self._hands)
            if stroke.has_in_its_midst(one.at) or stroke.has_in_its_midst(one.up_at)
        ]

    def _is_hands(self, shift: Stroke) -> None:
        shift.by_hand = True
        if shift in self._open:
            self._open.remove(shift)
        if shift not in self._hands:
            self._hands.append(shift)

    def typed_under(self) -> list[Stroke]:
        """Presses of Shift that are over and under which a hand typed: the hand's, too."""
        return [one for one in self._open if one.typed and one.ended < math.inf]

    def is_open(self, shift: Stroke) -> bool:
        """Whether a gun's press of Shift may still turn out to be a hand's."""
        return shift in self._open

    def is_hands(self, moment: int) -> bool:
        """Whether a hand alone held Shift when that event happened."""
        return any(one.was_down(moment) for one in self._hands) and not any(
            one.was_down(moment) for one in (*self._guns, *self._open)
        )

    def is_doubtful(self, moments: Iterable[int], *, is_whole: bool) -> bool:
        """Whether nobody knows who held Shift at one of these.

        After a scan that `is_whole` the gun holds nothing any more.
        """
        unsure = [
            one
            for one in self._hands
            if not one.certain
            and not (one.earlier and one.typed)
            and not (is_whole and one.ended == math.inf)
        ]
        return bool(unsure) and any(one.was_down(at) for at in moments for one in unsure)

    def forget(self) -> None:
        """What was held is over; a Shift that is down now is a hand's."""
        self._hands = [one for one in (*self._hands, *self._open) if one.ended == math.inf]
        for one in self._hands:
            one.inside, one.earlier = 0, True
        self._open, self._guns = [], []
        self._keys, self._shifted, self._each_for_itself = 0, -1, False
