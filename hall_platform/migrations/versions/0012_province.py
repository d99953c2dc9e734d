"""Province: its first tables. Made by `make revisions` until the first release."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012_province"
down_revision = "0011_portal"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "province_items",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("withdrawn", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("pulled_at", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("adopted_as", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.Text(), nullable=True),
        sa.Column("settled_by", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("code", "version", name=op.f("pk_province_items")),
    )
    op.create_table(
        "province_left_out",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("entry", sa.String(length=72), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("errors", sa.Text(), nullable=False),
        sa.Column("pulled_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "entry", name=op.f("pk_province_left_out")),
    )
    op.create_table(
        "province_letters",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("case_event", sa.Integer(), nullable=True),
        sa.Column("happened_at", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.Text(), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=True),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("receipt", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.Text(), nullable=True),
        sa.Column("confirmed_at", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_province_letters")),
        sa.UniqueConstraint(
            "county",
            "case_id",
            "position",
            name=op.f("uq_province_letters_county_case_id_position"),
        ),
    )
    op.create_index(
        "ix_province_letters_due", "province_letters", ["state", "next_at"], unique=False
    )
    op.create_table(
        "province_marks",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_province_marks")),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("province_marks")
    op.drop_index("ix_province_letters_due", table_name="province_letters")
    op.drop_table("province_letters")
    op.drop_table("province_left_out")
    op.drop_table("province_items")
