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
        sa.Column("regime", sa.String(length=32), nullable=False),
        sa.Column("department", sa.String(length=18), nullable=False),
        sa.Column("bundle", sa.String(length=36), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("state_before", sa.String(length=16), nullable=False),
        sa.Column("filed_at", sa.Text(), nullable=False),
        sa.Column("filed_on", sa.String(length=10), nullable=False),
        sa.Column("clock_from", sa.String(length=10), nullable=True),
        sa.Column("acceptance_due_on", sa.String(length=10), nullable=True),
        sa.Column("accepted_at", sa.Text(), nullable=True),
        sa.Column("accepted_on", sa.String(length=10), nullable=True),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=True),
        sa.Column("legal_due_on", sa.String(length=10), nullable=True),
        sa.Column("due_provisional", sa.Boolean(), nullable=False),
        sa.Column("extension_days", sa.Integer(), nullable=False),
        sa.Column("notices", sa.Integer(), nullable=False),
        sa.Column("fee", sa.String(length=8), nullable=False),
        sa.Column("fee_cents", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("decided_on", sa.String(length=10), nullable=True),
        sa.Column("result_licence", sa.String(length=160), nullable=True),
        sa.Column("applicant_number", sa.String(length=32), nullable=False),
        sa.Column("applicant", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=True),
        sa.Column("preapplication", sa.String(length=36), nullable=True),
        sa.Column("query_code", sa.String(length=8), nullable=False),
        sa.Column("operator", sa.String(length=36), nullable=False),
        sa.Column("operator_session", sa.String(length=36), nullable=False),
        sa.Column("for_county", sa.String(length=6), nullable=False),
        sa.Column("handling_county", sa.String(length=6), nullable=False),
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("window", sa.String(length=8), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_cases")),
        sa.UniqueConstraint("county", "number", name=op.f("uq_cases_county_number")),
    )
    op.create_index(op.f("ix_cases_bundle"), "cases", ["bundle"], unique=False)
    op.create_index(
        "ix_cases_by_acceptance_due", "cases", ["state", "acceptance_due_on"], unique=False
    )
    op.create_index(
        "ix_cases_by_applicant", "cases", ["applicant_number", "item", "filed_on"], unique=False
    )
    op.create_index("ix_cases_by_id", "cases", ["id"], unique=False)
    op.create_index("ix_cases_by_query_code", "cases", ["query_code"], unique=False)
    op.create_index("ix_cases_of_department", "cases", ["department", "state", "id"], unique=False)
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
        "paper_serials",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("department", sa.String(length=18), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("year", sa.String(length=4), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "county", "department", "kind", "year", name=op.f("pk_paper_serials")
        ),
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
        "uploads",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=64), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("kept_at", sa.Text(), nullable=False),
        sa.Column("session", sa.String(length=36), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("county", "sha256", name=op.f("pk_uploads")),
    )
    op.create_table(
        "case_events",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("operator", sa.String(length=36), nullable=False),
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("window", sa.String(length=8), nullable=False),
        sa.Column("department", sa.String(length=18), nullable=False),
        sa.Column("from_state", sa.String(length=16), nullable=False),
        sa.Column("to_state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
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
        sa.Column("material", sa.String(length=64), nullable=False),
        sa.Column("met_by", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("trust_grade", sa.String(length=1), nullable=False),
        sa.Column("paper_reason", sa.Text(), nullable=False),
        sa.Column("upload", sa.String(length=64), nullable=True),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("added_at", sa.Text(), nullable=False),
        sa.Column("verified_by", sa.String(length=36), nullable=True),
        sa.Column("verified_at", sa.Text(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("expires", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(
            ["county", "case_id"],
            ["cases.county", "cases.id"],
            name=op.f("fk_case_materials_county_case_id"),
        ),
        sa.PrimaryKeyConstraint("county", "case_id", "position", name=op.f("pk_case_materials")),
    )
    op.create_index("ix_case_materials_by_upload", "case_materials", ["upload"], unique=False)
    op.create_table(
        "case_papers",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=160), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("owed_at", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.Text(), nullable=True),
        sa.Column("signed_at", sa.Text(), nullable=True),
        sa.Column("numbered_in", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["county", "case_id"],
            ["cases.county", "cases.id"],
            name=op.f("fk_case_papers_county_case_id"),
        ),
        sa.PrimaryKeyConstraint("county", "case_id", "position", name=op.f("pk_case_papers")),
        sa.UniqueConstraint(
            "county", "numbered_in", "number", name=op.f("uq_case_papers_county_numbered_in_number")
        ),
    )
    op.create_table(
        "case_points",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("material", sa.String(length=64), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("notices", sa.Integer(), nullable=False),
        sa.Column("met_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["county", "case_id"],
            ["cases.county", "cases.id"],
            name=op.f("fk_case_points_county_case_id"),
        ),
        sa.PrimaryKeyConstraint("county", "case_id", "code", name=op.f("pk_case_points")),
    )
    op.create_table(
        "case_stops",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("clock", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("expected_days", sa.Integer(), nullable=True),
        sa.Column("from_on", sa.String(length=10), nullable=False),
        sa.Column("until_on", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(
            ["county", "case_id"],
            ["cases.county", "cases.id"],
            name=op.f("fk_case_stops_county_case_id"),
        ),
        sa.PrimaryKeyConstraint("county", "case_id", "position", name=op.f("pk_case_stops")),
    )
    op.create_table(
        "upload_pieces",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county", "sha256"],
            ["uploads.county", "uploads.sha256"],
            name=op.f("fk_upload_pieces_county_sha256"),
        ),
        sa.PrimaryKeyConstraint("county", "sha256", "position", name=op.f("pk_upload_pieces")),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("upload_pieces")
    op.drop_table("case_stops")
    op.drop_table("case_points")
    op.drop_table("case_papers")
    op.drop_index("ix_case_materials_by_upload", table_name="case_materials")
    op.drop_table("case_materials")
    op.drop_table("case_events")
    op.drop_table("uploads")
    op.drop_index(op.f("ix_preapplications_applicant_number"), table_name="preapplications")
    op.drop_table("preapplications")
    op.drop_table("paper_serials")
    op.drop_table("number_serials")
    op.drop_table("number_blocks")
    op.drop_index("ix_cases_of_department", table_name="cases")
    op.drop_index("ix_cases_by_query_code", table_name="cases")
    op.drop_index("ix_cases_by_id", table_name="cases")
    op.drop_index("ix_cases_by_applicant", table_name="cases")
    op.drop_index("ix_cases_by_acceptance_due", table_name="cases")
    op.drop_index(op.f("ix_cases_bundle"), table_name="cases")
    op.drop_table("cases")
