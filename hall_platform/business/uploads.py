"""Uploaded files by their content (SHA-256): what they say of themselves is checked before.

Kept in pieces in the platform's store, once a county; fetched only for a case or pre-application
that names them, with the look on record.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from hall_platform.access import Caller
from hall_platform.business.tables import upload_pieces, uploads
from hall_platform.clock import stamp
from hall_platform.problems import Problem

UPLOAD_LIMIT = 10 * 1024 * 1024
PIECE = 256 * 1024
_MEMBERS = 5_000  # of an OFD file
_UNPACKED = 200 * 1024 * 1024


@dataclass(frozen=True)
class Kept:
    """A file as it is kept."""

    media_type: str
    content: bytes


def _is_pdf(content: bytes) -> bool:
    return content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:]


def _is_jpeg(content: bytes) -> bool:
    return content.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in content[-1024:]


def _is_png(content: bytes) -> bool:
    return content.startswith(b"\x89PNG\r\n\x1a\n") and b"IEND" in content[-64:]


def _is_ofd(content: bytes) -> bool:
    """A ZIP file with an OFD.xml at its root; its directory is looked at, nothing is unpacked."""
    if not content.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False
    return (
        len(members) <= _MEMBERS
        and sum(member.file_size for member in members) <= _UNPACKED
        and any(member.filename == "OFD.xml" for member in members)
    )


MEDIA_TYPES: Mapping[str, Callable[[bytes], bool]] = {
    "application/pdf": _is_pdf,
    "application/ofd": _is_ofd,
    "image/jpeg": _is_jpeg,
    "image/png": _is_png,
}


def check(content: bytes, *, sha256: str, found_sha256: str, media_type: str, length: int) -> None:
    """What was said of a file is so.

    Problems: upload-type-refused, upload-length-wrong, upload-digest-wrong, upload-type-wrong.
    """
    fits = MEDIA_TYPES.get(media_type)
    if fits is None:
        raise Problem("upload-type-refused", media_types=sorted(MEDIA_TYPES))
    if len(content) != length:
        raise Problem("upload-length-wrong", received=len(content))
    if found_sha256 != sha256:
        raise Problem("upload-digest-wrong")
    if not fits(content):
        raise Problem("upload-type-wrong")


def keep(
    connection: Connection,
    *,
    county: str,
    sha256: str,
    media_type: str,
    content: bytes,
    caller: Caller,
    origin: str,
    at: datetime,
) -> bool:
    """Keep a checked file; False when the county has it already."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    made = connection.execute(
        dialect.insert(uploads)
        .values(
            county=county,
            sha256=sha256,
            media_type=media_type,
            length=len(content),
            kept_at=stamp(at),
            session=caller.session,
            origin=origin,
        )
        .on_conflict_do_nothing(index_elements=["county", "sha256"])
        .returning(uploads.c.sha256)
    ).one_or_none()
    if made is None:
        return False
    pieces = [
        {
            "county": county,
            "sha256": sha256,
            "position": place,
            "content": content[at_byte : at_byte + PIECE],
        }
        for place, at_byte in enumerate(range(0, len(content), PIECE))
    ]
    connection.execute(insert(upload_pieces), pieces)
    return True


def known(connection: Connection, county: str, sha256: str) -> bool:
    """Whether the county keeps a file of that content."""
    found = connection.execute(
        select(uploads.c.length).where(uploads.c.county == county).where(uploads.c.sha256 == sha256)
    ).one_or_none()
    return found is not None


def bring(connection: Connection, sha256: str, from_county: str, to_county: str) -> None:
    """Keep a county's file in the county of the case it belongs to as well."""
    if from_county == to_county or known(connection, to_county, sha256):
        return
    for table in (uploads, upload_pieces):
        rows = connection.execute(
            select(table).where(table.c.county == from_county).where(table.c.sha256 == sha256)
        ).mappings()
        connection.execute(insert(table), [{**row, "county": to_county} for row in rows])


def fetch(connection: Connection, county: str, sha256: str) -> Kept | None:
    """The whole file, if the county keeps it."""
    head = connection.execute(
        select(uploads.c.media_type)
        .where(uploads.c.county == county)
        .where(uploads.c.sha256 == sha256)
    ).one_or_none()
    if head is None:
        return None
    pieces = connection.execute(
        select(upload_pieces.c.content)
        .where(upload_pieces.c.county == county)
        .where(upload_pieces.c.sha256 == sha256)
        .order_by(upload_pieces.c.position)
    ).scalars()
    return Kept(head.media_type, b"".join(pieces))


def described(sha256: str, media_type: str, length: int, *, new: bool) -> dict[str, Any]:
    """The answer to an upload."""
    return {"sha256": sha256, "media_type": media_type, "length": length, "new": new}
