"""Acts that were done, by their keys."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table, Text

from hall_platform.metadata import metadata

# An act's key lives as long as its case: a hall may be offline over a long holiday.
idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("act", String(32), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("hall", String(32), nullable=False),
    Column("status", Integer, nullable=False),
    Column("answer", Text, nullable=False),
    Column("at", Text, nullable=False),
)
