"""事项目录与实施清单: items in versions, how they are found, one things, seals, working days."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, String, Table, Text

from hall_platform.metadata import metadata

# `body` is the item as it was published and never changes; what a version's standing is does.
# At most one version of an item is current: found by a search and given without being named.
items = Table(
    "items",
    metadata,
    Column("code", String(40), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("state", String(16), nullable=False),  # published, withdrawn
    Column("is_current", Boolean, nullable=False),
    Column("valid_from", String(10), nullable=False),
    Column("valid_to", String(10)),
    Column("published_at", Text, nullable=False),
    Column("published_by", String(36)),  # an operator; none for what was imported
    Column("withdrawn_at", Text),
    Column("withdrawn_by", String(36)),
    Column("withdrawal_reason", Text, nullable=False),
    Column("region", String(12), nullable=False),
    Column("level", String(1), nullable=False),
    Column("regime", String(32), nullable=False),
    Column("body_code", String(18), nullable=False),
    Column("audience", Text, nullable=False),  # ",natural_person,enterprise,"
    Column("name", Text, nullable=False),
    Column("pinyin", Text, nullable=False),
    Column("body", Text, nullable=False),
    # Folded once when published, so that a search folds only what it was asked.
    Column("folded_name", Text, nullable=False),
    Column("folded_text", Text, nullable=False),  # name, initials, other words, body; by lines
    Column("folded_codes", Text, nullable=False),  # "=code=base code=business code"
    Index("ix_items_current", "is_current", "code"),
)

# Which current items have a character, or two side by side, anywhere in what they are found by.
item_grams = Table(
    "item_grams",
    metadata,
    Column("gram", String(8), primary_key=True),
    Column("code", String(40), primary_key=True),
)

# What happened to items, numbered in the order of commits.
item_changes = Table(
    "item_changes",
    metadata,
    Column("serial", Integer, primary_key=True, autoincrement=False),
    Column("code", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Column("change", String(16), nullable=False),  # published, in_force, withdrawn, ended
    Column("at", Text, nullable=False),
)

catalogue_serial = Table(
    "catalogue_serial",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("last", Integer, nullable=False),
)

# 一件事: items asked for together.
one_things = Table(
    "one_things",
    metadata,
    Column("code", String(40), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("items", Text, nullable=False),
)

# Official seals for papers; a hall prints those of the bodies of its own county and above.
seals = Table(
    "seals",
    metadata,
    Column("code", String(40), primary_key=True),
    Column("kind", String(16), nullable=False),  # acceptance, approval, body, other
    Column("name", Text, nullable=False),
    Column("body_name", Text, nullable=False),
    Column("body_code", String(18), nullable=False, index=True),
    Column("region", String(12), nullable=False),
    Column("valid_from", String(10), nullable=False),
    Column("valid_to", String(10)),
    Column("sha256", String(64), nullable=False),
    Column("picture", LargeBinary, nullable=False),  # PNG
)

# The table of working days that was imported last; none while the shipped one is the newest.
working_days = Table(
    "working_days",
    metadata,
    Column("version", String(32), primary_key=True),
    Column("document", Text, nullable=False),
    Column("imported_at", Text, nullable=False),
)
