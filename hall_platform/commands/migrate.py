"""`hall-platform migrate`."""

from __future__ import annotations

import argparse
import sys

from hall_platform.commands import Commands, store_options
from hall_platform.settings import Settings


def add(commands: Commands) -> None:
    """Move a store between schemas."""
    migrate = commands.add_parser(
        "migrate", parents=[store_options()], help="bring a store to this program's schema"
    )
    migrate.add_argument(
        "--down", metavar="REVISION", help="take it back to an older schema, or to base"
    )
    migrate.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    from hall_platform.database import migrate_store

    settings = Settings(data_dir=options.data_dir, db=options.db)
    before, after = migrate_store(settings, options.down)
    sys.stdout.write(f"schema {before} -> {after}\n")
