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
        "licence_serials",
        sa.Column("type_code", sa.String(length=21), nullable=False),
        sa.Column("issuer_code", sa.String(length=18), nullable=False),
        sa.Column("day", sa.String(length=8), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("type_code", "issuer_code", "day", name=op.f("pk_licence_serials")),
    )
    op.create_table(
        "licence_types",
        sa.Column("code", sa.String(length=21), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("definer_name", sa.Text(), nullable=False),
        sa.Column("definer_code", sa.String(length=18), nullable=False),
        sa.Column("years", sa.Integer(), nullable=True),
        sa.Column("number_rule", sa.String(length=8), nullable=False),
        sa.Column("number_prefix", sa.Text(), nullable=False),
        sa.Column("issuers", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_licence_types")),
    )
    op.create_table(
        "licences",
        sa.Column("identifier", sa.String(length=160), nullable=False),
        sa.Column("type_code", sa.String(length=21), nullable=False),
        sa.Column("type_name", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("issuer_name", sa.Text(), nullable=False),
        sa.Column("issuer_code", sa.String(length=18), nullable=False),
        sa.Column("serial", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("issued_on", sa.String(length=10), nullable=False),
        sa.Column("valid_from", sa.String(length=10), nullable=False),
        sa.Column("valid_to", sa.String(length=10), nullable=True),
        sa.Column("standing", sa.String(length=16), nullable=False),
        sa.Column("standing_at", sa.Text(), nullable=True),
        sa.Column("standing_reason", sa.Text(), nullable=False),
        sa.Column("successor", sa.String(length=160), nullable=True),
        sa.Column("holder_kind", sa.String(length=32), nullable=False),
        sa.Column("holder_number", sa.String(length=32), nullable=False),
        sa.Column("holder_name", sa.Text(), nullable=False),
        sa.Column("trust_grade", sa.String(length=1), nullable=False),
        sa.Column("checked_on", sa.String(length=10), nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("identifier", name=op.f("pk_licences")),
    )
    op.create_index(
        "ix_licences_by_serial",
        "licences",
        ["type_code", "issuer_code", "serial", "version"],
        unique=True,
    )
    op.create_index(op.f("ix_licences_case_id"), "licences", ["case_id"], unique=False)
    op.create_index(op.f("ix_licences_holder_number"), "licences", ["holder_number"], unique=False)
    op.create_table(
        "presentation_codes",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("citizen", sa.String(length=36), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("licences", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.Column("cancelled_at", sa.Text(), nullable=True),
        sa.Column("redeemed_at", sa.Text(), nullable=True),
        sa.Column("redeemed_hall", sa.String(length=32), nullable=True),
        sa.Column("redeemed_window", sa.String(length=8), nullable=True),
        sa.Column("redeemed_session", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_presentation_codes")),
        sa.UniqueConstraint("id", name=op.f("uq_presentation_codes_id")),
    )
    op.create_index(
        op.f("ix_presentation_codes_citizen"), "presentation_codes", ["citizen"], unique=False
    )
    op.create_table(
        "licence_files",
        sa.Column("licence", sa.String(length=160), nullable=False),
        sa.Column("format", sa.String(length=8), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["licence"], ["licences.identifier"], name=op.f("fk_licence_files_licence")
        ),
        sa.PrimaryKeyConstraint("licence", "format", name=op.f("pk_licence_files")),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("licence_files")
    op.drop_index(op.f("ix_presentation_codes_citizen"), table_name="presentation_codes")
    op.drop_table("presentation_codes")
    op.drop_index(op.f("ix_licences_holder_number"), table_name="licences")
    op.drop_index(op.f("ix_licences_case_id"), table_name="licences")
    op.drop_index("ix_licences_by_serial", table_name="licences")
    op.drop_table("licences")
    op.drop_table("licence_types")
    op.drop_table("licence_serials")
