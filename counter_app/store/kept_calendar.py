"""The platform's table of working days as last seen, for when it is away."""

from __future__ import annotations

from datetime import datetime

import msgspec

from counter_app.domain.deadlines import WorkingDays
from counter_app.store.database import Connection


def keep(connection: Connection, table: WorkingDays, at: datetime) -> None:
    """Remember it in place of the one before."""
    connection.execute(
        "INSERT INTO calendar (place, content, seen_at) VALUES (1, ?, ?)"
        " ON CONFLICT (place) DO UPDATE SET content = excluded.content, seen_at = excluded.seen_at",
        (msgspec.json.encode(table), at.isoformat()),
    )


def find(connection: Connection) -> WorkingDays | None:
    """The table as last seen, None if none ever was; one of another form counts as none."""
    row = connection.execute("SELECT content FROM calendar").fetchone()
    if row is None:
        return None
    try:
        return msgspec.json.decode(row[0], type=WorkingDays)
    except msgspec.DecodeError:  # of another version of the program; the platform has it
        return None
