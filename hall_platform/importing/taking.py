"""How a file is taken over: in one transaction, whole or not at all, or only tried.

Every kind says what became of each entry: new, changed or as it was. The same file a second time
leaves everything as it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, select

from hall_platform.access import SYSTEM_ADMIN, Caller, new_token
from hall_platform.database import Store
from hall_platform.identity import passwords
from hall_platform.identity.queries import normalised_username
from hall_platform.identity.tables import halls, operators
from hall_platform.importing.reading import Columns, Finding, Line, Wrong, lines_of

Became = Literal["new", "changed", "unchanged"]


@dataclass
class Secrets:
    """Passwords and secrets made for new entries; they are told once and kept as hashes."""

    plain: dict[str, str] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)

    def make(self, wanted: list[tuple[str, bool]]) -> None:
        """One for each new entry: a person's password (True) or a device's secret."""
        for key, is_password in wanted:
            self.plain[key] = passwords.one_time() if is_password else new_token()
        people = [key for key, is_password in wanted if is_password]
        with ThreadPoolExecutor(2) as pool:
            hashed = pool.map(passwords.hashed, [self.plain[key] for key in people])
            self.hashes = dict(zip(people, hashed, strict=True))


@dataclass
class Taking:
    """One file being taken over: by whom, when, and what has become of it."""

    connection: Connection
    path: Path
    at: datetime
    by: str  # the system administrator's account
    by_hall: str
    secrets: Secrets
    became: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    wanted: list[tuple[str, bool]] = field(default_factory=list)
    told: list[dict[str, str]] = field(default_factory=list)

    def count(self, what: Became) -> None:
        """Note what became of an entry."""
        self.became[what] += 1

    def lines(self, columns: Columns) -> list[Line]:
        """The lines of a flat file; of those that cannot be read it is noted why. Raises Wrong."""
        return lines_of(self.path, columns, self.findings)

    def caller(self, county: str) -> Caller:
        """The administrator as whom something is done in a county."""
        return Caller(
            session="",
            roles=frozenset({SYSTEM_ADMIN}),
            operator=self.by,
            hall=self.by_hall,
            county=county,
        )

    def counties(self) -> Mapping[str, str]:
        """The county of each hall there is."""
        rows = self.connection.execute(select(halls.c.code, halls.c.county)).all()
        return {row.code: row.county for row in rows}


@dataclass(frozen=True)
class Outcome:
    """What became of a file, and the secrets that are told this once."""

    became: Mapping[str, int]
    told: list[dict[str, str]]


class _OnlyTried(Exception):
    """Undoes everything of a trial."""


def take(
    store: Store,
    kind: Callable[[Taking], None],
    path: Path,
    *,
    username: str,
    at: datetime,
    dry_run: bool,
    keep: Callable[[list[dict[str, str]]], None],
) -> Outcome:
    """Take a file over, or only try to. Raises Wrong with all that is wrong; nothing is left then.

    Tried first in any case, so that passwords are hashed before anything is held. New secrets are
    given to `keep` before the commit: an account nobody can sign in to would be of no use.
    """
    secrets = Secrets()

    def once(connection: Connection) -> Taking:
        by, hall = _administrator(connection, username)
        taking = Taking(connection, path, at, by, hall, secrets)
        kind(taking)
        if taking.findings:
            raise Wrong(taking.findings)
        return taking

    tried = _tried(store, once)
    if dry_run:
        return Outcome(dict(tried.became), [])
    secrets.make(tried.wanted)

    def kept(connection: Connection) -> Taking:
        taking = once(connection)
        if taking.told:
            keep(taking.told)
        return taking

    taken = store.write(kept)
    return Outcome(dict(taken.became), taken.told)


def _tried(store: Store, once: Callable[[Connection], Taking]) -> Taking:
    found: list[Taking] = []

    def undone(connection: Connection) -> None:
        found.append(once(connection))
        raise _OnlyTried

    try:
        store.write(undone)
    except _OnlyTried:
        return found[-1]
    raise AssertionError("a trial is always undone")


def _administrator(connection: Connection, username: str) -> tuple[str, str]:
    row = connection.execute(
        select(operators.c.id, operators.c.hall, operators.c.roles)
        .where(operators.c.username == normalised_username(username))
        .where(operators.c.active.is_(True))
    ).one_or_none()
    if row is None or f'"{SYSTEM_ADMIN}"' not in row.roles:
        what = f"没有在用的系统管理员账号 {username}；第一个用 hall-platform admin 建立"
        raise Wrong([Finding("", "", what)])
    return row.id, row.hall
