"""电子证照."""

from __future__ import annotations

from sqlalchemy import Column, String, Table, Text

from hall_platform.metadata import metadata

licences = Table(
    "licences",
    metadata,
    Column("identifier", String(160), primary_key=True),
    Column("type_code", String(21), nullable=False),
    Column("type_name", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("issuer_name", Text, nullable=False),
    Column("issuer_code", String(18), nullable=False),
    Column("issued_on", String(10), nullable=False),
    Column("valid_from", String(10), nullable=False),
    Column("valid_to", String(10)),
    Column("standing", String(16), nullable=False),  # in_force, revoked, suspended
    Column("holder_kind", String(32), nullable=False),
    Column("holder_number", String(32), nullable=False, index=True),
    Column("holder_name", Text, nullable=False),
    Column("summary", Text, nullable=False),
)
