"""电子证照: types, licences in their versions, files as issued, presentation codes."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from hall_platform.metadata import metadata

# 证照目录 (GB/T 36902): what kinds of licences there are, and who defined them.
licence_types = Table(
    "licence_types",
    metadata,
    Column("code", String(21), primary_key=True),
    Column("name", Text, nullable=False),
    Column("definer_name", Text, nullable=False),
    Column("definer_code", String(18), nullable=False),
    Column("years", Integer),  # of validity; none for one without an end
    Column("number_rule", String(8), nullable=False),  # holder, serial
    Column("number_prefix", Text, nullable=False),
    Column("issuers", Text, nullable=False),  # credit codes of the bodies that issue it, JSON
)

# A new version of a licence is a new row with the same serial; the row before it is superseded.
licences = Table(
    "licences",
    metadata,
    Column("identifier", String(160), primary_key=True),
    Column("type_code", String(21), nullable=False),
    Column("type_name", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("issuer_name", Text, nullable=False),
    Column("issuer_code", String(18), nullable=False),
    Column("serial", String(32), nullable=False),
    Column("version", Integer, nullable=False),
    Column("issued_on", String(10), nullable=False),
    Column("valid_from", String(10), nullable=False),
    Column("valid_to", String(10)),
    Column("standing", String(16), nullable=False),  # in_force, revoked, suspended, superseded
    Column("standing_at", Text),  # since when it is not in force
    Column("standing_reason", Text, nullable=False, default=""),
    Column("successor", String(160)),  # the version that took its place
    Column("holder_kind", String(32), nullable=False),
    Column("holder_number", String(32), nullable=False, index=True),
    Column("holder_name", Text, nullable=False),
    Column("trust_grade", String(1), nullable=False),  # A issued as such, B made of a checked paper
    Column("checked_on", String(10)),  # of grade B: when the paper was compared
    Column("summary", Text, nullable=False),
    Column("content", Text, nullable=False),  # 照面信息, label to text, JSON
    Column("case_id", String(36), index=True),  # whose result it is
    Index("ix_licences_by_serial", "type_code", "issuer_code", "serial", "version", unique=True),
)

licence_serials = Table(
    "licence_serials",
    metadata,
    Column("type_code", String(21), primary_key=True),
    Column("issuer_code", String(18), primary_key=True),
    Column("day", String(8), primary_key=True),
    Column("last", Integer, nullable=False),
)

# The bytes as they were issued; never made again.
licence_files = Table(
    "licence_files",
    metadata,
    Column("licence", ForeignKey("licences.identifier"), primary_key=True),
    Column("format", String(8), primary_key=True),  # ofd
    Column("sha256", String(64), nullable=False),
    Column("made_at", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

# 用证码: which licences a citizen lets one window see, once, for one purpose.
presentation_codes = Table(
    "presentation_codes",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("citizen", String(36), nullable=False, index=True),
    Column("purpose", Text, nullable=False),
    Column("licences", Text, nullable=False),
    Column("made_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("cancelled_at", Text),
    Column("redeemed_at", Text),
    Column("redeemed_hall", String(32)),
    Column("redeemed_window", String(8)),
    Column("redeemed_session", String(36)),
)
