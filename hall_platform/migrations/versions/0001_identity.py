"""Identity: its first tables. Made by `make revisions` until the first release."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001_identity"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "audit_head",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "audit_lines",
        sa.Column("serial", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("session", sa.String(length=36), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("result", sa.String(length=16), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_audit_lines")),
    )
    op.create_index(op.f("ix_audit_lines_at"), "audit_lines", ["at"], unique=False)
    op.create_index(op.f("ix_audit_lines_county"), "audit_lines", ["county"], unique=False)
    op.create_table(
        "citizen_codes",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citizen_codes")),
    )
    op.create_table(
        "citizens",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=True),
        sa.Column("number", sa.String(length=32), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("mobile", sa.String(length=20), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("registered_at", sa.Text(), nullable=False),
        sa.Column("verified_at", sa.Text(), nullable=True),
        sa.Column("verified_by", sa.String(length=36), nullable=True),
        sa.Column("verified_hall", sa.String(length=32), nullable=True),
        sa.Column("deleted_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citizens")),
        sa.UniqueConstraint("number", name=op.f("uq_citizens_number")),
    )
    op.create_table(
        "halls",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_halls")),
    )
    op.create_index(op.f("ix_halls_county"), "halls", ["county"], unique=False)
    op.create_table(
        "security_rules",
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hall", "name", name=op.f("pk_security_rules")),
    )
    op.create_table(
        "sign_in_attempts",
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.Text(), nullable=True),
        sa.Column("last_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("username", name=op.f("pk_sign_in_attempts")),
    )
    op.create_table(
        "operators",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("body", sa.String(length=18), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("one_time_until", sa.Text(), nullable=True),
        sa.Column("password_set_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["hall"], ["halls.code"], name=op.f("fk_operators_hall")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operators")),
        sa.UniqueConstraint("username", name=op.f("uq_operators_username")),
    )
    op.create_table(
        "organisation_agents",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("citizen", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=18), nullable=False),
        sa.Column("capacity", sa.String(length=24), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("bound_at", sa.Text(), nullable=False),
        sa.Column("bound_by", sa.String(length=36), nullable=False),
        sa.Column("bound_hall", sa.String(length=32), nullable=False),
        sa.Column("ends_on", sa.String(length=10), nullable=True),
        sa.Column("ended_at", sa.Text(), nullable=True),
        sa.Column("ended_by", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["citizen"], ["citizens.id"], name=op.f("fk_organisation_agents_citizen")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_agents")),
    )
    op.create_index(
        op.f("ix_organisation_agents_citizen"), "organisation_agents", ["citizen"], unique=False
    )
    op.create_index(
        op.f("ix_organisation_agents_organisation"),
        "organisation_agents",
        ["organisation"],
        unique=False,
    )
    op.create_table(
        "windows",
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["hall"], ["halls.code"], name=op.f("fk_windows_hall")),
        sa.PrimaryKeyConstraint("hall", "code", name=op.f("pk_windows")),
    )
    op.create_table(
        "approvals",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("operator", sa.String(length=36), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(length=36), nullable=False),
        sa.Column("asked_at", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("decided_by", sa.String(length=36), nullable=True),
        sa.Column("decided_at", sa.Text(), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["operators.id"], name=op.f("fk_approvals_asked_by")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["operators.id"], name=op.f("fk_approvals_decided_by")
        ),
        sa.ForeignKeyConstraint(["operator"], ["operators.id"], name=op.f("fk_approvals_operator")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
    )
    op.create_index(op.f("ix_approvals_county"), "approvals", ["county"], unique=False)
    op.create_table(
        "devices",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("window", sa.String(length=8), nullable=True),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hall", "window"],
            ["windows.hall", "windows.code"],
            name=op.f("fk_devices_hall_window"),
        ),
        sa.ForeignKeyConstraint(["hall"], ["halls.code"], name=op.f("fk_devices_hall")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_devices")),
    )
    op.create_table(
        "enrolments",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("operator", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["operator"], ["operators.id"], name=op.f("fk_enrolments_operator")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
    )
    op.create_table(
        "factors",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("operator", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("credential", sa.Text(), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("enrolled_at", sa.Text(), nullable=False),
        sa.Column("used_at", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["operator"], ["operators.id"], name=op.f("fk_factors_operator")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factors")),
    )
    op.create_index(op.f("ix_factors_operator"), "factors", ["operator"], unique=False)
    op.create_table(
        "sign_ins",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("operator", sa.String(length=36), nullable=False),
        sa.Column("window", sa.String(length=8), nullable=True),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("factor", sa.String(length=16), nullable=True),
        sa.Column("challenge", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["operator"], ["operators.id"], name=op.f("fk_sign_ins_operator")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_sign_ins")),
    )
    op.create_table(
        "device_keys",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("registered_at", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["device"], ["devices.code"], name=op.f("fk_device_keys_device")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_keys")),
    )
    op.create_index(op.f("ix_device_keys_device"), "device_keys", ["device"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("operator", sa.String(length=36), nullable=True),
        sa.Column("device", sa.String(length=64), nullable=True),
        sa.Column("citizen", sa.String(length=36), nullable=True),
        sa.Column("hall", sa.String(length=32), nullable=True),
        sa.Column("window", sa.String(length=8), nullable=True),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("ends_at", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text(), nullable=True),
        sa.Column("factor", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["device"], ["devices.code"], name=op.f("fk_sessions_device")),
        sa.ForeignKeyConstraint(
            ["hall", "window"],
            ["windows.hall", "windows.code"],
            name=op.f("fk_sessions_hall_window"),
        ),
        sa.ForeignKeyConstraint(["hall"], ["halls.code"], name=op.f("fk_sessions_hall")),
        sa.ForeignKeyConstraint(["operator"], ["operators.id"], name=op.f("fk_sessions_operator")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_citizen"), "sessions", ["citizen"], unique=False)
    op.create_index(op.f("ix_sessions_device"), "sessions", ["device"], unique=False)
    op.create_index(op.f("ix_sessions_operator"), "sessions", ["operator"], unique=False)
    op.create_table(
        "access_tokens",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("session", sa.String(length=36), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session"], ["sessions.id"], name=op.f("fk_access_tokens_session")
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_access_tokens")),
    )
    op.create_index(op.f("ix_access_tokens_session"), "access_tokens", ["session"], unique=False)
    op.create_table(
        "act_signatures",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("device_key", sa.String(length=36), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_key"], ["device_keys.id"], name=op.f("fk_act_signatures_device_key")
        ),
        sa.PrimaryKeyConstraint("county", "key", name=op.f("pk_act_signatures")),
    )
    op.create_table(
        "refresh_tokens",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("session", sa.String(length=36), nullable=False),
        sa.Column("used_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["session"], ["sessions.id"], name=op.f("fk_refresh_tokens_session")
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_refresh_tokens")),
    )
    op.create_index(op.f("ix_refresh_tokens_session"), "refresh_tokens", ["session"], unique=False)
    op.create_table(
        "request_nonces",
        sa.Column("device_key", sa.String(length=36), nullable=False),
        sa.Column("nonce", sa.String(length=128), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_key"], ["device_keys.id"], name=op.f("fk_request_nonces_device_key")
        ),
        sa.PrimaryKeyConstraint("device_key", "nonce", name=op.f("pk_request_nonces")),
    )
    op.create_index(
        op.f("ix_request_nonces_expires_at"), "request_nonces", ["expires_at"], unique=False
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_index(op.f("ix_request_nonces_expires_at"), table_name="request_nonces")
    op.drop_table("request_nonces")
    op.drop_index(op.f("ix_refresh_tokens_session"), table_name="refresh_tokens")
    op.drop_table("refresh_tokens")
    op.drop_table("act_signatures")
    op.drop_index(op.f("ix_access_tokens_session"), table_name="access_tokens")
    op.drop_table("access_tokens")
    op.drop_index(op.f("ix_sessions_operator"), table_name="sessions")
    op.drop_index(op.f("ix_sessions_device"), table_name="sessions")
    op.drop_index(op.f("ix_sessions_citizen"), table_name="sessions")
    op.drop_table("sessions")
    op.drop_index(op.f("ix_device_keys_device"), table_name="device_keys")
    op.drop_table("device_keys")
    op.drop_table("sign_ins")
    op.drop_index(op.f("ix_factors_operator"), table_name="factors")
    op.drop_table("factors")
    op.drop_table("enrolments")
    op.drop_table("devices")
    op.drop_index(op.f("ix_approvals_county"), table_name="approvals")
    op.drop_table("approvals")
    op.drop_table("windows")
    op.drop_index(op.f("ix_organisation_agents_organisation"), table_name="organisation_agents")
    op.drop_index(op.f("ix_organisation_agents_citizen"), table_name="organisation_agents")
    op.drop_table("organisation_agents")
    op.drop_table("operators")
    op.drop_table("sign_in_attempts")
    op.drop_table("security_rules")
    op.drop_index(op.f("ix_halls_county"), table_name="halls")
    op.drop_table("halls")
    op.drop_table("citizens")
    op.drop_table("citizen_codes")
    op.drop_index(op.f("ix_audit_lines_county"), table_name="audit_lines")
    op.drop_index(op.f("ix_audit_lines_at"), table_name="audit_lines")
    op.drop_table("audit_lines")
    op.drop_table("audit_head")
