"""A real platform process for tests: its store seeded once in a session, copied for each test.

    platform = PlatformProcess.start(tmp_path / "platform")
    requests.get(platform.url + "/v1/health")
    platform.stop()

The process ends with its standard input, so that none outlives the tests. It is forked from one
that has imported everything; `run_program` starts the program itself.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import forked_program
from forked_program import ForkedProgram
from postgres_server import database_url, new_database, postgres_database
from store_under_test import (
    POSTGRESQL,
    STORE,
    give_database,
    has_store,
    on_its_store,
    place_on,
    store_url,
)

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 120
STOP_SECONDS = 15

ACCOUNTS = "accounts.json"
PEOPLE = "people.json"


def run_platform(*arguments: str | Path, timeout: float = START_SECONDS) -> Any:
    """Run one `hall-platform` command to its end; returns the completed process.

    On a folder whose store is a database it gets --db.
    """
    return forked_program.run(on_its_store(arguments), timeout)


def run_program(*arguments: str | Path, timeout: float = START_SECONDS) -> Any:
    """As `run_platform`, from the very start of the interpreter."""
    return subprocess.run(
        _command(*on_its_store(arguments)),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def seeded_copy(data_dir: Path) -> Path:
    """A freshly seeded data folder with accounts.json and people.json in it."""
    if STORE == POSTGRESQL:
        database, beside = _seeded_postgres()
        shutil.copytree(beside, data_dir)
        give_database(data_dir, database)
    else:
        shutil.copytree(_seeded(), data_dir)
    return data_dir


@contextmanager
def seeded_database(*folders: Path) -> Iterator[str]:
    """The URL of a freshly seeded PostgreSQL store, with a data folder for each process on it."""
    database, beside = _seeded_postgres()
    for folder in folders:
        shutil.copytree(beside, folder)
    with postgres_database(database) as url:
        place_on(url, *folders)
        yield url


@cache
def _seeded_postgres() -> tuple[str, Path]:
    """A database that was seeded once for this process of tests, and the data folder beside it."""
    base = Path(tempfile.mkdtemp(prefix="hall-seeded-"))
    atexit.register(shutil.rmtree, base, ignore_errors=True)
    folder, database = base / "data", new_database()
    done = run_platform(
        *("seed", "--data-dir", folder, "--db", database_url(database)),
        *("--accounts", folder / ACCOUNTS, "--people", folder / PEOPLE),
    )
    assert done.returncode == 0, done.stderr
    return database, folder


@dataclass
class PlatformProcess:
    """A running platform."""

    process: subprocess.Popen[str] | ForkedProgram
    data_dir: Path
    url: str

    @classmethod
    def start(
        cls,
        data_dir: Path,
        seed: bool = True,
        *,
        port: int = 0,
        db: str | None = None,
        clock: str | None = None,
        links: Path | None = None,
        program: Path | None = None,
    ) -> PlatformProcess:
        """Start on `data_dir`, seeded first when it is not there yet; waits until it is ready.

        `program` runs instead of the platform's own: a faulty one, as a control.
        """
        if seed and db is None and not has_store(data_dir):
            seeded_copy(data_dir)
        data_dir.mkdir(parents=True, exist_ok=True)
        db = db or store_url(data_dir)
        options = [
            *("serve", "--data-dir", str(data_dir), "--port", str(port), "--stop-with-stdin"),
            *(("--db", db) if db else ()),
            *(("--clock", clock) if clock else ()),
            *(("--links", str(links)) if links else ()),
        ]
        with (data_dir / "stderr.txt").open("a") as errors:
            process = (
                ForkedProgram(options, errors.fileno())
                if program is None
                else subprocess.Popen(
                    [sys.executable, str(program), *options],
                    cwd=ROOT,
                    env={**os.environ, "PYTHONPATH": str(ROOT)},
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    text=True,
                )
            )
        assert process.stdout is not None
        line = process.stdout.readline()  # ends with the process, so it cannot wait for ever
        if not line.startswith("listening on "):
            process.wait(STOP_SECONDS)
            raise AssertionError((data_dir / "stderr.txt").read_text())
        return cls(process, data_dir, line.removeprefix("listening on ").strip())

    @property
    def accounts(self) -> dict[str, list[dict[str, str]]]:
        """{"clerks": [{username, password, window}], "devices": [{device, secret, window}]}."""
        accounts: dict[str, list[dict[str, str]]] = _read(self.data_dir / ACCOUNTS)
        return accounts

    @property
    def people(self) -> dict[str, list[Any]]:
        """{"people": […], "organisations": […], "preapplication_codes": […]}."""
        people: dict[str, list[Any]] = _read(self.data_dir / PEOPLE)
        return people

    @property
    def database_path(self) -> Path:
        """The SQLite store, in tests that are about it."""
        return self.data_dir / "platform.sqlite"

    @property
    def log_path(self) -> Path:
        """The platform's own log."""
        return self.data_dir / "logs" / "platform.log"

    def stop(self) -> int:
        """End it by its standard input; returns its exit status. Fine to call twice."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            return self._gone()
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self._gone()

    def terminate(self) -> int:
        """SIGTERM; returns its exit status."""
        self.process.terminate()
        return self._gone()

    def kill(self) -> None:
        """SIGKILL, as a power cut of the process."""
        self.process.send_signal(signal.SIGKILL)
        self._gone()

    def restarted(self) -> PlatformProcess:
        """Another process on the same data."""
        return PlatformProcess.start(self.data_dir, seed=False)

    def _gone(self) -> int:
        status = self.process.wait(STOP_SECONDS)
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()
        return status


@cache
def _seeded() -> Path:
    """One seeded folder for all workers of a test session, kept by the session's own id."""
    session = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"process-{os.getpid()}")
    base = Path(tempfile.gettempdir()) / f"hall-platform-seed-{session}"
    base.mkdir(mode=0o700, exist_ok=True)
    data_dir = base / "data"
    with (base / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not data_dir.exists():
            half = base / "half"
            shutil.rmtree(half, ignore_errors=True)
            done = run_platform(
                *("seed", "--data-dir", half),
                *("--accounts", half / ACCOUNTS, "--people", half / PEOPLE),
            )
            assert done.returncode == 0, done.stderr
            half.rename(data_dir)
    _remove_at_exit(base)
    return data_dir


def _remove_at_exit(base: Path) -> None:
    """The session's process removes the folder; workers of a run leave it to the last one out."""
    users = base / f"user-{os.getpid()}"
    users.touch()

    def leave() -> None:
        users.unlink(missing_ok=True)
        if not list(base.glob("user-*")):
            shutil.rmtree(base, ignore_errors=True)

    atexit.register(leave)


def _command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "hall_platform", *map(str, arguments)]


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
