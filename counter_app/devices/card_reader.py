"""An SDT/SAM_V card reader (居民身份证阅读机具) on a serial line, told as events.

Time-outs are those the field uses (`sdt_protocol`); everything that can be expected of a reader
and a card is an event or a state, never an exception out of `next_event`.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from enum import Enum, auto

from counter_app.devices import card_text, sdt_protocol
from counter_app.devices.photo import PhotoDecoder
from counter_app.devices.sdt_protocol import Answer, Command, Status
from counter_app.devices.transport import SerialTransport, Transport
from counter_app.devices.watched_device import WatchedDevice
from counter_app.domain.reading import (
    CardFailed,
    CardFound,
    CardRead,
    CardRemoved,
    NewAddress,
    PhotoDecoded,
    ReaderEvent,
    ReaderLost,
    ReaderReady,
)
from counter_app.errors import CardError, ReaderError

_log = logging.getLogger(__name__)

SPEEDS = (115200, 57600, 38400, 19200, 9600, 230400)  # in the order they are tried
_ATTEMPTS = 3  # one, and two retries where the card says "read failed"
_BAD_POLLS = 5  # unanswered, damaged or refused polls in a row until the reader counts as lost
_GRACE_S = 0.3  # while bytes keep coming, an answer gets so much longer, and again
_MOST_TIMES = 4  # but never more than so many times its time-out
_AFTER_DAMAGE_S = 0.1  # a damaged answer is not sent again; only what is on the way is awaited
_FATAL = frozenset({Status.SELF_TEST_FAILED, Status.UNAUTHORISED})


class _Place(Enum):
    """What is known of the place on the reader where a card lies."""

    EMPTY = auto()
    FOUND = auto()  # a card that is still to be read
    READ = auto()  # read just now; nothing heard since
    FOUND_AGAIN = auto()  # "found" right after a read: swapped at once, or a module that repeats
    READ_AND_SEEN = auto()  # read, and this module goes on saying "found"
    READ_AND_UNSEEN = auto()  # read, and "no card" since: still there or gone, nobody can tell
    FAILED = auto()  # not readable; nothing more is tried before it is lifted


def open_reader_port(port: str, baud: int) -> Transport:
    """The serial port of a card reader. Raises ReaderError."""
    return SerialTransport(port, baud)


class SerialCardReader(WatchedDevice[Transport, ReaderEvent]):
    """A card reader on a serial port (`counter_app.ports.CardReader`).

    Looks for the reader at the configured speed, then at the others; polls for a card every
    `poll_interval_s`; reads each placing of a card once. After a read the card has to leave the
    reader before it, or another, is read. An exchange that has begun is finished before
    `next_event` returns: usually a tenth of a second, seconds with a module that stopped in the
    middle of a card.

    A `CardRead` is given out as soon as its last byte came; `NewAddress` and, with a
    `photo_decoder`, `PhotoDecoded` follow from later calls. `clock` counts seconds, `pause` waits
    for some; both only need replacing to play back a recorded conversation.
    """

    _called = "card reader"
    _fault = ReaderError

    def __init__(
        self,
        port: str,
        baud: int = 115200,
        clock: Callable[[], float] = time.monotonic,
        poll_interval_s: float = 0.3,
        photo_decoder: PhotoDecoder | None = None,
        *,
        look_again_s: float = 1.0,
        open_transport: Callable[[str, int], Transport] = open_reader_port,
        pause: Callable[[float], object] | None = None,
    ) -> None:
        super().__init__(ReaderLost, clock, look_again_s)
        self._port = port
        self._speed = baud
        self._poll_interval_s = poll_interval_s
        self._photo_decoder = photo_decoder
        self._open_transport = open_transport
        self._pause = pause or self._pause

        self._line = sdt_protocol.Resynchroniser()
        self._speeds_left: deque[int] = deque()
        self._ready = False
        self._sam_id = ""
        self._bad_polls = 0
        self._next_poll = clock()
        self._place = _Place.EMPTY
        self._last_text = b""  # a digest of it, and only until the next poll
        self._gone = False  # the module saw no card while one was being read
        self._photo_to_follow: bytes | None = None
        self._address_to_follow = False

    def read_once(self, timeout_s: float) -> CardRead:
        """One card, its new address in the identity.

        Raises ReaderError for a reader that is not there, busy, silent or broken, and CardError
        for a card that cannot be read or, `card.none`, none within `timeout_s` seconds.
        """
        deadline = self._clock() + timeout_s
        while (left := deadline - self._clock()) > 0 and not self._closing.is_set():
            event = self.next_event(left)
            if isinstance(event, ReaderLost):
                raise ReaderError(event.code, port=self._port)
            if isinstance(event, CardFailed):
                raise CardError(event.code, **event.facts)
            if isinstance(event, CardRead):
                return self._with_new_address(event)
        if not self._ready:
            raise ReaderError("reader.silent", port=self._port)
        raise CardError("card.none")

    # Steps ---------------------------------------------------------------------------------

    def _open(self) -> Transport:
        transport = self._open_transport(self._port, self._speed)
        self._speeds_left = deque(dict.fromkeys((self._speed, *SPEEDS)))
        self._line = sdt_protocol.Resynchroniser()
        return transport

    def _listen(self, wire: Transport, wait_s: float) -> None:
        now = self._clock()
        if self._address_to_follow:
            self._follow_with_address()
        elif self._photo_to_follow is not None:
            self._follow_with_photo()
        elif self._place is _Place.FOUND:
            self._read_card()
        elif self._place is _Place.FOUND_AGAIN:
            self._read_if_another()
        elif not self._ready:
            self._try_next_speed(wire)
        elif now < self._next_poll:
            self._pause(min(wait_s, self._next_poll - now))
        else:
            self._next_poll = now + self._poll_interval_s
            self._poll()

    def _try_next_speed(self, transport: Transport) -> None:
        if not self._speeds_left:
            raise ReaderError("reader.garbled" if self._line.damaged else "reader.silent")
        speed = self._speeds_left.popleft()
        transport.set_speed(speed)
        answer = self._exchange(sdt_protocol.MODULE_STATUS)
        if answer is None:
            return
        fault = answer.error()
        if fault is not None and answer.status in _FATAL:
            raise fault
        self._speed = speed
        self._sam_id = self._ask_sam_id()
        self._ready = True
        self._bad_polls = 0
        self._place = _Place.EMPTY
        self._next_poll = self._clock()
        _log.info("card reader ready at %d baud", speed)
        self._is_ready(ReaderReady(self._port, self._sam_id))

    def _ask_sam_id(self) -> str:
        answer = self._exchange(sdt_protocol.SAM_ID)
        if answer is None or answer.status is not Status.DONE:
            return ""
        return sdt_protocol.sam_id(answer.data)

    def _forget(self) -> None:
        self._ready = False
        self._place = _Place.EMPTY
        self._last_text = b""
        self._address_to_follow = False
        self._photo_to_follow = None

    # Cards ---------------------------------------------------------------------------------

    def _poll(self) -> None:
        answer = self._exchange(sdt_protocol.FIND)
        fault = None if answer is None else answer.error()
        if isinstance(fault, ReaderError) and answer is not None and answer.status in _FATAL:
            raise fault
        if answer is None or isinstance(fault, ReaderError):
            self._count_bad_poll(fault.code if fault else "reader.silent")
            return
        self._bad_polls = 0
        self._line.damaged = 0
        if answer.status is Status.FOUND:
            self._see_card()
        else:
            self._see_none()

    def _count_bad_poll(self, code: str) -> None:
        self._bad_polls += 1
        _log.debug("poll %d without an answer: %s", self._bad_polls, code)
        if self._bad_polls >= _BAD_POLLS:
            raise ReaderError("reader.garbled" if self._line.damaged >= _BAD_POLLS else code)

    def _see_card(self) -> None:
        if self._place in {_Place.FAILED, _Place.READ_AND_SEEN}:
            return
        if self._place is _Place.READ:
            self._place = _Place.FOUND_AGAIN
            return
        if self._place is _Place.READ_AND_UNSEEN:
            self._events.append(CardRemoved())  # found anew, so it had left
        self._place = _Place.FOUND
        self._events.append(CardFound())

    def _see_none(self) -> None:
        self._last_text = b""
        if self._place is _Place.READ:
            self._place = _Place.READ_AND_UNSEEN
        elif self._place in {_Place.FAILED, _Place.READ_AND_SEEN}:
            self._place = _Place.EMPTY
            self._events.append(CardRemoved())

    def _read_card(self) -> None:
        """Read the card just found, trying again where that can help; report how it went."""
        self._place = _Place.FAILED  # unless it goes well
        try:
            answer = self._attempts()
        except CardError as fault:
            self._tell_failure(fault)
            self._unless_gone()
            return
        self._note_text(answer)
        self._tell(answer)

    def _read_if_another(self) -> None:
        """Told "found" at the first poll after a read: look whose card it is before telling.

        By the field's rule the card has left and another lies there. A module that does not keep
        the rule finds the same card again and again; that one is not told twice.
        """
        before, self._last_text = self._last_text, b""
        self._place = _Place.READ_AND_SEEN
        try:
            answer = self._attempts()
        except CardError as fault:
            self._place = _Place.FAILED
            self._events += [CardRemoved(), CardFound()]
            self._tell_failure(fault)
            self._unless_gone()
            return
        self._note_text(answer)
        if self._last_text != before:
            self._events += [CardRemoved(), CardFound()]
            self._tell(answer)

    def _tell(self, answer: Answer) -> None:
        """Tell what the card says; for the module it is read, whether or not it makes sense."""
        self._place = _Place.READ
        try:
            contents = sdt_protocol.card_contents(answer.data)
            read = CardRead(
                card_text.identity_from(contents.text, self._sam_id), contents.photo or None
            )
        except CardError as fault:
            self._tell_failure(fault)
            return
        self._address_to_follow = True
        if self._photo_decoder is not None:
            self._photo_to_follow = read.photo
        self._events.append(read)

    def _tell_failure(self, fault: CardError) -> None:
        _log.info("card not read: %s", fault.code)
        self._events.append(CardFailed(fault.code, fault.facts))

    def _unless_gone(self) -> None:
        """A card that was taken off while it was read may be put down again at once.

        Else one that is back before the next poll would pass for the one that failed.
        """
        if self._gone:
            self._see_none()

    def _note_text(self, answer: Answer) -> None:
        self._last_text = hashlib.sha256(answer.data).digest()

    def _attempts(self) -> Answer:
        """The card's answer. Raises CardError for the card, ReaderError for the reader."""
        failure: CardError | ReaderError = CardError("card.read_failed")
        self._gone = False
        for attempt in range(_ATTEMPTS):
            if attempt and not self._found_again():
                break
            answer = self._exchange(sdt_protocol.SELECT)
            if answer is not None and answer.status is Status.DONE:
                answer = self._exchange(sdt_protocol.READ)
            if answer is None:
                failure = CardError("card.read_failed")
                continue
            fault = answer.error()
            if fault is None:
                return answer
            failure = fault
            if fault.code == "card.not_genuine" or answer.status in _FATAL:
                break
        raise failure

    def _found_again(self) -> bool:
        answer = self._exchange(sdt_protocol.FIND)
        self._gone = answer is not None and answer.status is Status.NO_CARD
        return answer is not None and answer.status is Status.FOUND

    def _follow_with_address(self) -> None:
        self._address_to_follow = False
        address = self._new_address()
        if address:
            self._events.append(NewAddress(address))

    def _new_address(self) -> str:
        """The card's newer address; "" where it has none or it cannot be had."""
        answer = self._exchange(sdt_protocol.READ_NEW_ADDRESS)
        if answer is None or answer.status is not Status.DONE:
            return ""
        try:
            return card_text.new_address_from(answer.data)
        except CardError as fault:
            _log.warning("new address not readable: %s", fault.code)
            return ""

    def _with_new_address(self, read: CardRead) -> CardRead:
        with self._in_use:
            self._address_to_follow = False
            address = self._new_address()
        return replace(read, identity=replace(read.identity, new_address=address))

    def _follow_with_photo(self) -> None:
        wlt, self._photo_to_follow = self._photo_to_follow, None
        if wlt is None or self._photo_decoder is None:
            return
        picture = self._photo_decoder.decode(wlt)
        if picture is not None:
            self._events.append(PhotoDecoded(picture))

    # The line ------------------------------------------------------------------------------

    def _exchange(self, command: Command) -> Answer | None:
        """Send a command and wait for its own answer; None where none came in time.

        What arrived before is dropped, and so is a late answer to an earlier command. As long as
        bytes keep coming the time-out is stretched, so that a slow line is not a failure. Raises
        ReaderError where the port is gone.
        """
        transport = self._wire
        if transport is None:
            raise ReaderError("reader.port_missing")
        self._line.reset()
        transport.drop_input()
        transport.write(command.request)
        start = self._clock()
        deadline = start + command.timeout_s
        last = start + _MOST_TIMES * command.timeout_s
        damaged = self._line.damaged
        while not self._closing.is_set() and (left := deadline - self._clock()) > 0:
            received = transport.read(self._line.missing(), left)
            for answer in self._line.feed(received):
                if command.may_be_answered_by(answer):
                    return answer
                _log.debug("late answer passed over while waiting for %s", command.name)
            if self._line.damaged > damaged:
                damaged = self._line.damaged
                _log.info("damaged answer to %s", command.name)
                deadline = min(deadline, self._clock() + _AFTER_DAMAGE_S)
            elif received:
                deadline = min(last, max(deadline, self._clock() + _GRACE_S))
        return None
