"""Business: its first tables. Made by `make revisions` until the first release."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007_business"
down_revision = "0006_licences"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "cases",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("provisional_number", sa.String(length=64), nullable=True),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("item_version", sa.Integer(), nullable=False),
        sa.Column("item_name", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("accepted_at", sa.Text(), nullable=False),
        sa.Column("accepted_on", sa.String(length=10), nullable=False),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=False),
        sa.Column("due_provisional", sa.Boolean(), nullable=False),
        sa.Column("applicant_number", sa.String(length=32), nullable=False),
        sa.Column("applicant", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=True),
        sa.Column("preapplication", sa.String(length=36), nullable=True),
        sa.Column("query_code", sa.String(length=8), nullable=False),
        sa.Column("operator", sa.String(length=36), nullable=False),
        sa.Column("operator_session", sa.String(length=36), nullable=False),
        sa.Column("for_county", sa.String(length=6), nullable=False),
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("window", sa.String(length=8), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_cases")),
        sa.UniqueConstraint("county", "number", name=op.f("uq_cases_county_number")),
    )
    op.create_index(
        "ix_cases_by_applicant", "cases", ["applicant_number", "item", "accepted_on"], unique=False
    )
    op.create_table(
        "number_blocks",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("day", sa.String(length=8), nullable=False),
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("window", sa.String(length=8), nullable=False),
        sa.Column("first_serial", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("leased_at", sa.Text(), nullable=False),
        sa.Column("session", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_number_blocks")),
        sa.UniqueConstraint(
            "county",
            "day",
            "window",
            "first_serial",
            name=op.f("uq_number_blocks_county_day_window_first_serial"),
        ),
    )
    op.create_table(
        "number_serials",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("day", sa.String(length=8), nullable=False),
        sa.Column("window", sa.String(length=8), nullable=False),
        sa.Column("next_serial", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("county", "day", "window", name=op.f("pk_number_serials")),
    )
    op.create_table(
        "preapplications",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("item_name", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("state_before_claim", sa.String(length=16), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("applicant_kind", sa.String(length=32), nullable=False),
        sa.Column("applicant_number", sa.String(length=32), nullable=False),
        sa.Column("applicant_name", sa.Text(), nullable=False),
        sa.Column("applicant_mobile", sa.Text(), nullable=False),
        sa.Column("form_complete", sa.Boolean(), nullable=False),
        sa.Column("uploads", sa.Text(), nullable=False),
        sa.Column("claimed_hall", sa.String(length=32), nullable=True),
        sa.Column("claimed_window", sa.String(length=8), nullable=True),
        sa.Column("claimed_at", sa.Text(), nullable=True),
        sa.Column("case_id", sa.String(length=36), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_preapplications")),
        sa.UniqueConstraint("county", "code", name=op.f("uq_preapplications_county_code")),
    )
    op.create_index(
        op.f("ix_preapplications_applicant_number"),
        "preapplications",
        ["applicant_number"],
        unique=False,
    )
    op.create_table(
        "case_events",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("operator", sa.String(length=36), nullable=False),
        sa.Column("window", sa.String(length=8), nullable=False),
        sa.Column("from_state", sa.String(length=16), nullable=False),
        sa.Column("to_state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county", "case_id"],
            ["cases.county", "cases.id"],
            name=op.f("fk_case_events_county_case_id"),
        ),
        sa.PrimaryKeyConstraint("county", "case_id", "position", name=op.f("pk_case_events")),
    )
    op.create_table(
        "case_materials",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("material", sa.String(length=16), nullable=False),
        sa.Column("met_by", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("trust_grade", sa.String(length=1), nullable=False),
        sa.Column("paper_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county", "case_id"],
            ["cases.county", "cases.id"],
            name=op.f("fk_case_materials_county_case_id"),
        ),
        sa.PrimaryKeyConstraint("county", "case_id", "position", name=op.f("pk_case_materials")),
    )
    op.create_table(
        "case_papers",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["county", "case_id"],
            ["cases.county", "cases.id"],
            name=op.f("fk_case_papers_county_case_id"),
        ),
        sa.PrimaryKeyConstraint("county", "case_id", "kind", name=op.f("pk_case_papers")),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("case_papers")
    op.drop_table("case_materials")
    op.drop_table("case_events")
    op.drop_index(op.f("ix_preapplications_applicant_number"), table_name="preapplications")
    op.drop_table("preapplications")
    op.drop_table("number_serials")
    op.drop_table("number_blocks")
    op.drop_index("ix_cases_by_applicant", table_name="cases")
    op.drop_table("cases")
