"""`hall-platform seed`."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from hall_platform.clock import SystemClock, day_of
from hall_platform.commands import Commands, as_json, store_options, write_private
from hall_platform.settings import Settings

MOST_PAST_DAYS = 28  # events are kept a month


def add(commands: Commands) -> None:
    """Fill an empty store with the invented hall."""
    seed = commands.add_parser(
        "seed", parents=[store_options()], help="fill an empty store, all invented"
    )
    seed.add_argument("--seed", type=int, default=1, help="the same number, the same hall")
    seed.add_argument("--today", type=date.fromisoformat, help="day the dates are laid around")
    seed.add_argument(
        "--accounts", type=Path, help="file for the accounts' passwords; default standard output"
    )
    seed.add_argument("--people", type=Path, help="file for the invented people and their codes")
    seed.add_argument(
        "--one-time", action="store_true", help="passwords have to be changed at the first sign-in"
    )
    seed.add_argument(
        "--past-days",
        type=_days,
        default=0,
        metavar="DAYS",
        help="tell the tickets of the days before, so that figures have a past (%(default)s)",
    )
    seed.set_defaults(run=_run)


def _days(text: str) -> int:
    days = int(text)
    if not 0 <= days <= MOST_PAST_DAYS:
        raise ValueError
    return days


def _run(options: argparse.Namespace) -> None:
    from hall_platform.database import StoreUnusable, open_store
    from hall_platform.seed import invent
    from hall_platform.simulation.past_days import tell

    store = open_store(Settings(data_dir=options.data_dir, db=options.db))
    try:
        if not store.is_empty():
            raise StoreUnusable("the store is not empty; seed fills only an empty one")
        today = options.today or day_of(SystemClock().now())
        invented = invent(number=options.seed, today=today, one_time=options.one_time)
        # The passwords are written first: a hall nobody can sign in to would be of no use.
        if options.accounts is not None:
            write_private(options.accounts, as_json(invented.accounts))
        if options.people is not None:
            write_private(options.people, as_json(invented.people))
        store.write(invented.write)
        store.write(lambda connection: tell(connection, today, options.past_days, options.seed))
    finally:
        store.close()
    if options.accounts is None:
        sys.stdout.write(as_json(invented.accounts))
