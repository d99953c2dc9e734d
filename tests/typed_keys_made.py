"""Keys as a gun and a hand press them, for tests of what tells one from the other."""

import string

from hypothesis import strategies as st

from counter_app.devices import key_layouts as keys
from counter_app.devices.key_layouts import LAYOUTS, Modifiers
from counter_app.devices.simulators.typing_gun import keystrokes
from counter_app.devices.wedge import Key

A, B, F2, LEFT = 30, 48, 60, 105


def gun(text, *, at=0.0, pace=0.005, **how):
    return [
        Key(at + when, code, down, held)
        for when, code, down, held in keystrokes(text, pace_s=pace, **how)
    ]


def finger(code, at, *, rests=0.09, held=Modifiers.NONE):
    return [Key(at, code, True, held), Key(at + rests, code, False, held)]


some_keys = st.builds(
    lambda step, code, down, held, repeat: (step, code, down, Modifiers(held), repeat),
    st.one_of(st.sampled_from([0.0, 0.001, 0.01, 0.035, 0.05]), st.floats(-0.1, 0.3)),
    st.one_of(
        st.sampled_from([A, B, keys.ENTER, keys.TAB, keys.LEFT_SHIFT, keys.LEFT_ALT, 79, LEFT, F2]),
        st.integers(0, 255),
    ),
    st.booleans(),
    st.one_of(st.just(0), st.integers(0, 63)),
    st.booleans(),
)
some_rules = st.fixed_dictionaries(
    {},
    optional={
        "prefix": st.sampled_from(["", "a", "ab", "~", "\x02", "é"]),
        "suffix": st.sampled_from(["", "\r", "\t"]),
        "minimum": st.integers(1, 8),
        "gap_s": st.sampled_from([0.02, 0.05, 0.15]),
        "layout": st.sampled_from(sorted(LAYOUTS)),
        "follows_caps": st.booleans(),
        "alt_codes": st.sampled_from(["gbk", "unicode"]),
    },
)


typed_runs = st.lists(
    st.tuples(
        st.sampled_from([*string.ascii_letters, *string.digits, " ", "\r", "\b"]),
        st.floats(0.08, 0.3),
        st.floats(0.055, 0.13),
        st.sampled_from(sorted(keys.SHIFTS)),
    ),
    min_size=1,
    max_size=10,
)
bursts = st.lists(
    st.tuples(
        st.text(string.ascii_letters + string.digits + " -_:/?=%.", min_size=6, max_size=60),
        st.floats(0.001, 0.030),
    ),
    min_size=1,
    max_size=4,
)


def struck(char, at, rests, shift):
    """The keys that a hand presses for a character: (code, pressed, let go)."""
    if char == "\b":
        return [(keys.BACKSPACE, at, at + rests)]
    code, held = keys.keys_of("us")[char]
    around = [(shift, at - 0.04, at + rests + 0.02)] if held else []
    return [*around, (code, at, at + rests)]


def strokes_of(events):
    """As `struck`, of keys in order."""
    down, strokes = {}, []
    for key in events:
        if key.down:
            down[key.code] = key.at
        else:
            strokes.append((key.code, down.pop(key.code), key.at))
    return strokes


def meet(one, other):
    """Whether both press one key at one moment, of which the window system tells once."""
    moment = 0.001
    return one[0] == other[0] and one[1] <= other[2] + moment and other[1] <= one[2] + moment
