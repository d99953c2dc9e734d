"""From the line to an identity: any bytes, cut anywhere, give an identity or one of our errors."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from counter_app.devices.card_text import identity_from, new_address_from
from counter_app.devices.sdt_protocol import PREAMBLE, Resynchroniser, card_contents, frame, sam_id
from counter_app.domain.identity import WARNINGS, warnings
from counter_app.errors import CardError, ReaderError

VECTORS = Path(__file__).parents[2] / "docs/api/vectors/sdt-frames.json"
FRAMES = [
    bytes.fromhex(entry["hex"])
    for entry in json.loads(VECTORS.read_text("utf-8"))["frames"].values()
]
CARDS = [wire for wire in FRAMES if len(wire) == 1295]
TODAY = date(2026, 11, 24)


@st.composite
def streams(draw) -> bytes:
    """Answers, half answers, spoilt answers, preambles and noise, one after another."""
    parts = draw(
        st.lists(
            st.one_of(
                st.sampled_from(FRAMES),
                st.just(PREAMBLE),
                st.just(PREAMBLE[:3]),
                st.binary(max_size=20),
                st.binary(max_size=60).map(frame),
                st.tuples(st.sampled_from(FRAMES), st.integers(0, 1300)).map(
                    lambda both: both[0][: both[1]]
                ),
            ),
            max_size=8,
        )
    )
    stream = bytearray(b"".join(parts))
    for _ in range(draw(st.integers(0, 3)) if stream else 0):
        stream[draw(st.integers(0, len(stream) - 1))] = draw(st.integers(0, 255))
    return bytes(stream)


@given(streams(), st.lists(st.integers(1, 400), max_size=30))
def test_however_a_stream_is_cut_the_same_answers_are_found(stream, sizes):
    whole, cut = Resynchroniser(), Resynchroniser()
    expected, found, rest = whole.feed(stream), [], stream
    for size in sizes:
        found += cut.feed(rest[:size])
        rest = rest[size:]
    found += cut.feed(rest)
    assert found == expected
    assert (cut.damaged, cut.noise, cut.missing()) == (whole.damaged, whole.noise, whole.missing())


@given(streams())
def test_a_good_answer_after_a_silence_is_always_found(stream):
    """`reset` before a command: what came before cannot swallow the answer to it."""
    line = Resynchroniser()
    line.feed(stream)
    line.reset()
    (answer,) = line.feed(FRAMES[0])
    assert frame(bytes([answer.sw1, answer.sw2, answer.sw3]) + answer.data) == FRAMES[0]


@given(st.sampled_from(CARDS), st.lists(st.tuples(st.integers(7, 270), st.integers(0, 255))))
def test_a_spoilt_card_with_a_right_check_is_an_identity_or_a_card_error(wire, changes):
    """A reader that makes the check after the damage: only the text itself can show it."""
    body = bytearray(wire[7:-1])
    for place, value in changes:
        body[place - 7] = value
    for answer in Resynchroniser().feed(frame(bytes(body))):
        answer.error()
        identity = read(answer.data)
        if identity is not None:
            assert set(warnings(identity, TODAY)) <= set(WARNINGS)
            assert identity.name not in repr(identity) or not identity.name
            json.dumps(identity.as_record())


def read(data):
    try:
        return identity_from(card_contents(data).text, "")
    except CardError as error:
        assert error.code in ("card.unreadable_text", "card.unknown_type")  # noqa: PT017
        return None


@given(st.binary(max_size=300), st.booleans())
def test_any_contents_are_cut_or_refused(data, with_fingerprint):
    try:
        contents = card_contents(data, with_fingerprint=with_fingerprint)
    except CardError:
        return
    lengths = 6 if with_fingerprint else 4
    assert contents.text + contents.photo + contents.fingerprint == data[lengths:]


@given(st.binary(max_size=100))
def test_any_address_and_any_number_of_a_module_are_read_or_refused(data):
    for parse, error in ((new_address_from, CardError), (sam_id, ReaderError)):
        with suppress(error):
            assert isinstance(parse(data), str)
