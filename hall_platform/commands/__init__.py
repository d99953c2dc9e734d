"""The commands of `hall-platform`, one a file.

Each file has `add(commands)`, which adds its parser and sets `run` to what the command does:

    def add(commands: Commands) -> None:
        parser = commands.add_parser("migrate", parents=[store_options()], help="...")
        parser.set_defaults(run=_run)

What a command needs beside its parser is imported when it runs.
"""

from __future__ import annotations

import argparse
import json
import os
import pkgutil
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

from hall_platform.clock import HALL_ZONE, Clock, ShiftedClock, SystemClock

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_all(commands: Commands) -> None:
    """Every command there is, by name."""
    for found in sorted(pkgutil.iter_modules(__path__), key=lambda one: one.name):
        import_module(f"{__name__}.{found.name}").add(commands)


def store_options() -> argparse.ArgumentParser:
    """The options that say which store."""
    store = argparse.ArgumentParser(add_help=False)
    store.add_argument(
        "--data-dir", type=Path, required=True, help="folder of the store, its lock and its log"
    )
    store.add_argument(
        "--db", metavar="URL", help="PostgreSQL URL (postgresql://…) instead of SQLite"
    )
    return store


def clock_option() -> argparse.ArgumentParser:
    """The option that plays another time; `clock_of` makes of it what the command goes by."""
    clock = argparse.ArgumentParser(add_help=False)
    clock.add_argument(
        "--clock", type=_moment, metavar="MOMENT", help="play another time, from this moment on"
    )
    return clock


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=HALL_ZONE)


def clock_of(options: argparse.Namespace) -> Clock:
    """The clock a command goes by: the machine's, unless another time is played."""
    return ShiftedClock.starting_at(options.clock) if options.clock else SystemClock()


def as_json(value: Any) -> str:
    """How commands write JSON."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def write_private(path: Path, text: str) -> None:
    """A file only its owner can read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".part")
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    temporary.replace(path)
