"""网上大厅: drafts, steps of pre-applications, authorisations, messages, the inbox, guesses."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from hall_platform.metadata import metadata

# An application being written (草稿). Once handed in, the pre-application has the same id, and
# this stays as what was filled in. `citizen` is the account that writes or wrote it; none for one
# begun at a hall that nobody has taken over yet. While `place` is "hand_over" nobody has it but
# who brings the code.
drafts = Table(
    "drafts",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("hall", ForeignKey("halls.code"), nullable=False),
    Column("item", String(40), nullable=False),
    Column("item_version", Integer, nullable=False),
    Column("item_name", Text, nullable=False),
    Column("citizen", ForeignKey("citizens.id"), index=True),
    Column("applicant_kind", String(32), nullable=False),
    Column("applicant_number", String(32), nullable=False),
    Column("applicant_name", Text, nullable=False),
    Column("applicant_mobile", Text, nullable=False),
    Column("authorisation", String(36)),
    Column("form", Text, nullable=False),
    Column("uploads", Text, nullable=False),
    Column("state", String(16), nullable=False),  # open, submitted, discarded
    Column("place", String(16), nullable=False),  # online, hand_over, window
    Column("begun_at_place", String(16), nullable=False),  # online, window, kiosk
    Column("begun_at", Text, nullable=False),
    Column("changed_at", Text, nullable=False),
    Column("submitted_at", Text),
    Column("code_hash", String(64)),  # of the code it is handed over with
    Column("code_until", Text),
    Column("window", String(8)),  # that has it, while `place` is "window"
    Column("version", Integer, nullable=False),
    UniqueConstraint("county", "code_hash"),
)

# What became of a pre-application, step by step; the pre-application itself says only where it is.
preapplication_steps = Table(
    "preapplication_steps",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("preapplication", String(36), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("note", Text, nullable=False),
    ForeignKeyConstraint(
        ["county", "preapplication"], ["preapplications.county", "preapplications.id"]
    ),
)

# What each look through a pre-application (预审) found to correct.
preapplication_points = Table(
    "preapplication_points",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("preapplication", String(36), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("points", Text, nullable=False),
    ForeignKeyConstraint(
        ["county", "preapplication"], ["preapplications.county", "preapplications.id"]
    ),
)

# Who may act for whom (代办授权). Not a hall's but two people's, so of no county.
authorisations = Table(
    "authorisations",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("asked_by", String(16), nullable=False),  # agent, principal
    Column("agent_kind", String(32), nullable=False),
    Column("agent_number", String(32), nullable=False, index=True),
    Column("agent_name", Text, nullable=False),
    Column("principal_kind", String(32), nullable=False),
    Column("principal_number", String(32), nullable=False, index=True),
    Column("principal_name", Text, nullable=False),
    Column("items", Text, nullable=False),  # codes; an empty list for all
    Column("valid_to", String(10), nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", String(16), nullable=False),  # asked, confirmed, declined, ended
    Column("asker", ForeignKey("citizens.id"), nullable=False),
    Column("asked_at", Text, nullable=False),
    Column("answerer", ForeignKey("citizens.id")),
    Column("answered_at", Text),
    Column("ended_at", Text),
    Column("version", Integer, nullable=False),
)

# What happened with a citizen's own (消息).
messages = Table(
    "messages",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("citizen", ForeignKey("citizens.id"), nullable=False),
    Column("at", Text, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("about", String(16), nullable=False),  # preapplication, case, letter, draft, appointment
    Column("subject", String(36), nullable=False),
    Column("read_at", Text),
    Index("ix_messages_of_citizen", "citizen", "at"),
)

# Questions, suggestions and complaints (咨询、建议、投诉). Of an anonymous one nothing leads back
# to who asked; its code alone opens it.
letters = Table(
    "letters",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("hall", ForeignKey("halls.code"), nullable=False),
    Column("kind", String(16), nullable=False),  # consultation, suggestion, complaint
    Column("citizen", ForeignKey("citizens.id"), index=True),
    Column("code_hash", String(64)),
    Column("name", Text, nullable=False),
    Column("mobile", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("item", String(40)),
    Column("case_number", String(32)),
    Column("body_name", Text),
    Column("body_code", String(18)),
    Column("state", String(16), nullable=False),  # received, assigned, answered
    Column("received_at", Text, nullable=False),
    Column("term_days", Integer, nullable=False),  # working days it is answered in
    Column("due_on", String(10), nullable=False),
    Column("due_provisional", Boolean, nullable=False),
    Column("answered_at", Text),
    Column("seen_at", Text),
    Column("reopened_at", Text),
    Column("overdue_at", Text),
    Column("version", Integer, nullable=False),
    UniqueConstraint("county", "code_hash"),
    Index("ix_letters_of_hall", "hall", "state", "due_on"),
)

letter_turns = Table(
    "letter_turns",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("letter", String(36), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("act", String(16), nullable=False),  # ask, assign, answer, reopen
    Column("text", Text, nullable=False),
    Column("body_name", Text, nullable=False),
    Column("operator", String(36), nullable=False),
    ForeignKeyConstraint(["county", "letter"], ["letters.county", "letters.id"]),
)

# In how many working days a letter of a kind is answered, where a county differs from the rule.
letter_terms = Table(
    "letter_terms",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("days", Integer, nullable=False),
    Column("set_at", Text, nullable=False),
    Column("set_by", String(36), nullable=False),
)

# Questions and answers everybody may read (常见问题), each published by an act of its own.
faq = Table(
    "faq",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("hall", ForeignKey("halls.code"), nullable=False),
    Column("item", String(40)),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("letter", String(36), nullable=False),
    Column("published_at", Text, nullable=False),
    Column("published_by", String(36), nullable=False),
    Column("withdrawn_at", Text),
    Index("ix_faq_by_day", "published_at"),
)

# Wrong codes and numbers that were tried, and letters sent, counted by who tried; `who` is a hash.
tries = Table(
    "tries",
    metadata,
    Column("who", String(64), primary_key=True),
    Column("used", Integer, nullable=False),
    Column("since", Text, nullable=False, index=True),
)
