"""One request and its whole answer, within a deadline and a size, whatever the other side does.

requests' own time-outs count from byte to byte, so a server that trickles would hold a window for
hours. Here each receive gets only what is left of the whole time, headers included. Redirects are
not followed (a captive portal must not become the platform), the environment's proxies are not
asked, and no compressed answer is unpacked (none was asked for).
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from counter_app.errors import PlatformError, PlatformUnreachable

LARGEST_ANSWER = 8 * 1024 * 1024
LONGEST_RETRY_AFTER_S = 600.0

_running = threading.local()  # .deadline: time.monotonic() by which this thread's request must end


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """Status, headers and whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _UntilDeadline(io.RawIOBase):
    """A connection's bytes, each receive within what is left of the request's time."""

    def __init__(self, raw: Any, sock: socket.socket) -> None:
        self._raw = raw
        self._sock = sock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = getattr(_running, "deadline", 0.0) - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer took too long")
        usual = self._sock.gettimeout()
        if usual is None or left < usual:
            self._sock.settimeout(left)
        result: int | None = self._raw.readinto(buffer)
        return result

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        self.fp = io.BufferedReader(_UntilDeadline(self.fp.detach(), sock))


class _PlainConnection(HTTPConnection):
    response_class = _Response


class _SecureConnection(HTTPSConnection):
    response_class = _Response


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}


class Sign(Protocol):
    """Gives the headers that sign a request."""

    def __call__(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> Mapping[str, str]:
        """What is added to a request with these headers and this body."""
        ...


class Exchange:
    """Requests to one platform, with connections kept alive, one session a thread.

    `timeouts` are seconds for connecting and for each receive; a whole answer may take their sum
    and `patience` more. Raises PlatformUnreachable and PlatformError("platform.garbled").
    """

    def __init__(
        self,
        base_url: str,
        *,
        timeouts: tuple[float, float],
        verify: bool | str,
        patience: float = 3.0,
    ) -> None:
        self._base_url = base_url
        self._timeouts = timeouts
        self._verify = verify
        self._whole = sum(timeouts) + patience
        self._threads = threading.local()

    def ask(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        parameters: Mapping[str, str] | None = None,
        sign: Sign | None = None,
    ) -> Answer:
        """Send one request and read its whole answer, whatever its status."""
        _running.deadline = time.monotonic() + self._whole
        session = self._session()
        try:
            request = prepared(
                session,
                requests.Request(
                    method,
                    self._base_url + path,
                    headers=dict(headers),
                    data=body,
                    params=dict(parameters or {}),
                ),
                sign,
            )
            with session.send(
                request,
                timeout=self._timeouts,
                verify=self._verify,
                allow_redirects=False,
                stream=True,
            ) as response:
                return Answer(response.status_code, response.headers, _whole_body(response))
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise translated(error) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise translated(error) from error

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._threads, "session", None)
        if session is None:
            session = requests.Session()
            session.trust_env = False
            session.headers.clear()
            adapter = _Adapter(pool_connections=1, pool_maxsize=1, max_retries=0)
            session.mount("http://", adapter)
            session.mount("https://", adapter)
            self._threads.session = session
        return session


def prepared(
    session: requests.Session, request: requests.Request, sign: Sign | None
) -> requests.PreparedRequest:
    """A request as it will be sent, signed as it will be sent; a body is bytes, or None."""
    ready = session.prepare_request(request)
    if sign is not None:
        assert ready.url is not None
        body = ready.body if isinstance(ready.body, bytes) else None
        ready.headers.update(sign(str(ready.method), ready.url, ready.headers, body))
    return ready


def _whole_body(response: requests.Response) -> bytes:
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise PlatformError("platform.garbled", where="encoding")
    body = bytearray()
    for piece in response.iter_content(65536):
        body += piece
        if len(body) > LARGEST_ANSWER:
            raise PlatformError("platform.garbled", where="size")
    return bytes(body)


def translated(error: Exception) -> PlatformError:
    """What an error of requests, urllib3 or the socket means to the counter."""
    causes = _causes(error)
    if any(isinstance(cause, _NOT_TRUSTED) for cause in causes):
        return PlatformUnreachable("platform.tls")
    if any(
        isinstance(cause, _TIMEOUTS)
        and not isinstance(cause, urllib3.exceptions.NewConnectionError)  # refused, or no such host
        for cause in causes
    ):
        return PlatformUnreachable("platform.timeout")
    if any(isinstance(cause, urllib3.exceptions.InvalidChunkLength) for cause in causes):
        return PlatformError("platform.garbled", where="http")  # though it is an IncompleteRead
    if any(isinstance(cause, _GARBLED) for cause in causes) and not any(
        isinstance(cause, http.client.RemoteDisconnected | http.client.IncompleteRead)
        for cause in causes
    ):
        return PlatformError("platform.garbled", where="http")
    return PlatformUnreachable("platform.unreachable")


_NOT_TRUSTED = (
    requests.exceptions.SSLError,
    urllib3.exceptions.SSLError,
    ssl.SSLError,
)
_TIMEOUTS = (
    requests.exceptions.Timeout,
    urllib3.exceptions.TimeoutError,
    TimeoutError,
)
_GARBLED = (
    requests.exceptions.InvalidJSONError,
    requests.exceptions.ContentDecodingError,
    requests.exceptions.TooManyRedirects,
    requests.exceptions.InvalidHeader,
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    requests.exceptions.URLRequired,
    requests.exceptions.HTTPError,
    requests.exceptions.StreamConsumedError,
    requests.exceptions.UnrewindableBodyError,
    urllib3.exceptions.DecodeError,
    urllib3.exceptions.HeaderParsingError,
    http.client.HTTPException,
    UnicodeError,
)


def _causes(error: BaseException) -> list[BaseException]:
    """The error and all that it wraps: requests keeps urllib3's errors in `args`."""
    found: list[BaseException] = []
    pending: list[object] = [error]
    while pending:
        one = pending.pop()
        if not isinstance(one, BaseException) or any(one is known for known in found):
            continue
        found.append(one)
        pending.extend(one.args)
        pending.append(getattr(one, "reason", None))
        pending.append(one.__cause__)
    return found


def retry_after_s(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds of a Retry-After header (a number, or a date against `now`), kept within reason."""
    text = headers.get("Retry-After", "").strip()
    if not text:
        return None
    if text.isdecimal():
        seconds = float(text[:9])
    else:
        try:
            seconds = parsedate_to_datetime(text).timestamp() - now
        except (ValueError, OverflowError):
            return None
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER_S)
