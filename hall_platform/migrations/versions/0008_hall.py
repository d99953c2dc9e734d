"""Hall: its first tables. Made by `make revisions` until the first release."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008_hall"
down_revision = "0007_business"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "appointment_slots",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("start", sa.String(length=5), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "taken >= 0 AND taken <= capacity", name="ck_appointment_slots_capacity"
        ),
        sa.PrimaryKeyConstraint(
            "county", "hall", "service", "day", "start", name=op.f("pk_appointment_slots")
        ),
    )
    op.create_table(
        "appointments",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("start", sa.String(length=5), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("citizen", sa.String(length=36), nullable=True),
        sa.Column("holder_key", sa.String(length=64), nullable=True),
        sa.Column("open_key", sa.String(length=160), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("priority_reason", sa.String(length=16), nullable=False),
        sa.Column("visit", sa.String(length=36), nullable=True),
        sa.Column("booked_at", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_appointments")),
        sa.UniqueConstraint("code", name=op.f("uq_appointments_code")),
        sa.UniqueConstraint("county", "hall", "day", "open_key", name="uq_appointments_open"),
    )
    op.create_index("ix_appointments_due", "appointments", ["state", "day"], unique=False)
    op.create_index("ix_appointments_of_citizen", "appointments", ["citizen"], unique=False)
    op.create_index(
        "ix_appointments_of_day", "appointments", ["county", "hall", "day", "start"], unique=False
    )
    op.create_table(
        "day_keys",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("county", "hall", "day", name=op.f("pk_day_keys")),
    )
    op.create_table(
        "service_records",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=True),
        sa.Column("service_number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("ticket", sa.String(length=36), nullable=True),
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("window", sa.String(length=8), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("operator", sa.String(length=36), nullable=False),
        sa.Column("finished_at", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("token_ends_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_service_records")),
        sa.UniqueConstraint(
            "county",
            "case_id",
            "service_number",
            name=op.f("uq_service_records_county_case_id_service_number"),
        ),
        sa.UniqueConstraint("token_hash", name=op.f("uq_service_records_token_hash")),
    )
    op.create_table(
        "ticket_serials",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("prefix", sa.String(length=1), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("county", "hall", "day", "prefix", name=op.f("pk_ticket_serials")),
    )
    op.create_table(
        "visits",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("holder_key", sa.String(length=64), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("priority_reason", sa.String(length=16), nullable=False),
        sa.Column("preapplication", sa.String(length=36), nullable=True),
        sa.Column("appointment", sa.String(length=36), nullable=True),
        sa.Column("paper", sa.String(length=16), nullable=False),
        sa.Column("taken_at", sa.Text(), nullable=False),
        sa.Column("taken_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_visits")),
    )
    op.create_index(
        "ix_visits_of_holder", "visits", ["county", "hall", "day", "holder_key"], unique=False
    )
    op.create_table(
        "hall_rules",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("queue_version", sa.Integer(), nullable=False),
        sa.Column("opening", sa.Text(), nullable=False),
        sa.Column("opening_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["hall"], ["halls.code"], name=op.f("fk_hall_rules_hall")),
        sa.PrimaryKeyConstraint("county", "hall", name=op.f("pk_hall_rules")),
    )
    op.create_table(
        "hall_services",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("prefix", sa.String(length=1), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("items", sa.Text(), nullable=False),
        sa.Column("mean_service_s", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("needs_holder", sa.Boolean(), nullable=False),
        sa.Column("slot_capacity", sa.Integer(), nullable=False),
        sa.Column("taking", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["hall"], ["halls.code"], name=op.f("fk_hall_services_hall")),
        sa.PrimaryKeyConstraint("county", "hall", "code", name=op.f("pk_hall_services")),
        sa.UniqueConstraint(
            "county", "hall", "prefix", name=op.f("uq_hall_services_county_hall_prefix")
        ),
    )
    op.create_table(
        "ratings",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("record", sa.String(length=36), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("standing", sa.String(length=16), nullable=False),
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("operator", sa.String(length=36), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county", "record"],
            ["service_records.county", "service_records.id"],
            name=op.f("fk_ratings_county_record"),
        ),
        sa.PrimaryKeyConstraint("county", "record", name=op.f("pk_ratings")),
    )
    op.create_index("ix_ratings_of_hall", "ratings", ["county", "hall", "at"], unique=False)
    op.create_index("ix_ratings_of_operator", "ratings", ["county", "operator", "at"], unique=False)
    op.create_table(
        "tickets",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("visit", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("priority", sa.Boolean(), nullable=False),
        sa.Column("open_key", sa.String(length=160), nullable=True),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("queued_at", sa.Text(), nullable=True),
        sa.Column("first_called_at", sa.Text(), nullable=True),
        sa.Column("called_at", sa.Text(), nullable=True),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("waited", sa.Integer(), nullable=True),
        sa.Column("round_at", sa.Text(), nullable=True),
        sa.Column("busy", sa.Integer(), nullable=False),
        sa.Column("window", sa.String(length=8), nullable=False),
        sa.Column("operator", sa.String(length=36), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.Text(), nullable=True),
        sa.Column("served", sa.Integer(), nullable=True),
        sa.Column("passes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county", "visit"],
            ["visits.county", "visits.id"],
            name=op.f("fk_tickets_county_visit"),
        ),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_tickets")),
        sa.UniqueConstraint(
            "county", "hall", "day", "number", name=op.f("uq_tickets_county_hall_day_number")
        ),
        sa.UniqueConstraint("county", "hall", "day", "open_key", name="uq_tickets_open"),
    )
    op.create_index(
        "ix_tickets_by_state", "tickets", ["state", "county", "hall", "day"], unique=False
    )
    op.create_index(
        "ix_tickets_called", "tickets", ["county", "hall", "day", "called_at"], unique=False
    )
    op.create_index(
        "ix_tickets_ended",
        "tickets",
        ["county", "hall", "day", "service", "ended_at"],
        unique=False,
    )
    op.create_index("ix_tickets_of_visit", "tickets", ["county", "visit"], unique=False)
    op.create_table(
        "hall_windows",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("window", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("operator", sa.String(length=36), nullable=True),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hall", "window"],
            ["windows.hall", "windows.code"],
            name=op.f("fk_hall_windows_hall_window"),
        ),
        sa.PrimaryKeyConstraint("county", "hall", "window", name=op.f("pk_hall_windows")),
    )
    op.create_table(
        "in_hand",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("window", sa.String(length=8), nullable=False),
        sa.Column("ticket", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["county", "ticket"],
            ["tickets.county", "tickets.id"],
            name=op.f("fk_in_hand_county_ticket"),
        ),
        sa.PrimaryKeyConstraint("county", "hall", "window", name=op.f("pk_in_hand")),
        sa.UniqueConstraint("county", "ticket", name=op.f("uq_in_hand_county_ticket")),
    )
    op.create_table(
        "queue_places",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("ticket", sa.String(length=36), nullable=False),
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("window", sa.String(length=8), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("priority", sa.Boolean(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county", "ticket"],
            ["tickets.county", "tickets.id"],
            name=op.f("fk_queue_places_county_ticket"),
        ),
        sa.PrimaryKeyConstraint("county", "ticket", name=op.f("pk_queue_places")),
    )
    op.create_index(
        "ix_queue_places_line",
        "queue_places",
        ["county", "hall", "day", "window", "service", "priority", "place", "serial"],
        unique=False,
    )
    op.create_table(
        "rating_appeals",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("record", sa.String(length=36), nullable=False),
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("grounds", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("decided_by", sa.String(length=36), nullable=True),
        sa.Column("decided_at", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county", "record"],
            ["ratings.county", "ratings.record"],
            name=op.f("fk_rating_appeals_county_record"),
        ),
        sa.PrimaryKeyConstraint("county", "id", name=op.f("pk_rating_appeals")),
        sa.UniqueConstraint("county", "record", name=op.f("uq_rating_appeals_county_record")),
    )
    op.create_table(
        "ticket_steps",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("ticket", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("window", sa.String(length=8), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("to_state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county", "ticket"],
            ["tickets.county", "tickets.id"],
            name=op.f("fk_ticket_steps_county_ticket"),
        ),
        sa.PrimaryKeyConstraint("county", "ticket", "position", name=op.f("pk_ticket_steps")),
    )
    op.create_table(
        "window_services",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("hall", sa.String(length=32), nullable=False),
        sa.Column("window", sa.String(length=8), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["county", "hall", "service"],
            ["hall_services.county", "hall_services.hall", "hall_services.code"],
            name=op.f("fk_window_services_county_hall_service"),
        ),
        sa.ForeignKeyConstraint(
            ["county", "hall", "window"],
            ["hall_windows.county", "hall_windows.hall", "hall_windows.window"],
            name=op.f("fk_window_services_county_hall_window"),
        ),
        sa.PrimaryKeyConstraint(
            "county", "hall", "window", "service", name=op.f("pk_window_services")
        ),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("window_services")
    op.drop_table("ticket_steps")
    op.drop_table("rating_appeals")
    op.drop_index("ix_queue_places_line", table_name="queue_places")
    op.drop_table("queue_places")
    op.drop_table("in_hand")
    op.drop_table("hall_windows")
    op.drop_index("ix_tickets_of_visit", table_name="tickets")
    op.drop_index("ix_tickets_ended", table_name="tickets")
    op.drop_index("ix_tickets_called", table_name="tickets")
    op.drop_index("ix_tickets_by_state", table_name="tickets")
    op.drop_table("tickets")
    op.drop_index("ix_ratings_of_operator", table_name="ratings")
    op.drop_index("ix_ratings_of_hall", table_name="ratings")
    op.drop_table("ratings")
    op.drop_table("hall_services")
    op.drop_table("hall_rules")
    op.drop_index("ix_visits_of_holder", table_name="visits")
    op.drop_table("visits")
    op.drop_table("ticket_serials")
    op.drop_table("service_records")
    op.drop_table("day_keys")
    op.drop_index("ix_appointments_of_day", table_name="appointments")
    op.drop_index("ix_appointments_of_citizen", table_name="appointments")
    op.drop_index("ix_appointments_due", table_name="appointments")
    op.drop_table("appointments")
    op.drop_table("appointment_slots")
