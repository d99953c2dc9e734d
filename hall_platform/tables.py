"""The tables, the same on SQLite and PostgreSQL.

Times are RFC 3339 text at +08:00 and days ISO text, so that both stores order them alike; nested
shapes are JSON text. Nothing here is deleted but sign-in tokens that have run out.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA_VERSION = 1

metadata = MetaData()

schema = Table("schema_version", metadata, Column("version", Integer, primary_key=True))

# identity 统一身份认证 --------------------------------------------------------------------------

windows = Table(
    "windows",
    metadata,
    Column("code", String(8), primary_key=True),
    Column("name", Text, nullable=False),
    Column("hall_code", String(32), nullable=False),
    Column("hall_name", Text, nullable=False),
    Column("region", String(12), nullable=False),
    Column("address", Text, nullable=False),
    Column("phone", Text, nullable=False),
)

devices = Table(
    "devices",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("secret_hash", String(64), nullable=False),
    Column("window", ForeignKey("windows.code"), nullable=False),
)

operators = Table(
    "operators",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("username", String(64), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("active", Boolean, nullable=False),
)

# One row a name that was tried, known or not, so that both look the same from outside.
sign_in_attempts = Table(
    "sign_in_attempts",
    metadata,
    Column("username", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Text),
    Column("last_at", Text, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(16), nullable=False),  # clerk, device
    Column("operator", ForeignKey("operators.id")),
    Column("device", ForeignKey("devices.code")),
    Column("window", ForeignKey("windows.code"), nullable=False),
    Column("started_at", Text, nullable=False),
    Column("ends_at", Text, nullable=False),
    Column("ended_at", Text),
)

access_tokens = Table(
    "access_tokens",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("session", ForeignKey("sessions.id"), nullable=False, index=True),
    Column("expires_at", Text, nullable=False),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("session", ForeignKey("sessions.id"), nullable=False, index=True),
    Column("used_at", Text),
)

# catalogue 事项目录 -----------------------------------------------------------------------------

items = Table(
    "items",
    metadata,
    Column("code", String(40), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("is_current", Boolean, nullable=False),
    Column("name", Text, nullable=False),
    Column("pinyin", Text, nullable=False),
    Column("body", Text, nullable=False),
)

# the base libraries, as far as the counter's thread needs them ------------------------------------

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

# licences 电子证照 ------------------------------------------------------------------------------

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

# Every look at a person's data: who asked, from where, for what.
data_uses = Table(
    "data_uses",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("at", Text, nullable=False),
    Column("resource", String(32), nullable=False),
    Column("session", ForeignKey("sessions.id"), nullable=False),
    Column("operator", String(36), nullable=False),
    Column("window", String(8), nullable=False),
    Column("purpose", Text, nullable=False),
    Column("item", String(40)),
    Column("case_id", String(36)),
    Column("holder_kind", String(32), nullable=False),
    Column("holder_number", String(32), nullable=False, index=True),
    Column("answered", Text, nullable=False),
)

# business 业务办理 ------------------------------------------------------------------------------

preapplications = Table(
    "preapplications",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("code", String(32), nullable=False, unique=True),
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
    Column("claimed_window", String(8)),
    Column("claimed_at", Text),
    Column("case_id", String(36)),
    Column("version", Integer, nullable=False),
)

number_serials = Table(
    "number_serials",
    metadata,
    Column("region", String(6), primary_key=True),
    Column("day", String(8), primary_key=True),
    Column("window", String(8), primary_key=True),
    Column("next_serial", Integer, nullable=False),
)

number_blocks = Table(
    "number_blocks",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("region", String(6), nullable=False),
    Column("day", String(8), nullable=False),
    Column("window", String(8), nullable=False),
    Column("first_serial", Integer, nullable=False),
    Column("count", Integer, nullable=False),
    Column("leased_at", Text, nullable=False),
    Column("session", String(36), nullable=False),
    UniqueConstraint("region", "day", "window", "first_serial"),
)

cases = Table(
    "cases",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("number", String(32), nullable=False, unique=True),
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
    Column("window", String(8), nullable=False),
    Column("device", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Index("cases_by_applicant", "applicant_number", "item", "accepted_on"),
)

case_materials = Table(
    "case_materials",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("material", String(16), nullable=False),
    Column("met_by", String(32), nullable=False),
    Column("reference", Text, nullable=False),
    Column("trust_grade", String(1), nullable=False),
    Column("paper_reason", Text, nullable=False),
)

case_papers = Table(
    "case_papers",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("number", String(64), nullable=False),
)

case_events = Table(
    "case_events",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("act", String(32), nullable=False),
    Column("operator", String(36), nullable=False),
    Column("window", String(8), nullable=False),
    Column("from_state", String(16), nullable=False),
    Column("to_state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
)

# An act's key lives as long as its case: a hall may be offline over a long holiday.
idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("act", String(32), nullable=False),
    Column("status", Integer, nullable=False),
    Column("answer", Text, nullable=False),
    Column("at", Text, nullable=False),
)
