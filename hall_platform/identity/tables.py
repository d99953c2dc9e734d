"""统一身份认证: halls, windows, devices, people who work there, sign-ins."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    String,
    Table,
    Text,
)

from hall_platform.metadata import metadata

halls = Table(
    "halls",
    metadata,
    Column("code", String(32), primary_key=True),
    Column("name", Text, nullable=False),
    Column("region", String(12), nullable=False),
    Column("county", String(6), nullable=False, index=True),
    Column("address", Text, nullable=False),
)

# Window "03" is there in every hall.
windows = Table(
    "windows",
    metadata,
    Column("hall", ForeignKey("halls.code"), primary_key=True),
    Column("code", String(8), primary_key=True),
    Column("name", Text, nullable=False),
    Column("phone", Text, nullable=False),
)

devices = Table(
    "devices",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),  # window, kiosk, display
    Column("hall", ForeignKey("halls.code"), nullable=False),
    Column("window", String(8)),  # of a window's device only
    Column("secret_hash", String(64), nullable=False),
    ForeignKeyConstraint(["hall", "window"], ["windows.hall", "windows.code"]),
)

operators = Table(
    "operators",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("username", String(64), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("hall", ForeignKey("halls.code"), nullable=False),
    Column("body", String(18)),  # the department a reviewer decides for (实施主体)
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
    Column("kind", String(16), nullable=False),  # operator, device, kiosk, display, citizen
    Column("operator", ForeignKey("operators.id")),
    Column("device", ForeignKey("devices.code")),
    Column("citizen", String(36)),
    Column("hall", ForeignKey("halls.code")),  # none for a citizen
    Column("window", String(8)),
    Column("started_at", Text, nullable=False),
    Column("ends_at", Text, nullable=False),
    Column("ended_at", Text),
    ForeignKeyConstraint(["hall", "window"], ["windows.hall", "windows.code"]),
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
