"""`hall-platform check`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hall_platform.commands import Commands, as_json

if TYPE_CHECKING:
    from hall_platform.conformance.running import Asked, Result

VARIABLE = "HALL_PLATFORM_ACCOUNTS"


def add(commands: Commands) -> None:
    """Hold a platform to the contract."""
    check = commands.add_parser(
        "check",
        help="hold the platform at an address to the contract",
        description="Asks as everybody the accounts file has somebody for, and prints which "
        "sentences of the contract hold. The file is what `seed --accounts` writes, or "
        '{"tokens": {"clerk": "…"}}. Without --read-only it leases numbers, leads cases of '
        "invented people through their lives, takes and calls tickets, and ends all of it again. "
        "What a sentence needs and nobody gave is told as not checked. Exit status 1 when a "
        "sentence does not hold.",
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
    check.add_argument(
        "--item", default="", metavar="CODE", help="item of the cases; default the first that suits"
    )
    check.add_argument(
        "--service",
        default="",
        metavar="CODE",
        help="service of the tickets and appointments; default the first that suits",
    )
    check.add_argument("--json", action="store_true", help="print records instead of a table")
    check.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    from hall_platform.conformance import every
    from hall_platform.conformance.company import Company
    from hall_platform.conformance.contract import Contract
    from hall_platform.conformance.parties import Party, signed_in
    from hall_platform.conformance.running import Asked

    every.add()
    accounts = _accounts(options.accounts)
    url = options.url.rstrip("/")
    asked = Asked(
        Contract(),
        Party(url, "nobody"),
        signed_in(url, accounts),
        not options.read_only,
        Company(url, accounts),
        options.item,
        options.service,
    )
    roles = sorted(asked.parties)
    found, left = _asked(asked, options.only, told=not options.json)
    counts = {
        outcome: sum(one.outcome == outcome for one in found)
        for outcome in ("passed", "failed", "not checked")
    }
    if options.json:
        records = [vars(one) for one in found]
        sys.stdout.write(as_json({"roles": roles, "checks": records, "left": left, **counts}))
    else:
        said = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
        sys.stdout.write("".join(f"\nleft behind: {one}" for one in left))
        sys.stdout.write(f"\n{said}; asked as: {', '.join(roles) or 'nobody'}\n")
    if counts["failed"] or not counts["passed"]:
        sys.exit(1)


def _asked(asked: Asked, only: Sequence[str], *, told: bool) -> tuple[list[Result], list[str]]:
    """What came of each check, printed as it comes; and what could not be ended again."""
    from hall_platform.conformance.running import results

    found = []
    try:
        for one in results(asked, only):
            found.append(one)
            if told:
                seen = f"\n            {one.seen}" if one.seen else ""
                sys.stdout.write(f"{one.outcome:<11} {one.sentence}{seen}\n")
                sys.stdout.flush()
    finally:
        left = asked.tidy()
    return found, left


def _accounts(path: str | Path | None) -> dict[str, Any]:
    from hall_platform.engines import StoreUnusable

    if path is None:
        return {}
    try:
        accounts: dict[str, Any] = json.loads(Path(path).read_text("utf-8"))
    except ValueError:
        raise StoreUnusable(f"{path} is no JSON") from None
    return accounts
