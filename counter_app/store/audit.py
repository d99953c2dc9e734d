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
_FIRST_PLACE = -(2**63)  # lines put in before the first are seen too
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


class Check:
    """A check of the whole chain, and that it still holds the head (place, hash) kept outside.

    Some lines at a time, so that the store is free in between; lines that come meanwhile count too.
    """

    def __init__(self, expected_head: tuple[int, str] | None = None) -> None:
        self._expected = expected_head
        self._previous = GENESIS
        self._entries = 0
        self._place = _FIRST_PLACE

    def read_on(self, connection: Connection, lines: int) -> AuditFinding | None:
        """Check the next `lines`; the finding once the end or a line that does not fit is found."""
        rows = connection.execute(
            f"SELECT place, {_COLUMNS}, hash FROM audit WHERE place >= ? ORDER BY place LIMIT ?",  # noqa: S608 - constant column names
            (self._place, lines),
        ).fetchall()
        for place, *fields, kept in rows:
            hashed = _hash(self._previous, place, tuple(fields))
            known = (
                self._expected is None or place != self._expected[0] or self._expected[1] == kept
            )
            if place != self._entries + 1 or kept != hashed or not known:
                return self._broken()
            self._previous, self._entries, self._place = kept, place, place + 1
        if len(rows) == lines:
            return None
        if self._expected is not None and self._expected[0] > self._entries:
            return self._broken()
        return AuditFinding(self._entries, self._previous, broken_at=None)

    def _broken(self) -> AuditFinding:
        return AuditFinding(self._entries, self._previous, broken_at=self._entries + 1)


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
