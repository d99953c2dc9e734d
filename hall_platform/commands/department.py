"""`hall-platform department`."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
import time
from pathlib import Path

from hall_platform.commands import Commands


def add(commands: Commands) -> None:
    """Work cases as departments would: review, decide, issue the result, close."""
    department = commands.add_parser(
        "department",
        help="work the cases that wait at a running platform, as its departments would",
        description="Reviewers sign in over HTTP, review and decide what was handed over to their "
        "departments, issue the licences that are the results, and close. Passwords come from the "
        "accounts file of `seed`, or are asked.",
    )
    department.add_argument("url", help="address of the platform, http://HOST:PORT")
    department.add_argument("--accounts", type=Path, help="the file that `seed --accounts` wrote")
    department.add_argument(
        "--username", action="append", default=[], help="a reviewer; default all of the file"
    )
    often = department.add_mutually_exclusive_group()
    often.add_argument("--once", action="store_true", help="one round, then end (default)")
    often.add_argument(
        "--every", type=_seconds, metavar="SECONDS", help="a round every so often, until stopped"
    )
    department.set_defaults(run=_run)


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= 86_400:
        raise ValueError
    return seconds


def _run(options: argparse.Namespace) -> None:
    from hall_platform.business.department import Refused
    from hall_platform.engines import StoreUnusable

    accounts = _reviewers(options)
    if not accounts:
        raise StoreUnusable("no reviewer is known; give --accounts or --username")
    while True:
        try:
            for username, password in accounts:
                _round(options.url, username, password)
        except Refused as refusal:
            if options.every is None:
                raise StoreUnusable(str(refusal)) from None
            sys.stderr.write(f"hall-platform: {refusal}\n")
        if options.every is None:
            return
        time.sleep(options.every)


def _round(url: str, username: str, password: str) -> None:
    from hall_platform.business.department import Department

    def code() -> str:
        return getpass.getpass(f"code of {username}'s authenticator: ").strip()

    asks = code if sys.stdin.isatty() else None
    with Department(url, username, password, asks) as department:
        for done in department.round():
            sys.stdout.write(f"{username} {done.number} {done.act} {done.state}\n")
            sys.stdout.flush()


def _reviewers(options: argparse.Namespace) -> list[tuple[str, str]]:
    """Who works, with their passwords."""
    known: dict[str, str] = {}
    if options.accounts is not None:
        staff = json.loads(options.accounts.read_text(encoding="utf-8"))["staff"]
        known = {one["username"]: one["password"] for one in staff if "reviewer" in one["roles"]}
    names = options.username or list(known)
    return [(name, known.get(name) or getpass.getpass(f"password of {name}: ")) for name in names]
