"""One writer thread on SQLite: commits the writes that wait together, answers after the commit."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

Work = Callable[[Connection], Any]
Waiting = tuple[Work, "Future[Any]"]

GROUP_LIMIT = 64  # writes in one commit; keeps the first of a group from waiting long

# As text: SQLAlchemy's own savepoints are compiled anew each time.
_SAVE = "SAVEPOINT one_write"
_UNDO = "ROLLBACK TO SAVEPOINT one_write"
_KEEP = "RELEASE SAVEPOINT one_write"


class Closed(Exception):
    """The writer has been closed; nothing was written."""


class GroupWriter:
    """Runs writes one after another; those that wait meanwhile share one commit.

    A write that raises is undone alone. When the commit itself fails, all of its writes are undone
    and each raises what the commit raised.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._queue: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._door = threading.Lock()
        self._open = True
        self._thread = threading.Thread(target=self._serve, name="store-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Work) -> Future[Any]:
        """The future of what `work` returns, done once it is durable.

        It raises what `work` raises, or Closed.
        """
        answer: Future[Any] = Future()
        with self._door:
            if self._open:
                self._queue.put((work, answer))
            else:
                answer.set_exception(Closed())
        return answer

    def close(self) -> None:
        """Finish what waits, then stop."""
        with self._door:
            if not self._open:
                return
            self._open = False
            self._queue.put(None)
        self._thread.join()
        self._engine.dispose()

    def _serve(self) -> None:
        ending = False
        while not ending:
            first = self._queue.get()
            if first is None:
                return
            group, ending = self._group(first)
            self._commit(group)

    def _group(self, first: Waiting) -> tuple[list[Waiting], bool]:
        """What waits already, and whether the end came with it."""
        group = [first]
        while len(group) < GROUP_LIMIT:
            try:
                further = self._queue.get_nowait()
            except queue.Empty:
                break
            if further is None:
                return group, True
            group.append(further)
        return group, False

    def _commit(self, group: list[Waiting]) -> None:
        outcomes: list[tuple[Future[Any], Any, Exception | None]] = []
        try:
            with self._engine.begin() as connection:
                for work, answer in group:
                    value, refusal = _alone(connection, work)
                    outcomes.append((answer, value, refusal))
        except Exception as failure:  # noqa: BLE001 - the thread has to outlive it
            for _, answer in group:
                answer.set_exception(failure)
            return
        for answer, value, refusal in outcomes:
            if refusal is not None:
                answer.set_exception(refusal)
            else:
                answer.set_result(value)


def _alone(connection: Connection, work: Work) -> tuple[Any, Exception | None]:
    """Run one write in a savepoint: its value, or what it raised.

    A failure of the database itself (disk full, I/O) comes out and undoes the whole group.
    """
    connection.exec_driver_sql(_SAVE)
    try:
        value = work(connection)
        connection.exec_driver_sql(_KEEP)
    except OperationalError:
        raise
    except Exception as refusal:  # noqa: BLE001 - handed to whoever asked
        connection.exec_driver_sql(_UNDO)
        connection.exec_driver_sql(_KEEP)
        return None, refusal
    return value, None
