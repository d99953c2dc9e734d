"""实体大厅管理: services, windows, opening, tickets, the queue, appointments, ratings.

What the hall must never do wrong is held by keys: a number is given once (tickets), a ticket is at
one window and a window has one ticket (in_hand), a person has one open ticket a service
(`open_key`, empty once it is over), a slot is never booked over its capacity, a service is rated
once.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from hall_platform.metadata import metadata

# the arrangement of a hall -----------------------------------------------------------------------

hall_services = Table(
    "hall_services",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("hall", String(32), primary_key=True),
    Column("code", String(64), primary_key=True),
    Column("prefix", String(1), nullable=False),
    Column("name", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("items", Text, nullable=False),
    Column("mean_service_s", Integer, nullable=False),
    Column("rank", Integer, nullable=False),  # the smaller is called first, equal ones by waiting
    Column("needs_holder", Boolean, nullable=False),
    Column("slot_capacity", Integer, nullable=False),  # appointments a quarter-hour
    Column("taking", Boolean, nullable=False),  # tickets are given out
    Column("version", Integer, nullable=False),
    ForeignKeyConstraint(["hall"], ["halls.code"]),
    UniqueConstraint("county", "hall", "prefix"),
)

hall_windows = Table(
    "hall_windows",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("hall", String(32), primary_key=True),
    Column("window", String(8), primary_key=True),
    Column("state", String(16), nullable=False),  # open, paused, closed
    Column("reason", Text, nullable=False),
    Column("operator", String(36)),
    Column("since", Text, nullable=False),
    Column("turn", Integer, nullable=False),  # where this window stands in the m:n of the rules
    Column("version", Integer, nullable=False),
    ForeignKeyConstraint(["hall", "window"], ["windows.hall", "windows.code"]),
)

window_services = Table(
    "window_services",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("hall", String(32), primary_key=True),
    Column("window", String(8), primary_key=True),
    Column("service", String(64), primary_key=True),
    ForeignKeyConstraint(
        ["county", "hall", "window"],
        ["hall_windows.county", "hall_windows.hall", "hall_windows.window"],
    ),
    ForeignKeyConstraint(
        ["county", "hall", "service"],
        ["hall_services.county", "hall_services.hall", "hall_services.code"],
    ),
)

# One row a hall: the rules of its queue and its opening, both as data.
hall_rules = Table(
    "hall_rules",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("hall", String(32), primary_key=True),
    Column("queue", Text, nullable=False),
    Column("queue_version", Integer, nullable=False),
    Column("opening", Text, nullable=False),
    Column("opening_version", Integer, nullable=False),
    ForeignKeyConstraint(["hall"], ["halls.code"]),
)

# tickets 号 --------------------------------------------------------------------------------------

# Who a ticket is for is known by a keyed digest only; without the day's key it says nothing.
day_keys = Table(
    "day_keys",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("hall", String(32), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("key", String(64), nullable=False),
)

ticket_serials = Table(
    "ticket_serials",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("hall", String(32), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("prefix", String(1), primary_key=True),
    Column("last", Integer, nullable=False),
)

visits = Table(
    "visits",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("hall", String(32), nullable=False),
    Column("day", String(10), nullable=False),
    Column("holder_key", String(64)),
    Column("name", Text, nullable=False),  # masked
    Column("source", String(16), nullable=False),
    Column("priority_reason", String(16), nullable=False),
    Column("preapplication", String(36)),
    Column("appointment", String(36)),
    Column("paper", String(16), nullable=False),  # pending, handed_out, failed, kept, none
    Column("taken_at", Text, nullable=False),
    Column("taken_by", String(64), nullable=False),
    Index("ix_visits_of_holder", "county", "hall", "day", "holder_key"),
)

tickets = Table(
    "tickets",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("hall", String(32), nullable=False),
    Column("day", String(10), nullable=False),
    Column("visit", String(36), nullable=False),
    Column("position", Integer, nullable=False),
    Column("service", String(64), nullable=False),
    Column("number", String(16), nullable=False),
    Column("serial", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("priority", Boolean, nullable=False),
    Column("open_key", String(160)),
    Column("place", BigInteger, nullable=False),
    Column("queued_at", Text),
    Column("first_called_at", Text),
    Column("called_at", Text),
    Column("calls", Integer, nullable=False),
    Column("waited", Integer),
    Column("round_at", Text),  # the first call of the round it is in hand by
    Column("busy", Integer, nullable=False),  # seconds in hand before it was parked
    Column("window", String(8), nullable=False),
    Column("operator", String(36), nullable=False),
    Column("started_at", Text),
    Column("ended_at", Text),
    Column("served", Integer),
    Column("passes", Integer, nullable=False),
    ForeignKeyConstraint(["county", "visit"], ["visits.county", "visits.id"]),
    UniqueConstraint("county", "hall", "day", "number"),
    UniqueConstraint("county", "hall", "day", "open_key", name="uq_tickets_open"),
    Index("ix_tickets_of_visit", "county", "visit"),
    Index("ix_tickets_called", "county", "hall", "day", "called_at"),
    Index("ix_tickets_ended", "county", "hall", "day", "service", "ended_at"),
    Index("ix_tickets_by_state", "state", "county", "hall", "day"),
)

# Those who wait, and nobody else: who is called leaves it in the same statement that gives them to
# a window. `window` is empty unless the ticket was sent to one.
queue_places = Table(
    "queue_places",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("ticket", String(36), primary_key=True),
    Column("hall", String(32), nullable=False),
    Column("day", String(10), nullable=False),
    Column("window", String(8), nullable=False),
    Column("service", String(64), nullable=False),
    Column("priority", Boolean, nullable=False),
    Column("place", BigInteger, nullable=False),
    Column("serial", Integer, nullable=False),
    ForeignKeyConstraint(["county", "ticket"], ["tickets.county", "tickets.id"]),
    Index(
        "ix_queue_places_line",
        *("county", "hall", "day", "window", "service", "priority", "place", "serial"),
    ),
)

in_hand = Table(
    "in_hand",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("hall", String(32), primary_key=True),
    Column("window", String(8), primary_key=True),
    Column("ticket", String(36), nullable=False),
    ForeignKeyConstraint(["county", "ticket"], ["tickets.county", "tickets.id"]),
    UniqueConstraint("county", "ticket"),
)

ticket_steps = Table(
    "ticket_steps",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("ticket", String(36), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("act", String(32), nullable=False),
    Column("by", String(64), nullable=False),
    Column("window", String(8), nullable=False),
    Column("service", String(64), nullable=False),
    Column("to_state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    ForeignKeyConstraint(["county", "ticket"], ["tickets.county", "tickets.id"]),
)

# appointments 预约 -------------------------------------------------------------------------------

# A slot has a row once something was booked in it or its capacity was set by hand.
appointment_slots = Table(
    "appointment_slots",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("hall", String(32), primary_key=True),
    Column("service", String(64), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("start", String(5), primary_key=True),
    Column("capacity", Integer, nullable=False),
    Column("taken", Integer, nullable=False),
    CheckConstraint("taken >= 0 AND taken <= capacity", name="ck_appointment_slots_capacity"),
)

appointments = Table(
    "appointments",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("code", String(16), nullable=False),
    Column("hall", String(32), nullable=False),
    Column("service", String(64), nullable=False),
    Column("day", String(10), nullable=False),
    Column("start", String(5), nullable=False),
    Column("state", String(16), nullable=False),  # booked, checked_in, cancelled, overdue
    Column("source", String(16), nullable=False),
    Column("citizen", String(36)),
    Column("holder_key", String(64)),
    Column("open_key", String(160)),
    Column("name", Text, nullable=False),  # masked
    Column("priority_reason", String(16), nullable=False),
    Column("visit", String(36)),
    Column("booked_at", Text, nullable=False),
    Column("changed_at", Text, nullable=False),
    UniqueConstraint("code"),
    UniqueConstraint("county", "hall", "day", "open_key", name="uq_appointments_open"),
    Index("ix_appointments_of_day", "county", "hall", "day", "start"),
    Index("ix_appointments_of_citizen", "citizen"),
    Index("ix_appointments_due", "state", "day"),
)

# ratings 好差评 ----------------------------------------------------------------------------------

# One service given to one person; what is rated (一次一评).
service_records = Table(
    "service_records",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("case_id", String(36)),
    Column("service_number", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("ticket", String(36)),
    Column("hall", String(32), nullable=False),
    Column("window", String(8), nullable=False),
    Column("service", String(64), nullable=False),
    Column("operator", String(36), nullable=False),
    Column("finished_at", Text, nullable=False),
    Column("token_hash", String(64), nullable=False),
    Column("token_ends_at", Text, nullable=False),
    UniqueConstraint("county", "case_id", "service_number"),
    UniqueConstraint("token_hash"),
)

ratings = Table(
    "ratings",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("record", String(36), primary_key=True),
    Column("outcome", String(16), nullable=False),  # rated, declined, timed_out
    Column("level", String(8)),
    Column("details", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("standing", String(16), nullable=False),  # counted, appealed, struck
    Column("hall", String(32), nullable=False),
    Column("operator", String(36), nullable=False),
    Column("at", Text, nullable=False),
    ForeignKeyConstraint(["county", "record"], ["service_records.county", "service_records.id"]),
    Index("ix_ratings_of_hall", "county", "hall", "at"),
    Index("ix_ratings_of_operator", "county", "operator", "at"),
)

rating_appeals = Table(
    "rating_appeals",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("record", String(36), nullable=False),
    Column("hall", String(32), nullable=False),
    Column("grounds", String(16), nullable=False),  # mistaken, malicious, other
    Column("text", Text, nullable=False),
    Column("by", String(36), nullable=False),
    Column("at", Text, nullable=False),
    Column("state", String(16), nullable=False),  # open, upheld, rejected
    Column("decided_by", String(36)),
    Column("decided_at", Text),
    Column("note", Text, nullable=False),
    Column("version", Integer, nullable=False),
    ForeignKeyConstraint(["county", "record"], ["ratings.county", "ratings.record"]),
    UniqueConstraint("county", "record"),
)
