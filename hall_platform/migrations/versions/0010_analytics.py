"""Analytics: its first tables. Made by `make revisions` until the first release."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010_analytics"
down_revision = "0009_supervision"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "figure_cells",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("place", sa.String(length=32), nullable=False),
        sa.Column("grain", sa.String(length=5), nullable=False),
        sa.Column("hours", sa.SmallInteger(), nullable=False),
        sa.Column("cut", sa.String(length=7), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("window", sa.String(length=8), nullable=False),
        sa.Column("histogram", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint(
            "county",
            "place",
            "grain",
            "hours",
            "cut",
            "period",
            "service",
            "window",
            name=op.f("pk_figure_cells"),
        ),
    )
    op.create_table(
        "figure_rows",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("measure", sa.SmallInteger(), nullable=False),
        sa.Column("hour", sa.SmallInteger(), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("window", sa.String(length=8), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_figure_rows")),
    )
    op.create_index(
        "ix_figure_rows_of_hall", "figure_rows", ["hall", "measure", "day", "id"], unique=False
    )
    op.create_table(
        "figure_tallies",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("measure", sa.SmallInteger(), nullable=False),
        sa.Column("hour", sa.SmallInteger(), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("window", sa.String(length=8), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "county",
            "hall",
            "day",
            "measure",
            "hour",
            "service",
            "window",
            "value",
            name=op.f("pk_figure_tallies"),
        ),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("figure_tallies")
    op.drop_index("ix_figure_rows_of_hall", table_name="figure_rows")
    op.drop_table("figure_rows")
    op.drop_table("figure_cells")
