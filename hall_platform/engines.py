"""Connections to the two kinds of store."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.pool import PoolProxiedConnection, QueuePool

BUSY_SECONDS = 10
POOL = {"pool_size": 16, "max_overflow": 48}  # more than the threads that serve requests
_RETRY_STATES = {"40001", "40P01"}  # serialization failure, deadlock


class StoreUnusable(Exception):
    """The store cannot be opened; the message is a sentence for the operator."""


def sqlite_engine(path: Path, begin: str, *, foreign_keys: bool = True) -> Engine:
    """Connections to a SQLite file whose transactions begin with `begin`."""
    if not path.exists():
        path.touch(mode=0o600)
    engine = create_engine(
        f"sqlite:///{path}",
        poolclass=QueuePool,
        **POOL,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS},
    )
    pragmas = ("journal_mode=WAL", "synchronous=FULL", f"foreign_keys={int(foreign_keys)}")

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # transactions begin where this module says
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    # A listener of "begin" would do as well, but an engine with a listener asks at every statement
    # who listens.
    def start(dbapi_connection: PoolProxiedConnection) -> None:
        cursor = dbapi_connection.cursor()
        cursor.execute(begin)
        cursor.close()

    engine.dialect.do_begin = start  # type: ignore[method-assign]
    return engine


def postgres_engine(url: str) -> Engine:
    """Connections to a PostgreSQL server. Raises StoreUnusable for a URL that is none."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in {"postgresql", "postgres", "postgresql+psycopg"}:
        raise StoreUnusable("--db needs a URL that begins with postgresql://")
    return create_engine(
        f"postgresql+psycopg://{rest}",
        **POOL,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"client_encoding": "utf8"},  # whatever PGCLIENTENCODING says
    )


def check_encoding(connection: Connection) -> None:
    """Raises StoreUnusable for a database without every character: rare names need them."""
    if connection.dialect.name != "postgresql":
        return
    encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        raise StoreUnusable(
            f"the database keeps texts as {encoding}; make one with ENCODING 'UTF8'"
        )


def plain_url(url: str) -> str:
    """The URL as PostgreSQL's own library reads it."""
    return "postgresql://" + url.partition("://")[2]


def worth_another_try(failure: DBAPIError) -> bool:
    """True where the same work may succeed now: lost races, and a duplicate another writer won."""
    state = getattr(failure.orig, "sqlstate", None)
    return isinstance(failure, IntegrityError) or state in _RETRY_STATES
