"""The platform as a process: socket, readiness, log file, and when it ends."""

from __future__ import annotations

import json
import logging
import os
import select
import socket
import sys
import threading
import time
from dataclasses import dataclass, field
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn

from hall_platform.app import create_app
from hall_platform.chores import Rounds
from hall_platform.clock import Clock, SystemClock
from hall_platform.connections import Connection
from hall_platform.database import Store, StoreUnusable, open_store
from hall_platform.events.listeners import Listeners
from hall_platform.identity import factor_key
from hall_platform.settings import Settings

LOG_BYTES = 5_000_000
LOG_FILES = 3
GRACE_SECONDS = 5
BACKLOG = 2048  # a whole city's counters coming back at once
KEEP_ALIVE_SECONDS = 75  # longer than a counter keeps an idle connection


@dataclass(frozen=True)
class Serving:
    """How to serve. Port 0 takes any free one."""

    settings: Settings
    host: str = "127.0.0.1"
    port: int = 0
    ready_file: Path | None = None
    stop_with_stdin: bool = False
    parent: int | None = None
    clock: Clock = field(default_factory=SystemClock)


def serve(serving: Serving) -> None:
    """Serve until told to stop (SIGTERM, SIGINT, stdin closed, parent gone).

    When ready, one line `listening on http://HOST:PORT` goes to stdout. Raises StoreUnusable when
    the store or the port cannot be had.
    """
    may_open_many_files()
    listener = listening_socket(serving.host, serving.port)
    store = open_store(serving.settings)
    try:
        _log_to(serving.settings.data_dir / "logs" / "platform.log")
        _complain_of_factor_key(store, serving.settings)
        host, port = listener.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        app = create_app(serving.settings, store, serving.clock)
        server = _Server(
            uvicorn.Config(
                app,
                http=Connection,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=GRACE_SECONDS,
            ),
            f"http://{shown}:{port}",
            serving.ready_file,
            app.state.context.listeners,
        )
        if serving.stop_with_stdin:
            _end_when(server, _stdin_closed, "stdin")
        if serving.parent is not None:
            parent = serving.parent
            _end_when(server, lambda: _process_gone(parent), "parent")
        rounds = Rounds(app.state.context)
        rounds.start()
        try:
            server.run(sockets=[listener])
        finally:
            rounds.stop()
    finally:
        store.close()
        listener.close()
        if serving.ready_file is not None:
            serving.ready_file.unlink(missing_ok=True)


class _Server(uvicorn.Server):
    """uvicorn that says when it is ready, and ends the streams when it ends."""

    def __init__(
        self, config: uvicorn.Config, url: str, ready_file: Path | None, listeners: Listeners
    ) -> None:
        super().__init__(config)
        self._listeners = listeners
        self._url = url
        self._ready_file = ready_file

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End in order: uvicorn would raise the signal again, past closing the store."""
        del sig, frame
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self._ready_file is not None:
            temporary = self._ready_file.with_suffix(".part")
            temporary.write_text(json.dumps({"url": self._url, "pid": os.getpid()}) + "\n")
            temporary.replace(self._ready_file)
        sys.stdout.write(f"listening on {self._url}\n")
        sys.stdout.flush()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._listeners.close()
        await super().shutdown(sockets=sockets)


def _complain_of_factor_key(store: Store, settings: Settings) -> None:
    """It is served all the same: with passwords and security keys people get in."""
    with store.read() as connection:
        complaint = factor_key.complaint(settings.factor_key_path, connection)
    if complaint:
        sys.stderr.write(f"hall-platform: {complaint}\n")
        sys.stderr.flush()


def listening_socket(host: str, port: int) -> socket.socket:
    """A bound TCP socket; port 0 takes any free one. Raises StoreUnusable."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's delay off only for sockets that say they are TCP; without it each
    # answer waits 40 ms for the other side's delayed acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as failure:
        listener.close()
        raise StoreUnusable(f"cannot listen on {host} port {port}: {failure.strerror}") from None
    return listener


def may_open_many_files() -> None:
    """A connection is an open file, and a city's counters are more than the usual 1,024."""
    if os.name != "nt":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _log_to(path: Path) -> None:
    """Everything to one bounded file; standard error only gets what stops the program."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    handler = RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)


def _end_when(server: Any, condition: Any, name: str) -> None:
    def watch() -> None:
        condition()
        server.should_exit = True

    threading.Thread(target=watch, name=f"ends-with-{name}", daemon=True).start()


def _stdin_closed() -> None:
    """Return when whoever started this closed our stdin, or is gone."""
    while os.read(0, 4096):
        pass


def _process_gone(process: int) -> None:
    """Return when the process has ended."""
    if hasattr(os, "pidfd_open"):
        try:
            handle = os.pidfd_open(process)
        except ProcessLookupError:
            return
        select.select([handle], [], [])
        os.close(handle)
        return
    while _is_alive(process):  # where there is no such handle: Windows, macOS
        time.sleep(0.5)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except OSError:
        return False
    return True
