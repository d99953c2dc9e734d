"""A network cable without a cable: a TCP proxy to the platform that can be pulled, or be slow."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from types import TracebackType
from typing import cast
from urllib.parse import urlsplit

HOST = "127.0.0.1"
_ORDER_S = 1e-6  # keeps delayed pieces in order where two would be due at once
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends a reset instead of an orderly end


class SimulatedNetwork:
    """Passes connections to `url` on to `target`; also a context manager.

    `target` is `http://host:port` or `host:port`. Pulled, new connections are refused and open ones
    are reset; the port stays this one's. The methods may be called from any thread after `start`.
    Raises ValueError for a target without a port.
    """

    def __init__(self, target: str) -> None:
        parts = urlsplit(target if "//" in target else f"//{target}")
        if not parts.hostname or parts.port is None:
            raise ValueError("a target is host:port")
        self._target = (parts.hostname, parts.port)
        # Two sockets on one port: this one only holds it, so that while the cable is pulled nobody
        # listens, and nobody else can take the port either.
        self._holder = _bound(0)
        self._port = int(self._holder.getsockname()[1])
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="simulated network", daemon=True)
        self._listening: asyncio.Server | None = None
        self._open: set[_Side] = set()
        self._delay_s = 0.0

    @property
    def url(self) -> str:
        """Where the program finds the platform."""
        return f"http://{HOST}:{self._port}"

    def start(self) -> None:
        """Begin, plugged in."""
        self._thread.start()
        self.plug()

    def stop(self) -> None:
        """Reset everything and let the port go; calling it again does nothing."""
        if not self._thread.is_alive():
            return
        self._call(self._pull)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def __enter__(self) -> SimulatedNetwork:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def pull(self) -> None:
        """Pull the cable: refuse and reset. Returns when it is so."""
        self._call(self._pull)

    def plug(self) -> None:
        """Plug the cable in. Returns when connections are taken."""
        self._call(self._plug)

    def slow(self, milliseconds: float) -> None:
        """Let every byte arrive so much later, in either direction; 0 for at once."""
        self._delay_s = max(0.0, milliseconds / 1000)

    @property
    def delay_s(self) -> float:
        """How much later bytes arrive now."""
        return self._delay_s

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
            # Aborted transports close in the next rounds of the loop.
            self._loop.run_until_complete(self._closed())
        finally:
            self._loop.close()
            self._holder.close()

    def _call(self, what: Callable[[], object]) -> None:
        async def call() -> None:
            made = what()
            if asyncio.iscoroutine(made):
                await made

        asyncio.run_coroutine_threadsafe(call(), self._loop).result(timeout=10)

    async def _plug(self) -> None:
        if self._listening is None:
            self._listening = await self._loop.create_server(
                lambda: _Side(self, self._connect), sock=_bound(self._port)
            )

    def _pull(self) -> None:
        if self._listening is not None:
            self._listening.close()
            self._listening = None
        for side in tuple(self._open):
            side.reset()

    async def _closed(self) -> None:
        pending = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        while self._open:
            for side in tuple(self._open):
                side.reset()
            await asyncio.sleep(0)

    def _connect(self, client: _Side) -> None:
        """A connection came in: reach the platform, then let bytes flow."""
        task = self._loop.create_task(self._reach(client))
        client.keep(task)

    async def _reach(self, client: _Side) -> None:
        try:
            _, platform = await self._loop.create_connection(
                lambda: _Side(self, None), *self._target
            )
        except OSError:
            client.reset()
            return
        client.join(platform)

    def opened(self, side: _Side) -> None:
        """A side's connection is there."""
        self._open.add(side)

    def closed(self, side: _Side) -> None:
        """A side's connection is gone."""
        self._open.discard(side)


class _Side(asyncio.Protocol):
    """One of the two connections of a pair."""

    def __init__(self, network: SimulatedNetwork, arrived: Callable[[_Side], None] | None) -> None:
        self._network = network
        self._arrived = arrived
        self._transport: asyncio.Transport | None = None
        self._other: _Side | None = None
        self._task: asyncio.Task[None] | None = None
        self._last_due = 0.0
        self._waiting = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        _socket(self._transport).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._network.opened(self)
        if self._arrived is not None:
            self._transport.pause_reading()
            self._arrived(self)

    def keep(self, task: asyncio.Task[None]) -> None:
        """Hold on to the task that reaches the platform."""
        self._task = task

    def join(self, other: _Side) -> None:
        """Pair up; bytes flow from now on. If this side is gone already, the other goes too."""
        self._other, other._other = other, self
        if self._transport is None or self._transport.is_closing():
            other.reset()
            return
        self._transport.resume_reading()

    def data_received(self, data: bytes) -> None:
        other = self._other
        if other is not None:
            other.deliver(lambda: other.write(data))

    def eof_received(self) -> bool:
        other = self._other
        if other is None:
            return False
        other.deliver(other.end)
        return True  # the other direction may still have something to say

    def connection_lost(self, error: Exception | None) -> None:
        self._network.closed(self)
        self._transport = None
        other, self._other = self._other, None
        if self._task is not None:
            self._task.cancel()
        if other is None:
            return
        if error is not None:
            other.reset()
        else:
            other.deliver(other.close)

    def pause_writing(self) -> None:
        if self._other is not None and self._other._transport is not None:
            self._other._transport.pause_reading()

    def resume_writing(self) -> None:
        if self._other is not None and self._other._transport is not None:
            self._other._transport.resume_reading()

    def deliver(self, what: Callable[[], None]) -> None:
        """Do it now, or when the network's delay is over; always in order."""
        loop = asyncio.get_running_loop()
        if not self._waiting and self._network.delay_s == 0:
            what()
            return
        due = max(loop.time() + self._network.delay_s, self._last_due + _ORDER_S)
        self._last_due = due
        self._waiting += 1

        def arrive() -> None:
            self._waiting -= 1
            what()

        loop.call_at(due, arrive)

    def write(self, data: bytes) -> None:
        """Send on what came from the other side."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def end(self) -> None:
        """The other side has nothing more to say."""
        if self._transport is not None and not self._transport.is_closing():
            with contextlib.suppress(OSError):
                self._transport.write_eof()

    def close(self) -> None:
        """End in good order."""
        if self._transport is not None:
            self._transport.close()

    def reset(self) -> None:
        """Cut off: the program sees a reset."""
        if self._transport is None or self._transport.is_closing():
            return
        with contextlib.suppress(OSError):
            _socket(self._transport).setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._transport.abort()


def _socket(transport: asyncio.Transport) -> socket.socket:
    return cast(socket.socket, transport.get_extra_info("socket"))


def _bound(port: int) -> socket.socket:
    """A socket on that port that shares it with this process's others."""
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.bind((HOST, port))
    except BaseException:
        made.close()
        raise
    return made
