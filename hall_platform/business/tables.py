"""业务办理: online pre-applications, official numbers, cases with all that belongs to them."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from hall_platform.metadata import metadata

preapplications = Table(
    "preapplications",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("code", String(32), nullable=False),
    Column("item", String(40), nullable=False),
    Column("item_name", Text, nullable=False),
    Column("submitted_at", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("state_before_claim", String(16)),
    Column("note", Text, nullable=False),
    Column("applicant_kind", String(32), nullable=False),
    Column("applicant_number", String(32), nullable=False, index=True),
    Column("applicant_name", Text, nullable=False),
    Column("applicant_mobile", Text, nullable=False),
    Column("form_complete", Boolean, nullable=False),
    Column("uploads", Text, nullable=False),
    Column("claimed_hall", String(32)),
    Column("claimed_window", String(8)),
    Column("claimed_at", Text),
    Column("case_id", String(36)),
    Column("version", Integer, nullable=False),
    UniqueConstraint("county", "code"),
)

number_serials = Table(
    "number_serials",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("day", String(8), primary_key=True),
    Column("window", String(8), primary_key=True),
    Column("next_serial", Integer, nullable=False),
)

number_blocks = Table(
    "number_blocks",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("day", String(8), nullable=False),
    Column("hall", String(32), nullable=False),
    Column("window", String(8), nullable=False),
    Column("first_serial", Integer, nullable=False),
    Column("count", Integer, nullable=False),
    Column("leased_at", Text, nullable=False),
    Column("session", String(36), nullable=False),
    UniqueConstraint("county", "day", "window", "first_serial"),
)

# `county` is where it was received; `for_county` whose case it is (another one: 异地代收).
cases = Table(
    "cases",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("number", String(32), nullable=False),
    Column("provisional_number", String(64)),
    Column("item", String(40), nullable=False),
    Column("item_version", Integer, nullable=False),
    Column("item_name", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("accepted_at", Text, nullable=False),
    Column("accepted_on", String(10), nullable=False),
    Column("received_at", Text, nullable=False),
    Column("due_on", String(10), nullable=False),
    Column("due_provisional", Boolean, nullable=False),
    Column("applicant_number", String(32), nullable=False),
    Column("applicant", Text, nullable=False),
    Column("agent", Text),
    Column("preapplication", String(36)),
    Column("query_code", String(8), nullable=False),
    Column("operator", String(36), nullable=False),
    Column("operator_session", String(36), nullable=False),
    Column("for_county", String(6), nullable=False),
    Column("hall", String(32), nullable=False),
    Column("window", String(8), nullable=False),
    Column("device", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("county", "number"),
    Index("ix_cases_by_applicant", "applicant_number", "item", "accepted_on"),
)

case_materials = Table(
    "case_materials",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("case_id", String(36), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("material", String(16), nullable=False),
    Column("met_by", String(32), nullable=False),
    Column("reference", Text, nullable=False),
    Column("trust_grade", String(1), nullable=False),
    Column("paper_reason", Text, nullable=False),
    ForeignKeyConstraint(["county", "case_id"], ["cases.county", "cases.id"]),
)

case_papers = Table(
    "case_papers",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("case_id", String(36), primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("number", String(64), nullable=False),
    ForeignKeyConstraint(["county", "case_id"], ["cases.county", "cases.id"]),
)

case_events = Table(
    "case_events",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("case_id", String(36), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("act", String(32), nullable=False),
    Column("operator", String(36), nullable=False),
    Column("window", String(8), nullable=False),
    Column("from_state", String(16), nullable=False),
    Column("to_state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    ForeignKeyConstraint(["county", "case_id"], ["cases.county", "cases.id"]),
)
