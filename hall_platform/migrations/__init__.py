"""The schema's revisions: which one a store has, and how it is moved up and down.

README.md says how a module changes its tables.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, func, inspect, select, text

from hall_platform.engines import StoreUnusable

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent
VERSIONS = FOLDER / "versions"
BASE = "base"

_ONE_AT_A_TIME = 0x68616C6C  # any fixed number: keeps two first starts apart


def revisions() -> list[str]:
    """The revisions this program knows, oldest first; each is named as its file."""
    return sorted(path.stem for path in VERSIONS.glob("[0-9]*.py"))


def current(connection: Connection) -> str | None:
    """The revision of a store; None for an empty one. Raises StoreUnusable for a foreign one."""
    tables = inspect(connection).get_table_names()
    if "alembic_version" in tables:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if "windows" in tables:
        raise StoreUnusable(
            "the store is from before the first release and cannot be moved up; seed a new one"
        )
    return None


def check(revision: str) -> None:
    """Raises StoreUnusable unless this is the schema the program works with."""
    known = revisions()
    if revision not in known:
        raise StoreUnusable(
            f"the store has schema {revision}, which belongs to a newer program; use that one, "
            "or let it take the store back with: hall-platform migrate --down REVISION"
        )
    if revision != known[-1]:
        raise StoreUnusable(
            f"the store has schema {revision}, this program needs {known[-1]}; "
            "bring it up with: hall-platform migrate"
        )


def move(engine: Engine, down: str | None) -> tuple[str, str]:
    """Up to the newest revision, or down to the one given; from which to which.

    All in one transaction. Raises StoreUnusable for a revision that is not below the store's.
    """
    from alembic import command

    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
        before = current(connection) or BASE
        if before not in (BASE, *revisions()):
            check(before)
        if down is None:
            command.upgrade(_config(connection), "head")
        elif before != down:
            _check_below(before, down)
            command.downgrade(_config(connection), down)
        if connection.dialect.name == "sqlite":
            _check_references(connection)
        after = current(connection) or BASE
    return before, after


def _check_below(before: str, down: str) -> None:
    known = [BASE, *revisions()]
    if down not in known or known.index(down) > known.index(before):
        raise StoreUnusable(f"there is no revision {down} below the store's, {before}")


def _check_references(connection: Connection) -> None:
    broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    if broken:
        raise StoreUnusable(f"a migration would break references of table {broken[0][0]}")


def _config(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
