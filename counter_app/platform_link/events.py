"""The platform's events as a stream (server-sent events, WHATWG HTML 9.2).

After a loss the stream goes on behind the last event that came (Last-Event-ID), so that none is
left out; a stream that has been silent for longer than the platform's heartbeat allows is lost.
"""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime

import msgspec
import requests
import urllib3

from counter_app.domain.happening import FeedEvent, FeedLost, FeedReady, Happening
from counter_app.errors import HallError, PlatformError, PlatformUnreachable
from counter_app.platform_link.exchange import Answer, prepared
from counter_app.platform_link.link import Link, checked, headers_of, token_has_ended
from counter_app.platform_link.shapes import aware

LONGEST_SILENCE_S = 45.0  # three heartbeats of the platform
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 15.0
LARGEST_LINE = 256 * 1024
_LARGEST_REFUSAL = 64 * 1024


class _Told(msgspec.Struct, frozen=True):
    id: int
    at: datetime
    kind: str
    subject: str
    body: dict[str, object]


class Lines:
    """Whole lines of a stream that comes in pieces. Raises PlatformError for one without end."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """The lines that are whole now, without their ends."""
        *whole, self._rest = (self._rest + piece).split(b"\n")
        if len(self._rest) > LARGEST_LINE:
            raise PlatformError("platform.garbled", where="event")
        for line in whole:
            yield line.removesuffix(b"\r")


class EventStream:
    """The events of some kinds (`ports.EventFeed`), listened to as the device or as who is here.

    While it listens `next_event` may wait for as long as a heartbeat; `close` ends that at once.
    """

    def __init__(
        self,
        link: Link,
        kinds: tuple[str, ...],
        *,
        as_device: bool = True,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._link = link
        self._kinds = kinds
        self._as_device = as_device
        self._chance = chance
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = link.verify
        self._guard = threading.Lock()  # of the answer, which another thread may end
        self._answer: requests.Response | None = None
        self._closed = threading.Event()
        self._pieces: Iterator[bytes] = iter(())
        self._lines = Lines()
        self._data: list[bytes] = []
        self._told: deque[FeedEvent] = deque()
        self._last_id: int | None = None
        self._said_lost = ""
        self._pause = FIRST_PAUSE_S
        self._not_before = 0.0

    def next_event(self, wait_s: float) -> FeedEvent | None:
        """As promised by EventFeed."""
        if not self._told and not self._closed.is_set():
            try:
                self._listen(wait_s)
            except (HallError, requests.RequestException, urllib3.exceptions.HTTPError) as end:
                self._lose(end)
        return self._told.popleft() if self._told else None

    def close(self) -> None:
        """As promised by EventFeed."""
        self._closed.set()
        with self._guard:
            _end(self._answer)

    # inside

    def _listen(self, wait_s: float) -> None:
        """Begin to listen, or hear what comes next."""
        if self._answer is None:
            pause = self._not_before - time.monotonic()
            if pause > 0:
                self._closed.wait(min(pause, wait_s))
                return
            self._open()
        else:
            self._hear()

    def _open(self) -> None:
        token = self._link.token(as_device=self._as_device)
        headers = {**headers_of(token), "Accept": "text/event-stream"}
        if self._last_id is not None:
            headers["Last-Event-ID"] = str(self._last_id)
        asked = requests.Request(
            "GET",
            f"{self._link.base_url}/v1/events",
            headers=headers,
            params={"kinds": ",".join(self._kinds)},
        )
        answer = self._session.send(
            prepared(self._session, asked, self._link.sign_of(as_device=self._as_device)),
            stream=True,
            timeout=(2.0, LONGEST_SILENCE_S),
            allow_redirects=False,
        )
        if answer.status_code != 200:
            self._refused(answer, token)
        with self._guard:
            self._answer = answer
            if self._closed.is_set():
                _end(answer)
        self._pieces, self._lines, self._data = answer.iter_content(None), Lines(), []
        self._pause, self._said_lost = FIRST_PAUSE_S, ""
        self._told.append(FeedReady(missed_none=self._last_id is not None))

    def _refused(self, answer: requests.Response, token: str) -> None:
        """Raises what the refusal means, after a token that has ended was told of."""
        body = answer.raw.read(_LARGEST_REFUSAL, decode_content=False)
        answer.close()
        told = Answer(answer.status_code, answer.headers, body)
        if token_has_ended(told):
            self._link.renew(token, as_device=self._as_device)
        else:
            self._link.refused_signature(told)  # the next attempt has what there is then
        if answer.status_code == 410:  # what came last is too long ago: begin anew, and say so
            self._last_id = None
        checked(told, 200)

    def _hear(self) -> None:
        piece = next(self._pieces, b"")
        if not piece:
            raise PlatformUnreachable("platform.unreachable")
        for line in self._lines.feed(piece):
            self._take(line)

    def _take(self, line: bytes) -> None:
        if line.startswith(b"data:"):
            self._data.append(line[5:].removeprefix(b" "))
        elif not line and self._data:
            data, self._data = b"\n".join(self._data), []
            event = _decoded(data)
            self._last_id = event.id
            self._told.append(event)

    def _lose(self, end: Exception) -> None:
        with self._guard:
            answer, self._answer = self._answer, None
        if answer is not None:
            answer.close()
        self._not_before = time.monotonic() + self._pause * (0.5 + self._chance() / 2)
        self._pause = min(LONGEST_PAUSE_S, self._pause * 2)
        code = _code_of(end)
        if code != self._said_lost and not self._closed.is_set():
            self._said_lost = code
            self._told.append(FeedLost(code))


def _end(answer: requests.Response | None) -> None:
    """Let whoever reads an answer read its end."""
    if answer is not None:
        with contextlib.suppress(RuntimeError, ValueError, OSError):  # it has ended by itself
            answer.raw.shutdown()


def _code_of(end: Exception) -> str:
    if isinstance(end, HallError):
        return end.code
    if isinstance(end, requests.exceptions.SSLError):
        return "platform.tls"
    if isinstance(end, requests.Timeout):
        return "platform.timeout"
    return "platform.unreachable"


def _decoded(data: bytes) -> Happening:
    try:
        told = msgspec.json.decode(data, type=_Told)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PlatformError("platform.garbled", where="event") from error
    aware(told.at)
    return Happening(told.id, told.at, told.kind, told.subject, told.body)
