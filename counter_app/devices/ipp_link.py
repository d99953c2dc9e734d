"""IPP messages over HTTP, on a Unix socket or TCP, with one deadline for the whole exchange."""

from __future__ import annotations

import contextlib
import http.client
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from counter_app.devices import ipp

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

CUPS_SOCKET = Path("/run/cups/cups.sock")
IPP_PORT = 631
MAX_ANSWER_BYTES = 4 << 20
_PIECE = 64 * 1024


class IppUnsent(Exception):
    """Nothing of the request's body left this machine."""


class IppLost(Exception):
    """The exchange broke off. `whole` says whether the request's body had left completely."""

    def __init__(self, *, whole: bool) -> None:
        super().__init__("whole" if whole else "partial")
        self.whole = whole


class IppDenied(Exception):
    """The server answered below IPP: an HTTP status that carries no IPP message."""

    def __init__(self, http_status: int) -> None:
        super().__init__(str(http_status))
        self.http_status = http_status


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Where a print server listens: a Unix socket, or host and port."""

    socket_path: str = ""
    host: str = "localhost"
    port: int = IPP_PORT

    @classmethod
    def parsed(cls, text: str) -> ServerAddress:
        """`""` for this machine's server, a path for a Unix socket, else `host` or `host:port`.

        Raises ValueError for a port that is none.
        """
        if not text:
            return cls(socket_path=str(CUPS_SOCKET)) if CUPS_SOCKET.exists() else cls()
        if text.startswith("/"):
            return cls(socket_path=text)
        host, colon, port = text.rpartition(":")
        if not colon or text.endswith("]"):
            return cls(host=text.strip("[]"))
        number = int(port)
        if not 0 < number < 65536:
            raise ValueError("no port")
        return cls(host=host.strip("[]"), port=number)


class _Line(socket.socket):
    """A socket that keeps one deadline over all its calls and counts what it sent.

    A per-call time-out would let a server that dribbles hold the counter for ever.
    """

    deadline: float = 0.0
    sent: int = 0

    def _hurry(self) -> None:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.settimeout(left)

    def connect(self, address: object) -> None:
        self._hurry()
        super().connect(address)  # type: ignore[arg-type]  # typeshed names its own alias

    def sendall(self, data: ReadableBuffer, flags: int = 0, /) -> None:
        view = memoryview(data)
        while view:
            self._hurry()
            count = self.send(view[:_PIECE], flags)
            self.sent += count
            view = view[count:]

    def recv_into(self, buffer: WriteableBuffer, nbytes: int = 0, flags: int = 0) -> int:
        self._hurry()
        return super().recv_into(buffer, nbytes, flags)


class _Connection(http.client.HTTPConnection):
    """HTTP on a `_Line`, wherever the server listens."""

    def __init__(self, address: ServerAddress, deadline: float) -> None:
        super().__init__(address.host, address.port)
        self._address = address
        self._deadline = deadline

    def connect(self) -> None:
        """Open the line; the last address's error is raised if none takes the call."""
        if self._address.socket_path:
            self.sock = self._line(socket.AF_UNIX, self._address.socket_path)
            return
        failure: OSError = ConnectionRefusedError()
        for family, _, _, _, where in socket.getaddrinfo(
            self._address.host, self._address.port, type=socket.SOCK_STREAM
        ):
            try:
                self.sock = self._line(family, where)
                self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError as error:
                failure = error
            else:
                return
        raise failure

    def _line(self, family: int, where: object) -> _Line:
        line = _Line(family, socket.SOCK_STREAM)
        line.deadline = self._deadline
        try:
            line.connect(where)
        except BaseException:
            line.close()
            raise
        return line

    @property
    def sent(self) -> int:
        """Bytes handed to the kernel so far."""
        return self.sock.sent if isinstance(self.sock, _Line) else 0


def exchange(
    address: ServerAddress, path: str, message: ipp.Message, *, timeout_s: float
) -> ipp.Message:
    """Send one message and give its answer, within `timeout_s` altogether.

    Raises IppUnsent when nothing of the body was sent, IppLost when the line broke or the time ran
    out after that, IppDenied for an HTTP status without an IPP message, ipp.IppError for an answer
    that is no IPP.
    """
    body = ipp.encode(message)
    connection = _Connection(address, time.monotonic() + timeout_s)
    try:
        return _exchange(connection, path, body)
    finally:
        connection.close()


def _exchange(connection: _Connection, path: str, body: bytes) -> ipp.Message:
    try:
        connection.connect()
        connection.putrequest("POST", path, skip_accept_encoding=True)
        connection.putheader("Content-Type", "application/ipp")
        connection.putheader("Content-Length", str(len(body)))
        connection.putheader("Connection", "close")
        connection.endheaders()
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise IppUnsent from error
    before = connection.sent
    failure: Exception | None = None
    try:
        connection.send(body)
    except OSError as error:
        failure = error
    sent = connection.sent - before
    try:
        # A server may say no and hang up while the body is still on its way: its no counts.
        return _answer(connection)
    except (OSError, http.client.HTTPException) as error:
        if sent == 0:
            raise IppUnsent from error
        raise IppLost(whole=failure is None) from error


def _answer(connection: _Connection) -> ipp.Message:
    with contextlib.closing(connection.getresponse()) as response:
        if response.status != http.client.OK:
            raise IppDenied(response.status)
        raw = response.read(MAX_ANSWER_BYTES)
        if response.length:
            raise http.client.IncompleteRead(raw, response.length)
        return ipp.decode(raw)
