"""An SDT/SAM_V card reader without hardware: a module's state machine behind a pseudo-terminal.

It speaks the real wire protocol at the real pace, and can be told to misbehave in the ways real
readers do. Answers are the literals of the field's tables, made apart from `sdt_protocol`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from types import TracebackType

from counter_app.devices.simulators.cards import (
    SimulatedCard,
    answer_frame,
    new_address_answer,
)
from counter_app.devices.simulators.line import SimulatedLine

_PREAMBLE = bytes.fromhex("AAAAAA9669")
_OK = bytes.fromhex("AAAAAA9669000400009094")
_FOUND = bytes.fromhex("AAAAAA9669000800009F0000000097")
_SELECTED = bytes.fromhex("AAAAAA9669000C00009000000000000000009C")
_NO_CARD = bytes.fromhex("AAAAAA9669000400008084")
_SELECT_FAILED = bytes.fromhex("AAAAAA9669000400008185")
_READ_FAILED = bytes.fromhex("AAAAAA9669000400004145")
_NO_NEW_ADDRESS = bytes.fromhex("AAAAAA9669000400009195")
_SAM_ID = bytes.fromhex("AAAAAA96690014000090050003005577330140E20100D21E0000FD")
_BAD_CHECKSUM, _BAD_LENGTH, _BAD_COMMAND = b"\x00\x00\x10", b"\x00\x00\x11", b"\x00\x00\x21"

_NAMES = {
    b"\x10\xff": "reset",
    b"\x11\xff": "status",
    b"\x12\xff": "sam_id",
    b"\x20\x01": "find",
    b"\x20\x02": "select",
    b"\x30\x01": "read",
    b"\x30\x03": "new_address",
}


class SimulatedModule:
    """What a SAM_V module does with a request; no line, no time.

    A card must be found and selected before each read. After a read went well, "find" says that
    there is no card until the card has left.
    """

    def __init__(self) -> None:
        self._card: SimulatedCard | None = None
        self._found = self._selected = self._was_read = False

    @property
    def has_card(self) -> bool:
        """Whether a card lies on the reader."""
        return self._card is not None

    def put(self, card: SimulatedCard) -> None:
        """Lay a card on the reader, instead of one that lies there."""
        self._card = card
        self.restart()

    def lift(self) -> None:
        """Take the card off."""
        self._card = None
        self.restart()

    def restart(self) -> None:
        """Power lost and back: the module knows nothing of the card before."""
        self._found = self._selected = self._was_read = False

    def fail(self) -> None:
        """An answer was replaced by a failure: the card has to be found again."""
        self._found = self._selected = self._was_read = False

    def answer(self, request: bytes) -> bytes:
        """The answer to a whole request, preamble to check."""
        counted = request[len(_PREAMBLE) :]
        length = int.from_bytes(counted[:2], "big")
        if length != len(counted) - 2 or length < 3:
            return answer_frame(_BAD_LENGTH)
        check = 0
        for byte in counted:
            check ^= byte
        if check != 0:
            return answer_frame(_BAD_CHECKSUM)
        return self._obey(command_name(request))

    def _obey(self, command: str) -> bytes:
        if command in {"reset", "status"}:
            return _OK
        if command == "sam_id":
            return _SAM_ID
        if command == "find":
            return self._find()
        if command == "select":
            return self._select()
        if command == "read":
            return self._read()
        if command == "new_address":
            return self._read_new_address()
        return answer_frame(_BAD_COMMAND)

    def _find(self) -> bytes:
        self._selected = False
        self._found = self._card is not None and not self._was_read
        return _FOUND if self._found else _NO_CARD

    def _select(self) -> bytes:
        self._selected, self._found = self._found, False
        return _SELECTED if self._selected else _SELECT_FAILED

    def _read(self) -> bytes:
        if self._card is None or not self._selected or self._was_read:
            return _READ_FAILED
        self._was_read = True
        return self._card.answer

    def _read_new_address(self) -> bytes:
        if self._card is None or not self._selected:
            return _READ_FAILED
        if not self._card.new_address:
            return _NO_NEW_ADDRESS
        return new_address_answer(self._card.new_address)


def command_name(request: bytes) -> str:
    """Which command a request is: find, select, read, ...; "" for one that is not known."""
    return _NAMES.get(bytes(request[len(_PREAMBLE) + 2 : len(_PREAMBLE) + 4]), "")


class Misbehaviour(Enum):
    """The ways a reader misbehaves."""

    SLOW = "slow"  # the bytes come `amount` times as slowly
    DRIBBLE = "dribble"  # one byte at a time, `amount` seconds between them
    WRONG_CHECKSUM = "wrong_checksum"
    LATE = "late"  # nothing for `amount` seconds, then the whole answer
    PULLED = "pulled"  # the card is taken off after `amount` bytes of the answer
    SILENT = "silent"
    NOISE = "noise"  # `noise` before the answer
    STATUS = "status"  # SW3 is `amount` instead of the answer


@dataclass(frozen=True, slots=True)
class Fault:
    """One misbehaviour, for the next `times` answers to `command` ("" for any command)."""

    kind: Misbehaviour
    command: str = "read"
    amount: float = 0
    times: int = 1
    noise: bytes = b""

    @classmethod
    def select_fails(cls, times: int = 1) -> Fault:
        """Selecting the card fails (SW3 81)."""
        return cls(Misbehaviour.STATUS, "select", 0x81, times)

    @classmethod
    def read_fails(cls, times: int = 1) -> Fault:
        """Reading the card fails (SW3 41)."""
        return cls(Misbehaviour.STATUS, "read", 0x41, times)

    @classmethod
    def not_genuine(cls, times: int = 1) -> Fault:
        """The card does not authenticate itself to the module (SW3 32)."""
        return cls(Misbehaviour.STATUS, "select", 0x32, times)


class SimulatedReader:
    """A card reader on a pseudo-terminal, with a thread of its own; also a context manager.

    `port` is the name to open. With `pace` bytes come at `baud`, 8N1; a program that opened the
    port at another speed gets garbage. `last_card_byte_at` is the moment, by `time.monotonic`,
    just before the last byte of the last card that was read without a fault went on the line.
    """

    def __init__(self, baud: int = 115200, pace: bool = True) -> None:
        self._baud = baud
        self._rate = baud / 10 if pace else None
        self._line = SimulatedLine("card-reader")
        self._module = SimulatedModule()
        self._faults: list[Fault] = []
        self._dead = False
        self._state = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="simulated reader", daemon=True)
        self.last_card_byte_at: float | None = None

    @property
    def port(self) -> str:
        """The port's name; it stays over unplugging and replugging."""
        return self._line.port

    @property
    def has_card(self) -> bool:
        """Whether a card lies on the reader."""
        with self._state:
            return self._module.has_card

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop answering and remove the port; calling it again does nothing."""
        self._line.close()
        if self._thread.is_alive():
            self._thread.join()
        self._line.dispose()

    def __enter__(self) -> SimulatedReader:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def put(self, card: SimulatedCard | bytes) -> None:
        """Lay a card on the reader: a card, or the bytes of its whole answer to 30 01."""
        with self._state:
            self._module.put(card if isinstance(card, SimulatedCard) else SimulatedCard(card))

    def lift(self) -> None:
        """Take the card off."""
        with self._state:
            self._module.lift()

    def unplug(self) -> None:
        """Pull the reader's plug; a card stays lying on it."""
        self._line.unplug()
        with self._state:
            self._module.restart()

    def replug(self) -> None:
        """Plug the reader in again, under the same name."""
        self._line.replug()

    def script(self, *faults: Fault) -> None:
        """Misbehave from now on as told, each fault for its own next answers."""
        with self._state:
            self._faults.extend(faults)

    def well(self) -> None:
        """Forget every fault, and live."""
        with self._state:
            self._faults.clear()
            self._dead = False

    def die(self) -> None:
        """Answer nothing at all until `well`."""
        with self._state:
            self._dead = True

    # The thread ----------------------------------------------------------------------------

    def _run(self) -> None:
        pending = bytearray()
        while not self._line.closed:
            received = self._line.receive()
            if not self._line.plugged:
                pending.clear()
            if not received:
                continue
            if self._line.speed() != self._baud:
                self._line.send(_garbled(received), self._rate)
                continue
            pending += received
            for request in _requests(pending):
                self._serve(request)

    def _serve(self, request: bytes) -> None:
        command = command_name(request)
        with self._state:
            if self._dead:
                return
            fault = self._next_fault(command)
            if fault is not None and fault.kind is Misbehaviour.STATUS:
                self._module.fail()
                answer = answer_frame(bytes([0, 0, int(fault.amount)]))
            else:
                answer = self._module.answer(request)
        if fault is not None and fault.kind is not Misbehaviour.STATUS:
            self._misbehave(fault, answer)
        elif command == "read" and len(answer) > len(_SELECTED):
            self._line.send(answer, self._rate, self._note_last_byte)
        else:
            self._line.send(answer, self._rate)

    def _note_last_byte(self) -> None:
        self.last_card_byte_at = time.monotonic()

    def _next_fault(self, command: str) -> Fault | None:
        for index, fault in enumerate(self._faults):
            if fault.command in {"", command}:
                if fault.times > 1:
                    self._faults[index] = replace(fault, times=fault.times - 1)
                else:
                    del self._faults[index]
                return fault
        return None

    def _misbehave(self, fault: Fault, answer: bytes) -> None:
        """Send an answer badly; silence is sending nothing."""
        if fault.kind is Misbehaviour.SLOW:
            self._line.send(answer, self._baud / 10 / fault.amount)
        elif fault.kind is Misbehaviour.DRIBBLE:
            for at in range(len(answer)):
                self._line.send(answer[at : at + 1], None)
                self._line.wait(fault.amount)
        elif fault.kind is Misbehaviour.WRONG_CHECKSUM:
            self._line.send(answer[:-1] + bytes([answer[-1] ^ 0x01]), self._rate)
        elif fault.kind is Misbehaviour.LATE:
            self._line.wait(fault.amount)
            self._line.send(answer, self._rate)
        elif fault.kind is Misbehaviour.PULLED:
            self._line.send(answer[: int(fault.amount)], self._rate)
            self.lift()
        elif fault.kind is Misbehaviour.NOISE:
            self._line.send(fault.noise + answer, self._rate)


def _requests(pending: bytearray) -> Iterator[bytes]:
    """Take whole requests off what was received; what comes before a preamble is dropped."""
    while True:
        start = pending.find(_PREAMBLE)
        if start < 0:
            del pending[: max(0, len(pending) - len(_PREAMBLE) + 1)]
            return
        del pending[:start]
        end = len(_PREAMBLE) + 2 + int.from_bytes(pending[5:7], "big")
        if len(pending) < len(_PREAMBLE) + 2 or len(pending) < end:
            return
        yield bytes(pending[:end])
        del pending[:end]


def _garbled(received: bytes) -> bytes:
    """What a line at the wrong speed makes of bytes: others, and fewer."""
    return bytes(byte ^ 0x5A for byte in received[::2])
