"""An HTTP server for tests that answers exactly the bytes it is told, right or wrong.

with AnsweringServer(lambda request: answer(200, {"status": "ok"})) as server:
    ask(server.url)
    server.requests        # what was asked, in order
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

REASONS = {200: "OK", 201: "Created", 204: "No Content"}


@dataclass(frozen=True)
class Request:
    """What was asked."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def answer(status: int, body: Any = b"", **headers: str) -> bytes:
    """A whole answer; header names are given with underscores, anything but bytes becomes JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = {"Content-Type": "application/json", "Content-Length": str(len(content))}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status} {REASONS.get(status, 'Something')}"]
    lines += [f"{name}: {value}" for name, value in given.items() if value]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + content


def problem(status: int, code: str, **facts: Any) -> bytes:
    """A problem document (RFC 9457)."""
    return answer(
        status,
        {"type": f"urn:x:{code}", "title": "不行", "status": status, "code": code, **facts},
        Content_Type="application/problem+json",
    )


class AnsweringServer:
    """Answers with `reply(request)`: bytes to send, or a function that is given the socket."""

    def __init__(self, reply: Callable[[Request], Any]) -> None:
        self.requests: list[Request] = []
        self.closing = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self) -> None:
                self.raw_requestline = self.rfile.readline(65537)
                if not self.raw_requestline or not self.parse_request():
                    self.close_connection = True
                    return
                length = int(self.headers.get("Content-Length", 0))
                body = self.rfile.read(length) if length else b""
                request = Request(self.command, self.path, dict(self.headers.items()), body)
                outer.requests.append(request)
                told = reply(request)
                try:
                    if callable(told):
                        self.close_connection = True
                        told(self.connection)
                    else:
                        self.connection.sendall(told)
                        self.close_connection = b"onnection: close" in told
                except OSError:
                    self.close_connection = True  # the other side had enough

            def log_message(self, *_arguments: Any) -> None:
                """Nothing on the terminal."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

            def get_request(self) -> tuple[socket.socket, Any]:
                connection, address = super().get_request()
                outer._open.append(connection)
                return connection, address

            def handle_error(self, *_arguments: Any) -> None:
                """A connection that ended is part of the tests."""

        self._open: list[socket.socket] = []
        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> AnsweringServer:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        for connection in self._open:
            connection.close()
        self._thread.join(10)
