"""Hears on PostgreSQL that another process has committed events, by LISTEN and NOTIFY.

Only a wake-up: what happened is read from the log, so that a notice lost with its connection costs
a moment and no event.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import psycopg
from sqlalchemy import Connection, func, select

CHANNEL = "hall_events"
LOOK_SECONDS = 0.5  # how long ending may take
AGAIN_SECONDS = 1.0  # before a server that is away is tried again


def notify(connection: Connection) -> None:
    """Wake those who listen, when this transaction is committed."""
    if connection.dialect.name == "postgresql":
        connection.execute(_NOTIFY)


_NOTIFY = select(func.pg_notify(CHANNEL, ""))


class Waker:
    """The thread that waits for notices; `wake` is called for each and after each beginning."""

    def __init__(self, url: str, wake: Callable[[], None]) -> None:
        self._url = url
        self._wake = wake
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="events-waker", daemon=True)

    def start(self) -> None:
        """Begin to wait."""
        self._thread.start()

    def stop(self) -> None:
        """Wait no longer."""
        self._ending.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                with psycopg.connect(self._url, autocommit=True) as connection:
                    self._hear(connection)
            except psycopg.Error:
                self._ending.wait(AGAIN_SECONDS)

    def _hear(self, connection: psycopg.Connection[object]) -> None:
        connection.execute(f"LISTEN {CHANNEL}")
        self._wake()  # whatever was committed while nobody listened
        while not self._ending.is_set():
            for _ in connection.notifies(timeout=LOOK_SECONDS, stop_after=1):
                self._wake()
