"""The wire protocol of SDT/SAM_V card readers (居民身份证阅读机具): bytes to values and back; pure.

    request   AA AA AA 96 69 | length, 2 bytes | command, parameter [data]  | check
    answer    AA AA AA 96 69 | length, 2 bytes | SW1 SW2 SW3 [data]         | check

The length is big-endian and counts everything after it; the check is the exclusive or of all
bytes between preamble and check, the two length bytes included. Only SW3 says how it went.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from functools import reduce
from operator import xor

from counter_app.errors import CardError, ReaderError

PREAMBLE = b"\xaa\xaa\xaa\x96\x69"
HEADER_BYTES = len(PREAMBLE) + 2
MAX_LENGTH = 4096  # of what the length field counts; the longest real answer has 2,314
SHORTEST_ANSWER = 4  # SW1 SW2 SW3 and the check
NEW_ADDRESS_BYTES = 70


def checksum(body: bytes) -> int:
    """The exclusive or of `body`: length bytes, status or command, data."""
    return reduce(xor, body, 0)


def frame(body: bytes) -> bytes:
    """A whole frame around `body` (command and data, or status and data)."""
    counted = struct.pack(">H", len(body) + 1) + body
    return PREAMBLE + counted + bytes([checksum(counted)])


class Status(Enum):
    """SW3: how a command went."""

    DONE = 0x90
    FOUND = 0x9F
    ABSENT = 0x91  # the card has no such item: no new address
    NO_CARD = 0x80
    SELECT_FAILED = 0x81
    READ_FAILED = 0x41
    CARD_REFUSED_SAM = 0x31
    SAM_REFUSED_CARD = 0x32
    CARD_CHECK_FAILED = 0x33
    WRONG_CARD = 0x40
    RANDOM_FAILED = 0x47
    HOST_CHECKSUM = 0x10
    HOST_LENGTH = 0x11
    HOST_COMMAND = 0x21
    UNKNOWN_ERROR = 0x24
    SELF_TEST_FAILED = 0x60
    UNAUTHORISED = 0x66


_CODES: dict[Status, str] = {
    Status.SELECT_FAILED: "card.select_failed",
    Status.READ_FAILED: "card.read_failed",
    Status.RANDOM_FAILED: "card.read_failed",
    Status.CARD_REFUSED_SAM: "card.not_genuine",
    Status.SAM_REFUSED_CARD: "card.not_genuine",
    Status.CARD_CHECK_FAILED: "card.not_genuine",
    Status.WRONG_CARD: "card.not_genuine",
    Status.NO_CARD: "card.none",
    Status.HOST_CHECKSUM: "reader.protocol",
    Status.HOST_LENGTH: "reader.protocol",
    Status.HOST_COMMAND: "reader.protocol",
    Status.UNKNOWN_ERROR: "reader.protocol",
    Status.SELF_TEST_FAILED: "reader.self_test_failed",
    Status.UNAUTHORISED: "reader.unauthorised",
}
# Any command may be answered by these: they speak of the module or of our frame, not of the card.
_OF_THE_MODULE = frozenset(status for status, code in _CODES.items() if code.startswith("reader."))
WORTH_RETRYING = frozenset({Status.READ_FAILED, Status.RANDOM_FAILED})


@dataclass(frozen=True, slots=True)
class Answer:
    """One whole answer whose check held. SW1 and SW2 come from the card and may be anything."""

    sw1: int
    sw2: int
    sw3: int
    data: bytes = field(default=b"", repr=False)

    @property
    def status(self) -> Status | None:
        """What SW3 means, or None for a value the field does not know."""
        try:
            return Status(self.sw3)
        except ValueError:
            return None

    def error(self) -> CardError | ReaderError | None:
        """The failure this answer reports, or None where it reports none.

        A status nobody knows is taken as `reader.protocol`; `facts["sw3"]` tells which.
        """
        status = self.status
        if status in {Status.DONE, Status.FOUND, Status.ABSENT}:
            return None
        code = "reader.protocol" if status is None else _CODES[status]
        kind = CardError if code.startswith("card.") else ReaderError
        return kind(code, sw3=f"{self.sw3:02X}")


# Commands -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Command:
    """A request, the time the field grants its answer, and which answers can be its own.

    Answers do not say what they answer. A late answer to the command before is recognised, and
    passed over, by a status or size that this command cannot have.
    """

    name: str
    request: bytes
    timeout_s: float
    own: frozenset[Status]
    sizes: Callable[[int], bool]

    def may_be_answered_by(self, answer: Answer) -> bool:
        """Whether `answer` can be to this command; if not, it is a late one and is dropped."""
        status = answer.status
        if status is None or status in _OF_THE_MODULE:
            return True
        if status not in self.own:
            return False
        return status is not Status.DONE or self.sizes(len(answer.data))


_CARD_TROUBLE = frozenset(
    {
        Status.READ_FAILED,
        Status.CARD_REFUSED_SAM,
        Status.SAM_REFUSED_CARD,
        Status.CARD_CHECK_FAILED,
        Status.WRONG_CARD,
        Status.RANDOM_FAILED,
    }
)
_READING = _CARD_TROUBLE | {Status.DONE}


def _longer_than_an_address(size: int) -> bool:
    return size > NEW_ADDRESS_BYTES


RESET = Command("reset", frame(b"\x10\xff"), 0.3, frozenset({Status.DONE}), lambda size: size == 0)
MODULE_STATUS = Command(
    "status", frame(b"\x11\xff"), 0.3, frozenset({Status.DONE}), lambda size: size == 0
)
SAM_ID = Command(
    "sam_id", frame(b"\x12\xff"), 0.3, frozenset({Status.DONE}), lambda size: size == 16
)
FIND = Command(
    "find",
    frame(b"\x20\x01"),
    0.3,
    frozenset({Status.FOUND, Status.NO_CARD}),
    lambda _size: False,
)
SELECT = Command(
    "select",
    frame(b"\x20\x02"),
    0.3,
    _CARD_TROUBLE | {Status.DONE, Status.SELECT_FAILED},
    lambda size: size < 16,
)
READ = Command("read", frame(b"\x30\x01"), 2.0, _READING, _longer_than_an_address)
# Needs a law that allows it (居民身份证法); nothing sends it unless it is configured.
READ_WITH_FINGERPRINT = Command(
    "read_with_fingerprint", frame(b"\x30\x10"), 3.0, _READING, _longer_than_an_address
)
READ_NEW_ADDRESS = Command(
    "read_new_address",
    frame(b"\x30\x03"),
    1.5,
    _READING | {Status.ABSENT},
    lambda size: 16 < size <= 256,
)

_SPEED_PARAMETERS = {115200: 0, 57600: 1, 38400: 2, 19200: 3, 9600: 4}


def set_speed(baud: int) -> bytes:
    """The request that sets the module's speed. Raises KeyError for a speed it does not have."""
    return frame(bytes([0x60, _SPEED_PARAMETERS[baud]]))


def set_max_rf_bytes(count: int = 80) -> bytes:
    """The request that caps the bytes of one exchange between module and card."""
    return frame(bytes([0x61, 0xFF, count]))


# Answers --------------------------------------------------------------------------------------


class Resynchroniser:
    """Finds whole answers in whatever comes over the line, split at any place.

    Hunts for the preamble; drops a frame whose length or check is wrong and goes on at the next
    preamble inside the dropped bytes. `damaged` counts such frames, `noise` the bytes that
    belonged to no answer.
    """

    def __init__(self) -> None:
        self._pending = bytearray()
        self.damaged = 0
        self.noise = 0

    def feed(self, received: bytes) -> list[Answer]:
        """Take some bytes; give the answers that became whole with them. Never raises."""
        self._pending += received
        answers = []
        while self._hunt():
            if len(self._pending) < HEADER_BYTES:
                break
            length = int.from_bytes(self._pending[len(PREAMBLE) : HEADER_BYTES], "big")
            if not SHORTEST_ANSWER <= length <= MAX_LENGTH:
                self._drop_damaged()
                continue
            if len(self._pending) < HEADER_BYTES + length:
                break
            counted = bytes(self._pending[len(PREAMBLE) : HEADER_BYTES + length])
            if checksum(counted) != 0:  # a body and its own check cancel out
                self._drop_damaged()
                continue
            answers.append(Answer(counted[2], counted[3], counted[4], counted[5:-1]))
            del self._pending[: HEADER_BYTES + length]
        return answers

    def missing(self) -> int:
        """How many bytes at least are missing for the next answer to be whole.

        Reading exactly so many never waits for a byte past the end of an answer.
        """
        pending = len(self._pending)
        if pending < HEADER_BYTES:
            return HEADER_BYTES - pending
        length = int.from_bytes(self._pending[len(PREAMBLE) : HEADER_BYTES], "big")
        return HEADER_BYTES + length - pending

    def reset(self) -> None:
        """Forget what is half received: a new command begins."""
        self._pending.clear()

    def _hunt(self) -> bool:
        """Bring the next preamble, or what may become one, to the front."""
        start = self._pending.find(PREAMBLE)
        if start < 0:
            keep = next(
                count
                for count in range(min(len(PREAMBLE) - 1, len(self._pending)), -1, -1)
                if self._pending.endswith(PREAMBLE[:count])
            )
            start = len(self._pending) - keep
        self.noise += start
        del self._pending[:start]
        return len(self._pending) >= len(PREAMBLE)

    def _drop_damaged(self) -> None:
        self.damaged += 1
        self.noise += 1
        del self._pending[:1]


@dataclass(frozen=True, slots=True)
class CardContents:
    """The raw parts of a read answer; a part the card has not is empty."""

    text: bytes = field(repr=False)
    photo: bytes = field(repr=False)
    fingerprint: bytes = field(default=b"", repr=False)


def card_contents(data: bytes, *, with_fingerprint: bool = False) -> CardContents:
    """Cut a read answer's data by the lengths it gives (two, or three with fingerprint).

    Raises CardError `card.unreadable_text` where they do not add up to what came.
    """
    count = 3 if with_fingerprint else 2
    if len(data) < 2 * count:
        raise CardError("card.unreadable_text", part="lengths")
    lengths = struct.unpack(f">{count}H", data[: 2 * count])
    if 2 * count + sum(lengths) != len(data):
        raise CardError("card.unreadable_text", part="lengths")
    parts = []
    start = 2 * count
    for length in lengths:
        parts.append(data[start : start + length])
        start += length
    return CardContents(*parts)


def sam_id(data: bytes) -> str:
    """The security module's number as it is printed: `bb.bb-yyyymmdd-nnnnnnnnnn-nnnnnnnnnn`.

    Raises ReaderError `reader.protocol` for data that is not 16 bytes.
    """
    if len(data) != 16:
        raise ReaderError("reader.protocol", answer="sam_id")
    region, _, kind, _, made, serial, random_part = struct.unpack("<BBBBIII", data)
    return f"{region:02d}.{kind:02d}-{made:08d}-{serial:010d}-{random_part:010d}"
