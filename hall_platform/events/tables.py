"""What happened, in the order in which it became true."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from hall_platform.metadata import metadata

events = Table(
    "events",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("county", String(6), nullable=False),
    Column("hall", String(32), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_events_of_hall", "hall", "id"),
)

# One row; who holds it gives the next numbers and lets go at the commit.
event_serial = Table(
    "event_serial",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("last", BigInteger, nullable=False),
)
