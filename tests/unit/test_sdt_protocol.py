"""The wire protocol against the literals of docs/api/vectors, and against anything at all."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app.devices import sdt_protocol
from counter_app.devices.sdt_protocol import (
    FIND,
    MAX_LENGTH,
    MODULE_STATUS,
    READ,
    READ_NEW_ADDRESS,
    READ_WITH_FINGERPRINT,
    RESET,
    SAM_ID,
    SELECT,
    Answer,
    Resynchroniser,
    Status,
    card_contents,
    frame,
    sam_id,
)
from counter_app.errors import CardError, ReaderError

VECTORS = Path(__file__).parents[2] / "docs/api/vectors/sdt-frames.json"
FRAMES = {
    name: bytes.fromhex(entry["hex"])
    for name, entry in json.loads(VECTORS.read_text("utf-8"))["frames"].items()
}
PREAMBLE = bytes.fromhex("AAAAAA9669")


def the_answer(name):
    (answer,) = Resynchroniser().feed(FRAMES[name])
    return answer


@pytest.mark.parametrize(
    ("command", "wire"),
    [
        (RESET, "AAAAAA9669000310FFEC"),
        (MODULE_STATUS, "AAAAAA9669000311FFED"),
        (SAM_ID, "AAAAAA9669000312FFEE"),
        (FIND, "AAAAAA96690003200122"),
        (SELECT, "AAAAAA96690003200221"),
        (READ, "AAAAAA96690003300132"),
        (READ_NEW_ADDRESS, "AAAAAA96690003300330"),
        (READ_WITH_FINGERPRINT, "AAAAAA96690003301023"),
    ],
)
def test_commands_on_the_wire(command, wire):
    assert command.request.hex().upper() == wire


def test_setting_commands_on_the_wire():
    assert sdt_protocol.set_max_rf_bytes().hex().upper() == "AAAAAA9669000461FF50CA"
    assert sdt_protocol.set_speed(115200).hex().upper() == "AAAAAA96690003600063"
    assert sdt_protocol.set_speed(9600).hex().upper() == "AAAAAA96690003600467"
    with pytest.raises(KeyError):
        sdt_protocol.set_speed(300)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("status_ok", Status.DONE),
        ("found", Status.FOUND),
        ("selected", Status.DONE),
        ("none", Status.NO_CARD),
        ("select_failed", Status.SELECT_FAILED),
        ("read_failed", Status.READ_FAILED),
        ("no_new_address", Status.ABSENT),
        ("resident", Status.DONE),
    ],
)
def test_the_answers_of_the_field(name, status):
    assert the_answer(name).status is status


@pytest.mark.parametrize(
    ("sw3", "code"),
    [
        (0x80, "card.none"),
        (0x81, "card.select_failed"),
        (0x41, "card.read_failed"),
        (0x47, "card.read_failed"),
        (0x31, "card.not_genuine"),
        (0x32, "card.not_genuine"),
        (0x33, "card.not_genuine"),
        (0x40, "card.not_genuine"),
        (0x10, "reader.protocol"),
        (0x11, "reader.protocol"),
        (0x21, "reader.protocol"),
        (0x24, "reader.protocol"),
        (0x60, "reader.self_test_failed"),
        (0x66, "reader.unauthorised"),
        (0x55, "reader.protocol"),
    ],
)
def test_every_status_has_its_code_whatever_sw1_and_sw2_say(sw3, code):
    (answer,) = Resynchroniser().feed(frame(bytes([0x12, 0x34, sw3])))
    assert answer.error().code == code


@pytest.mark.parametrize("sw3", [0x90, 0x9F, 0x91])
def test_good_answers_are_no_error(sw3):
    assert Answer(0, 0, sw3).error() is None


def test_every_status_is_either_good_or_has_a_code():
    good = {Status.DONE, Status.FOUND, Status.ABSENT}
    for status in Status:
        assert (Answer(0, 0, status.value).error() is None) == (status in good)


@pytest.mark.parametrize(
    ("command", "mine", "late"),
    [
        (FIND, ["found", "none"], ["status_ok", "selected", "resident", "no_new_address"]),
        (SELECT, ["selected", "select_failed"], ["found", "none", "resident", "sam_id"]),
        (READ, ["resident", "read_failed"], ["selected", "found", "none", "new_address"]),
        (READ_NEW_ADDRESS, ["new_address", "no_new_address"], ["selected", "resident", "none"]),
        (SAM_ID, ["sam_id"], ["status_ok", "found", "resident", "selected"]),
        (MODULE_STATUS, ["status_ok"], ["found", "selected", "resident", "sam_id"]),
    ],
)
def test_late_answers_to_another_command_are_told_apart(command, mine, late):
    assert all(command.may_be_answered_by(the_answer(name)) for name in mine)
    assert not any(command.may_be_answered_by(the_answer(name)) for name in late)


@pytest.mark.parametrize("command", [FIND, SELECT, READ, READ_NEW_ADDRESS, SAM_ID])
@pytest.mark.parametrize("sw3", [0x10, 0x21, 0x60, 0x66, 0x55])
def test_trouble_of_the_module_may_answer_any_command(command, sw3):
    assert command.may_be_answered_by(Answer(0, 0, sw3))


def test_the_sam_id():
    assert sam_id(the_answer("sam_id").data) == "05.03-20150101-0000123456-0000007890"
    with pytest.raises(ReaderError, match="reader.protocol"):
        sam_id(b"short")


# Contents by their lengths


def test_contents_are_cut_by_the_lengths_given():
    contents = card_contents(the_answer("resident").data)
    assert (len(contents.text), len(contents.photo), contents.fingerprint) == (256, 1024, b"")
    other = card_contents(b"\x00\x02\x00\x03" + b"tt" + b"ppp")
    assert (other.text, other.photo) == (b"tt", b"ppp")


@pytest.mark.parametrize("size", [0, 512, 1024])
def test_contents_with_fingerprint(size):
    data = b"\x01\x00\x04\x00" + size.to_bytes(2, "big") + b"t" * 256 + b"p" * 1024 + b"f" * size
    # The totals of the field: 1297 without a print, 1809 and 2321 with one or two.
    assert len(frame(bytes([0, 0, 0x90]) + data)) == 1297 + size
    contents = card_contents(data, with_fingerprint=True)
    assert (len(contents.text), len(contents.photo)) == (256, 1024)
    assert contents.fingerprint == b"f" * size


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x01\x00",
        b"\x00\x02\x00\x03tt",
        b"\x00\x02\x00\x03ttppp+",
        b"\xff\xff\xff\xff" + b"x" * 100,
    ],
)
def test_lengths_that_do_not_add_up(data):
    with pytest.raises(CardError) as caught:
        card_contents(data)
    assert caught.value.code == "card.unreadable_text"


# Finding frames

no_preamble = st.binary(max_size=60).filter(lambda noise: PREAMBLE not in noise)
bodies = st.binary(min_size=3, max_size=200)


def cut(stream, places):
    """The stream in pieces, cut at these places."""
    places = sorted({place % (len(stream) + 1) for place in places})
    return [
        stream[start:end] for start, end in zip([0, *places], [*places, len(stream)], strict=True)
    ]


@given(st.lists(st.binary(max_size=300)))
def test_anything_in_any_pieces_never_raises_and_is_bounded(pieces):
    line = Resynchroniser()
    for piece in pieces:
        line.feed(piece)
        assert 1 <= line.missing() <= MAX_LENGTH + 7


@given(
    st.lists(
        st.one_of(st.just(PREAMBLE), st.binary(max_size=12), st.sampled_from(sorted(FRAMES))),
        max_size=20,
    )
)
def test_preambles_everywhere_never_raise(parts):
    line = Resynchroniser()
    stream = b"".join(FRAMES[part] if isinstance(part, str) else part for part in parts)
    for answer in line.feed(stream):
        assert len(answer.data) <= MAX_LENGTH


@given(st.lists(st.tuples(no_preamble, bodies), max_size=6), no_preamble, st.lists(st.integers(0)))
def test_frames_in_noise_are_all_found_however_they_are_cut(parts, tail, places):
    stream = b"".join(noise + frame(body) for noise, body in parts) + tail
    line = Resynchroniser()
    found = [answer for piece in cut(stream, places) for answer in line.feed(piece)]
    assert [bytes([a.sw1, a.sw2, a.sw3]) + a.data for a in found] == [body for _, body in parts]
    assert line.damaged == 0


@given(st.sampled_from(sorted(FRAMES)), st.integers(0), st.integers(0, 7))
def test_one_flipped_bit_is_never_taken_for_an_answer(name, place, bit):
    wire = bytearray(FRAMES[name])
    wire[7 + place % (len(wire) - 7)] ^= 1 << bit
    line = Resynchroniser()
    assert line.feed(bytes(wire)) == []
    assert line.damaged == 1
    (answer,) = line.feed(FRAMES["found"])
    assert answer.status is Status.FOUND


def test_control_without_the_check_a_flipped_bit_would_pass(monkeypatch):
    wire = bytearray(FRAMES["resident"])
    wire[40] ^= 1
    assert Resynchroniser().feed(bytes(wire)) == []
    monkeypatch.setattr(sdt_protocol, "checksum", lambda body: 0)
    assert len(Resynchroniser().feed(bytes(wire))) == 1


def test_a_good_frame_inside_a_damaged_one_is_found():
    inner = FRAMES["found"]
    damaged = PREAMBLE + (len(inner) + 5).to_bytes(2, "big") + b"\x00\x00\x90\x00" + inner + b"\x00"
    (answer,) = Resynchroniser().feed(damaged)
    assert answer.status is Status.FOUND


@pytest.mark.parametrize("length", [0, 3, MAX_LENGTH + 1, 0xFFFF])
def test_impossible_lengths_do_not_swallow_what_follows(length):
    line = Resynchroniser()
    (answer,) = line.feed(PREAMBLE + length.to_bytes(2, "big") + FRAMES["none"])
    assert answer.status is Status.NO_CARD
    assert line.damaged == 1


def test_the_missing_bytes_lead_exactly_to_the_end_of_an_answer():
    line = Resynchroniser()
    wire, after = FRAMES["resident"], FRAMES["none"]
    stream, taken, answers = wire + after, 0, []
    while not answers:
        step = line.missing()
        answers = line.feed(stream[taken : taken + step])
        taken += step
    assert taken == len(wire)


def test_reset_forgets_half_an_answer():
    line = Resynchroniser()
    line.feed(FRAMES["resident"][:600])
    line.reset()
    (answer,) = line.feed(FRAMES["none"])
    assert answer.status is Status.NO_CARD


def test_time_outs_are_those_of_the_field():
    assert [command.timeout_s for command in (FIND, SELECT, SAM_ID)] == [0.3, 0.3, 0.3]
    assert (READ.timeout_s, READ_NEW_ADDRESS.timeout_s) == (2.0, 1.5)
    assert READ_WITH_FINGERPRINT.timeout_s == 3.0
    assert replace(READ, timeout_s=1).request == READ.request
