"""Licences: its first tables. Made by `make revisions` until the first release."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006_licences"
down_revision = "0005_exchange"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "licences",
        sa.Column("identifier", sa.String(length=160), nullable=False),
        sa.Column("type_code", sa.String(length=21), nullable=False),
        sa.Column("type_name", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("issuer_name", sa.Text(), nullable=False),
        sa.Column("issuer_code", sa.String(length=18), nullable=False),
        sa.Column("issued_on", sa.String(length=10), nullable=False),
        sa.Column("valid_from", sa.String(length=10), nullable=False),
        sa.Column("valid_to", sa.String(length=10), nullable=True),
        sa.Column("standing", sa.String(length=16), nullable=False),
        sa.Column("holder_kind", sa.String(length=32), nullable=False),
        sa.Column("holder_number", sa.String(length=32), nullable=False),
        sa.Column("holder_name", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("identifier", name=op.f("pk_licences")),
    )
    op.create_index(op.f("ix_licences_holder_number"), "licences", ["holder_number"], unique=False)


def downgrade() -> None:
    """Take them away."""
    op.drop_index(op.f("ix_licences_holder_number"), table_name="licences")
    op.drop_table("licences")
