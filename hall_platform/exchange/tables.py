"""信息资源共享交换: base libraries, and the record of every look at a person's data."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table, Text

from hall_platform.metadata import metadata

people = Table(
    "people",
    metadata,
    Column("number", String(32), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("name", Text, nullable=False),
    Column("body", Text, nullable=False),
)

organisations = Table(
    "organisations",
    metadata,
    Column("number", String(18), primary_key=True),
    Column("name", Text, nullable=False),
    Column("body", Text, nullable=False),
)

# Every look at a person's data: who asked, from where, for what.
data_uses = Table(
    "data_uses",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("at", Text, nullable=False),
    Column("resource", String(32), nullable=False),
    Column("session", ForeignKey("sessions.id"), nullable=False),
    Column("operator", String(36), nullable=False),
    Column("county", String(6), nullable=False),
    Column("hall", String(32), nullable=False),
    Column("window", String(8), nullable=False),
    Column("purpose", Text, nullable=False),
    Column("item", String(40)),
    Column("case_id", String(36)),
    Column("holder_kind", String(32), nullable=False),
    Column("holder_number", String(32), nullable=False, index=True),
    Column("answered", Text, nullable=False),
)
