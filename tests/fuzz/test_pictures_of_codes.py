"""Pictures with codes, spoilt codes and no codes: what is read is what was drawn, or nothing."""

from __future__ import annotations

import io

import numpy
import segno
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from size import size

from counter_app.vision.code_reader import FrameReader, decoded, read_codes
from counter_app.vision.code_steps import STEPS

PICTURES = size(short=40, full=4_000)  # each takes some milliseconds
payloads = st.one_of(
    st.binary(min_size=1, max_size=60),
    st.text(min_size=1, max_size=20).map(str.encode),
    st.text(alphabet="预约试验测甲0123", min_size=1, max_size=20).map(
        lambda one: one.encode("gb18030")
    ),
)


def drawn(payload: bytes, scale: int):
    """A QR code of those bytes as a grey picture."""
    from PIL import Image

    file = io.BytesIO()
    segno.make_qr(payload, mode="byte", error="q").save(file, kind="png", scale=scale, border=4)
    return numpy.array(Image.open(file).convert("L"))


def held_before_a_camera(picture):
    """What a camera's reader finds in the same frame again and again, through all its steps."""
    frames = FrameReader()
    return [code for _ in STEPS for code in frames.read(picture)]


@given(st.one_of(payloads, st.binary(max_size=300)))
def test_any_payload_is_text_by_the_rule_or_stays_binary(payload):
    text, encoding = decoded(payload)
    if text is None:
        assert encoding == "binary"
    else:
        pairs = zip(text, payload.decode(encoding), strict=True)
        assert all(one == python or "\ue78d" <= python <= "\ue864" for one, python in pairs)


@settings(max_examples=PICTURES)
@given(payloads, st.integers(3, 6))
def test_a_clean_code_is_read_as_it_was_written(payload, scale):
    found = read_codes(drawn(payload, scale))
    assert [code.payload for code in found] == [payload]


@settings(max_examples=PICTURES)
@given(
    payloads,
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.integers(1, 30)), max_size=6),
    st.integers(0, 60),
    st.integers(0, 1 << 30),
)
def test_a_spoilt_code_is_read_right_or_not_at_all(payload, spots, grain, seed):
    """Error correction gives the very bytes or nothing; a neighbour's code is never invented."""
    picture = drawn(payload, 4).astype("int16")
    height, width = picture.shape
    for row, column, side in spots:
        top, left = int(row * height), int(column * width)
        picture[top : top + side, left : left + side] = 128
    noise = numpy.random.default_rng(seed).integers(-grain, grain + 1, picture.shape)
    spoilt = numpy.clip(picture + noise, 0, 255).astype("uint8")
    assert {code.payload for code in read_codes(spoilt)} <= {payload}
    assert {code.payload for code in held_before_a_camera(spoilt)} <= {payload}


FILLINGS = ["noise", "black", "stripes"]
shapes = st.one_of(
    arrays.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=40),
    st.tuples(st.integers(1, 90), st.integers(1, 90)),
    st.tuples(st.integers(1, 60), st.integers(1, 60), st.integers(1, 5)),
)


@settings(max_examples=PICTURES)
@given(shapes, st.integers(0, 1 << 30), st.sampled_from(FILLINGS), st.booleans())
def test_any_array_is_a_picture_without_codes_at_worst(shape, seed, kind, crossed):
    chance = numpy.random.default_rng(seed)
    picture = chance.integers(0, 256, shape, dtype="uint8")
    if kind == "black":
        picture[...] = 0
    elif kind == "stripes" and len(shape) >= 2:
        picture[...] = (
            255 * (numpy.arange(shape[1]) % 2)[(None, slice(None)) + (None,) * (len(shape) - 2)]
        )
    if crossed and len(shape) >= 2:
        picture = picture.swapaxes(0, 1)[::2]  # not contiguous
    for code in [*read_codes(picture), *held_before_a_camera(picture)]:
        assert isinstance(code.payload, bytes)


@settings(max_examples=PICTURES)
@given(
    arrays.arrays(
        st.sampled_from(["bool", "int8", "uint16", "int32", "uint64", "float16", "float64", "U3"]),
        st.one_of(arrays.array_shapes(max_dims=3, max_side=20), st.just((20, 30, 4))),
    )
)
def test_any_kind_of_values_is_a_picture_without_codes_at_worst(picture):
    assert isinstance(read_codes(picture), list)
    assert isinstance(held_before_a_camera(picture), list)
