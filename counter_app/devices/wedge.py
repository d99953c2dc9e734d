"""A scan gun that types (键盘模式): which keys are a scan, and which a person pressed.

Pure: keys go in with their times, verdicts come out; nobody here reads a clock or knows a window.
A key is held back only while it could still be part of a scan, and then either goes into exactly
one scan or is passed on, in its order.

What tells a gun from a hand:
- The pause: the keys of a gun follow each other within the gap (guns 1 to 30 ms, hands over 80).
- Order: a gun lets each key go before it presses the next. A finger rests on its key (about 90 ms),
  so other keys come and go while it is down, even in the middle of a burst; a person may go on
  typing while the gun sends. Order holds however late a busy machine tells of keys.
- What comes at all: a gun does not press arrows, Backspace or Esc, and keys do not repeat under it.
- Whose Shift it was: see `wedge_shift`.

Where a machine was so busy that a scan came with a pause in it, no part of it counts as whole.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise

from counter_app.devices.key_layouts import (
    ENTERS,
    FUNCTION_KEYS,
    MODIFIER_KEYS,
    TAB,
    Modifiers,
    character,
)
from counter_app.devices.wedge_shift import SharedShift, Stroke
from counter_app.devices.wedge_text import KeyText, Said, decoded_keys

MAX_PAYLOAD_BYTES = 4096
_MOST_HELD = 40_000  # key events; 4,096 bytes as Alt codes come to about 30,000

_EVEN_PACE = 0.8  # of the gap: the mean from key to key has to keep below
_OVERLAPS = 0.5  # of the gap: the first key down for longer when the next comes, a rolling hand
_QUICK = 0.7  # of the gap: let go as a gun does
_REST_S = 0.5  # after a scan without its end what comes is its rest
_STUMP_S = 0.25  # after a few keys as quick as a gun's, too


@dataclass(frozen=True, slots=True)
class WedgeRules:
    r"""How the gun is set. `gap_s` is the pause that ends a scan.

    `suffix` is "\r", "\t" or "" for none; `prefix` is not part of the payload; `minimum` is the
    least number of characters of a payload. `layout` is the keyboard the gun pretends to be;
    `follows_caps` where the gun turns Shift round under caps lock; `alt_codes` is "gbk" or
    "unicode": what a number typed with Alt stands for.
    """

    gap_s: float = 0.05
    prefix: str = ""
    suffix: str = "\r"
    minimum: int = 6
    layout: str = "us"
    follows_caps: bool = False
    alt_codes: str = "gbk"


@dataclass(frozen=True, slots=True)
class Key:
    """A key pressed or let go: `at` in seconds of the keyboard's clock, `code` as in `key_layouts`.

    `held` are the modifiers down before it. `token` is whatever the giver wants back. `device` is
    the keyboard it came from, as far as the giver can tell keyboards apart; `held` is then what
    that one holds.
    """

    at: float
    code: int
    down: bool
    held: Modifiers = Modifiers.NONE
    repeat: bool = False
    device: int = 0
    token: object = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Passed:
    """The key is a person's: it goes where it would have gone."""

    key: Key = field(repr=False)


@dataclass(frozen=True, slots=True)
class Swallowed:
    """The key belongs to the scan that was told last."""

    key: Key = field(repr=False)


@dataclass(frozen=True, slots=True)
class Burst:
    r"""A scan: its keys, and what they say without prefix and suffix.

    `ending` is "\r", "\t" or "" for what came last. It is not `complete` when a suffix was due
    and none came, or when it may be the rest of what came just before it: part of it may be
    missing. A payload over 4,096 bytes is cut to 4,097. `slowest_s` is the longest pause from press
    to press.
    """

    keys: tuple[Key, ...] = field(repr=False)
    payload: bytes = field(repr=False)
    ending: str
    complete: bool
    slowest_s: float


Verdict = Passed | Swallowed | Burst


class WedgeSorter:
    """Sorts keys into scans and typing. Give it each key by `key`, and the time when `due` comes.

    Times never go back: an earlier one counts as the latest known.
    """

    def __init__(self, rules: WedgeRules) -> None:
        self._rules = rules
        self._text = KeyText(rules.layout, rules.follows_caps, rules.alt_codes)
        self._quick_s = _QUICK * rules.gap_s
        self._shift = SharedShift(rules.gap_s)
        self._events = 0
        self._now = -math.inf
        self._held: deque[tuple[Key, Stroke]] = deque()
        self._down: dict[int, Stroke] = {}  # of those held, by code
        self._last = 0.0  # when the gun, if it is one, last pressed a key
        self._presses = 0
        self._is_scan = False  # so much of it has come that nothing of it will go on
        self._among = False  # a person's keys are among those held
        self._swallowed: set[int] = set()  # pressed by the gun, not yet let go
        self._spilling = False  # the scan is over its cap and goes on
        self._rest_until = self._stump_until = -math.inf
        self._let_go = (-1, 0.0)  # the last key a person let go, and when

    @property
    def holds(self) -> bool:
        """Whether a key is held back."""
        return bool(self._held)

    @property
    def undecided_since(self) -> float | None:
        """When a key came that may be a scan's or a person's; None where all held are a scan's."""
        return self._held[0][0].at if self._held and not self._is_certain() else None

    @property
    def due(self) -> float | None:
        """When `time` has something to say, None while nothing is held back."""
        return self._last + self._rules.gap_s if self._held else None

    def time(self, now: float) -> list[Verdict]:
        """What is known now that so much time has gone by."""
        self._now = max(now, self._now)
        if self._now < self._last + self._rules.gap_s:
            return []
        self._spilling = False
        return self._close() if self._held else []

    def key(self, key: Key) -> list[Verdict]:
        """What is known with this key."""
        verdicts = self.time(key.at)
        self._events += 1
        verdicts += self._press(key) if key.down else self._release(key)
        if len(self._held) > _MOST_HELD:
            verdicts += self._close(gap_is_over=False)
            self._spilling = isinstance(verdicts[-1], Burst)
        return verdicts

    # -- keys ------------------------------------------------------------------------------------

    def _press(self, key: Key) -> list[Verdict]:
        if key.code in self._swallowed:
            if key.repeat:
                return [Swallowed(key)]
            self._swallowed.discard(key.code)
        if self._spilling and not self._is_hands(key):
            self._last = self._now
            self._swallowed.add(key.code)
            return [Swallowed(key)]
        repeated = self._down.pop(key.code, None)
        by_hand = repeated is not None or self._is_hands(key)
        if not self._held and (by_hand or not self._can_begin(key)):
            return [Passed(key)]
        verdicts = self._give_to_hand(self._rolling()) if not by_hand else []
        stroke = Stroke(key, self._events, by_hand=by_hand)
        self._held.append((key, stroke))
        self._shift.pressed(stroke)
        if by_hand:
            self._shift.typed(stroke)
        self._among |= by_hand
        if repeated is not None:
            return self._give_to_hand([repeated])
        if not by_hand:
            self._down[key.code] = stroke
            self._last = self._now
            self._presses += not stroke.modifies
        return verdicts + self._drop_impossible() + self._pass_what_may()

    def _rolling(self) -> list[Stroke]:
        """A first key that the next one overlaps."""
        since = self._now - _OVERLAPS * self._rules.gap_s
        down = [one for one in self._down.values() if not one.modifies and one.at <= since]
        return down if self._presses == 1 else []

    def _release(self, key: Key) -> list[Verdict]:
        if key.code in self._swallowed:
            self._swallowed.discard(key.code)
            return [Swallowed(key)]
        stroke = self._down.pop(key.code, None)
        if stroke is None:
            self._let_go = (key.code, self._now)
            self._shift.let_go(key.code, self._events, self._now)
            if not self._held:
                return [Passed(key)]
            self._held.append((key, Stroke(key, self._events, by_hand=True)))
            self._among = True
            return self._pass_what_may()
        self._held.append((key, stroke))
        stroke.up_at, stroke.ended = self._now, self._events
        outlasted = [
            other
            for other in self._down.values()
            if other.begun < stroke.begun and not other.modifies and not stroke.modifies
        ]
        if stroke.rested <= self._quick_s or stroke.modifies:
            outlasted += self._shift.released(stroke)
        return self._give_to_hand(outlasted) if outlasted else []

    def _is_hands(self, key: Key) -> bool:
        """Whether no gun presses this key like this."""
        repeats = key.repeat or self._let_go == (key.code, self._now)
        return repeats or bool(key.held & Modifiers.SUPER) or not _is_a_guns(key, self._rules)

    def _can_begin(self, key: Key) -> bool:
        """Whether a scan can begin with this key."""
        if key.code in MODIFIER_KEYS:
            return True
        if _is_ending(key):
            return False
        char = character(key.code, key.held, self._rules.layout)
        if self._rules.prefix:
            return bool(char) and self._text.of(key) == self._rules.prefix[0]
        return bool(char) and not key.held & (Modifiers.CTRL | Modifiers.ALT)

    # -- verdicts --------------------------------------------------------------------------------

    def _give_to_hand(self, strokes: Iterable[Stroke]) -> list[Verdict]:
        """These are a person's; they go on as soon as nothing before them is held."""
        for stroke in strokes:
            self._among = stroke.by_hand = True
            self._presses -= not stroke.modifies
            if self._down.get(stroke.code) is stroke:
                del self._down[stroke.code]
            self._shift.typed(stroke)
        guns = (key.at for key, stroke in reversed(self._held) if key.down and not stroke.by_hand)
        self._last = next(guns, self._last)
        return self._pass_what_may()

    def _pass_what_may(self) -> list[Verdict]:
        """A person's keys, as far as nothing before them may turn out to be a person's too."""
        if not self._among:
            return []
        passed: list[Verdict] = []
        stay: list[tuple[Key, Stroke]] = []
        certain = self._is_certain()
        while self._held:
            key, stroke = self._held[0]
            if not stroke.by_hand and not (certain and self._is_settled(stroke)):
                break
            self._held.popleft()
            if stroke.by_hand:
                passed.append(self._pass(key))
            else:
                stay.append((key, stroke))
        self._among = any(stroke.by_hand for _, stroke in self._held)
        self._held.extendleft(reversed(stay))
        return passed

    def _is_settled(self, stroke: Stroke) -> bool:
        """Whether a key that seems to be the gun's will stay so."""
        if stroke.modifies:
            return stroke.rested < math.inf and not self._shift.is_open(stroke)
        return stroke.rested <= self._quick_s

    def _is_certain(self) -> bool:
        """Whether enough has come, quickly enough, to be a scan whatever follows."""
        enough = self._rules.minimum + len(self._rules.prefix)
        if not self._is_scan and self._presses >= enough:
            pressed = self._pressed()
            endings = sum(key.down and _is_ending(key) for key, _ in self._held)
            is_quick = pressed[-1] - pressed[0] <= self._longest(len(pressed))
            self._is_scan = is_quick and len(pressed) - endings >= enough
        return self._is_scan

    def _pressed(self) -> list[float]:
        """When the gun pressed its keys, Shift and the like aside."""
        return [
            key.at
            for key, stroke in self._held
            if key.down and not stroke.by_hand and not stroke.modifies
        ]

    def _longest(self, presses: int) -> float:
        """How long a gun may take from the first to the last of so many."""
        return _EVEN_PACE * self._rules.gap_s * (presses - 1)

    def _pass(self, key: Key) -> Passed:
        if not key.down:
            self._let_go = (key.code, key.at)
        return Passed(key)

    def _drop_impossible(self) -> list[Verdict]:
        """With a prefix, whatever begins otherwise is no scan."""
        prefix = self._rules.prefix
        if not prefix or self._presses > len(prefix):
            return []
        said = b"".join(self._text.units(self._guns())).decode("utf-8", "replace")
        if said[: len(prefix)] == prefix[: len(said)]:
            return []
        return self._pass_all()

    def _pass_all(self) -> list[Verdict]:
        passed: list[Verdict] = [self._pass(key) for key, _ in self._held]
        for key, stroke in self._held:
            if key.down and not stroke.by_hand:
                self._shift.typed(stroke)
        self._forget()
        return passed

    def _close(self, *, gap_is_over: bool = True) -> list[Verdict]:
        """A scan, or typing."""
        if gap_is_over:
            self._take_out_what_is_down()
            self._take_out_what_came_after()
            for shift in self._shift.typed_under():
                self._take_out(shift)
        burst = self._burst()  # looks at whether it is a rest
        quick = self._is_quick()
        is_rest = self._held[0][0].at < self._rest_until
        if burst is None and quick and is_rest:
            ends = any(key.down and _is_ending(key) for key in self._guns())
            self._rest_until = -math.inf if ends else self._last + _REST_S
            rest: list[Verdict] = [
                self._pass(key) if stroke.by_hand else Swallowed(key) for key, stroke in self._held
            ]
            self._forget()
            return rest
        if burst is None:
            if quick:
                self._stump_until = self._last + _STUMP_S
            return self._pass_all()
        # Only its ending ends it for certain; without one set, what came next was its rest.
        goes_on = not burst.ending and (bool(self._rules.suffix) or not is_rest)
        self._rest_until = self._last + _REST_S if goes_on else -math.inf
        verdicts: list[Verdict] = [self._pass(key) for key, stroke in self._held if stroke.by_hand]
        self._swallowed |= {code for code, stroke in self._down.items() if not stroke.by_hand}
        self._forget()
        return [*verdicts, burst]

    def _take_out_what_is_down(self) -> None:
        """A gun has let everything go by now; an Enter that ends a scan is its own all the same."""
        has_ended = any(
            key.down and _is_ending(key) and not one.by_hand and one.rested <= self._quick_s
            for key, one in self._held
        )
        for stroke in self._down.values():
            if has_ended or not _is_ending(stroke):
                self._take_out(stroke)

    def _take_out_what_came_after(self) -> None:
        """Keys after the scan's end on which a finger rested are a person's."""
        for key, stroke in reversed(self._held):
            if key.down and _is_ending(key) and not stroke.by_hand:
                return
            if key.down and not stroke.modifies and stroke.rested > self._quick_s:
                self._take_out(stroke)

    def _take_out(self, stroke: Stroke) -> None:
        if not stroke.by_hand:
            stroke.by_hand = True
            self._shift.typed(stroke)

    def _first_is_doubtful(self) -> bool:
        """Whether a finger may have rested on the first key: who pressed it nobody knows."""
        first = next(
            (one for key, one in self._held if key.down and not one.by_hand and not one.modifies),
            None,
        )
        return first is not None and self._quick_s < first.rested < math.inf

    def _is_quick(self) -> bool:
        """Whether every key that may be the gun's was let go as quickly as a gun does."""
        rested = [
            one.rested
            for key, one in self._held
            if key.down and not one.by_hand and not one.modifies
        ]
        return bool(rested) and max(rested) <= self._quick_s

    def _forget(self) -> None:
        self._held.clear()
        self._down.clear()
        self._shift.forget()
        self._presses = 0
        self._is_scan = self._among = False

    def _guns(self) -> list[Key]:
        """The gun's keys, without a Shift that is a hand's."""
        return [
            replace(key, held=key.held & ~Modifiers.SHIFT)
            if key.down and key.held & Modifiers.SHIFT and self._shift.is_hands(stroke.begun)
            else key
            for key, stroke in self._held
            if not stroke.by_hand
        ]

    def _shifted(self) -> Iterable[int]:
        """When the gun pressed keys that were told with Shift."""
        return (
            stroke.begun
            for key, stroke in self._held
            if key.down and not stroke.by_hand and key.held & Modifiers.SHIFT
        )

    def _burst(self) -> Burst | None:
        """The scan that is held, or None where it is none."""
        keys, pressed = self._guns(), self._pressed()
        said = decoded_keys(self._text.units(keys), self._rules.prefix)
        fits = (
            len(pressed) >= self._rules.minimum
            and pressed[-1] - pressed[0] <= self._longest(len(pressed))
            and said is not None
            and said.characters >= self._rules.minimum
        )
        if not keys or not (fits or self._is_scan):
            return None
        said = said or Said(b"", 0, "")
        presses = [key.at for key in keys if key.down]
        pauses = [after - before for before, after in pairwise(presses)]
        return Burst(
            keys=tuple(keys),
            payload=said.payload[: MAX_PAYLOAD_BYTES + 1],
            ending=said.ending,
            complete=fits
            and (bool(said.ending) or not self._rules.suffix)
            and keys[0].at >= max(self._rest_until, self._stump_until)
            and not self._first_is_doubtful()
            and not self._shift.is_doubtful(self._shifted(), is_whole=bool(said.ending)),
            slowest_s=max(pauses, default=0.0),
        )


def _is_ending(key: Key | Stroke) -> bool:
    return key.code in ENTERS or key.code == TAB


def _is_a_guns(key: Key, rules: WedgeRules) -> bool:
    """Whether a gun has this key at all."""
    code = key.code
    return (
        code in MODIFIER_KEYS
        or code in ENTERS
        or code in FUNCTION_KEYS
        or code == TAB
        or bool(character(code, Modifiers.NONE, rules.layout))
    )
