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
        "resources",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("library", sa.String(length=16), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body_name", sa.Text(), nullable=False),
        sa.Column("body_code", sa.String(length=18), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("update_cycle", sa.String(length=16), nullable=False),
        sa.Column("sharing", sa.String(length=16), nullable=False),
        sa.Column("sharing_condition", sa.Text(), nullable=False),
        sa.Column("connector", sa.String(length=32), nullable=False),
        sa.Column("correction_days", sa.Integer(), nullable=False),
        sa.Column("standing", sa.String(length=16), nullable=False),
        sa.Column("stopped_at", sa.Text(), nullable=True),
        sa.Column("stopped_by", sa.String(length=36), nullable=True),
        sa.Column("stop_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_resources")),
    )
    op.create_index(op.f("ix_resources_body_code"), "resources", ["body_code"], unique=False)
    op.create_table(
        "unusual_uses",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("rule", sa.String(length=32), nullable=False),
        sa.Column("operator", sa.String(length=36), nullable=False),
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_unusual_uses")),
    )
    op.create_index(
        "ix_unusual_uses_of_operator", "unusual_uses", ["operator", "rule", "at"], unique=False
    )
    op.create_table(
        "use_rules",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("set_at", sa.Text(), nullable=False),
        sa.Column("set_by", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_use_rules")),
    )
    op.create_table(
        "corrections",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("resource", sa.String(length=64), nullable=False),
        sa.Column("record", sa.String(length=64), nullable=False),
        sa.Column("field", sa.String(length=64), nullable=False),
        sa.Column("should_be", sa.Text(), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("holder_kind", sa.String(length=32), nullable=False),
        sa.Column("holder_number", sa.String(length=32), nullable=False),
        sa.Column("citizen", sa.String(length=36), nullable=False),
        sa.Column("operator", sa.String(length=36), nullable=False),
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("body_code", sa.String(length=18), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reported_at", sa.Text(), nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=False),
        sa.Column("due_provisional", sa.Boolean(), nullable=False),
        sa.Column("overdue_at", sa.Text(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resource"], ["resources.code"], name=op.f("fk_corrections_resource")
        ),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_corrections")),
    )
    op.create_index(op.f("ix_corrections_body_code"), "corrections", ["body_code"], unique=False)
    op.create_index(
        op.f("ix_corrections_holder_number"), "corrections", ["holder_number"], unique=False
    )
    op.create_table(
        "library_records",
        sa.Column("resource", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resource"], ["resources.code"], name=op.f("fk_library_records_resource")
        ),
        sa.PrimaryKeyConstraint("resource", "id", name=op.f("pk_library_records")),
    )
    op.create_table(
        "correction_steps",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("correction", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("operator", sa.String(length=36), nullable=False),
        sa.Column("citizen", sa.String(length=36), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county", "correction"],
            ["corrections.county", "corrections.id"],
            name=op.f("fk_correction_steps_county_correction"),
        ),
        sa.PrimaryKeyConstraint(
            "county", "correction", "position", name=op.f("pk_correction_steps")
        ),
    )
    op.create_table(
        "record_changes",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("correction", sa.String(length=36), nullable=False),
        sa.Column("resource", sa.String(length=64), nullable=False),
        sa.Column("record", sa.String(length=64), nullable=False),
        sa.Column("field", sa.String(length=64), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county", "correction"],
            ["corrections.county", "corrections.id"],
            name=op.f("fk_record_changes_county_correction"),
        ),
        sa.PrimaryKeyConstraint("county", "correction", name=op.f("pk_record_changes")),
    )
    op.create_table(
        "record_subjects",
        sa.Column("resource", sa.String(length=64), nullable=False),
        sa.Column("record", sa.String(length=36), nullable=False),
        sa.Column("holder_number", sa.String(length=32), nullable=False),
        sa.Column("holder_kind", sa.String(length=32), nullable=False),
        sa.Column("own", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resource", "record"],
            ["library_records.resource", "library_records.id"],
            name=op.f("fk_record_subjects_resource_record"),
        ),
        sa.PrimaryKeyConstraint(
            "resource", "record", "holder_number", name=op.f("pk_record_subjects")
        ),
    )
    op.create_index(
        "ix_record_subjects_of_holder",
        "record_subjects",
        ["holder_number", "resource"],
        unique=False,
    )
    op.create_table(
        "data_uses",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("resource", sa.String(length=64), nullable=False),
        sa.Column("session", sa.String(length=36), nullable=True),
        sa.Column("operator", sa.String(length=36), nullable=False),
        sa.Column("citizen", sa.String(length=36), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("window", sa.String(length=8), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=True),
        sa.Column("case_id", sa.String(length=36), nullable=True),
        sa.Column("preapplication", sa.String(length=36), nullable=True),
        sa.Column("holder_kind", sa.String(length=32), nullable=False),
        sa.Column("holder_number", sa.String(length=32), nullable=False),
        sa.Column("answered", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["session"], ["sessions.id"], name=op.f("fk_data_uses_session")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_uses")),
    )
    op.create_index(
        op.f("ix_data_uses_holder_number"), "data_uses", ["holder_number"], unique=False
    )
    op.create_index("ix_data_uses_of_operator", "data_uses", ["operator", "at"], unique=False)


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_data_uses_of_operator", table_name="data_uses")
    op.drop_index(op.f("ix_data_uses_holder_number"), table_name="data_uses")
    op.drop_table("data_uses")
    op.drop_index("ix_record_subjects_of_holder", table_name="record_subjects")
    op.drop_table("record_subjects")
    op.drop_table("record_changes")
    op.drop_table("correction_steps")
    op.drop_table("library_records")
    op.drop_index(op.f("ix_corrections_holder_number"), table_name="corrections")
    op.drop_index(op.f("ix_corrections_body_code"), table_name="corrections")
    op.drop_table("corrections")
    op.drop_table("use_rules")
    op.drop_index("ix_unusual_uses_of_operator", table_name="unusual_uses")
    op.drop_table("unusual_uses")
    op.drop_index(op.f("ix_resources_body_code"), table_name="resources")
    op.drop_table("resources")
    op.drop_table("people")
    op.drop_table("organisations")
