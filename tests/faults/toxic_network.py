"""A TCP proxy to the platform that spoils connections, each in a way of its own.

`counter_app.devices.simulators.network` pulls a cable and slows it down; this one is for what a
network does to single requests.
"""

from __future__ import annotations

import select
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from urllib.parse import urlsplit

_RESET = struct.pack("ii", 1, 0)
PIECE = 65536


class Toxic(Enum):
    """What happens to a connection."""

    NONE = "none"
    LATE = "every piece comes a little late"
    RESET_AT_ONCE = "reset before anything arrives"
    ANSWER_LOST = "the platform has done it; a reset instead of the answer"
    ANSWER_CUT = "half of the answer, then an orderly end"
    ANSWER_NEVER = "the platform has done it; silence instead of the answer"
    HALF_CLOSED = "the platform sees the end of the request's side at once"
    SLICED = "a few bytes at a time"
    BLACK_HOLE = "everything is swallowed"


class ToxicNetwork:
    """Between a counter and `target` (`http://host:port`); also a context manager.

    `choose` is asked for each new connection. `met` counts the toxics that took effect.
    """

    def __init__(self, target: str, choose: Callable[[], Toxic]) -> None:
        parts = urlsplit(target)
        self._target = (parts.hostname, parts.port)
        self.choose = choose
        self.met: Counter[Toxic] = Counter()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._ending = threading.Event()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> ToxicNetwork:
        self._start(self._listen)
        return self

    def __exit__(self, *_error: object) -> None:
        self._ending.set()
        for thread in self._threads:
            thread.join(10)
        self._listener.close()

    def _start(self, target, *arguments) -> None:
        thread = threading.Thread(target=target, args=arguments, name="toxic network", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _listen(self) -> None:
        while not self._ending.is_set():
            if select.select([self._listener], [], [], 0.1)[0]:
                client, _ = self._listener.accept()
                self._start(self._serve, client)

    def _serve(self, client: socket.socket) -> None:
        toxic = self.choose()
        if toxic is Toxic.RESET_AT_ONCE:
            self.met[toxic] += 1
            _reset(client)
            return
        with suppress(OSError), client, socket.create_connection(self._target, 5) as platform:
            for side in (client, platform):
                side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._pass(client, platform, toxic)

    def _pass(self, client: socket.socket, platform: socket.socket, toxic: Toxic) -> None:
        while not self._ending.is_set():
            for side in select.select([client, platform], [], [], 0.1)[0]:
                piece = side.recv(PIECE)
                from_client = side is client
                if not piece or not self._deliver(client, platform, piece, from_client, toxic):
                    return

    def _deliver(self, client, platform, piece, from_client, toxic) -> bool:
        """Pass a piece on, or not; False ends the connection."""
        to = platform if from_client else client
        if toxic is not Toxic.NONE:
            self.met[toxic] += 1
        if toxic is Toxic.BLACK_HOLE:
            return True
        if toxic is Toxic.LATE:
            self._ending.wait(0.02)
        if toxic is Toxic.SLICED:
            for start in range(0, len(piece), 7):
                to.sendall(piece[start : start + 7])
            return True
        if from_client:
            to.sendall(piece)
            if toxic is Toxic.HALF_CLOSED:
                platform.shutdown(socket.SHUT_WR)
            return True
        if toxic is Toxic.ANSWER_NEVER:
            return True
        if toxic is Toxic.ANSWER_LOST:
            _reset(client)
            return False
        if toxic is Toxic.ANSWER_CUT:
            client.sendall(piece[: len(piece) // 2])
            return False
        client.sendall(piece)
        return True


def _reset(side: socket.socket) -> None:
    with suppress(OSError):
        side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    side.close()
