"""电子监察: rules in versions, alerts with all that became of them, instructions and replies."""

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

# What a hall has changed of the rules that ship (rules.py); the highest version counts.
supervision_rules = Table(
    "supervision_rules",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("hall", String(32), primary_key=True),
    Column("rule", String(32), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("remind", Integer),
    Column("yellow", Integer),
    Column("red", Integer),
    Column("regimes", Text, nullable=False),
    Column("items", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("changed_at", Text, nullable=False),
    Column("changed_by", String(36), nullable=False),
)

supervision_serials = Table(
    "supervision_serials",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("kind", String(2), primary_key=True),
    Column("day", String(8), primary_key=True),
    Column("last", Integer, nullable=False),
)

# One a rule and subject, however often it is looked at. `over_at` is when what was wrong ended.
alerts = Table(
    "alerts",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("number", String(20), nullable=False),
    Column("hall", String(32), nullable=False),
    Column("rule", String(32), nullable=False),
    Column(
        "subject_kind", String(16), nullable=False
    ),  # case, ticket, service, window, instruction
    Column("subject", String(128), nullable=False),
    Column("subject_number", String(64), nullable=False),
    Column("item", String(64), nullable=False),
    Column("department", String(18), nullable=False),
    Column("colour", String(8), nullable=False),  # remind, yellow, red
    Column("value", Integer, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("state", String(16), nullable=False),  # open, acknowledged, closed
    Column("raised_at", Text, nullable=False),
    Column("changed_at", Text, nullable=False),
    Column("over_at", Text),
    Column("closed_at", Text),
    Column("version", Integer, nullable=False),
    UniqueConstraint("county", "subject", "rule"),
    UniqueConstraint("county", "number"),
    Index("ix_alerts_of_hall", "county", "hall", "state", "colour", "id"),
)

alert_steps = Table(
    "alert_steps",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("alert", String(36), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("act", String(16), nullable=False),
    Column("colour", String(8), nullable=False),
    Column("rule_version", Integer, nullable=False),
    Column("operator", String(36), nullable=False),  # empty for what the platform did
    Column("text", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    ForeignKeyConstraint(["county", "alert"], ["alerts.county", "alerts.id"]),
)

# 督办: to a department or to one clerk, with a day by which it is to be answered.
instructions = Table(
    "instructions",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("number", String(20), nullable=False),
    Column("hall", String(32), nullable=False),
    Column("alert", String(36), nullable=False),
    Column("to_kind", String(16), nullable=False),  # department, operator
    Column("addressee", String(36), nullable=False),
    Column("text", Text, nullable=False),
    Column("due_on", String(10), nullable=False),
    Column("given_at", Text, nullable=False),
    Column("given_by", String(36), nullable=False),
    Column("state", String(16), nullable=False),  # given, answered
    Column("answer", Text, nullable=False),
    Column("answered_at", Text),
    Column("answered_by", String(36)),
    ForeignKeyConstraint(["county", "alert"], ["alerts.county", "alerts.id"]),
    UniqueConstraint("county", "number"),
    Index("ix_instructions_to", "county", "to_kind", "addressee", "state"),
    Index("ix_instructions_of_alert", "county", "alert"),
)
