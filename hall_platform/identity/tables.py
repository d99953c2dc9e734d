"""统一身份认证: halls, windows, devices, people who work there, citizens, sign-ins, the audit."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
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
    Column("active", Boolean, nullable=False, default=True),  # off: nobody signs in there
)

devices = Table(
    "devices",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),  # window, kiosk, display
    Column("hall", ForeignKey("halls.code"), nullable=False),
    Column("window", String(8)),  # of a window's device only
    Column("secret_hash", String(64), nullable=False),
    Column("name", Text, nullable=False, default=""),
    Column("active", Boolean, nullable=False, default=True),
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
    Column("must_change", Boolean, nullable=False, default=False),  # a one-time password
    Column("one_time_until", Text),  # until when that works
    Column("password_set_at", Text),
)

# What an operator proves besides the password (第二要素). A secret of `totp` is sealed under a key
# that is not here (factor_key.py); of a security key only public parts are. One that ended is "".
factors = Table(
    "factors",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("operator", ForeignKey("operators.id"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),  # totp, security_key
    Column("name", Text, nullable=False),
    Column("credential", Text, nullable=False),
    Column("counter", BigInteger, nullable=False),  # the newest step or signature count seen
    Column("enrolled_at", Text, nullable=False),
    Column("used_at", Text),
    Column("ended_at", Text),
)

# Sign-ins whose password was right and that have steps to go.
sign_ins = Table(
    "sign_ins",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("operator", ForeignKey("operators.id"), nullable=False),
    Column("window", String(8)),
    Column("steps", Text, nullable=False),
    Column("factor", String(16)),
    Column("challenge", Text),
    Column("expires_at", Text, nullable=False),
)

# Factors being enrolled, by a sign-in under way or in a session.
enrolments = Table(
    "enrolments",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("operator", ForeignKey("operators.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("state", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
)

# What one administrator asks and another decides (双人复核).
approvals = Table(
    "approvals",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(16), nullable=False),  # roles, recovery
    Column("county", String(6), nullable=False, index=True),
    Column("operator", ForeignKey("operators.id"), nullable=False),
    Column("asked", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_by", ForeignKey("operators.id"), nullable=False),
    Column("asked_at", Text, nullable=False),
    Column("state", String(16), nullable=False),  # waiting, approved, refused
    Column("decided_by", ForeignKey("operators.id")),
    Column("decided_at", Text),
    Column("decision_reason", Text),
)

# What a city sets; hall "" is for all halls, and what is not here has its default.
security_rules = Table(
    "security_rules",
    metadata,
    Column("hall", String(32), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

# Ed25519 keys that devices sign with.
device_keys = Table(
    "device_keys",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("device", ForeignKey("devices.code"), nullable=False, index=True),
    Column("public_key", String(64), nullable=False),
    Column("registered_at", Text, nullable=False),
    Column("ended_at", Text),
)

# Nonces of signed requests, kept while their signatures would still be taken.
request_nonces = Table(
    "request_nonces",
    metadata,
    Column("device_key", ForeignKey("device_keys.id"), primary_key=True),
    Column("nonce", String(128), primary_key=True),
    Column("expires_at", Text, nullable=False, index=True),
)

# The signature a device made at the act, which its delivery brought along.
act_signatures = Table(
    "act_signatures",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("device_key", ForeignKey("device_keys.id"), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("made_at", Text, nullable=False),
    Column("signature", Text, nullable=False),
)

# The audit (安全审计): lines in a hash chain, never changed.
audit_lines = Table(
    "audit_lines",
    metadata,
    Column("serial", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False, index=True),
    Column("kind", String(40), nullable=False),
    Column("county", String(6), nullable=False, index=True),
    Column("hall", String(32), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("session", String(36), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("result", String(16), nullable=False),
    Column("facts", Text, nullable=False),
    Column("hash", String(64), nullable=False),
)

# The newest line, the one row that those who write a line hold until they commit.
audit_head = Table(
    "audit_head",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("serial", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
)

# Accounts of the online hall (网上用户). Of a deleted one only id and times are left.
citizens = Table(
    "citizens",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(32)),
    Column("number", String(32), unique=True),
    Column("name", Text),
    Column("mobile", String(20)),
    Column("password_hash", Text),
    Column("level", Integer, nullable=False),  # 1 registered, 2 verified at a window
    Column("registered_at", Text, nullable=False),
    Column("verified_at", Text),
    Column("verified_by", String(36)),
    Column("verified_hall", String(32)),
    Column("deleted_at", Text),
)

# Registrations and new passwords that wait for the code that was sent.
citizen_codes = Table(
    "citizen_codes",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("purpose", String(16), nullable=False),  # register, password
    Column("account", Text),  # what is made when the code comes; null where nothing will be
    Column("code_hash", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("expires_at", Text, nullable=False),
)

# For which organisations a citizen acts (法人账号经办人).
organisation_agents = Table(
    "organisation_agents",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("citizen", ForeignKey("citizens.id"), nullable=False, index=True),
    Column("organisation", String(18), nullable=False, index=True),
    Column("capacity", String(24), nullable=False),  # legal_representative, agent
    Column("evidence", Text, nullable=False),
    Column("bound_at", Text, nullable=False),
    Column("bound_by", String(36), nullable=False),
    Column("bound_hall", String(32), nullable=False),
    Column("ends_on", String(10)),
    Column("ended_at", Text),
    Column("ended_by", String(36)),
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
    Column("operator", ForeignKey("operators.id"), index=True),
    Column("device", ForeignKey("devices.code"), index=True),
    Column("citizen", String(36), index=True),
    Column("hall", ForeignKey("halls.code")),  # none for a citizen
    Column("window", String(8)),
    Column("started_at", Text, nullable=False),
    Column("ends_at", Text, nullable=False),
    Column("ended_at", Text),
    Column("factor", String(16)),  # the second factor it began with
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
