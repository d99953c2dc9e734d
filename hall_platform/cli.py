"""`hall-platform`: serve, seed, openapi. Errors are one sentence and exit status 1."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from hall_platform.clock import SystemClock, day_of
from hall_platform.database import StoreUnusable, open_store
from hall_platform.problems import Problem
from hall_platform.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except StoreUnusable as failure:
        return _failed(str(failure))
    except Problem as problem:
        return _failed(f"the store refused: {problem.code}")
    except OSError as failure:
        return _failed(f"{failure.filename or 'file'}: {failure.strerror}")
    except KeyboardInterrupt:
        return 130
    return 0


def _failed(sentence: str) -> int:
    sys.stderr.write(f"hall-platform: {sentence}\n")
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hall-platform", description="The reference platform of a city's service halls."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    store = argparse.ArgumentParser(add_help=False)
    store.add_argument(
        "--data-dir", type=Path, required=True, help="folder of the store, its lock and its log"
    )
    store.add_argument(
        "--db", metavar="URL", help="PostgreSQL URL (postgresql://…) instead of SQLite"
    )

    serve = commands.add_parser("serve", parents=[store], help="serve the contract over HTTP")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    serve.add_argument(
        "--port", type=_port, default=8765, help="port, 0 for any free one (%(default)s)"
    )
    serve.add_argument("--ready-file", type=Path, help="written with url and pid when ready")
    serve.add_argument(
        "--stop-with-stdin", action="store_true", help="end when standard input closes"
    )
    serve.add_argument("--parent-pid", type=int, help="end when that process has ended")
    serve.set_defaults(run=_serve)

    seed = commands.add_parser("seed", parents=[store], help="fill an empty store, all invented")
    seed.add_argument("--seed", type=int, default=1, help="the same number, the same hall")
    seed.add_argument("--today", type=date.fromisoformat, help="day the dates are laid around")
    seed.add_argument(
        "--accounts", type=Path, help="file for the accounts' passwords; default standard output"
    )
    seed.add_argument("--people", type=Path, help="file for the invented people and their codes")
    seed.set_defaults(run=_seed)

    openapi = commands.add_parser("openapi", help="print the OpenAPI document")
    openapi.set_defaults(run=_openapi)
    return parser


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65_535:
        raise ValueError
    return port


def _serve(options: argparse.Namespace) -> None:
    from hall_platform.serving import Serving, serve

    serve(
        Serving(
            settings=Settings(data_dir=options.data_dir, db=options.db),
            host=options.host,
            port=options.port,
            ready_file=options.ready_file,
            stop_with_stdin=options.stop_with_stdin,
            parent=options.parent_pid,
        )
    )


def _seed(options: argparse.Namespace) -> None:
    from hall_platform.seed import invent

    store = open_store(Settings(data_dir=options.data_dir, db=options.db))
    try:
        if not store.is_empty():
            raise StoreUnusable("the store is not empty; seed fills only an empty one")
        today = options.today or day_of(SystemClock().now())
        hall = invent(number=options.seed, today=today)
        # The passwords are written first: a hall nobody can sign in to would be of no use.
        if options.accounts is not None:
            _write_private(options.accounts, _json(hall.accounts))
        if options.people is not None:
            _write_private(options.people, _json(hall.people))
        store.write(hall.write)
    finally:
        store.close()
    if options.accounts is None:
        sys.stdout.write(_json(hall.accounts))


def _openapi(_options: argparse.Namespace) -> None:
    from hall_platform.app import openapi_document

    sys.stdout.write(_json(openapi_document()))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _write_private(path: Path, text: str) -> None:
    """A file only its owner can read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".part")
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    temporary.replace(path)


if __name__ == "__main__":
    sys.exit(main())
