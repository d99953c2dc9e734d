"""Official seals (印章): whose a hall may print, and their pictures.

A hall prints the seals of the bodies of its own county and of the levels above it: an item of the
city's bodies is accepted at a county's window too.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, literal, or_, select

from hall_platform.access import Caller
from hall_platform.catalogue.tables import seals

PNG = b"\x89PNG\r\n\x1a\n"
LARGEST_PICTURE = 256 * 1024
WIDEST = 4_096

_SHOWN = (
    "code",
    "kind",
    "name",
    "region",
    "sha256",
    "valid_from",
    "valid_to",
)


def printable_by(caller: Caller, today: date) -> list[ColumnElement[bool]]:
    """The seals in force that the caller's hall may print."""
    region = literal(caller.region)
    levels = [region == seals.c.region]
    for length in (2, 4, 6, 9):
        above = caller.region[:length].ljust(12, "0")
        levels.append(seals.c.region == above)
    day = today.isoformat()
    return [
        or_(*levels),
        seals.c.valid_from <= day,
        or_(seals.c.valid_to.is_(None), seals.c.valid_to >= day),
    ]


def of_caller(
    connection: Connection, caller: Caller, today: date, body: str | None
) -> list[dict[str, Any]]:
    """The seals the caller's hall may print, of one body or of all."""
    wanted = select(seals).where(*printable_by(caller, today)).order_by(seals.c.code)
    if body is not None:
        wanted = wanted.where(seals.c.body_code == body)
    return [_shown(row) for row in connection.execute(wanted)]


def one(connection: Connection, caller: Caller, today: date, code: str) -> Row[Any] | None:
    """A seal with its picture, if the caller's hall may print it."""
    return connection.execute(
        select(seals).where(*printable_by(caller, today)).where(seals.c.code == code)
    ).one_or_none()


def picture_errors(picture: bytes) -> list[str]:
    """What keeps a file from being a seal's picture, as sentences; empty when nothing does."""
    if not picture.startswith(PNG) or picture[12:16] != b"IHDR" or b"IEND" not in picture[-12:]:
        return ["印章图片须为完整的 PNG 文件"]
    if len(picture) > LARGEST_PICTURE:
        return [f"印章图片超过 {LARGEST_PICTURE // 1024} KiB"]
    width, height = (int.from_bytes(picture[place : place + 4]) for place in (16, 20))
    if not (0 < width <= WIDEST and 0 < height <= WIDEST):
        return [f"印章图片的宽和高须在 1 至 {WIDEST} 像素之间"]
    return []


def _shown(row: Row[Any]) -> dict[str, Any]:
    shown = {member: getattr(row, member) for member in _SHOWN}
    return {**shown, "body": {"name": row.body_name, "code": row.body_code}}
