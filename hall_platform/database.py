"""The platform's store: SQLite with one group-committing writer, or PostgreSQL by a URL.

`write` returns when the work is durable and not before. On SQLite all writes go through one thread
that commits those waiting together (WAL, synchronous=FULL): one fsync for the group, and no write
ever waits for a lock inside the process. On PostgreSQL each write is its own transaction, tried
again when the server asks for it.
"""

from __future__ import annotations

import os
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, func, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from hall_platform.problems import Problem
from hall_platform.settings import Settings
from hall_platform.tables import SCHEMA_VERSION, metadata, operators, schema, windows

Answer = TypeVar("Answer")
Work = Callable[[Connection], Any]

GROUP_LIMIT = 64  # writes in one commit; keeps the first of a group from waiting long
BUSY_MILLISECONDS = 10_000
ATTEMPTS = 5
_CREATE_LOCK = 0x68616C6C  # any fixed number: keeps two first starts apart
_RETRY_STATES = {"40001", "40P01"}  # serialization failure, deadlock


class StoreUnusable(Exception):
    """The store cannot be opened; the message is a sentence for the operator."""


class Store:
    """The store, read and written through SQLAlchemy connections; close it at the end."""

    def __init__(self, settings: Settings) -> None:
        """Open, and create the tables where there are none. Raises StoreUnusable."""
        self._lock: Any = None
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.is_sqlite = settings.db is None
        try:
            if settings.db is None:
                self._lock = _only_process(settings.data_dir / "platform.lock")
                self._readers = _sqlite_engine(settings.database_path, "BEGIN")
                self._writer: _Writer | None = _Writer(
                    _sqlite_engine(settings.database_path, "BEGIN IMMEDIATE")
                )
            else:
                self._readers = _postgres_engine(settings.db)
                self._writer = None
            self.write(_create_tables)
        except (SQLAlchemyError, Problem) as failure:
            self.close()
            raise StoreUnusable(f"the store cannot be opened ({type(failure).__name__})") from None
        except StoreUnusable:
            self.close()
            raise

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading. A store that is away raises Problem("store-unavailable")."""
        try:
            with self._readers.connect() as connection:
                yield connection
        except DBAPIError as failure:
            raise unavailable(failure) from failure

    def write(self, work: Callable[[Connection], Answer]) -> Answer:
        """Run `work` in a transaction; what it returns is durable then.

        Whatever `work` raises undoes its writes and comes out here. A store that is away raises
        Problem("store-unavailable"), and nothing of the work is kept.
        """
        if self._writer is not None:
            written: Answer = self._writer.run(work)
            return written
        for attempt in range(ATTEMPTS):
            try:
                with self._readers.begin() as connection:
                    return work(connection)
            except DBAPIError as failure:
                last = attempt == ATTEMPTS - 1
                if last or not _worth_another_try(failure):
                    raise unavailable(failure) from failure
        raise AssertionError("unreachable")

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
        if getattr(self, "_writer", None) is not None:
            assert self._writer is not None
            self._writer.close()
            self._writer = None
        if hasattr(self, "_readers"):
            self._readers.dispose()
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def unavailable(failure: DBAPIError) -> Problem:
    """A database failure as the answer a client can act on: try again later."""
    del failure  # its text may hold parameters; the log gets the type from __cause__
    return Problem("store-unavailable", headers={"Retry-After": "2"})


class _Writer:
    """One thread, one connection; commits the writes that wait together."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: queue.SimpleQueue[tuple[Work, Future[Any]] | None] = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._serve, name="store-writer", daemon=True)
        self._thread.start()

    def run(self, work: Work) -> Any:
        if self._closed:
            raise Problem("store-unavailable", headers={"Retry-After": "2"})
        answer: Future[Any] = Future()
        self._waiting.put((work, answer))
        return answer.result()

    def close(self) -> None:
        self._closed = True
        self._waiting.put(None)
        self._thread.join()
        self._engine.dispose()

    def _serve(self) -> None:
        while True:
            first = self._waiting.get()
            if first is None:
                return
            group = [first]
            ending = False
            while len(group) < GROUP_LIMIT:
                try:
                    further = self._waiting.get_nowait()
                except queue.Empty:
                    break
                if further is None:
                    ending = True
                    break
                group.append(further)
            self._commit(group)
            if ending:
                return

    def _commit(self, group: list[tuple[Work, Future[Any]]]) -> None:
        """Each write in a savepoint of its own, one commit for all, answers after it."""
        outcomes: list[tuple[Future[Any], Any, BaseException | None]] = []
        try:
            with self._engine.begin() as connection:
                for work, answer in group:
                    try:
                        with connection.begin_nested():
                            outcomes.append((answer, work(connection), None))
                    except (OperationalError, sqlite3.OperationalError):
                        raise  # disk full, I/O error: the whole group is undone
                    except Exception as refusal:  # noqa: BLE001 - handed to whoever asked
                        outcomes.append((answer, None, refusal))
        except DBAPIError as failure:
            for _, answer in group:
                answer.set_exception(unavailable(failure))
            return
        except BaseException as failure:  # noqa: BLE001 - the thread must outlive it
            for _, answer in group:
                answer.set_exception(failure)
            return
        for answer, value, problem in outcomes:
            if isinstance(problem, DBAPIError):
                answer.set_exception(unavailable(problem))
            elif problem is not None:
                answer.set_exception(problem)
            else:
                answer.set_result(value)


def _create_tables(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_CREATE_LOCK)))
    metadata.create_all(connection)
    version = connection.execute(select(schema.c.version)).scalar_one_or_none()
    if version is None:
        connection.execute(insert(schema).values(version=SCHEMA_VERSION))
    elif version != SCHEMA_VERSION:
        raise StoreUnusable(
            f"the store has schema version {version}, this program needs {SCHEMA_VERSION}"
        )


def _sqlite_engine(path: Path, begin: str) -> Engine:
    if not path.exists():
        path.touch(mode=0o600)
    engine = create_engine(
        f"sqlite:///{path}",
        poolclass=QueuePool,
        pool_size=16,
        max_overflow=48,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "timeout": BUSY_MILLISECONDS / 1000},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # transactions begin where this module says
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _postgres_engine(url: str) -> Engine:
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in {"postgresql", "postgres", "postgresql+psycopg"}:
        raise StoreUnusable("--db needs a URL that begins with postgresql://")
    return create_engine(
        f"postgresql+psycopg://{rest}",
        pool_size=16,
        max_overflow=48,
        pool_pre_ping=True,
        hide_parameters=True,
    )


def _worth_another_try(failure: DBAPIError) -> bool:
    """True where the same work may succeed now: lost races, and a duplicate another writer won."""
    state = getattr(failure.orig, "sqlstate", None)
    return isinstance(failure, IntegrityError) or state in _RETRY_STATES


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
