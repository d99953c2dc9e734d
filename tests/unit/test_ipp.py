"""IPP messages: RFC 8010's own layout, round trips, and answers nobody can trust."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app.devices import ipp
from counter_app.devices.ipp import Attribute, Group, GroupTag, IntRange, Message, Tag, Value

# Written by hand from RFC 8010, not by the encoder.
GET_PRINTER = bytes.fromhex(
    "0200 000b 0000002a"  # version 2.0, Get-Printer-Attributes, request 42
    "01"  # operation attributes
    "47 0012 617474726962757465732d63686172736574 0005 7574662d38"
    "44 0014 7265717565737465642d61747472696275746573 0002 6162"  # requested-attributes: ab
    "44 0000 0002 6364"  # and cd
    "03"
)
COLLECTION_ANSWER = bytes.fromhex(
    "0101 0000 00000001"
    "04"
    "34 0009 6d656469612d636f6c 0000"  # media-col
    "4a 0000 000a 6d656469612d73697a65"  # member media-size
    "34 0000 0000"
    "4a 0000 000b 782d64696d656e73696f6e 21 0000 0004 00005208"  # x-dimension 21000
    "37 0000 0000"
    "37 0000 0000"
    "03"
)

texts = st.text(max_size=40)
plain_values = st.one_of(
    st.builds(Value, st.sampled_from([Tag.INTEGER, Tag.ENUM]), st.integers(-(2**31), 2**31 - 1)),
    st.builds(Value, st.just(Tag.BOOLEAN), st.booleans()),
    st.builds(
        Value,
        st.sampled_from([Tag.TEXT, Tag.NAME, Tag.KEYWORD, Tag.URI, Tag.CHARSET, Tag.MIME_TYPE]),
        texts,
    ),
    st.builds(
        Value,
        st.sampled_from([Tag.OCTETS, Tag.DATE_TIME, Tag.RESOLUTION, 0x7F, 0x60]),
        st.binary(max_size=40),
    ),
    st.builds(
        Value,
        st.just(Tag.RANGE),
        st.builds(IntRange, st.integers(-(2**31), 2**31 - 1), st.integers(-(2**31), 2**31 - 1)),
    ),
    st.builds(Value, st.just(Tag.TEXT_WITH_LANGUAGE), st.builds(ipp.WithLanguage, texts, texts)),
    st.builds(Value, st.sampled_from([Tag.UNSUPPORTED, Tag.UNKNOWN, Tag.NO_VALUE]), st.none()),
)


def attributes_of(values: st.SearchStrategy[Value]) -> st.SearchStrategy[tuple[Attribute, ...]]:
    names = st.text(min_size=1, max_size=20)
    sets = st.lists(values, min_size=1, max_size=3).map(tuple)
    return st.lists(st.builds(Attribute, names, sets), max_size=4).map(tuple)


values = st.recursive(
    plain_values,
    lambda inner: st.builds(Value, st.just(Tag.COLLECTION), attributes_of(inner)),
    max_leaves=6,
).filter(lambda value: _depth(value) <= ipp.MAX_NESTING)


def _depth(value: Value) -> int:
    if not isinstance(value.content, tuple):
        return 0
    return 1 + max((_depth(v) for a in value.content for v in a.values), default=0)


GROUP_TAGS = [GroupTag.OPERATION, GroupTag.JOB, GroupTag.PRINTER]
groups = st.builds(Group, st.sampled_from(GROUP_TAGS), attributes_of(values))
messages = st.builds(
    Message,
    st.integers(0, 0xFFFF),
    st.integers(1, 2**31 - 1),
    st.lists(groups, max_size=3).map(tuple),
    st.binary(max_size=50),
)


def test_the_layout_is_that_of_the_rfc() -> None:
    message = Message(
        ipp.Operation.GET_PRINTER_ATTRIBUTES,
        42,
        (
            Group(
                GroupTag.OPERATION,
                (
                    Attribute.of("attributes-charset", Tag.CHARSET, "utf-8"),
                    Attribute.of("requested-attributes", Tag.KEYWORD, "ab", "cd"),
                ),
            ),
        ),
    )
    assert ipp.encode(message) == GET_PRINTER
    assert ipp.decode(GET_PRINTER) == message


def test_a_collection_is_read_and_written_as_the_rfc_draws_it() -> None:
    message = ipp.decode(COLLECTION_ANSWER)
    printer = message.group(GroupTag.PRINTER)
    assert printer is not None
    (media,) = printer.values("media-col")
    size = Attribute.of("x-dimension", Tag.INTEGER, 21000)
    assert media == (Attribute.of("media-size", Tag.COLLECTION, (size,)),)
    assert ipp.encode(message) == COLLECTION_ANSWER


@given(messages)
def test_whatever_is_written_is_read_back(message: Message) -> None:
    assert ipp.decode(ipp.encode(message)) == message


@given(st.binary(max_size=300))
def test_noise_is_refused_in_the_modules_own_words(noise: bytes) -> None:
    _read_or_refuse(noise)


@given(messages, st.data())
def test_an_answer_cut_short_is_refused(message: Message, data: st.DataObject) -> None:
    whole = ipp.encode(Message(message.code, message.request_id, message.groups))
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(ipp.IppError):
        ipp.decode(whole[:cut])


@given(messages, st.data())
def test_a_garbled_answer_never_raises_anything_else(message: Message, data: st.DataObject) -> None:
    raw = bytearray(ipp.encode(message))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    _read_or_refuse(bytes(raw))


def _read_or_refuse(raw: bytes) -> None:
    try:
        message = ipp.decode(raw)
    except ipp.IppError:
        return
    for group in message.groups:
        group.texts("job-state-reasons")
        group.number("job-state")


def test_endless_nesting_is_refused_not_followed() -> None:
    opened = b"\x34\x00\x01a\x00\x00" + b"\x4a\x00\x00\x00\x01b\x34\x00\x00\x00\x00" * 5000
    with pytest.raises(ipp.IppError):
        ipp.decode(b"\x02\x00\x00\x00\x00\x00\x00\x01\x04" + opened + b"\x03")


def test_a_text_that_is_no_utf8_does_not_hide_the_rest() -> None:
    raw = (
        b"\x02\x00\x00\x00\x00\x00\x00\x01\x04"
        b"\x41\x00\x04info\x00\x02\xff\xfe"
        b"\x23\x00\x0dprinter-state\x00\x04\x00\x00\x00\x03\x03"
    )
    printer = ipp.decode(raw).group(GroupTag.PRINTER)
    assert printer is not None
    assert printer.number("printer-state") == ipp.PrinterStateCode.IDLE


@pytest.mark.parametrize(
    "attribute",
    [
        Attribute.of("n", Tag.INTEGER, 2**31),
        Attribute.of("n", Tag.INTEGER, "7"),
        Attribute.of("n", Tag.KEYWORD, "a" * 65536),
        Attribute.of("n", Tag.KEYWORD, "\ud800"),
        Attribute.of("n", Tag.BOOLEAN, 1),
        Attribute("n", ()),
        Attribute.of("", Tag.INTEGER, 1),
    ],
)
def test_what_has_no_room_in_the_format_is_refused(attribute: Attribute) -> None:
    with pytest.raises(ipp.IppError):
        ipp.encode(Message(2, 1, (Group(GroupTag.OPERATION, (attribute,)),)))
