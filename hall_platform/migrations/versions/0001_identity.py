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
        sa.ForeignKeyConstraint(["hall"], ["halls.code"], name=op.f("fk_operators_hall")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operators")),
        sa.UniqueConstraint("username", name=op.f("uq_operators_username")),
    )
    op.create_table(
        "windows",
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["hall"], ["halls.code"], name=op.f("fk_windows_hall")),
        sa.PrimaryKeyConstraint("hall", "code", name=op.f("pk_windows")),
    )
    op.create_table(
        "devices",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("window", sa.String(length=8), nullable=True),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["hall", "window"],
            ["windows.hall", "windows.code"],
            name=op.f("fk_devices_hall_window"),
        ),
        sa.ForeignKeyConstraint(["hall"], ["halls.code"], name=op.f("fk_devices_hall")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_devices")),
    )
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


def downgrade() -> None:
    """Take them away."""
    op.drop_index(op.f("ix_refresh_tokens_session"), table_name="refresh_tokens")
    op.drop_table("refresh_tokens")
    op.drop_index(op.f("ix_access_tokens_session"), table_name="access_tokens")
    op.drop_table("access_tokens")
    op.drop_table("sessions")
    op.drop_table("devices")
    op.drop_table("windows")
    op.drop_table("operators")
    op.drop_table("sign_in_attempts")
    op.drop_index(op.f("ix_halls_county"), table_name="halls")
    op.drop_table("halls")
