"""Catalogue: its first tables. Made by `make revisions` until the first release."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004_catalogue"
down_revision = "0003_events"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "items",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("pinyin", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", "version", name=op.f("pk_items")),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("items")
