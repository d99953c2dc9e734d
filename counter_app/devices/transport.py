"""The line to a device: a serial port, or a recorded conversation played back.

Protocols above know `Transport` only. Whatever the serial library raises is translated here, once:
pyserial's own exception, OSError, and on POSIX termios.error, which is no OSError and comes from a
port that was unplugged.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable, Iterable
from typing import Protocol

import serial

from counter_app.errors import GunError, HallError, ReaderError

_WRITE_TIMEOUT_S = 1.0

_PORT_FAULTS: tuple[type[Exception], ...] = (serial.SerialException, OSError)
if sys.platform != "win32":
    import termios

    _PORT_FAULTS = (*_PORT_FAULTS, termios.error)
# A speed or a name that the library or the system does not take.
_SETTING_FAULTS: tuple[type[Exception], ...] = (*_PORT_FAULTS, ValueError)
# A port closed between the library's own look and its write to the pipe that wakes a read.
_CANCEL_FAULTS: tuple[type[Exception], ...] = (*_PORT_FAULTS, TypeError)

_BUSY = frozenset({errno.EWOULDBLOCK, errno.EAGAIN, errno.EBUSY})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM})


class Transport(Protocol):
    """A byte line with a speed.

    Every method raises the device's own `*.port_missing` when the line is gone. Only `cancel` may
    be called from another thread.
    """

    def write(self, data: bytes) -> None:
        """Send all of `data`."""
        ...

    def read(self, size: int, timeout_s: float) -> bytes:
        """Give `size` bytes as soon as they are there, or fewer after `timeout_s` or `cancel`."""
        ...

    def drop_input(self) -> None:
        """Forget what has arrived and was not read."""
        ...

    def set_speed(self, baud: int) -> None:
        """Go on at another speed."""
        ...

    def cancel(self) -> None:
        """Make a read that is under way, or the next one, return at once."""
        ...

    def close(self) -> None:
        """Let go of the line; calling it again does nothing."""
        ...


PortFailure = Callable[[str, str], HallError]


def reader_failure(what: str, reason: str) -> HallError:
    """A card reader's port failure; `what` is `port_missing` or `port_busy`."""
    return ReaderError(f"reader.{what}", reason=reason)


def gun_failure(what: str, reason: str) -> HallError:
    """A scan gun's port failure; `what` is `port_missing` or `port_busy`."""
    return GunError(f"gun.{what}", reason=reason)


class SerialTransport:
    """A serial port, 8 data bits, no parity, one stop bit, held for this program alone.

    Opening raises `*.port_missing` where there is no such port, `*.port_busy` where another
    program holds it or this user may not open it (`facts["reason"]`: missing, busy, forbidden).
    """

    def __init__(self, port: str, baud: int, failure: PortFailure = reader_failure) -> None:
        self._failure = failure
        try:
            self._serial = serial.Serial(
                port, baud, timeout=0.0, write_timeout=_WRITE_TIMEOUT_S, exclusive=True
            )
        except _SETTING_FAULTS as fault:
            raise self._opening_failure(fault) from fault

    def _opening_failure(self, fault: Exception) -> HallError:
        number = getattr(fault, "errno", None)
        if number in _BUSY:
            return self._failure("port_busy", "busy")
        if number in _FORBIDDEN or "PermissionError" in str(fault):  # Windows: held by another
            return self._failure("port_busy", "forbidden")
        return self._failure("port_missing", "missing")

    def write(self, data: bytes) -> None:
        """See Transport."""
        try:
            self._serial.write(data)
        except _PORT_FAULTS as fault:
            raise self._failure("port_missing", "lost") from fault

    def read(self, size: int, timeout_s: float) -> bytes:
        """See Transport."""
        try:
            if self._serial.timeout != timeout_s:
                self._serial.timeout = timeout_s
            return bytes(self._serial.read(size))
        except _PORT_FAULTS as fault:
            raise self._failure("port_missing", "lost") from fault

    def drop_input(self) -> None:
        """See Transport."""
        try:
            self._serial.reset_input_buffer()
        except _PORT_FAULTS as fault:
            raise self._failure("port_missing", "lost") from fault

    def set_speed(self, baud: int) -> None:
        """See Transport. A speed the port refuses counts as a lost port."""
        try:
            self._serial.baudrate = baud
        except _SETTING_FAULTS as fault:
            raise self._failure("port_missing", "speed") from fault

    def cancel(self) -> None:
        """See Transport."""
        try:
            self._serial.cancel_read()
        except _CANCEL_FAULTS as fault:
            raise self._failure("port_missing", "lost") from fault

    def close(self) -> None:
        """See Transport; a port that is gone closes without a word."""
        try:
            self._serial.close()
        except _PORT_FAULTS:
            self._serial.is_open = False


class ReplayTransport:
    """A recorded conversation played back: for each request in order, the bytes that came.

    Time is its own: `clock` stands still except that a read with nothing to give takes its whole
    time-out, and `pause` takes what it is told. A request other than the recorded one raises
    ReaderError `reader.protocol`; after the last one nothing answers.
    """

    def __init__(self, conversation: Iterable[tuple[bytes, bytes]]) -> None:
        self._conversation = list(conversation)
        self._arrived = bytearray()
        self._now = 0.0
        self.speeds: list[int] = []
        self.closed = False

    @property
    def played(self) -> bool:
        """Whether every recorded request was made."""
        return not self._conversation

    def clock(self) -> float:
        """Seconds of the conversation's own time."""
        return self._now

    def pause(self, seconds: float) -> None:
        """Let time pass."""
        self._now += seconds

    def write(self, data: bytes) -> None:
        """See Transport."""
        if not self._conversation:
            return
        request, answer = self._conversation.pop(0)
        if data != request:
            raise ReaderError("reader.protocol", expected=request.hex(), sent=data.hex())
        self._arrived += answer

    def read(self, size: int, timeout_s: float) -> bytes:
        """See Transport."""
        given = bytes(self._arrived[:size])
        del self._arrived[:size]
        if len(given) < size:
            self._now += timeout_s
        return given

    def drop_input(self) -> None:
        """See Transport."""
        self._arrived.clear()

    def set_speed(self, baud: int) -> None:
        """See Transport; what was set is kept in `speeds`."""
        self.speeds.append(baud)

    def cancel(self) -> None:
        """See Transport; nothing here ever waits."""

    def close(self) -> None:
        """See Transport."""
        self.closed = True
