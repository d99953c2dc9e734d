"""HTTP by hand: as little work as possible beside what is measured."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

_END = b"\r\n\r\n"
_LIMIT = 1 << 20


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: Any


class _Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer

    @property
    def is_over(self) -> bool:
        """Whether the platform has closed it, as it does with one that was idle for long."""
        return self._reader.at_eof() or self.writer.is_closing()

    async def ask(self, request: bytes) -> Answer:
        self.writer.write(request)
        head = await self._reader.readuntil(_END)
        status = int(head[9:12])
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        body = await self._reader.readexactly(length) if length else b""
        return Answer(status, json.loads(body) if body else None)


class Wire:
    """Connections to one address, as many as are needed at a time."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self._idle: list[_Connection] = []

    async def ask(
        self, method: str, path: str, token: str, body: Any = None, key: str = ""
    ) -> Answer:
        """One request; raises OSError or asyncio.IncompleteReadError when the platform is away."""
        connection = self._still_open() or await self._open()
        answer = await connection.ask(request(method, path, token, body, key))
        self._idle.append(connection)
        return answer

    def _still_open(self) -> _Connection | None:
        """An idle one that can be used again."""
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_over:
                return connection
            connection.writer.close()
        return None

    async def _open(self) -> _Connection:
        return _Connection(*await asyncio.open_connection(self.host, self.port, limit=_LIMIT))

    def close(self) -> None:
        """Let go of the connections."""
        for connection in self._idle:
            connection.writer.close()
        self._idle.clear()


def request(method: str, path: str, token: str, body: Any = None, key: str = "") -> bytes:
    """The bytes of a request."""
    lines = [f"{method} {path} HTTP/1.1", "host: platform", f"authorization: Bearer {token}"]
    if key:
        lines.append(f"idempotency-key: {key}")
    content = b""
    if body is not None:
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        lines += ["content-type: application/json", f"content-length: {len(content)}"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + content


class Subscriber(asyncio.Protocol):
    """One that listens to events and counts them."""

    def __init__(self, token: str) -> None:
        self._token = token
        self.heard = 0
        self.status = 0
        self.lost = False
        self._closing = False
        self._transport: asyncio.BaseTransport | None = None
        self.begun: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the events."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(request("GET", "/v1/events", self._token))

    def data_received(self, data: bytes) -> None:
        """Count them."""
        if not self.status:
            self.status = int(data[9:12])
            self.begun.set_result(None)
        self.heard += data.count(b"\ndata: ")

    def connection_lost(self, exc: Exception | None) -> None:
        """It ended, by us or by the platform."""
        del exc
        self.lost = not self._closing
        if not self.begun.done():
            self.begun.set_result(None)

    def close(self) -> None:
        """End it."""
        self._closing = True
        if self._transport is not None:
            self._transport.close()
