"""One client's connection: how long and how large a request may be before it is heard.

Thousands of connections may be open and idle. One that is in the middle of a request and does not
get on (slowloris) is told so and closed; what is no HTTP, or has a head beyond all measure, gets a
problem document as everything else does.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from hall_platform.problems import MEDIA_TYPE, Problem

HEAD_SECONDS = 10.0  # from its first byte to the end of a request's head
HEAD_BYTES = 64 * 1024
BODY_GRACE_SECONDS = 20.0  # after these a body has to come at BODY_RATE at least
BODY_RATE = 500  # bytes a second, on average
MOST_CONNECTIONS = 10_000
HANG_UP = "hall.hang-up"  # the ASGI extension by which an answer that nobody takes is given up

_log = logging.getLogger("hall_platform.connections")


class Connection(HttpToolsProtocol):
    """uvicorn's connection that refuses the slow and the shapeless in our words."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._refusal: Problem | None = None
        self._awaited = "head"  # head, body, or nothing
        self._began = 0.0
        self._head = 0
        self._body = 0
        self._watch: asyncio.TimerHandle | None = None

    def connection_made(  # type: ignore[override] # as uvicorn has it
        self, transport: asyncio.Transport
    ) -> None:
        """Take the call, unless there are too many; whoever then says nothing is let go."""
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            self._refuse(Problem("too-many-connections", headers={"Retry-After": "5"}))
            return
        self._began = self.loop.time()
        self._look_again(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self._unwatch()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Hear a piece. Only a request that is not whole by then is watched."""
        if self.transport.is_closing():
            return
        if self._awaited == "body":
            self._body += len(data)
        super().data_received(data)
        if self._awaited == "":
            self._unwatch()
        elif self._watch is None and not self.transport.is_closing():
            self._look_again(HEAD_SECONDS if self._awaited == "head" else BODY_GRACE_SECONDS)

    def send_400_response(self, msg: str) -> None:
        """What came is no HTTP, or was refused while it was read."""
        del msg
        self._refuse(self._refusal or Problem("malformed-http"))

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self.scope["extensions"] = {HANG_UP: {"call": self._hang_up}}
        self._awaited, self._head, self._began = "head", 0, self.loop.time()

    def on_url(self, url: bytes) -> None:
        """A piece of the address."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header."""
        self._count(len(name) + len(value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._unwatch()
        self._awaited, self._body, self._began = "body", 0, self.loop.time()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._awaited = ""
        super().on_message_complete()

    def _count(self, size: int) -> None:
        self._head += size
        if self._head > HEAD_BYTES:
            self._refusal = Problem("head-too-large")
            raise self._refusal  # the parser stops and comes back with send_400_response

    def _look_again(self, seconds: float) -> None:
        self._watch = self.loop.call_later(seconds, self._look)

    def _unwatch(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    def _look(self) -> None:
        """Has it got on? A body may take long as long as it comes."""
        self._watch = None
        if self._awaited == "" or self.transport.is_closing():
            return
        passed = self.loop.time() - self._began
        if self._awaited == "body" and self._body >= passed * BODY_RATE:
            self._look_again(BODY_GRACE_SECONDS / 4)
        else:
            self._refuse(Problem("too-slow"))

    def _refuse(self, problem: Problem) -> None:
        """The last word on this connection; just the end of it where an answer has begun."""
        _log.info("%s", problem.code)
        self._unwatch()
        cycle = self.cycle
        if cycle is not None and cycle.response_started and not cycle.response_complete:
            self._hang_up()
            return
        self._write(problem)
        self.transport.close()
        if cycle is not None and not cycle.response_complete:
            cycle.disconnected = True
            cycle.message_event.set()

    def _write(self, problem: Problem) -> None:
        body = problem.response().body
        headers = {
            **problem.headers,
            "content-type": MEDIA_TYPE,
            "content-length": str(len(body)),
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
            "connection": "close",
        }
        lines = [f"{name}: {value}\r\n".encode("latin-1") for name, value in headers.items()]
        status = STATUS_LINE[problem.kind.status]
        self.transport.write(b"".join([status, *lines, b"\r\n", bytes(body)]))

    def _hang_up(self) -> None:
        """Give up the answer under way without another word."""
        if self.cycle is not None:
            self.cycle.disconnected = True
        self.transport.abort()
