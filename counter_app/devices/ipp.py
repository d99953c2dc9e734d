"""Messages of the Internet Printing Protocol (RFC 8010, RFC 8011), to bytes and back; pure.

Only the encoding lives here, with the few operations and statuses a counter needs; `printer_cups`
carries the messages over HTTP.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TypeAlias

VERSION = (2, 0)
MAX_NESTING = 8  # collections inside collections; real printers need three
_LONGEST = 0xFFFF


class IppError(ValueError):
    """Bytes that are no IPP message, or a message that has no bytes."""


class Operation(IntEnum):
    """Operations of RFC 8011 section 4."""

    PRINT_JOB = 0x0002
    CREATE_JOB = 0x0005
    SEND_DOCUMENT = 0x0006
    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_JOBS = 0x000A
    GET_PRINTER_ATTRIBUTES = 0x000B


class Status(IntEnum):
    """Statuses of RFC 8011 appendix B that are told apart; others stay numbers."""

    BAD_REQUEST = 0x0400
    FORBIDDEN = 0x0401
    NOT_AUTHENTICATED = 0x0402
    NOT_AUTHORIZED = 0x0403
    NOT_POSSIBLE = 0x0404
    NOT_FOUND = 0x0406
    GONE = 0x0407
    DOCUMENT_FORMAT_NOT_SUPPORTED = 0x040A
    INTERNAL_ERROR = 0x0500
    OPERATION_NOT_SUPPORTED = 0x0501
    SERVICE_UNAVAILABLE = 0x0502
    DEVICE_ERROR = 0x0504
    TEMPORARY_ERROR = 0x0505
    NOT_ACCEPTING_JOBS = 0x0506
    BUSY = 0x0507
    PRINTER_IS_DEACTIVATED = 0x050A


class JobStateCode(IntEnum):
    """The values of `job-state` (RFC 8011, 5.3.7)."""

    PENDING = 3
    HELD = 4
    PROCESSING = 5
    STOPPED = 6
    CANCELED = 7
    ABORTED = 8
    COMPLETED = 9


class PrinterStateCode(IntEnum):
    """The values of `printer-state` (RFC 8011, 5.4.11)."""

    IDLE = 3
    PROCESSING = 4
    STOPPED = 5


class GroupTag(IntEnum):
    """Delimiter tags (RFC 8010, 3.5.1)."""

    OPERATION = 0x01
    JOB = 0x02
    END = 0x03
    PRINTER = 0x04
    UNSUPPORTED = 0x05


class Tag(IntEnum):
    """Value tags (RFC 8010, 3.5.2)."""

    UNSUPPORTED = 0x10
    UNKNOWN = 0x12
    NO_VALUE = 0x13
    INTEGER = 0x21
    BOOLEAN = 0x22
    ENUM = 0x23
    OCTETS = 0x30
    DATE_TIME = 0x31
    RESOLUTION = 0x32
    RANGE = 0x33
    COLLECTION = 0x34
    TEXT_WITH_LANGUAGE = 0x35
    NAME_WITH_LANGUAGE = 0x36
    END_COLLECTION = 0x37
    TEXT = 0x41
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    URI_SCHEME = 0x46
    CHARSET = 0x47
    LANGUAGE = 0x48
    MIME_TYPE = 0x49
    MEMBER_NAME = 0x4A


_STRINGS = frozenset(
    {
        Tag.TEXT,
        Tag.NAME,
        Tag.KEYWORD,
        Tag.URI,
        Tag.URI_SCHEME,
        Tag.CHARSET,
        Tag.LANGUAGE,
        Tag.MIME_TYPE,
    }
)
_WITH_LANGUAGE = frozenset({Tag.TEXT_WITH_LANGUAGE, Tag.NAME_WITH_LANGUAGE})
_WHOLE_NUMBERS = frozenset({Tag.INTEGER, Tag.ENUM})
_FIRST_VALUE_TAG = 0x10
_OUT_OF_BAND = range(0x10, 0x20)


@dataclass(frozen=True, slots=True)
class WithLanguage:
    """A text or name that brings its own language."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class IntRange:
    """A rangeOfInteger, both ends included."""

    lower: int
    upper: int


@dataclass(frozen=True, slots=True)
class Value:
    """One value. What `content` is follows from `tag`.

    int for integer and enum, bool, str for the string kinds, IntRange, WithLanguage, None for the
    out-of-band values, a tuple of attributes for a collection, and the bytes as they are for every
    other tag, so that a printer's own extensions never stop an answer from being read.
    """

    tag: int
    content: Content


@dataclass(frozen=True, slots=True)
class Attribute:
    """A named attribute with one value or several (1setOf)."""

    name: str
    values: tuple[Value, ...]

    @classmethod
    def of(cls, name: str, tag: Tag, *contents: Content) -> Attribute:
        """An attribute whose values all have the same tag."""
        return cls(name, tuple(Value(tag, content) for content in contents))


Content: TypeAlias = (
    int | bool | str | bytes | IntRange | WithLanguage | tuple[Attribute, ...] | None
)


@dataclass(frozen=True, slots=True)
class Group:
    """The attributes of one group; several job groups follow each other in one answer."""

    tag: int
    attributes: tuple[Attribute, ...]

    def values(self, name: str) -> tuple[Content, ...]:
        """The contents of an attribute; none where the group has no such attribute."""
        for attribute in self.attributes:
            if attribute.name == name:
                return tuple(value.content for value in attribute.values)
        return ()

    def number(self, name: str) -> int | None:
        """The attribute's first value if it is a whole number."""
        first = next(iter(self.values(name)), None)
        return first if isinstance(first, int) and not isinstance(first, bool) else None

    def flag(self, name: str) -> bool | None:
        """The attribute's first value if it is a boolean."""
        first = next(iter(self.values(name)), None)
        return first if isinstance(first, bool) else None

    def texts(self, name: str) -> tuple[str, ...]:
        """The attribute's values that are text of some kind."""
        return tuple(
            content.text if isinstance(content, WithLanguage) else content
            for content in self.values(name)
            if isinstance(content, str | WithLanguage)
        )


@dataclass(frozen=True, slots=True)
class Message:
    """A request or an answer: `code` is the operation or the status, `data` the document."""

    code: int
    request_id: int
    groups: tuple[Group, ...] = ()
    data: bytes = field(default=b"", repr=False)
    version: tuple[int, int] = VERSION

    @property
    def successful(self) -> bool:
        """Whether an answer's status is one of the successful ones (0x0000 to 0x00FF)."""
        return self.code < 0x0100

    def group(self, tag: int) -> Group | None:
        """The first group of that tag."""
        return next((group for group in self.groups if group.tag == tag), None)

    def all_groups(self, tag: int) -> tuple[Group, ...]:
        """Every group of that tag, in order."""
        return tuple(group for group in self.groups if group.tag == tag)


def status_name(code: int) -> str:
    """A status for the log: `not-found`, or its number where it has no name here."""
    try:
        return Status(code).name.lower().replace("_", "-")
    except ValueError:
        return f"0x{code:04x}"


# Encoding -------------------------------------------------------------------------------------


def encode(message: Message) -> bytes:
    """The message's bytes. Raises IppError for what the format has no room for."""
    try:
        head = struct.pack(">BBHi", *message.version, message.code, message.request_id)
    except struct.error as error:
        raise IppError("a header field is out of range") from error
    body = b"".join(_group_bytes(group) for group in message.groups)
    return head + body + bytes([GroupTag.END]) + message.data


def _group_bytes(group: Group) -> bytes:
    if not 0 <= group.tag < _FIRST_VALUE_TAG or group.tag == GroupTag.END:
        raise IppError("no delimiter of a group")
    return bytes([group.tag]) + b"".join(
        _attribute_bytes(attribute, 0) for attribute in group.attributes
    )


def _attribute_bytes(attribute: Attribute, nesting: int) -> bytes:
    if not attribute.name or not attribute.values:
        raise IppError("an attribute needs a name and a value")
    names = (attribute.name, *[""] * (len(attribute.values) - 1))
    return b"".join(
        bytes([_checked(value.tag)]) + _counted(name.encode()) + _value_bytes(value, nesting)
        for name, value in zip(names, attribute.values, strict=True)
    )


def _member_bytes(member: Attribute, nesting: int) -> bytes:
    """A member of a collection: its name is a value, and its own name field is empty."""
    if not member.values:
        raise IppError("a member needs a value")
    name = bytes([Tag.MEMBER_NAME]) + _counted(b"") + _counted(member.name.encode())
    return name + b"".join(
        bytes([_checked(value.tag)]) + _counted(b"") + _value_bytes(value, nesting)
        for value in member.values
    )


def _checked(tag: int) -> int:
    if not _FIRST_VALUE_TAG <= tag <= 0xFF or tag in {Tag.END_COLLECTION, Tag.MEMBER_NAME}:
        raise IppError("no tag of a value")
    return tag


def _counted(raw: bytes) -> bytes:
    if len(raw) > _LONGEST:
        raise IppError("longer than a length field can say")
    return struct.pack(">H", len(raw)) + raw


def _value_bytes(value: Value, nesting: int) -> bytes:
    tag, content = value.tag, value.content
    if tag == Tag.COLLECTION and isinstance(content, tuple):
        if nesting >= MAX_NESTING:
            raise IppError("collections nested too deep")
        members = b"".join(_member_bytes(member, nesting + 1) for member in content)
        return _counted(b"") + members + bytes([Tag.END_COLLECTION]) + b"\0\0\0\0"
    return _counted(_plain_bytes(tag, content))


def _plain_bytes(tag: int, content: Content) -> bytes:
    try:
        if tag in _OUT_OF_BAND and content is None:
            return b""
        if tag == Tag.BOOLEAN and isinstance(content, bool):
            return bytes([content])
        if tag in _WHOLE_NUMBERS and isinstance(content, int):
            return struct.pack(">i", content)
        if tag == Tag.RANGE and isinstance(content, IntRange):
            return struct.pack(">ii", content.lower, content.upper)
        if tag in _WITH_LANGUAGE and isinstance(content, WithLanguage):
            return _counted(content.language.encode()) + _counted(content.text.encode())
        if tag in _STRINGS and isinstance(content, str):
            return content.encode()
    except (struct.error, UnicodeEncodeError) as error:
        raise IppError("a value is out of range") from error
    if _kept_as_bytes(tag) and isinstance(content, bytes):
        return content
    raise IppError("a value does not fit its tag")


def _kept_as_bytes(tag: int) -> bool:
    """Whether a tag's values stay bytes, those of tags nobody here knows among them."""
    shaped = _STRINGS | _WHOLE_NUMBERS | _WITH_LANGUAGE
    return (
        tag not in shaped
        and tag not in _OUT_OF_BAND
        and tag not in {Tag.BOOLEAN, Tag.RANGE, Tag.COLLECTION}
    )


# Decoding -------------------------------------------------------------------------------------


def decode(raw: bytes) -> Message:
    """The message in `raw`. Raises IppError, and nothing else, for whatever is not one.

    Text that is no UTF-8 is kept with replacement characters: one odd text must not hide the
    printer's state.
    """
    cursor = _Cursor(raw)
    major, minor, code, request_id = struct.unpack(">BBHi", cursor.take(8))
    groups: list[Group] = []
    tag = cursor.byte()
    while tag != GroupTag.END:
        if tag >= _FIRST_VALUE_TAG:
            raise IppError("an attribute outside a group")
        group_tag = tag
        attributes, tag = _attributes(cursor)
        groups.append(Group(group_tag, attributes))
    return Message(code, request_id, tuple(groups), cursor.rest(), (major, minor))


class _Cursor:
    """The bytes still to be read."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._at = 0

    def take(self, count: int) -> bytes:
        if self._at + count > len(self._raw):
            raise IppError("the message ends too early")
        piece = self._raw[self._at : self._at + count]
        self._at += count
        return piece

    def byte(self) -> int:
        return self.take(1)[0]

    def counted(self) -> bytes:
        return self.take(int.from_bytes(self.take(2), "big"))

    def rest(self) -> bytes:
        return self._raw[self._at :]


def _attributes(cursor: _Cursor) -> tuple[tuple[Attribute, ...], int]:
    """The attributes up to the next delimiter, and that delimiter."""
    found: list[tuple[str, list[Value]]] = []
    while (tag := cursor.byte()) >= _FIRST_VALUE_TAG:
        if tag in {Tag.END_COLLECTION, Tag.MEMBER_NAME}:
            raise IppError("a collection's part outside a collection")
        name = _text(cursor.counted())
        if name:
            found.append((name, []))
        if not found:
            raise IppError("a further value before any attribute")
        found[-1][1].append(_value(cursor, tag, 0))
    return tuple(Attribute(name, tuple(values)) for name, values in found), tag


def _value(cursor: _Cursor, tag: int, nesting: int) -> Value:
    raw = cursor.counted()
    if tag == Tag.COLLECTION:
        return Value(tag, _members(cursor, nesting + 1))
    return Value(tag, _content(tag, raw))


def _members(cursor: _Cursor, nesting: int) -> tuple[Attribute, ...]:
    if nesting > MAX_NESTING:
        raise IppError("collections nested too deep")
    found: list[tuple[str, list[Value]]] = []
    while True:
        tag = cursor.byte()
        if tag < _FIRST_VALUE_TAG:
            raise IppError("a collection that does not end")
        if cursor.counted():
            raise IppError("a named attribute inside a collection")
        if tag == Tag.END_COLLECTION:
            cursor.counted()
            break
        if tag == Tag.MEMBER_NAME:
            found.append((_text(cursor.counted()), []))
        elif found:
            found[-1][1].append(_value(cursor, tag, nesting))
        else:
            raise IppError("a member's value before its name")
    if not all(values for _, values in found):
        raise IppError("a member without a value")
    return tuple(Attribute(name, tuple(values)) for name, values in found)


def _content(tag: int, raw: bytes) -> Content:
    if tag in _OUT_OF_BAND:
        return None
    if tag in _STRINGS:
        return _text(raw)
    if tag in _WHOLE_NUMBERS:
        return _unpacked(">i", raw)[0]
    if tag == Tag.BOOLEAN:
        return bool(_unpacked(">B", raw)[0])
    if tag == Tag.RANGE:
        return IntRange(*_unpacked(">ii", raw))
    if tag in _WITH_LANGUAGE:
        inner = _Cursor(raw)
        return WithLanguage(_text(inner.counted()), _text(inner.counted()))
    return raw


def _unpacked(layout: str, raw: bytes) -> tuple[int, ...]:
    try:
        numbers: tuple[int, ...] = struct.unpack(layout, raw)
    except struct.error as error:
        raise IppError("a value of the wrong size") from error
    return numbers


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", errors="replace")
