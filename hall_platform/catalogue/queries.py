"""Items in the store: found, read, and what changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
)

from hall_platform.catalogue.tables import item_changes, item_grams, items
from hall_platform.catalogue.words import folded, grams, is_of_a_code, words
from hall_platform.cursors import cursor_after
from hall_platform.problems import Problem, invalid

_SUMMARY = ("code", "name", "version", "body", "regime", "pinyin")
_STANDING = ("state", "valid_from", "valid_to")
_CURSOR_PARTS = 2


@dataclass(frozen=True)
class Wanted:
    """What a search is narrowed to; empty members narrow nothing."""

    text: str = ""
    region: str = ""
    audience: str = ""
    regime: str = ""
    body: str = ""


def page(
    connection: Connection, wanted: Wanted, limit: int, after: str
) -> tuple[list[dict[str, Any]], str | None]:
    """Current items, best first: what is meant exactly, what begins so, what has it inside.

    Among equals the code decides. Problem("invalid-request") for a cursor of another kind.
    """
    asked = words(wanted.text)
    if wanted.text.strip() and not asked:
        return [], None
    rank = _rank(folded(wanted.text).strip(), asked)
    place = rank.label("place")
    statement = (
        select(items.c.code, items.c.body, place)
        .where(items.c.is_current.is_(True))
        .where(*_narrowed(wanted), *_fitting(asked))
        .where(*_after(after, rank))
        .order_by(place, items.c.code)
        .limit(limit + 1)
    )
    rows = connection.execute(statement).all()
    found = [summary(json.loads(row.body)) for row in rows[:limit]]
    last = rows[limit - 1] if len(rows) > limit else None
    return found, cursor_after(f"{last.place} {last.code}") if last is not None else None


def _fitting(asked: tuple[str, ...]) -> list[ColumnElement[bool]]:
    """Each word is somewhere in the text, or a code begins with it; the grams make it quick."""
    wanted = sorted({gram for word in asked if not is_of_a_code(word) for gram in grams(word)})
    having_all = (
        select(item_grams.c.code)
        .where(item_grams.c.gram.in_(wanted))
        .group_by(item_grams.c.code)
        .having(func.count() == len(wanted))
    )
    return [
        *((items.c.code.in_(having_all),) if wanted else ()),
        *(
            or_(
                items.c.folded_text.contains(word, autoescape=True),
                items.c.folded_codes.contains("=" + word, autoescape=True),
            )
            for word in asked
        ),
    ]


def _rank(text: str, asked: tuple[str, ...]) -> ColumnElement[int]:
    if len(asked) != 1:
        return literal(0)
    return case(
        (or_(items.c.folded_name == text, items.c.pinyin == text), 0),
        (items.c.folded_codes.contains(f"={text}=", autoescape=True), 0),
        (items.c.folded_name.startswith(text, autoescape=True), 1),
        (items.c.pinyin.startswith(text, autoescape=True), 1),
        else_=2,
    )


def _after(key: str, rank: ColumnElement[int]) -> list[ColumnElement[bool]]:
    if not key:
        return []
    parts = key.split(" ")
    if len(parts) != _CURSOR_PARTS or parts[0] not in ("0", "1", "2"):
        raise invalid("query.cursor", "not a cursor of this platform")
    place = int(parts[0])
    return [or_(rank > place, and_(rank == place, items.c.code > parts[1]))]


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.region:
        within = items.c.region.startswith(significant(wanted.region))
        conditions.append(within)
    if wanted.audience:
        conditions.append(items.c.audience.contains(f",{wanted.audience},", autoescape=True))
    if wanted.regime:
        conditions.append(items.c.regime == wanted.regime)
    if wanted.body:
        conditions.append(items.c.body_code == wanted.body)
    return conditions


def significant(region: str) -> str:
    """The part of a 12-digit region that says where: province, city, county, town or village."""
    for length in (2, 4, 6, 9):
        if region[length:].strip("0") == "":
            return region[:length]
    return region


_OF_CODE = select(items).where(items.c.code == bindparam("of"))
_CURRENT = _OF_CODE.where(items.c.is_current.is_(True))
_OF_VERSION = _OF_CODE.where(items.c.version == bindparam("wanted"))


def item(connection: Connection, code: str, version: int | None) -> dict[str, Any] | None:
    """One item: the current version, or the one asked for, withdrawn or not."""
    row = item_row(connection, code, version)
    return None if row is None else shown(row)


def item_row(connection: Connection, code: str, version: int | None) -> Row[Any] | None:
    """The row of an item's current version, or of the one asked for."""
    if version is None:
        return connection.execute(_CURRENT, {"of": code}).one_or_none()
    return connection.execute(_OF_VERSION, {"of": code, "wanted": version}).one_or_none()


def was_in_force(connection: Connection, code: str, version: int, day: date) -> bool:
    """Whether a case could be accepted under that version on that day."""
    row = item_row(connection, code, version)
    if row is None or row.valid_from > day.isoformat():
        return False
    if row.withdrawn_at is not None and row.withdrawn_at[:10] < day.isoformat():
        return False
    return row.valid_to is None or row.valid_to >= day.isoformat()


def shown(row: Row[Any]) -> dict[str, Any]:
    """An item in the contract's shape, with the standing it has now."""
    body: dict[str, Any] = json.loads(row.body)
    return {
        **body,
        "version": row.version,
        "state": row.state,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
    }


def etag(found: dict[str, Any]) -> str:
    """The strong tag of an item's version and of its standing."""
    standing = "-".join(str(found[member] or "open") for member in _STANDING)
    return f'"item-{found["version"]}-{standing}"'


def changes(connection: Connection, after: int, limit: int) -> tuple[list[dict[str, Any]], int]:
    """What happened to items after a serial, oldest first, and the last serial given."""
    rows = connection.execute(
        select(item_changes)
        .where(item_changes.c.serial > after)
        .order_by(item_changes.c.serial)
        .limit(limit)
    ).all()
    found = [
        {"code": row.code, "version": row.version, "change": row.change, "at": row.at}
        for row in rows
    ]
    return found, rows[-1].serial if rows else after


def last_change(connection: Connection) -> int:
    """The serial of the newest change; 0 before the first."""
    return connection.execute(select(func.max(item_changes.c.serial))).scalar_one() or 0


def serial_of(key: str) -> int:
    """The serial a cursor of changes stands for. Problem("invalid-request")."""
    if not key:
        return 0
    if not key.isascii() or not key.isdigit() or len(key) > 18:
        raise Problem(
            "invalid-request",
            errors=[{"where": "query.since", "what": "not a cursor of this platform"}],
        )
    return int(key)


def summary(body: dict[str, Any]) -> dict[str, Any]:
    """What a list shows of an item."""
    return {member: body[member] for member in _SUMMARY}
