"""One request to another platform: JSON there and back, within a limit of time for all of it.

A limit on each read would let a peer that sends a byte now and then hold a request for ever, so a
timer closes the connection at the end of the whole time.
"""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

MOST_BYTES = 4 * 1024 * 1024


class Unreachable(Exception):
    """No usable answer came; what was asked may have been done all the same."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


@dataclass(frozen=True)
class Answer:
    """What came back: the status and the JSON body."""

    status: int
    body: dict[str, Any]


@dataclass(frozen=True)
class Address:
    """Where another platform is. `ca_file` is whom to trust for TLS, besides the system's."""

    url: str
    seconds: float = 5.0
    ca_file: str | None = None


def post(address: Address, path: str, message: Any) -> Answer:
    """Send JSON and read JSON. Raises Unreachable after at most `address.seconds`.

    Answers of the statuses 429 and 5xx are no answers either, but say when to come again.
    """
    parts = urlsplit(address.url)
    connection = _connection(address, parts.scheme, parts.hostname or "", parts.port)
    ends = time.monotonic() + address.seconds
    content = json.dumps(message, ensure_ascii=False).encode()
    timer = threading.Timer(address.seconds, _cut, (connection,))
    timer.daemon = True
    timer.start()
    try:
        connection.request(
            "POST",
            parts.path.rstrip("/") + path,
            content,
            {"Content-Type": "application/json", "Accept": "application/json"},
        )
        answer = connection.getresponse()
        received = answer.read(MOST_BYTES + 1)
        status, retry_after = answer.status, answer.headers.get("Retry-After", "")
    except (OSError, HTTPException, ValueError) as failure:
        late = time.monotonic() >= ends
        raise Unreachable("timed-out" if late else _named(failure)) from None
    finally:
        timer.cancel()
        connection.close()
    if time.monotonic() >= ends:
        raise Unreachable("timed-out")
    if status == 429 or status >= 500:
        wait = float(retry_after) if retry_after.isascii() and retry_after.isdigit() else None
        raise Unreachable(f"status-{status}", wait)
    return Answer(status, _object(received))


def _connection(address: Address, scheme: str, host: str, port: int | None) -> HTTPConnection:
    if scheme == "https":
        context = ssl.create_default_context(cafile=address.ca_file)
        return HTTPSConnection(host, port, timeout=address.seconds, context=context)
    return HTTPConnection(host, port, timeout=address.seconds)


def _cut(connection: HTTPConnection) -> None:
    """Whoever waits for this connection waits no longer."""
    held = connection.sock
    if held is not None:
        with contextlib.suppress(OSError):
            held.shutdown(socket.SHUT_RDWR)


def _object(received: bytes) -> dict[str, Any]:
    if len(received) > MOST_BYTES:
        raise Unreachable("too-large")
    try:
        body = json.loads(received)
    except (ValueError, RecursionError):
        raise Unreachable("garbled") from None
    if not isinstance(body, dict):
        raise Unreachable("garbled")
    return body


def _named(failure: Exception) -> str:
    """A failure's kind without its text, which may hold addresses."""
    if isinstance(failure, TimeoutError):
        return "timed-out"
    if isinstance(failure, ConnectionRefusedError):
        return "refused-connection"
    if isinstance(failure, ssl.SSLError):
        return "tls"
    if isinstance(failure, socket.gaierror):
        return "name-unknown"
    return "broken-connection"
