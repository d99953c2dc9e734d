"""A small IPP server that obeys a script: what it says, and at which byte it hangs up."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from types import TracebackType

from counter_app.devices import ipp
from counter_app.devices.ipp import Attribute, Group, GroupTag, Message, Tag

Step = Callable[["Call"], None]
PATIENCE_S = 10.0


class Call:
    """One connection, from the server's side."""

    def __init__(self, line: socket.socket, ended: threading.Event) -> None:
        self.line = line
        self.ended = ended
        self._received = b""
        self.request: Message | None = None

    def read_head(self) -> int:
        """Read the HTTP head; how long the body will be."""
        while b"\r\n\r\n" not in self._received:
            self._more()
        head, _, self._received = self._received.partition(b"\r\n\r\n")
        lengths = [
            line.partition(b":")[2]
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        ]
        return int(lengths[0])

    def read_body(self, at_most: int | None = None) -> bytes:
        """Read the body, or the beginning of it."""
        length = self.read_head()
        wanted = length if at_most is None else min(at_most, length)
        while len(self._received) < wanted:
            self._more()
        return self._received

    def read_request(self) -> Message:
        """Read a whole request."""
        self.request = ipp.decode(self.read_body())
        return self.request

    def say(self, message: Message) -> None:
        """Answer with an IPP message."""
        self.say_raw(ipp.encode(message))

    def say_raw(self, body: bytes, status: str = "200 OK") -> None:
        """Answer with these bytes as the body."""
        head = f"HTTP/1.1 {status}\r\nContent-Type: application/ipp\r\n"
        self.line.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    def reset(self) -> None:
        """Hang up without a word, as a server that died does."""
        self.line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def _more(self) -> None:
        piece = self.line.recv(65536)
        if not piece:
            raise ConnectionResetError("the client hung up")
        self._received += piece


class IppServer:
    """Serves one connection a step, in order; after the last step nobody answers any more."""

    def __init__(self, *steps: Step) -> None:
        self._steps = steps
        self._ended = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(PATIENCE_S)
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.requests: list[Message] = []
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> IppServer:
        if not self._steps:
            self._listener.close()
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._listener.close()
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()

    @property
    def operations(self) -> list[int]:
        """What was asked so far, in order; requests cut off on the way are left out."""
        return [request.code for request in self.requests]

    def _serve(self) -> None:
        for number, step in enumerate(self._steps):
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            if number == len(self._steps) - 1:
                self._listener.close()
            with line:
                line.settimeout(PATIENCE_S)
                call = Call(line, self._ended)
                with contextlib.suppress(OSError):  # the client may hang up first
                    step(call)
                if call.request is not None:
                    self.requests.append(call.request)


def answer(status: int = 0, *groups: Group) -> Message:
    """An answer; a success with no group unless told otherwise."""
    head = Group(GroupTag.OPERATION, (Attribute.of("attributes-charset", Tag.CHARSET, "utf-8"),))
    return Message(status, 1, (head, *groups))


def says(message: Message) -> Step:
    """A step that reads a request and gives this answer."""

    def step(call: Call) -> None:
        call.read_request()
        call.say(message)

    return step


def creates(number: int) -> Step:
    """A step that takes Create-Job and gives the job this number."""
    return says(answer(0, Group(GroupTag.JOB, (Attribute.of("job-id", Tag.INTEGER, number),))))
