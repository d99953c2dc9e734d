"""The outermost layer of every request: size, kind of content, log line, and no trace of internals.

The log names method, route template, status and time, never a path as called, a query string, or
anything of a body: those may hold names and numbers of people.
"""

from __future__ import annotations

import logging
import time

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hall_platform.database import refusal_of
from hall_platform.faults import log_fault
from hall_platform.problems import Problem, invalid

BODY_LIMIT = 1024 * 1024
FILES = "/v1/uploads/"  # files are sent here as they are, and their route says of which kinds
_WITH_BODY = {"POST", "PUT", "PATCH"}  # others have their answer from the route: 405, or none
FILE_LIMIT = 10 * 1024 * 1024

access_log = logging.getLogger("hall_platform.access")

_HEADERS = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))


class Border:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; every failure becomes a problem document."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        exchange = _Exchange(receive, send, takes_file=_takes_file(scope))
        try:
            _check_head(scope)
            await self._app(scope, exchange.receive, exchange.send)
            exchange.check_size()
        except Problem as problem:
            await exchange.refuse(problem, scope)
        except ClientDisconnect:
            exchange.status = 499
        except Exception as fault:  # noqa: BLE001 - the border is where everything ends
            log_fault(fault)
            await exchange.refuse(_problem_of(fault), scope)
        milliseconds = (time.perf_counter() - began) * 1000
        route = getattr(scope.get("route"), "path", "-")
        access_log.info("%s %s %s %.1f ms", scope["method"], route, exchange.status, milliseconds)


class _Exchange:
    """Counts what comes in and adds the standing headers to what goes out."""

    def __init__(self, receive: Receive, send: Send, *, takes_file: bool = False) -> None:
        self._limit = FILE_LIMIT if takes_file else BODY_LIMIT
        self._too_large = "upload-too-large" if takes_file else "too-large"
        self._receive = receive
        self._send = send
        self._received = 0
        self._started = False
        self.status = 0

    async def receive(self) -> Message:
        message = await self._receive()
        self._received += len(message.get("body", b""))
        self.check_size()
        return message

    def check_size(self) -> None:
        """Problem("too-large") once more has come in than is allowed."""
        if self._received > self._limit and not self._started:
            raise Problem(self._too_large, headers={"Connection": "close"})

    async def send(self, message: Message) -> None:
        if self._received > self._limit and not self._started:
            return  # the framework's own words about a body it could not read to its end
        if message["type"] == "http.response.start":
            self._started = True
            self.status = message["status"]
            message["headers"] = [*message["headers"], *_HEADERS]
        await self._send(message)

    async def refuse(self, problem: Problem, scope: Scope) -> None:
        """Answer with the problem unless an answer has begun."""
        if not self._started:
            self._received = 0
            await problem.response()(scope, self.receive, self.send)


def _problem_of(fault: Exception) -> Problem:
    if isinstance(fault, SQLAlchemyError):
        return refusal_of(fault)
    return Problem("internal", headers={"Retry-After": "2"})


def _check_head(scope: Scope) -> None:
    headers: dict[bytes, bytes] = dict(scope["headers"])
    length = headers.get(b"content-length", b"0")
    has_body = length != b"0" or b"transfer-encoding" in headers
    takes_file = _takes_file(scope)
    if length.isdigit() and int(length) > (FILE_LIMIT if takes_file else BODY_LIMIT):
        code = "upload-too-large" if takes_file else "too-large"
        raise Problem(code, headers={"Connection": "close"})
    if "\0" in scope["path"] or b"%00" in scope["query_string"]:
        raise invalid("address", "NUL is no text")  # not every store can be asked for it
    kind = headers.get(b"content-type", b"").split(b";")[0].strip().lower()
    takes_json = scope["method"] in _WITH_BODY and not str(scope["path"]).startswith(FILES)
    if has_body and kind != b"application/json" and takes_json:
        raise Problem("not-json")


def _takes_file(scope: Scope) -> bool:
    return bool(scope["method"] == "PUT") and str(scope["path"]).startswith(FILES)
