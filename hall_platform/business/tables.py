"""业务办理: pre-applications, official numbers, cases with all that belongs to them, uploads."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from hall_platform.metadata import metadata

preapplications = Table(
    "preapplications",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("code", String(32), nullable=False),
    Column("item", String(40), nullable=False),
    Column("item_name", Text, nullable=False),
    Column("submitted_at", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("state_before_claim", String(16)),
    Column("note", Text, nullable=False),
    Column("applicant_kind", String(32), nullable=False),
    Column("applicant_number", String(32), nullable=False, index=True),
    Column("applicant_name", Text, nullable=False),
    Column("applicant_mobile", Text, nullable=False),
    Column("form_complete", Boolean, nullable=False),
    Column("uploads", Text, nullable=False),
    Column("claimed_hall", String(32)),
    Column("claimed_window", String(8)),
    Column("claimed_at", Text),
    Column("case_id", String(36)),
    Column("version", Integer, nullable=False),
    UniqueConstraint("county", "code"),
)

number_serials = Table(
    "number_serials",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("day", String(8), primary_key=True),
    Column("window", String(8), primary_key=True),
    Column("next_serial", Integer, nullable=False),
)

number_blocks = Table(
    "number_blocks",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("day", String(8), nullable=False),
    Column("hall", String(32), nullable=False),
    Column("window", String(8), nullable=False),
    Column("first_serial", Integer, nullable=False),
    Column("count", Integer, nullable=False),
    Column("leased_at", Text, nullable=False),
    Column("session", String(36), nullable=False),
    UniqueConstraint("county", "day", "window", "first_serial"),
)

# `county` is where it was received; `for_county` whose case it is (another one: 异地代收);
# `handling_county` who may act on it, the first until it is handed to the second. `received_at` is
# when the platform had it; `filed_at` when it was handed in (收件). Due days are null while their
# clock stands still or has not begun. `department` is the body whose reviewers decide.
cases = Table(
    "cases",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("number", String(32), nullable=False),
    Column("provisional_number", String(64)),
    Column("item", String(40), nullable=False),
    Column("item_version", Integer, nullable=False),
    Column("item_name", Text, nullable=False),
    Column("regime", String(32), nullable=False),
    Column("department", String(18), nullable=False),
    Column("bundle", String(36), index=True),
    Column("state", String(16), nullable=False),
    Column("state_before", String(16), nullable=False),  # to come back to, after a side state
    Column("filed_at", Text, nullable=False),
    Column("filed_on", String(10), nullable=False),
    Column("clock_from", String(10)),  # day clock A began: handed in, or taken over
    Column("acceptance_due_on", String(10)),
    Column("accepted_at", Text),
    Column("accepted_on", String(10)),
    Column("received_at", Text, nullable=False),
    Column("due_on", String(10)),
    Column("legal_due_on", String(10)),
    Column("due_provisional", Boolean, nullable=False),
    Column("extension_days", Integer, nullable=False),
    Column("notices", Integer, nullable=False),
    Column("fee", String(8), nullable=False),  # none, noticed, paid, waived
    Column("fee_cents", BigInteger),
    Column("outcome", String(8), nullable=False),  # granted, refused; empty before
    Column("decided_on", String(10)),
    Column("result_licence", String(160)),
    Column("applicant_number", String(32), nullable=False),
    Column("applicant", Text, nullable=False),
    Column("agent", Text),
    Column("preapplication", String(36)),
    Column("query_code", String(8), nullable=False),
    Column("operator", String(36), nullable=False),
    Column("operator_session", String(36), nullable=False),
    Column("for_county", String(6), nullable=False),
    Column("handling_county", String(6), nullable=False),
    Column("hall", String(32), nullable=False),
    Column("window", String(8), nullable=False),
    Column("device", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("county", "number"),
    Index("ix_cases_by_applicant", "applicant_number", "item", "filed_on"),
    Index("ix_cases_by_id", "id"),
    Index("ix_cases_by_query_code", "query_code"),
    Index("ix_cases_of_department", "department", "state", "id"),
    Index("ix_cases_by_acceptance_due", "state", "acceptance_due_on"),
)

# `upload` is the digest of the file kept for it, in `uploads` of the same county. `purpose` is what
# it was given for, `expires` its last day where one is known.
case_materials = Table(
    "case_materials",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("case_id", String(36), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("material", String(64), nullable=False),
    Column("met_by", String(32), nullable=False),
    Column("reference", Text, nullable=False),
    Column("trust_grade", String(1), nullable=False),
    Column("paper_reason", Text, nullable=False),
    Column("upload", String(64)),
    Column("origin", String(16), nullable=False),
    Column("added_at", Text, nullable=False),
    Column("verified_by", String(36)),
    Column("verified_at", Text),
    Column("purpose", Text, nullable=False),
    Column("expires", String(10)),
    ForeignKeyConstraint(["county", "case_id"], ["cases.county", "cases.id"]),
    Index("ix_case_materials_by_upload", "upload"),
)

# What the applicant was told to correct (补正告知), point by point.
case_points = Table(
    "case_points",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("case_id", String(36), primary_key=True),
    Column("code", String(64), primary_key=True),
    Column("material", String(64)),
    Column("what", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("notices", Integer, nullable=False),  # how often it was notified
    Column("met_at", Text),
    ForeignKeyConstraint(["county", "case_id"], ["cases.county", "cases.id"]),
)

# When a clock stood still: "acceptance" (A, during a correction) or "handling" (B).
case_stops = Table(
    "case_stops",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("case_id", String(36), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("clock", String(16), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("reason", Text, nullable=False),
    Column("expected_days", Integer),
    Column("from_on", String(10), nullable=False),
    Column("until_on", String(10)),
    ForeignKeyConstraint(["county", "case_id"], ["cases.county", "cases.id"]),
)

# A paper is owed from the act it belongs to, with its number, until it is issued. Its number occurs
# once in the county; one made of a provisional number, which windows give alone, once in its case
# (`numbered_in`).
case_papers = Table(
    "case_papers",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("case_id", String(36), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("number", String(160), nullable=False),  # begins with the name of a body
    Column("state", String(8), nullable=False),  # owed, issued
    Column("owed_at", Text, nullable=False),
    Column("issued_at", Text),
    Column("signed_at", Text),
    Column("numbered_in", String(36), nullable=False, default=""),
    ForeignKeyConstraint(["county", "case_id"], ["cases.county", "cases.id"]),
    UniqueConstraint("county", "numbered_in", "number"),
)

paper_serials = Table(
    "paper_serials",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("department", String(18), primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("year", String(4), primary_key=True),
    Column("last", Integer, nullable=False),
)

# `operator` is empty for what the law did by itself; `details` is what the act said besides.
case_events = Table(
    "case_events",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("case_id", String(36), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("act", String(32), nullable=False),
    Column("operator", String(36), nullable=False),
    Column("hall", String(32), nullable=False),
    Column("window", String(8), nullable=False),
    Column("department", String(18), nullable=False),
    Column("from_state", String(16), nullable=False),
    Column("to_state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("paper", Text, nullable=False),
    Column("details", Text, nullable=False),
    ForeignKeyConstraint(["county", "case_id"], ["cases.county", "cases.id"]),
)

# Files by their content; the same content is kept once in a county, in pieces.
uploads = Table(
    "uploads",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("media_type", String(64), nullable=False),
    Column("length", Integer, nullable=False),
    Column("kept_at", Text, nullable=False),
    Column("session", String(36), nullable=False),
    Column("origin", String(16), nullable=False),
)

upload_pieces = Table(
    "upload_pieces",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
    ForeignKeyConstraint(["county", "sha256"], ["uploads.county", "uploads.sha256"]),
)
