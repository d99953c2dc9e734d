"""The platform's store: SQLite with one group-committing writer, or PostgreSQL by a URL.

`write` returns when the work is durable and not before. On SQLite all writes go through one thread
that commits those waiting together (WAL, synchronous=FULL): one fsync for the group, and no write
ever waits for a lock inside the process. On PostgreSQL each write is its own transaction, tried
again when the server asks for it. What a write has emitted gets its numbers last, just before the
commit, and who listens is told after it.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import DataError, DBAPIError, SQLAlchemyError

from hall_platform import migrations
from hall_platform.engines import (
    StoreUnusable,
    check_encoding,
    plain_url,
    postgres_engine,
    sqlite_engine,
    worth_another_try,
)
from hall_platform.events import log
from hall_platform.faults import log_fault
from hall_platform.group_commit import Closed, GroupWriter
from hall_platform.identity.tables import operators, windows
from hall_platform.problems import Problem, invalid
from hall_platform.settings import Settings
from hall_platform.waking import Waker

__all__ = ["Store", "StoreUnusable", "Write", "migrate_store", "open_store", "ping"]

Answer = TypeVar("Answer")
Work = Callable[[Connection], Answer]

ATTEMPTS = 5
FIRST_LOCK = 6_417_001  # of all processes on one server, the one that does the chores


class Write(Generic[Answer]):
    """A write under way."""

    def __init__(self, future: Future[tuple[Answer, bool]], announce: Callable[[], None]) -> None:
        self._future = future
        self._announce = announce

    def result(self) -> Answer:
        """What the work returned, once it is durable; raises as Store.write does."""
        try:
            answer, emitted = self._future.result()
        except (Closed, DBAPIError) as failure:
            raise refusal_of(failure) from failure
        if emitted:
            self._announce()
        return answer


class Store(ABC):
    """The store, read and written through SQLAlchemy connections; close it at the end.

    `on_events`, where set, is called after each commit that emitted something, from any thread.
    `hears_all` is true when nobody but this process writes, so that no event comes unannounced.
    """

    hears_all: bool

    def __init__(self, readers: Engine) -> None:
        self._readers = readers
        self.on_events: Callable[[], None] | None = None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading. A store that is away raises Problem("store-unavailable").

        A value that no store holds, as NUL in a text, raises Problem("invalid-request").
        """
        try:
            with self._readers.connect() as connection:
                yield connection
        except DBAPIError as failure:
            raise refusal_of(failure) from failure

    def write(self, work: Work[Answer]) -> Answer:
        """Run `work` in a transaction; what it returns is durable then.

        Whatever `work` raises undoes its writes and comes out here. A store that is away raises
        Problem("store-unavailable"), a value that it cannot hold Problem("invalid-request"), and
        nothing of the work is kept. `work` may be run again.
        """
        return self.begin_write(work).result()

    def begin_write(self, work: Work[Answer]) -> Write[Answer]:
        """The same without waiting: several writes begun together may share a commit."""
        return Write(self._run(log.settling(work)), self._announce)

    def is_empty(self) -> bool:
        """True when nobody can sign in and no window is there."""
        with self.read() as connection:
            counts = [
                connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in (windows, operators)
            ]
        return not any(counts)

    def close(self) -> None:
        """Finish waiting writes and let go of the store."""
        self._readers.dispose()

    def hear(self) -> None:  # noqa: B027 - where nobody else writes there is nothing to do
        """From now on `on_events` is called for what other processes commit too."""

    @abstractmethod
    def is_first(self) -> bool:
        """Whether this process is the one that does what one of all does. Asked by one thread."""

    @abstractmethod
    def _run(self, work: Work[Answer]) -> Future[Answer]:
        """The future of the committed work."""

    def _announce(self) -> None:
        if self.on_events is not None:
            self.on_events()


class SqliteStore(Store):
    """A file of one process, with one writer."""

    hears_all = True

    def __init__(self, settings: Settings) -> None:
        self._lock = _only_process(settings.data_dir / "platform.lock")
        super().__init__(sqlite_engine(settings.database_path, "BEGIN"))
        self._writer = GroupWriter(sqlite_engine(settings.database_path, "BEGIN IMMEDIATE"))

    def is_first(self) -> bool:
        """As promised by Store: nobody else has the file open."""
        return True

    def _run(self, work: Work[Answer]) -> Future[Answer]:
        return self._writer.submit(work)

    def close(self) -> None:
        """As promised by Store."""
        self._writer.close()
        super().close()
        self._lock.close()


class PostgresStore(Store):
    """A server that several platform processes may share."""

    hears_all = False

    def __init__(self, url: str) -> None:
        super().__init__(postgres_engine(url))
        self._holding: Connection | None = None
        self._waker = Waker(plain_url(url), self._announce)
        self._hearing = False

    def hear(self) -> None:
        """As promised by Store: the server wakes us."""
        if not self._hearing:
            self._hearing = True
            self._waker.start()

    def is_first(self) -> bool:
        """As promised by Store: by an advisory lock that lives as long as its connection."""
        try:
            if self._holding is not None:
                self._holding.execute(text("SELECT 1"))
                return True
            self._holding = self._readers.connect().execution_options(isolation_level="AUTOCOMMIT")
            if self._holding.execute(select(func.pg_try_advisory_lock(FIRST_LOCK))).scalar_one():
                return True
        except DBAPIError:
            pass  # the server is away, and with the connection went the lock
        self._let_go()
        return False

    def close(self) -> None:
        """As promised by Store."""
        if self._hearing:
            self._waker.stop()
        self._let_go()
        super().close()

    def _let_go(self) -> None:
        held, self._holding = self._holding, None
        if held is not None:
            held.invalidate()  # closed for good: a pooled connection would keep its locks
            held.close()

    def _run(self, work: Work[Answer]) -> Future[Answer]:
        done: Future[Answer] = Future()
        try:
            done.set_result(self._committed(work))
        except Exception as failure:  # noqa: BLE001 - handed to whoever asks for the result
            done.set_exception(failure)
        return done

    def _committed(self, work: Work[Answer]) -> Answer:
        for _ in range(ATTEMPTS - 1):
            try:
                with self._readers.begin() as connection:
                    return work(connection)
            except DBAPIError as failure:
                if not worth_another_try(failure):
                    raise
        with self._readers.begin() as connection:
            return work(connection)


def open_store(settings: Settings) -> Store:
    """Open the store of the settings; an empty one gets its tables.

    Raises StoreUnusable: in use by another process, unreadable, unreachable, another schema, a
    database that does not keep every character.
    """
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = PostgresStore(settings.db) if settings.db else SqliteStore(settings)
    try:
        with store.read() as connection:
            check_encoding(connection)
            known = migrations.current(connection)
        if known is None:
            _move(settings, None)
        else:
            migrations.check(known)
    except (SQLAlchemyError, Problem) as failure:
        store.close()
        raise _cannot_open(failure) from None
    except StoreUnusable:
        store.close()
        raise
    return store


def migrate_store(settings: Settings, down: str | None = None) -> tuple[str, str]:
    """Bring the store to the newest schema, or down to a revision; from which to which.

    Raises StoreUnusable; the store is then as it was.
    """
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = None if settings.db else _only_process(settings.data_dir / "platform.lock")
    try:
        return _move(settings, down)
    except SQLAlchemyError as failure:
        raise _cannot_open(failure) from None
    finally:
        if lock is not None:
            lock.close()


def _move(settings: Settings, down: str | None) -> tuple[str, str]:
    if settings.db:
        engine = postgres_engine(settings.db)
    else:
        # Changing a table on SQLite means making it anew, which references must not notice.
        engine = sqlite_engine(settings.database_path, "BEGIN IMMEDIATE", foreign_keys=False)
    try:
        with engine.connect() as connection:
            check_encoding(connection)
        return migrations.move(engine, down)
    finally:
        engine.dispose()


def _cannot_open(failure: Exception) -> StoreUnusable:
    cause = failure.__cause__ or failure
    return StoreUnusable(f"the store cannot be opened ({type(cause).__name__})")


def refusal_of(failure: Exception) -> Problem:
    """A database failure as an answer a client can act on; the cause's text stays inside.

    Who sends again what the store cannot hold is refused for ever, so that is not "unavailable".
    """
    if isinstance(failure, DataError):
        log_fault(failure)
        return invalid("request", "a text or a number in it cannot be stored")
    return Problem("store-unavailable", headers={"Retry-After": "2"})


def _only_process(path: Path) -> Any:
    """Hold the data directory's lock until closed. Raises StoreUnusable when it is held."""
    held = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+")
    try:
        if os.name == "nt":  # pragma: no cover - written for Windows, not tested there
            import msvcrt

            msvcrt.locking(held.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            import fcntl

            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        held.close()
        raise StoreUnusable(
            f"another platform process is using {path.parent}; stop it first"
        ) from None
    return held


def ping(store: Store) -> None:
    """Ask the store for one row; raises Problem("store-unavailable")."""
    with store.read() as connection:
        connection.execute(text("SELECT 1"))
