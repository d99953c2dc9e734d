"""On which store the tests' platforms run, and a door to what is in it.

SQLite, unless HALL_COUNTER_STORE says postgresql: then each data folder has a database on the
tests' own server in place of the file, and tests marked `sqlite` are left out (see conftest.py).
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from postgres_server import database_url, drop_database, missing, new_database
from sqlalchemy import Connection, CursorResult, create_engine, inspect, text

from hall_platform.settings import Settings

SQLITE, POSTGRESQL = "sqlite", "postgresql"
STORE = os.environ.get("HALL_COUNTER_STORE", SQLITE)
assert STORE in (SQLITE, POSTGRESQL), "HALL_COUNTER_STORE is sqlite or postgresql"

# Commands that open a store; the others have no --db.
_OPENING = frozenset({"admin", "figures", "import", "migrate", "seed", "serve"})

_urls: dict[Path, str] = {}
_made: list[str] = []


def on_sqlite(value: str = SQLITE) -> Any:
    """A parameter that means SQLite."""
    return pytest.param(value, marks=pytest.mark.sqlite)


def on_postgresql(value: str = POSTGRESQL) -> Any:
    """A parameter that means PostgreSQL."""
    return pytest.param(
        value,
        marks=[
            pytest.mark.postgres,
            pytest.mark.skipif(bool(missing()), reason=missing() or "server there"),
        ],
    )


def store_url(data_dir: Path) -> str | None:
    """The database that stands for the folder's store, made when it has none; None for SQLite."""
    known = _urls.get(data_dir.absolute())
    if known is None and STORE == POSTGRESQL:
        return give_database(data_dir)
    return known


def has_store(data_dir: Path) -> bool:
    """Whether there is a store already."""
    return data_dir.absolute() in _urls or (data_dir / "platform.sqlite").exists()


def give_database(data_dir: Path, template: str = "") -> str:
    """A database for the folder until its module of tests is done, empty or a copy of another."""
    _made.append(new_database(template))
    url = database_url(_made[-1])
    place_on(url, data_dir)
    return url


def place_on(url: str, *folders: Path) -> None:
    """That database is the store of these folders."""
    for folder in folders:
        _urls[folder.absolute()] = url


def copy_store(data_dir: Path, to: Path) -> None:
    """A copy for another folder of a store that nobody has open."""
    if STORE == POSTGRESQL:
        give_database(to, _name_of(data_dir))
    else:
        shutil.copyfile(data_dir / "platform.sqlite", to / "platform.sqlite")


def drop_store(data_dir: Path) -> None:
    """Let go of the folder's database before its module of tests is done."""
    if STORE == POSTGRESQL:
        name = _name_of(data_dir)
        del _urls[data_dir.absolute()]
        _made.remove(name)
        drop_database(name)


def drop_databases() -> None:
    """Let go of the databases that were made for folders."""
    urls = {database_url(name) for name in _made}
    for folder in [folder for folder, url in _urls.items() if url in urls]:
        del _urls[folder]
    while _made:
        drop_database(_made.pop())


def settings_of(data_dir: Path, **others: Any) -> Settings:
    """A platform's settings on the folder's store."""
    return Settings(data_dir=data_dir, db=store_url(data_dir), **others)


def on_its_store(arguments: Sequence[str | Path]) -> list[str]:
    """The arguments of a command, with --db where the store of its folder is a database."""
    told = list(map(str, arguments))
    if told and told[0] in _OPENING and "--data-dir" in told[:-1] and "--db" not in told:
        url = store_url(Path(told[told.index("--data-dir") + 1]))
        return [*told, *(("--db", url) if url else ())]
    return told


class OpenStore:
    """What is in a store, past the platform. Each statement is done when it returns."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        # What rows lie in the order of: nearly that in which they were written.
        self.place = "rowid" if connection.dialect.name == "sqlite" else "ctid"

    def execute(self, statement: str, values: Iterable[Any] = ()) -> CursorResult[Any]:
        """One statement in SQL that both stores know; a value stands for each `?`."""
        numbers = count()
        named = re.sub(r"\?", lambda _: f":v{next(numbers)}", statement)
        given = {f"v{number}": value for number, value in enumerate(values)}
        return self._connection.execute(text(named), given)

    def hold_up_writes(self, table: str) -> None:
        """Whoever writes to that table waits for this connection from now on; readers do not."""
        if self._connection.dialect.name == "sqlite":
            self.execute("BEGIN IMMEDIATE")
        else:
            self.execute("BEGIN")
            self.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")

    def wait_for_waiting(self, writers: int) -> None:
        """Until so many wait; SQLite's all wait in the platform, which nobody sees."""
        waiting = (
            "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
            " WHERE NOT l.granted AND d.datname = current_database()"
        )
        while self._connection.dialect.name != "sqlite" and (
            self.execute(waiting).scalar_one() < writers
        ):
            self.execute("SELECT pg_sleep(0.01)")

    def let_write(self) -> None:
        """The end of that."""
        self.execute("ROLLBACK")

    def dump(self) -> str:
        """All rows of all tables as a text."""
        names = inspect(self._connection).get_table_names()
        return "\n".join(
            repr(tuple(row)) for name in names for row in self.execute(f'SELECT * FROM "{name}"')
        )


@contextmanager
def opened(data_dir: Path) -> Iterator[OpenStore]:
    """The store of that folder."""
    engine = create_engine(driver_url(data_dir), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            yield OpenStore(connection)
    finally:
        engine.dispose()


def _name_of(data_dir: Path) -> str:
    url = _urls[data_dir.absolute()]
    return next(name for name in _made if database_url(name) == url)


def driver_url(data_dir: Path) -> str:
    """The folder's store as SQLAlchemy takes it."""
    url = store_url(data_dir)
    if url:
        return url.replace("postgresql://", "postgresql+psycopg://")
    return f"sqlite:///{data_dir / 'platform.sqlite'}?timeout=20"
