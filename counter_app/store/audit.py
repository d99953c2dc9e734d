"""The audit: a hash chain in a table of the store, written in the act's own transaction.

Each line's hash is SHA-256 over the hash before it and the line itself in canonical JSON, so that a
line changed, taken out or put in is seen by `verify`. Lines cut off at the end are seen by the head
that is kept outside the store. No names and no ID numbers stand in it.
"""

from __future__ import annotations

import hashlib
import json

from counter_app.ports import AuditEntry, AuditFinding
from counter_app.store.database import Connection

GENESIS = "0" * 64
_COLUMNS = "at, operator, window, act, object, result, detail"


def append(connection: Connection, entry: AuditEntry) -> None:
    """Add a line; inside a transaction."""
    last = connection.execute("SELECT place, hash FROM audit ORDER BY place DESC LIMIT 1")
    place, previous = last.fetchone() or (0, GENESIS)
    fields = (
        entry.at.isoformat(),
        entry.operator,
        entry.window,
        entry.act,
        entry.object,
        entry.result,
        entry.detail,
    )
    connection.execute(
        f"INSERT INTO audit (place, {_COLUMNS}, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - constant column names
        (place + 1, *fields, _hash(previous, place + 1, fields)),
    )


def verify(connection: Connection, expected_head: tuple[int, str] | None = None) -> AuditFinding:
    """Check the whole chain, and that it still holds the head (place, hash) known from outside."""
    previous = GENESIS
    entries = 0
    rows = connection.execute(f"SELECT place, {_COLUMNS}, hash FROM audit ORDER BY place")  # noqa: S608 - constant column names
    for place, *fields, kept in rows:
        if place != entries + 1 or kept != _hash(previous, place, tuple(fields)):
            return AuditFinding(entries, previous, broken_at=entries + 1)
        previous, entries = kept, place
        if expected_head is not None and place == expected_head[0] and kept != expected_head[1]:
            return AuditFinding(entries, previous, broken_at=place)
    if expected_head is not None and expected_head[0] > entries:
        return AuditFinding(entries, previous, broken_at=entries + 1)
    return AuditFinding(entries, previous, broken_at=None)


def holds(connection: Connection, known_head: tuple[int, str]) -> bool:
    """True when the chain still has that head (place, hash), with whatever came after it."""
    place, digest = known_head
    row = connection.execute("SELECT hash FROM audit WHERE place = ?", (place,)).fetchone()
    return place == 0 or (row is not None and row[0] == digest)


def head(connection: Connection) -> tuple[int, str]:
    """Place and hash of the last line; (0, zeros) while there is none."""
    row = connection.execute("SELECT place, hash FROM audit ORDER BY place DESC LIMIT 1").fetchone()
    return (row[0], row[1]) if row else (0, GENESIS)


def _hash(previous: str, place: int, fields: tuple[str, ...]) -> str:
    line = json.dumps([place, *fields], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{line}".encode()).hexdigest()
