"""`hall-platform check`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from hall_platform.commands import Commands, as_json

VARIABLE = "HALL_PLATFORM_ACCOUNTS"


def add(commands: Commands) -> None:
    """Hold a platform to the contract."""
    check = commands.add_parser(
        "check",
        help="hold the platform at an address to the contract",
        description="Asks as everybody the accounts file has somebody for, and prints which "
        "sentences of the contract hold. The file is what `seed --accounts` writes, or "
        '{"tokens": {"clerk": "…"}}. Without --read-only it leases numbers and accepts cases of an '
        "invented person. Exit status 1 when a sentence does not hold.",
    )
    check.add_argument("url", help="address of the platform, http://HOST:PORT")
    check.add_argument(
        "--accounts",
        type=Path,
        default=os.environ.get(VARIABLE),
        help=f"file with accounts or tokens; default the file that ${VARIABLE} names",
    )
    check.add_argument("--read-only", action="store_true", help="only what changes nothing")
    check.add_argument(
        "--only", action="append", default=[], metavar="NAME", help="this check; may be repeated"
    )
    check.add_argument("--json", action="store_true", help="print records instead of a table")
    check.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    from hall_platform.conformance import asking, doing
    from hall_platform.conformance.contract import Contract
    from hall_platform.conformance.parties import Party, signed_in
    from hall_platform.conformance.running import Asked, results

    del asking, doing  # they add their checks
    nobody = Party(options.url.rstrip("/"), "nobody")
    parties = signed_in(options.url, _accounts(options.accounts))
    asked = Asked(Contract(), nobody, parties, not options.read_only)
    found = []
    for one in results(asked, options.only):
        found.append(one)
        if not options.json:
            seen = f"\n           {one.seen}" if one.seen else ""
            sys.stdout.write(f"{one.outcome:<10} {one.sentence}{seen}\n")
            sys.stdout.flush()
    counts = {
        outcome: sum(one.outcome == outcome for one in found)
        for outcome in ("passed", "failed", "not asked")
    }
    if options.json:
        records = [vars(one) for one in found]
        sys.stdout.write(as_json({"roles": sorted(parties), "checks": records, **counts}))
    else:
        said = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
        sys.stdout.write(f"\n{said}; asked as: {', '.join(sorted(parties)) or 'nobody'}\n")
    if counts["failed"] or not counts["passed"]:
        sys.exit(1)


def _accounts(path: str | Path | None) -> dict[str, Any]:
    from hall_platform.engines import StoreUnusable

    if path is None:
        return {}
    try:
        accounts: dict[str, Any] = json.loads(Path(path).read_text("utf-8"))
    except ValueError:
        raise StoreUnusable(f"{path} is no JSON") from None
    return accounts
