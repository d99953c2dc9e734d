"""`hall-platform figures`."""

from __future__ import annotations

import argparse
import sys

from hall_platform.commands import Commands, store_options
from hall_platform.settings import Settings

SHOWN = 20


def add(commands: Commands) -> None:
    """Compare the figures with the events they are made of, or make them anew."""
    figures = commands.add_parser(
        "figures",
        parents=[store_options()],
        help="compare the kept figures with the events; exit status 1 where they differ",
    )
    figures.add_argument(
        "--rebuild", action="store_true", help="make the figures anew from the events"
    )
    figures.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    from hall_platform.analytics.rebuilding import NO_DAY, differences, rebuild, whole_since
    from hall_platform.database import StoreUnusable, open_store

    store = open_store(Settings(data_dir=options.data_dir, db=options.db))
    try:
        with store.read() as connection:
            since = whole_since(connection)
        if since == NO_DAY:
            sys.stdout.write("of no day all events are kept; the figures stand\n")
        elif since:
            sys.stdout.write(f"events are kept from {since} on; figures before that stand\n")
        if options.rebuild:
            sys.stdout.write(f"{rebuild(store)} facts counted\n")
        found = differences(store)
    finally:
        store.close()
    for line in found[:SHOWN]:
        sys.stdout.write(line + "\n")
    if found:
        raise StoreUnusable(
            f"{len(found)} figures differ from the events; --rebuild makes them anew"
        )
    sys.stdout.write("the figures are those of the events\n")
