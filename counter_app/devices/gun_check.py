"""What is wrong with how a scan gun is set, found from what it sends for a known test code.

The test code has capitals, small letters, digits and the signs that keyboards have in different
places. For a gun that types, its keys are read by every layout to see by which they say the code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from counter_app.devices.key_layouts import LAYOUTS, Modifiers, character, keys_of
from counter_app.devices.wedge import Burst, Key, WedgeRules
from counter_app.devices.wedge_text import KeyText, decoded_keys
from counter_app.domain.payload import decoded
from counter_app.domain.reading import CodeSent

TEST_CODE = "HCTEST:Aa Qq Ww Yy Zz Mm 0123456789 -_=+/?;'.,<>@#&*(!"
TEST_GAP_S = 0.15  # the longest pause that a setting can allow
_LONGEST_GAP_MS = 150
_MOST_AROUND = 8  # characters; a prefix or a suffix is no longer
_LINE_ENDS = "\r\n"  # taken off a payload whatever the settings say
_SUFFIXES = {"\r": "enter", "\n": "lf", "\t": "tab", "\x03": "etx"}
_CJK = range(0x2E80, 0xA000)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: a code of `gun.check_*`, and what its sentence names."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


def test_rules(rules: WedgeRules) -> WedgeRules:
    """Rules by which whatever a gun that types sends is taken as it comes."""
    return WedgeRules(
        gap_s=TEST_GAP_S,
        prefix="",
        suffix="",
        minimum=4,
        layout=rules.layout,
        follows_caps=rules.follows_caps,
        alt_codes=rules.alt_codes,
    )


def faults_of_burst(
    burst: Burst, rules: WedgeRules, *, input_method: bool = False
) -> tuple[Fault, ...]:
    """The faults of a gun that types, none where it is set as `rules` say.

    `input_method` says whether an input method took keys while the code came.
    """
    read = list(_readings(burst.keys, rules))
    for text, layout, follows_caps in read:
        if TEST_CODE in text:
            return (
                *_layout_faults(layout, follows_caps, rules, burst.keys),
                *_prefix_faults(text.partition(TEST_CODE)[0], rules.prefix),
                *_suffix_faults(burst.ending, rules.suffix),
                *_pace_faults(burst.slowest_s, rules.gap_s),
            )
    return (_unread([text for text, _, _ in read], input_method=input_method),)


def faults_of_sent(told: CodeSent) -> tuple[Fault, ...]:
    """The faults of a gun on a wire of its own."""
    text = decoded(told.sent)[0] or ""
    before, found, after = text.partition(TEST_CODE)
    if not found:
        return (_unread([text.strip(_LINE_ENDS)]),)
    return (
        *_prefix_faults(before.lstrip(_LINE_ENDS), told.prefix.decode("utf-8", "replace")),
        *_sent_suffix_faults(after, told.suffix),
    )


def _sent_suffix_faults(after: str, suffix: bytes | None) -> Iterator[Fault]:
    """What is wrong with what came behind the code; line ends too many do no harm."""
    due = (suffix or b"").decode("ascii")
    if due not in after:
        rest = after
    else:
        rest = after.replace(due, "", 1).strip(_LINE_ENDS)
        if not rest:
            return
    names = [name for ending, name in _SUFFIXES.items() if ending in rest]
    if not rest:
        yield Fault("gun.check_no_suffix")
    elif suffix is not None and names and not rest.strip("".join(_SUFFIXES)):
        yield Fault("gun.check_suffix", {"value": names[0]})
    else:
        yield Fault("gun.check_ending")


@dataclass(frozen=True, slots=True)
class TypedText:
    """What a gun typed into a terminal: its ending's key, and the longest pause between parts."""

    text: str = field(repr=False)
    ending: str
    slowest_s: float


def faults_of_typed_text(typed: TypedText, rules: WedgeRules) -> tuple[Fault, ...]:
    """The faults of a gun that types, from the characters that a desktop made of its keys."""
    for seen, fault in _appearances(rules):
        if seen in typed.text:
            return (
                *fault,
                *_prefix_faults(typed.text.partition(seen)[0], rules.prefix),
                *_suffix_faults(typed.ending, rules.suffix),
                *_pace_faults(typed.slowest_s, rules.gap_s),
            )
    return (_unread([typed.text]),)


def _appearances(rules: WedgeRules) -> Iterator[tuple[str, tuple[Fault, ...]]]:
    """How the test code looks from a gun with each layout on a desktop with each other."""
    yield TEST_CODE, ()
    yield TEST_CODE.swapcase(), (Fault("gun.check_caps", {"value": "followed"}),)
    layouts = sorted(LAYOUTS, key=lambda name: name != rules.layout)
    for gun, desktop in product(layouts, layouts):
        keys = [keys_of(gun)[char] for char in TEST_CODE]
        seen = "".join(character(code, held, desktop) for code, held in keys)
        yield seen, () if gun == rules.layout else (Fault("gun.check_layout", {"value": gun}),)


def _readings(keys: Sequence[Key], rules: WedgeRules) -> Iterator[tuple[str, str, bool]]:
    """What the keys say: by the rules first, then by every other layout."""
    layouts = sorted(LAYOUTS, key=lambda name: name != rules.layout)
    for follows, layout in product((rules.follows_caps, not rules.follows_caps), layouts):
        units = KeyText(layout, follows, rules.alt_codes).units(keys)
        said = decoded_keys(units, "")
        if said is not None:
            yield said.payload.decode("utf-8", "replace"), layout, follows


def _layout_faults(
    layout: str, follows_caps: bool, rules: WedgeRules, keys: Sequence[Key]
) -> Iterator[Fault]:
    if layout != rules.layout:
        yield Fault("gun.check_layout", {"value": layout})
    if follows_caps != rules.follows_caps and any(key.held & Modifiers.CAPS for key in keys):
        yield Fault("gun.check_caps", {"value": "followed" if follows_caps else "ignored"})


def _prefix_faults(before: str, prefix: str) -> tuple[Fault, ...]:
    if before == prefix:
        return ()
    if len(before) > _MOST_AROUND:
        return (Fault("gun.check_unreadable"),)
    # TOML's basic strings escape as Python's do, for what a prefix can have.
    return (Fault("gun.check_prefix", {"value": before.encode("unicode_escape").decode("ascii")}),)


def _suffix_faults(ending: str, suffix: str) -> Iterator[Fault]:
    if not suffix or ending == suffix:
        return
    if not ending:
        yield Fault("gun.check_no_suffix")
    else:
        yield Fault("gun.check_suffix", {"value": "tab" if ending == "\t" else "enter"})


def _pace_faults(slowest_s: float, gap_s: float) -> Iterator[Fault]:
    """A pause over two thirds of the gap is too near to it."""
    pause_ms, gap_ms = round(slowest_s * 1000), round(gap_s * 1000)
    if pause_ms * 3 > gap_ms * 2:
        wanted = min(_LONGEST_GAP_MS, -(-pause_ms * 3 // 20) * 10)
        yield Fault("gun.check_slow", {"pause": pause_ms, "value": max(wanted, gap_ms)})


def _unread(readings: Sequence[str], *, input_method: bool = False) -> Fault:
    """Why none of these is the test code."""
    if input_method or any(ord(char) in _CJK for text in readings for char in text):
        return Fault("gun.check_input_method")
    for text in readings:
        lost = len(TEST_CODE) - len(text)
        if 0 < lost <= len(TEST_CODE) // 2 and _is_part_of(text, TEST_CODE):
            return Fault("gun.check_lost", {"count": lost})
    return Fault("gun.check_unreadable")


def _is_part_of(text: str, whole: str) -> bool:
    """Whether `text` is `whole` with characters left out."""
    rest = iter(whole)
    return all(char in rest for char in text)
