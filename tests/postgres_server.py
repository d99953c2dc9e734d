"""PostgreSQL servers of the tests' own: temporary clusters on a Unix socket, gone afterwards."""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

import psycopg

BINARIES = Path("/usr/lib/postgresql/15/bin")
SECONDS = 60

# The cluster is thrown away, so nothing has to survive a power cut here.
SETTINGS = "fsync = off\nlisten_addresses = ''\nmax_connections = 200\nshared_buffers = 32MB\n"

# As a server in an office sorts, which is not by code points: nothing may lean on those.
COLLATION = ("--locale-provider=icu", "--icu-locale=zh-CN")


def missing() -> str:
    """Why no server can be started here; empty when one can."""
    if not (BINARIES / "postgres").exists():
        return f"no PostgreSQL 15 server binary in {BINARIES}"
    return ""


@contextmanager
def postgres_database(template: str = "") -> Iterator[str]:
    """The URL of a database that is empty, or a copy of another one's; gone afterwards.

    All are on one server, which ends with this process of tests.
    """
    name = new_database(template)
    try:
        yield database_url(name)
    finally:
        drop_database(name)


def new_database(template: str = "") -> str:
    """The name of a new one that stays until the end."""
    name = f"test_{uuid.uuid4().hex}"
    _do(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
    return name


@contextmanager
def database_in(encoding: str) -> Iterator[str]:
    """The URL of an empty database that keeps its texts so."""
    name = f"test_{uuid.uuid4().hex}"
    _do(
        f"CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}' "
        "LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C'"
    )
    try:
        yield database_url(name)
    finally:
        drop_database(name)


def drop_database(name: str) -> None:
    """Gone, with whoever is connected to it."""
    _do(f"DROP DATABASE {name} WITH (FORCE)")


def database_url(name: str) -> str:
    """Where that database is."""
    return _shared_server().replace("/hall?", f"/{name}?")


def _do(statement: str) -> None:
    with psycopg.connect(_shared_server(), autocommit=True) as connection:
        connection.execute(statement.encode())


@cache
def _shared_server() -> str:
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(postgres_server())


@contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[str]:
    """A running server; gives the URL of an empty database. A durable one writes to the disk."""
    base = Path(tempfile.mkdtemp(prefix="hall-pg-", dir="/tmp"))  # short: it is a socket's path
    cluster = base / "cluster"
    try:
        user = _ordinary_user()
        if user:
            shutil.chown(base, user)
        as_it_is = ("-U", "hall", "--auth=trust", "-E", "UTF8", "--no-sync", *COLLATION)
        _run(user, "initdb", "-D", cluster, *as_it_is)
        with (cluster / "postgresql.conf").open("a") as configuration:
            configuration.write(f"{SETTINGS}unix_socket_directories = '{base}'\n")
            configuration.write("fsync = on\n" if durable else "")
        log = base / "server.log"
        _run(user, "pg_ctl", "-D", cluster, "-w", "-t", str(SECONDS), "-l", log, "start")
        try:
            _run(user, "createdb", "-h", base, "-U", "hall", "hall")
            yield f"postgresql://hall@/hall?host={base}"
        finally:
            _run(user, "pg_ctl", "-D", cluster, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(base, ignore_errors=True)


def _ordinary_user() -> str | None:
    """The server refuses to run as root; None when we are somebody else already."""
    if os.geteuid() != 0:
        return None
    return pwd.getpwnam("postgres").pw_name


def _run(user: str | None, program: str, *arguments: str | Path) -> None:
    done = subprocess.run(
        [str(BINARIES / program), *map(str, arguments)],
        user=user,
        group=user,
        extra_groups=[] if user else None,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # a pipe would stay open in the server
        stderr=subprocess.DEVNULL,
        timeout=SECONDS,
        check=False,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
    )
    assert done.returncode == 0, f"{program} ended with {done.returncode}"
