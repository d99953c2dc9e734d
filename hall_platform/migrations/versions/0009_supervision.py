"""Supervision: its first tables. Made by `make revisions` until the first release."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009_supervision"
down_revision = "0008_hall"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "alerts",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("rule", sa.String(length=32), nullable=False),
        sa.Column("subject_kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("subject_number", sa.String(length=64), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("department", sa.String(length=18), nullable=False),
        sa.Column("colour", sa.String(length=8), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("raised_at", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.Column("over_at", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_alerts")),
        sa.UniqueConstraint("county", "number", name=op.f("uq_alerts_county_number")),
        sa.UniqueConstraint(
            "county", "subject", "rule", name=op.f("uq_alerts_county_subject_rule")
        ),
    )
    op.create_index(
        "ix_alerts_of_hall", "alerts", ["county", "hall", "state", "colour", "id"], unique=False
    )
    op.create_table(
        "supervision_rules",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("rule", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("remind", sa.Integer(), nullable=True),
        sa.Column("yellow", sa.Integer(), nullable=True),
        sa.Column("red", sa.Integer(), nullable=True),
        sa.Column("regimes", sa.Text(), nullable=False),
        sa.Column("items", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint(
            "county", "hall", "rule", "version", name=op.f("pk_supervision_rules")
        ),
    )
    op.create_table(
        "supervision_serials",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("kind", sa.String(length=2), nullable=False),
        sa.Column("day", sa.String(length=8), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("county", "kind", "day", name=op.f("pk_supervision_serials")),
    )
    op.create_table(
        "alert_steps",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("alert", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("colour", sa.String(length=8), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("operator", sa.String(length=36), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county", "alert"],
            ["alerts.county", "alerts.id"],
            name=op.f("fk_alert_steps_county_alert"),
        ),
        sa.PrimaryKeyConstraint("county", "alert", "position", name=op.f("pk_alert_steps")),
    )
    op.create_table(
        "instructions",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("alert", sa.String(length=36), nullable=False),
        sa.Column("to_kind", sa.String(length=16), nullable=False),
        sa.Column("addressee", sa.String(length=36), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=False),
        sa.Column("given_at", sa.Text(), nullable=False),
        sa.Column("given_by", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["county", "alert"],
            ["alerts.county", "alerts.id"],
            name=op.f("fk_instructions_county_alert"),
        ),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_instructions")),
        sa.UniqueConstraint("county", "number", name=op.f("uq_instructions_county_number")),
    )
    op.create_index("ix_instructions_of_alert", "instructions", ["county", "alert"], unique=False)
    op.create_index(
        "ix_instructions_to",
        "instructions",
        ["county", "to_kind", "addressee", "state"],
        unique=False,
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_instructions_to", table_name="instructions")
    op.drop_index("ix_instructions_of_alert", table_name="instructions")
    op.drop_table("instructions")
    op.drop_table("alert_steps")
    op.drop_table("supervision_serials")
    op.drop_table("supervision_rules")
    op.drop_index("ix_alerts_of_hall", table_name="alerts")
    op.drop_table("alerts")
