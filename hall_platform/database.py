"""The platform's store: SQLite with one group-committing writer, or PostgreSQL by a URL.

`write` returns when the work is durable and not before. On SQLite all writes go through one thread
that commits those waiting together (WAL, synchronous=FULL): one fsync for the group, and no write
ever waits for a lock inside the process. On PostgreSQL each write is its own transaction, tried
again when the server asks for it.
"""

from __future__ import annotations

import os
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, func, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from hall_platform.group_commit import Closed, GroupWriter
from hall_platform.problems import Problem
from hall_platform.settings import Settings
from hall_platform.tables import SCHEMA_VERSION, metadata, operators, schema, windows

Answer = TypeVar("Answer")

BUSY_SECONDS = 10
POOL = {"pool_size": 16, "max_overflow": 48}  # more than the threads that serve requests
ATTEMPTS = 5
_CREATE_LOCK = 0x68616C6C  # any fixed number: keeps two first starts apart
_RETRY_STATES = {"40001", "40P01"}  # serialization failure, deadlock


class StoreUnusable(Exception):
    """The store cannot be opened; the message is a sentence for the operator."""


class Store(ABC):
    """The store, read and written through SQLAlchemy connections; close it at the end."""

    def __init__(self, readers: Engine) -> None:
        self._readers = readers

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading. A store that is away raises Problem("store-unavailable")."""
        try:
            with self._readers.connect() as connection:
                yield connection
        except DBAPIError as failure:
            raise _unavailable() from failure

    @abstractmethod
    def write(self, work: Callable[[Connection], Answer]) -> Answer:
        """Run `work` in a transaction; what it returns is durable then.

        Whatever `work` raises undoes its writes and comes out here. A store that is away raises
        Problem("store-unavailable"), and nothing of the work is kept.
        """

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


class SqliteStore(Store):
    """A file of one process, with one writer."""

    def __init__(self, settings: Settings) -> None:
        self._lock = _only_process(settings.data_dir / "platform.lock")
        super().__init__(_sqlite_engine(settings.database_path, "BEGIN"))
        self._writer = GroupWriter(_sqlite_engine(settings.database_path, "BEGIN IMMEDIATE"))

    def write(self, work: Callable[[Connection], Answer]) -> Answer:
        """As promised by Store."""
        try:
            written: Answer = self._writer.run(work)
        except (Closed, DBAPIError) as failure:
            raise _unavailable() from failure
        return written

    def close(self) -> None:
        """As promised by Store."""
        self._writer.close()
        super().close()
        self._lock.close()


class PostgresStore(Store):
    """A server that several platform processes may share."""

    def __init__(self, url: str) -> None:
        super().__init__(_postgres_engine(url))

    def write(self, work: Callable[[Connection], Answer]) -> Answer:
        """As promised by Store."""
        for _ in range(ATTEMPTS - 1):
            try:
                with self._readers.begin() as connection:
                    return work(connection)
            except DBAPIError as failure:
                if not _worth_another_try(failure):
                    raise _unavailable() from failure
        try:
            with self._readers.begin() as connection:
                return work(connection)
        except DBAPIError as failure:
            raise _unavailable() from failure


def open_store(settings: Settings) -> Store:
    """Open the store of the settings, its tables made where there are none.

    Raises StoreUnusable: in use by another process, unreadable, unreachable, another version.
    """
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = PostgresStore(settings.db) if settings.db else SqliteStore(settings)
    try:
        store.write(_create_tables)
    except (SQLAlchemyError, Problem) as failure:
        store.close()
        cause = failure.__cause__ or failure
        raise StoreUnusable(f"the store cannot be opened ({type(cause).__name__})") from None
    except StoreUnusable:
        store.close()
        raise
    return store


def _unavailable() -> Problem:
    """A database failure as an answer a client can act on; the cause's text stays inside."""
    return Problem("store-unavailable", headers={"Retry-After": "2"})


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
        **POOL,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS},
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
        **POOL,
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
