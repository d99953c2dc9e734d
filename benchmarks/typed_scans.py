"""Scans that a gun types among what a person types: missed, invented, and what typing waits for.

Streams of keys by seed: a person types a key every 80 to 300 ms and rests 50 to 140 ms on each:
letters small and large, digits, space, Enter, Backspace. A gun sends 6 to 60 characters at 1 to
30 ms each and Enter, at any moment of it. Streams are sorted in simulated time; some go through a
window's real events. Beside it the rule that ends a scan at Enter or after 100 ms without a key and
asks for 3 characters (Odoo's), which looks at pauses alone.

Once as X11 tells it, which says of each key which keyboard it came from. And once as where nobody
says it: both share the modifiers then, and of a key that both press at once the window system tells
one press; such strokes are not made there, and no others are left out.
"""

from __future__ import annotations

import json
import random
import string
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace

from benchmarks.figures import Figure, percentile
from counter_app.devices.key_layouts import (
    BACKSPACE,
    ENTER,
    SHIFTS,
    Modifiers,
    character,
    keys_of,
)
from counter_app.devices.simulators.typing_gun import keystrokes
from counter_app.devices.wedge import Burst, Key, Passed, Verdict, WedgeRules
from counter_app.devices.wedge_desk import DeskSorter

SEED = 20261126
STREAMS = 100
BURSTS = 50  # a stream
LIVE_BURSTS = 300
_SIGNS = string.ascii_letters + string.digits + ":/?-_=.%& "
_MOMENT_S = 0.001  # window systems count time in milliseconds
_TYPED = {  # how often, and what
    "letter": (70, string.ascii_lowercase),
    "capital": (10, string.ascii_lowercase),
    "digit": (8, string.digits),
    "space": (6, " "),
    "enter": (3, "\r"),
    "backspace": (3, ""),
}
_USUAL_GAP_S = 0.1
_USUAL_MINIMUM = 3
_WITHIN_S = 300
_HAND, _GUN = 1, 2  # the keyboards, where they are told apart
_RULES = WedgeRules()


@dataclass(frozen=True)
class Stream:
    """Keys in order, each token the hand's ("hand") or None; what was scanned."""

    keys: list[Key]
    codes: list[str]


@dataclass(frozen=True)
class _Stroke:
    """A key from its press to its release, by the gun or by the hand."""

    code: int
    down: float
    up: float

    def keys(self, token: object = None) -> list[Key]:
        return [
            Key(self.down, self.code, True, token=token),
            Key(self.up, self.code, False, token=token),
        ]


def stream(
    chance: random.Random,
    bursts: int,
    shifts: tuple[int, ...] = tuple(sorted(SHIFTS)),
    *,
    apart: bool = False,
) -> Stream:
    """A person typing, with one of `shifts` for a capital, and a gun now and then.

    Where keyboards are told `apart`, each holds its own Shift, and both may press one key at once.
    """
    scanned: list[Key] = []
    codes: list[str] = []
    at = chance.uniform(0.2, 1.0)
    for _ in range(bursts):
        code = "".join(chance.choices(_SIGNS, k=chance.randint(6, 60)))
        pace = chance.uniform(0.001, 0.030)
        burst = keystrokes(code + "\r", pace_s=pace)
        scanned += [Key(at + when, key, down) for when, key, down, _ in burst]
        codes.append(code)
        at = scanned[-1].at + chance.uniform(0.6, 2.0)
    strokes = _typing(chance, at, [] if apart else scanned, shifts)
    typed = [key for stroke in strokes for key in stroke.keys("hand")]
    if not apart:
        return Stream(_on_one_desktop(scanned + typed), codes)
    told = [
        replace(key, device=device)
        for device, keys in ((_HAND, typed), (_GUN, scanned))
        for key in _on_one_desktop(keys)
    ]
    return Stream(sorted(told, key=lambda key: key.at), codes)


def _typing(
    chance: random.Random, until: float, elsewhere: list[Key], shifts: tuple[int, ...]
) -> Iterator[_Stroke]:
    """What a hand presses; never a key that is down at that moment, by it or `elsewhere`."""
    busy: dict[int, list[tuple[float, float]]] = {}
    for press, release in _pressed(elsewhere):
        busy.setdefault(press.code, []).append((press.at, release.at))

    def is_free(stroke: _Stroke) -> bool:
        return not any(
            stroke.down <= end + _MOMENT_S and begin <= stroke.up + _MOMENT_S
            for begin, end in busy.get(stroke.code, ())
        )

    now = 0.0
    while now < until:
        now += chance.uniform(0.08, 0.3)
        strokes = _struck(chance, now, shifts)
        if all(map(is_free, strokes)):
            for one in strokes:
                busy.setdefault(one.code, []).append((one.down, one.up))
            yield from strokes


def _struck(chance: random.Random, now: float, shifts: tuple[int, ...]) -> list[_Stroke]:
    """One key as a person presses it, with Shift around it for a capital."""
    (kind,) = chance.choices(list(_TYPED), [share for share, _ in _TYPED.values()])
    code = keys_of("us")[chance.choice(_TYPED[kind][1])][0] if kind != "backspace" else BACKSPACE
    key = _Stroke(code, now, now + min(0.14, max(0.05, chance.gauss(0.09, 0.02))))
    if kind != "capital":
        return [key]
    shift = chance.choice(shifts)
    return [
        _Stroke(shift, now - chance.uniform(0.03, 0.07), key.up + chance.uniform(0.01, 0.05)),
        key,
    ]


def _pressed(keys: list[Key]) -> Iterator[tuple[Key, Key]]:
    """Each press with its release."""
    down: dict[int, Key] = {}
    for key in keys:
        if key.down:
            down[key.code] = key
        else:
            yield down.pop(key.code), key


def _on_one_desktop(keys: list[Key]) -> list[Key]:
    """In order of time, each key with the modifiers that are down before it, whoever holds them."""
    down: set[int] = set()
    told = []
    for key in sorted(keys, key=lambda key: key.at):
        told.append(replace(key, held=Modifiers.SHIFT if down & SHIFTS else Modifiers.NONE))
        (down.add if key.down else down.discard)(key.code)
    return told


def sort(keys: list[Key]) -> list[tuple[float, Verdict]]:
    """Every verdict with the time of it."""
    sorter = DeskSorter(_RULES)
    verdicts: list[tuple[float, Verdict]] = []
    for key in keys:
        while (due := sorter.due) is not None and due <= key.at:
            verdicts += [(due, verdict) for verdict in sorter.time(due)]
        verdicts += [(key.at, verdict) for verdict in sorter.key(key)]
    while (due := sorter.due) is not None:
        verdicts += [(due, verdict) for verdict in sorter.time(due)]
    return verdicts


def by_the_usual_rule(keys: list[Key]) -> list[str]:
    """What pauses alone take for scans."""
    scans: list[str] = []
    chain, last = "", 0.0
    for key in keys:
        if not key.down:
            continue
        if key.at - last > _USUAL_GAP_S:
            chain = ""
        last = key.at
        if key.code == ENTER:
            if len(chain) >= _USUAL_MINIMUM:
                scans.append(chain)
            chain = ""
        else:
            chain += character(key.code, key.held & ~Modifiers.CAPS, "us")
    return scans


@dataclass
class Tally:
    """What was found in all streams."""

    bursts: int = 0
    typed: int = 0
    missed: int = 0
    wrong: int = 0
    usual_missed: int = 0
    usual_wrong: int = 0
    astray: int = 0  # typed keys lost or out of order, and a gun's keys let through
    delays: list[float] | None = None


def tally(*, apart: bool) -> Tally:
    """Sort every stream."""
    total = Tally(delays=[])
    for number in range(STREAMS):
        one = stream(random.Random(SEED + number), BURSTS, apart=apart)
        verdicts = sort(one.keys)
        found = [v.payload.decode() for _, v in verdicts if isinstance(v, Burst) and v.complete]
        total.missed += _missing(one.codes, found)
        total.wrong += _missing(found, one.codes)
        usual = by_the_usual_rule(one.keys)
        total.usual_missed += _missing(one.codes, usual)
        total.usual_wrong += _missing(usual, one.codes)
        passed = [(at, v.key) for at, v in verdicts if isinstance(v, Passed)]
        typed = [key for key in one.keys if key.token]
        total.astray += sum(a is not b for (_, a), b in zip(passed, typed, strict=False))
        total.astray += abs(len(passed) - len(typed))
        assert total.delays is not None
        total.delays += [at - key.at for at, key in passed if key.token and key.down]
        total.bursts += len(one.codes)
        total.typed += len(typed) // 2
    return total


def _missing(wanted: list[str], found: list[str]) -> int:
    """How many of `wanted` are not in `found`, each counted once."""
    left = list(found)
    missing = 0
    for one in wanted:
        if one in left:
            left.remove(one)
        else:
            missing += 1
    return missing


def measure() -> list[Figure]:
    """Sorted in simulated time, then through a window."""
    apart, alike = tally(apart=True), tally(apart=False)
    return [
        *_sorted(apart, "keyboards told apart (X11)"),
        *_sorted(alike, "keyboards not told apart"),
        *_through_a_window(),
    ]


_GAP_MS = 1000 * _RULES.gap_s
_WAITS = "the gap, which a key waits for"
_USUAL = "the rule that looks at pauses alone, same keys; the goal is for the value"


def _sorted(total: Tally, how: str) -> list[Figure]:
    assert total.delays is not None
    delays = [1000 * delay for delay in total.delays]
    name = f"{how}: of {total.bursts} typed scans among {total.typed} typed keys"
    of = 100 / total.bursts
    missed, wrong = f"{name}: missed", f"{name}: invented or misread"
    late = f"{how}: a typed key comes later by"
    return [
        _zero(missed, of * total.missed, of * total.usual_missed),
        _zero(wrong, of * total.wrong, of * total.usual_wrong),
        _zero(
            f"{how}: keys astray, typed ones lost, scanned ones let through",
            total.astray,
            1,
            "keys",
            "one",
        ),
        _late(f"{late}, median", percentile(delays, 0.5), _GAP_MS),
        _late(f"{late}, 99th percentile", percentile(delays, 0.99), 2 * _GAP_MS),
        _late(f"{late}, longest", max(delays), 4 * _GAP_MS),
    ]


def _through_a_window() -> list[Figure]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.typed_at_work", str(LIVE_BURSTS)],
        check=True,
        capture_output=True,
        text=True,
        timeout=_WITHIN_S,
    )
    live = json.loads(done.stdout.splitlines()[-1])
    scans = f"{live['bursts']} typed scans through a window's events: missed or wrong"
    appears = "a letter typed into the window appears after"
    return [
        _zero(scans, live["wrong"], 1, "scans", "one"),
        _zero("letters astray in the window's text field", live["astray"], 1, "letters", "one"),
        _late(f"{appears}, median", live["median_ms"], 2 * _GAP_MS),
        _late(f"{appears}, longest", live["longest_ms"], 3 * _GAP_MS),
    ]


def _zero(what: str, value: float, floor: float, unit: str = "%", against: str = _USUAL) -> Figure:
    return Figure(what, value, unit, against, floor, 0, goal_for="value")


def _late(what: str, value: float, goal: float) -> Figure:
    return Figure(what, value, "ms", _WAITS, _GAP_MS, goal, goal_for="value")
