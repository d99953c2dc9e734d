"""信息资源共享交换: base libraries, directory, corrections, every look at somebody's data."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from hall_platform.metadata import metadata

# Registers of the base libraries: who there is (人口库, 法人库).
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

# The directory (信息资源目录): what there is, whose it is, who may have what of it.
resources = Table(
    "resources",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("library", String(16), nullable=False),  # population, legal_persons, geography, …
    Column("title", Text, nullable=False),
    Column("body_name", Text, nullable=False),
    Column("body_code", String(18), nullable=False, index=True),
    Column("fields", Text, nullable=False),
    Column("update_cycle", String(16), nullable=False),
    Column("sharing", String(16), nullable=False),  # unconditional, conditional, none
    Column("sharing_condition", Text, nullable=False),
    Column("connector", String(32), nullable=False),
    Column("correction_days", Integer, nullable=False),
    Column("standing", String(16), nullable=False),  # open, stopped
    Column("stopped_at", Text),
    Column("stopped_by", String(36)),
    Column("stop_reason", Text),
    Column("version", Integer, nullable=False),
)

# What the libraries hold here, one row a record; who it is about stands beside it.
library_records = Table(
    "library_records",
    metadata,
    Column("resource", ForeignKey("resources.code"), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("body", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
)

record_subjects = Table(
    "record_subjects",
    metadata,
    Column("resource", String(64), primary_key=True),
    Column("record", String(36), primary_key=True),
    Column("holder_number", String(32), primary_key=True),
    Column("holder_kind", String(32), nullable=False),
    # What of the record is this person's own, where it is not the same for all its people.
    Column("own", Text, nullable=False),
    ForeignKeyConstraint(
        ["resource", "record"], ["library_records.resource", "library_records.id"]
    ),
    Index("ix_record_subjects_of_holder", "holder_number", "resource"),
)

# Every look at a person's data: who asked, from where, for what.
data_uses = Table(
    "data_uses",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("at", Text, nullable=False),
    Column("resource", String(64), nullable=False),
    Column("session", ForeignKey("sessions.id")),  # none for what the platform sends by itself
    Column("operator", String(36), nullable=False),
    Column("citizen", String(36), nullable=False, default=""),
    Column("county", String(6), nullable=False),
    Column("hall", String(32), nullable=False),
    Column("window", String(8), nullable=False),
    Column("purpose", Text, nullable=False),
    Column("item", String(40)),
    Column("case_id", String(36)),
    Column("preapplication", String(36)),
    Column("holder_kind", String(32), nullable=False),
    Column("holder_number", String(32), nullable=False, index=True),
    Column("answered", Text, nullable=False),
    Column("outcome", String(16), nullable=False, default="answered"),  # nothing, unavailable
    Index("ix_data_uses_of_operator", "operator", "at"),
)

# The limits of rules of unusual looks, where they were set; those that ship are in use_rules.py.
use_rules = Table(
    "use_rules",
    metadata,
    Column("code", String(32), primary_key=True),
    Column("most", Integer, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("set_at", Text, nullable=False),
    Column("set_by", String(36), nullable=False),
)

unusual_uses = Table(
    "unusual_uses",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("rule", String(32), nullable=False),
    Column("operator", String(36), nullable=False),
    Column("hall", String(32), nullable=False),
    Column("at", Text, nullable=False),
    Column("since", Text, nullable=False),
    Column("counted", Integer, nullable=False),
    Index("ix_unusual_uses_of_operator", "operator", "rule", "at"),
)

# Records said to be wrong (校核). `county` is that of the body whose record it is.
corrections = Table(
    "corrections",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("resource", ForeignKey("resources.code"), nullable=False),
    Column("record", String(64), nullable=False),
    Column("field", String(64), nullable=False),
    Column("should_be", Text, nullable=False),
    Column("grounds", Text, nullable=False),
    Column("holder_kind", String(32), nullable=False),
    Column("holder_number", String(32), nullable=False, index=True),
    Column("citizen", String(36), nullable=False),  # who reported, "" for a window
    Column("operator", String(36), nullable=False),
    Column("hall", String(32), nullable=False),
    Column("body_code", String(18), nullable=False, index=True),
    Column("state", String(16), nullable=False),  # reported, with_source, corrected, upheld
    Column("reported_at", Text, nullable=False),
    Column("due_on", String(10), nullable=False),
    Column("due_provisional", Boolean, nullable=False),
    Column("overdue_at", Text),  # when it was told that it is late
    Column("reply", Text, nullable=False),
    Column("version", Integer, nullable=False),
)

correction_steps = Table(
    "correction_steps",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("correction", String(36), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("operator", String(36), nullable=False),
    Column("citizen", String(36), nullable=False),
    Column("document", Text, nullable=False),
    Column("reason", Text, nullable=False),
    ForeignKeyConstraint(["county", "correction"], ["corrections.county", "corrections.id"]),
)

# What a correction changed: the value before stays on record.
record_changes = Table(
    "record_changes",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("correction", String(36), primary_key=True),
    Column("resource", String(64), nullable=False),
    Column("record", String(64), nullable=False),
    Column("field", String(64), nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("at", Text, nullable=False),
    ForeignKeyConstraint(["county", "correction"], ["corrections.county", "corrections.id"]),
)
