"""The province's side: what is to be sent and what became of it, and what was pulled."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text, UniqueConstraint

from hall_platform.metadata import metadata

# The outbox. Of a case what happened first goes first; what was refused holds back what follows.
# `payload` is fixed at the first attempt, so that every attempt says the same, and is gone once
# the province has been seen to hold it.
province_letters = Table(
    "province_letters",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("case_id", String(36), nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", String(16), nullable=False),  # case, step, rating, strike
    Column("event", String(64), nullable=False),
    Column("subject", String(64), nullable=False),  # of a rating the service's record
    Column("case_event", Integer),  # of a status or a step its place in the case's timeline
    Column("happened_at", Text, nullable=False),
    Column("state", String(16), nullable=False),  # waiting, sent, confirmed, refused, set_aside
    Column("attempts", Integer, nullable=False),
    Column("next_at", Text, nullable=False),
    Column("key", String(128)),  # what the province knows it by: kind, number, which
    Column("payload", Text),
    Column("digest", String(64)),
    Column("receipt", String(64)),
    Column("reason", String(64), nullable=False),
    Column("fields", Text, nullable=False),  # of the payload, that the reason names
    Column("sent_at", Text),
    Column("confirmed_at", Text),
    Column("note", Text, nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("county", "case_id", "position"),
    Index("ix_province_letters_due", "state", "next_at"),
)

# Items as the province publishes them (全省统一事项目录), in its versions.
province_items = Table(
    "province_items",
    metadata,
    Column("code", String(40), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("withdrawn", Integer, nullable=False),  # 0 or 1
    Column("body", Text, nullable=False),
    Column("pulled_at", Text, nullable=False),
    Column("state", String(16), nullable=False),  # new, adopted, passed_over
    Column("adopted_as", Integer),  # the version of the catalogue here
    Column("note", Text, nullable=False),
    Column("settled_at", Text),
    Column("settled_by", String(36)),
)

# What was pulled last, and when what was last tried.
province_marks = Table(
    "province_marks",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", Text, nullable=False),
    Column("at", Text, nullable=False),
)

# What the province published and could not be taken over, the newest of each entry, until a good
# one comes. `entry` is its code, or the digest of one without a code.
province_left_out = Table(
    "province_left_out",
    metadata,
    Column("kind", String(16), primary_key=True),  # item, licence_type
    Column("entry", String(72), primary_key=True),
    Column("code", String(40), nullable=False),  # "" where it cannot be read
    Column("version", Integer),  # the province's, where it can be read
    Column("errors", Text, nullable=False),  # where and what, JSON
    Column("pulled_at", Text, nullable=False),
)
