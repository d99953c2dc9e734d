"""Exchange: its first tables. Made by `make revisions` until the first release."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005_exchange"
down_revision = "0004_catalogue"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "organisations",
        sa.Column("number", sa.String(length=18), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_organisations")),
    )
    op.create_table(
        "people",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_people")),
    )
    op.create_table(
        "data_uses",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("resource", sa.String(length=32), nullable=False),
        sa.Column("session", sa.String(length=36), nullable=False),
        sa.Column("operator", sa.String(length=36), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("window", sa.String(length=8), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=True),
        sa.Column("case_id", sa.String(length=36), nullable=True),
        sa.Column("holder_kind", sa.String(length=32), nullable=False),
        sa.Column("holder_number", sa.String(length=32), nullable=False),
        sa.Column("answered", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["session"], ["sessions.id"], name=op.f("fk_data_uses_session")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_uses")),
    )
    op.create_index(
        op.f("ix_data_uses_holder_number"), "data_uses", ["holder_number"], unique=False
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_index(op.f("ix_data_uses_holder_number"), table_name="data_uses")
    op.drop_table("data_uses")
    op.drop_table("people")
    op.drop_table("organisations")
