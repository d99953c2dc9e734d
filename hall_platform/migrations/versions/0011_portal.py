"""Portal: its first tables. Made by `make revisions` until the first release."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011_portal"
down_revision = "0010_analytics"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "letter_terms",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.Text(), nullable=False),
        sa.Column("set_by", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("county", "kind", name=op.f("pk_letter_terms")),
    )
    op.create_table(
        "tries",
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("who", name=op.f("pk_tries")),
    )
    op.create_index(op.f("ix_tries_since"), "tries", ["since"], unique=False)
    op.create_table(
        "authorisations",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("asked_by", sa.String(length=16), nullable=False),
        sa.Column("agent_kind", sa.String(length=32), nullable=False),
        sa.Column("agent_number", sa.String(length=32), nullable=False),
        sa.Column("agent_name", sa.Text(), nullable=False),
        sa.Column("principal_kind", sa.String(length=32), nullable=False),
        sa.Column("principal_number", sa.String(length=32), nullable=False),
        sa.Column("principal_name", sa.Text(), nullable=False),
        sa.Column("items", sa.Text(), nullable=False),
        sa.Column("valid_to", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asker", sa.String(length=36), nullable=False),
        sa.Column("asked_at", sa.Text(), nullable=False),
        sa.Column("answerer", sa.String(length=36), nullable=True),
        sa.Column("answered_at", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answerer"], ["citizens.id"], name=op.f("fk_authorisations_answerer")
        ),
        sa.ForeignKeyConstraint(["asker"], ["citizens.id"], name=op.f("fk_authorisations_asker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authorisations")),
    )
    op.create_index(
        op.f("ix_authorisations_agent_number"), "authorisations", ["agent_number"], unique=False
    )
    op.create_index(
        op.f("ix_authorisations_principal_number"),
        "authorisations",
        ["principal_number"],
        unique=False,
    )
    op.create_table(
        "drafts",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("item_version", sa.Integer(), nullable=False),
        sa.Column("item_name", sa.Text(), nullable=False),
        sa.Column("citizen", sa.String(length=36), nullable=True),
        sa.Column("applicant_kind", sa.String(length=32), nullable=False),
        sa.Column("applicant_number", sa.String(length=32), nullable=False),
        sa.Column("applicant_name", sa.Text(), nullable=False),
        sa.Column("applicant_mobile", sa.Text(), nullable=False),
        sa.Column("authorisation", sa.String(length=36), nullable=True),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("uploads", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("place", sa.String(length=16), nullable=False),
        sa.Column("begun_at_place", sa.String(length=16), nullable=False),
        sa.Column("begun_at", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.Text(), nullable=True),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("code_until", sa.Text(), nullable=True),
        sa.Column("window", sa.String(length=8), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["citizen"], ["citizens.id"], name=op.f("fk_drafts_citizen")),
        sa.ForeignKeyConstraint(["hall"], ["halls.code"], name=op.f("fk_drafts_hall")),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_drafts")),
        sa.UniqueConstraint("county", "code_hash", name=op.f("uq_drafts_county_code_hash")),
    )
    op.create_index(op.f("ix_drafts_citizen"), "drafts", ["citizen"], unique=False)
    op.create_table(
        "faq",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("letter", sa.String(length=36), nullable=False),
        sa.Column("published_at", sa.Text(), nullable=False),
        sa.Column("published_by", sa.String(length=36), nullable=False),
        sa.Column("withdrawn_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["hall"], ["halls.code"], name=op.f("fk_faq_hall")),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_faq")),
    )
    op.create_index("ix_faq_by_day", "faq", ["published_at"], unique=False)
    op.create_table(
        "letters",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("citizen", sa.String(length=36), nullable=True),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mobile", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=True),
        sa.Column("case_number", sa.String(length=32), nullable=True),
        sa.Column("body_name", sa.Text(), nullable=True),
        sa.Column("body_code", sa.String(length=18), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.Column("term_days", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=False),
        sa.Column("due_provisional", sa.Boolean(), nullable=False),
        sa.Column("answered_at", sa.Text(), nullable=True),
        sa.Column("seen_at", sa.Text(), nullable=True),
        sa.Column("reopened_at", sa.Text(), nullable=True),
        sa.Column("overdue_at", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["citizen"], ["citizens.id"], name=op.f("fk_letters_citizen")),
        sa.ForeignKeyConstraint(["hall"], ["halls.code"], name=op.f("fk_letters_hall")),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_letters")),
        sa.UniqueConstraint("county", "code_hash", name=op.f("uq_letters_county_code_hash")),
    )
    op.create_index(op.f("ix_letters_citizen"), "letters", ["citizen"], unique=False)
    op.create_index("ix_letters_of_hall", "letters", ["hall", "state", "due_on"], unique=False)
    op.create_table(
        "messages",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("citizen", sa.String(length=36), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("about", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=36), nullable=False),
        sa.Column("read_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["citizen"], ["citizens.id"], name=op.f("fk_messages_citizen")),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_messages")),
    )
    op.create_index("ix_messages_of_citizen", "messages", ["citizen", "at"], unique=False)
    op.create_table(
        "preapplication_points",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("preapplication", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("points", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county", "preapplication"],
            ["preapplications.county", "preapplications.id"],
            name=op.f("fk_preapplication_points_county_preapplication"),
        ),
        sa.PrimaryKeyConstraint(
            "county", "preapplication", "position", name=op.f("pk_preapplication_points")
        ),
    )
    op.create_table(
        "preapplication_steps",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("preapplication", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county", "preapplication"],
            ["preapplications.county", "preapplications.id"],
            name=op.f("fk_preapplication_steps_county_preapplication"),
        ),
        sa.PrimaryKeyConstraint(
            "county", "preapplication", "position", name=op.f("pk_preapplication_steps")
        ),
    )
    op.create_table(
        "letter_turns",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("letter", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("body_name", sa.Text(), nullable=False),
        sa.Column("operator", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["county", "letter"],
            ["letters.county", "letters.id"],
            name=op.f("fk_letter_turns_county_letter"),
        ),
        sa.PrimaryKeyConstraint("county", "letter", "position", name=op.f("pk_letter_turns")),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("letter_turns")
    op.drop_table("preapplication_steps")
    op.drop_table("preapplication_points")
    op.drop_index("ix_messages_of_citizen", table_name="messages")
    op.drop_table("messages")
    op.drop_index("ix_letters_of_hall", table_name="letters")
    op.drop_index(op.f("ix_letters_citizen"), table_name="letters")
    op.drop_table("letters")
    op.drop_index("ix_faq_by_day", table_name="faq")
    op.drop_table("faq")
    op.drop_index(op.f("ix_drafts_citizen"), table_name="drafts")
    op.drop_table("drafts")
    op.drop_index(op.f("ix_authorisations_principal_number"), table_name="authorisations")
    op.drop_index(op.f("ix_authorisations_agent_number"), table_name="authorisations")
    op.drop_table("authorisations")
    op.drop_index(op.f("ix_tries_since"), table_name="tries")
    op.drop_table("tries")
    op.drop_table("letter_terms")
