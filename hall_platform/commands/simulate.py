"""`hall-platform simulate`."""

from __future__ import annotations

import argparse
import sys

from hall_platform.commands import Commands, as_json

QUARTER_HOUR = 900.0
SUBSCRIBERS = 1_500


def add(commands: Commands) -> None:
    """Play a city's peak against a platform on this machine."""
    simulate = commands.add_parser(
        "simulate",
        help="play a city's peak quarter-hour against a platform of its own on this machine",
        description="6 tickets, 30 writes and 24 licence lookups a second, 1,500 subscribers. "
        "The platform is started for it in a store of its own; exit status 1 when the peak does "
        "not hold (p99 under 100 ms, nothing refused).",
    )
    simulate.add_argument(
        "--seconds", type=float, default=QUARTER_HOUR, help="how long (%(default)g)"
    )
    simulate.add_argument(
        "--multiple", type=float, default=1.0, help="times the city's peak (%(default)g)"
    )
    simulate.add_argument(
        "--subscribers", type=int, default=SUBSCRIBERS, help="event streams (%(default)s)"
    )
    simulate.add_argument(
        "--limit", action="store_true", help="then find the largest multiple that still holds"
    )
    simulate.add_argument("--db", metavar="URL", help="an empty PostgreSQL database to use")
    simulate.add_argument("--json", action="store_true", help="print records instead of tables")
    simulate.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    from hall_platform.simulation.peak import largest_multiple, peak

    reports = [peak(options.seconds, options.multiple, options.subscribers, options.db)]
    if options.limit and reports[0].holds:
        reports += largest_multiple(options.multiple, options.subscribers, options.db)
    if options.json:
        sys.stdout.write(as_json([one.record() for one in reports]))
    else:
        sys.stdout.write("\n\n".join(one.text() for one in reports) + "\n")
    if options.limit:
        held = max((one.multiple for one in reports if one.holds), default=0.0)
        sys.stdout.write("" if options.json else f"\nlargest multiple that held: {held:g}\n")
    if not reports[0].holds:
        sys.exit(1)
