"""Versions of items come into force and go out of it (发布、下线、到期).

A version is written once and never changed. The current one is the newest of those that are
published and in force today; the chore `items-in-force` looks at what a new day brings.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hall_platform.catalogue import forms, licence_types
from hall_platform.catalogue.shapes import ItemContent
from hall_platform.catalogue.tables import catalogue_serial, item_changes, item_grams, items
from hall_platform.catalogue.words import BEGINNING, all_grams, folded
from hall_platform.clock import day_of, stamp
from hall_platform.events.log import emit
from hall_platform.identity.tables import halls
from hall_platform.problems import Problem

_SERIAL = "items"
_STANDING = ("version", "state", "valid_from", "valid_to")


def publish(
    connection: Connection,
    content: ItemContent,
    *,
    valid_from: date,
    valid_to: date | None,
    at: datetime,
    by: str | None = None,
) -> int:
    """A new version of the item, the first if there was none; returns its number.

    Problems: item-forms-wrong (a form is no JSON Schema that can be used), item-validity-wrong,
    licence-type-unknown (it names a type that the directory does not have).
    """
    for form in content.forms:
        wrong = forms.schema_errors(form.json_schema)
        if wrong:
            raise Problem("item-forms-wrong", form=form.code, errors=wrong)
    if valid_to is not None and valid_to < valid_from:
        raise Problem("item-validity-wrong")
    gone = licence_types.unknown(connection, content)
    if gone:
        raise Problem(
            "licence-type-unknown",
            errors=[{"where": place, "what": f"证照目录中没有 {code}"} for place, code in gone],
        )
    _in_turn(connection)
    version = newest_version(connection, content.code) + 1
    row = row_of(
        {**content.model_dump(mode="json"), "version": version}, valid_from, valid_to, at=at
    )
    connection.execute(insert(items).values({**row, "published_by": by}))
    _tell(connection, [(content.code, version, "published")], at)
    settle(connection, content.code, at)
    return version


def withdraw(
    connection: Connection, code: str, version: int, *, reason: str, at: datetime, by: str | None
) -> None:
    """The version is out of force from now on. Problems: not-found, item-withdrawn."""
    _in_turn(connection)
    row = connection.execute(
        select(items.c.state).where(items.c.code == code).where(items.c.version == version)
    ).one_or_none()
    if row is None:
        raise Problem("not-found")
    if row.state == "withdrawn":
        raise Problem("item-withdrawn")
    connection.execute(
        update(items)
        .where(items.c.code == code)
        .where(items.c.version == version)
        .values(
            state="withdrawn", withdrawn_at=stamp(at), withdrawn_by=by, withdrawal_reason=reason
        )
    )
    _tell(connection, [(code, version, "withdrawn")], at)
    settle(connection, code, at)


def settle(connection: Connection, code: str, at: datetime) -> None:
    """Make current what is in force today, and let it be found."""
    today = day_of(at).isoformat()
    rows = connection.execute(
        select(
            items.c.version,
            items.c.state,
            items.c.is_current,
            items.c.valid_from,
            items.c.valid_to,
            items.c.folded_text,
            items.c.folded_codes,
        )
        .where(items.c.code == code)
        .order_by(items.c.version.desc())
    ).all()
    before = next((row.version for row in rows if row.is_current), None)
    now = next((row for row in rows if _in_force(row, today)), None)
    if before == (now.version if now is not None else None):
        return
    _make_current(connection, code, now.version if now is not None else None)
    connection.execute(delete(item_grams).where(item_grams.c.code == code))
    if now is not None:
        found_by = grams_of(code, now.folded_text, now.folded_codes)
        connection.execute(insert(item_grams), found_by)
        _tell(connection, [(code, now.version, "in_force")], at)
    elif before is not None:
        _tell(connection, [(code, before, "ended")], at)


def unsettled(connection: Connection, today: date) -> list[str]:
    """Items of which, by the date, another version is current than the store says."""
    day = today.isoformat()
    begun = items.c.is_current.is_(False) & (items.c.valid_from <= day)
    over = items.c.is_current.is_(True) & (items.c.valid_to < day)
    candidates = connection.execute(
        select(items.c.code)
        .where(items.c.state == "published")
        .where(or_(begun & or_(items.c.valid_to.is_(None), items.c.valid_to >= day), over))
        .distinct()
    ).scalars()
    return [code for code in candidates if _is_unsettled(connection, code, day)]


def _is_unsettled(connection: Connection, code: str, today: str) -> bool:
    rows = connection.execute(
        select(items).where(items.c.code == code).order_by(items.c.version.desc())
    ).all()
    now = next((row.version for row in rows if _in_force(row, today)), None)
    return now != next((row.version for row in rows if row.is_current), None)


def newest_version(connection: Connection, code: str) -> int:
    """The number of the newest version there is; 0 for none."""
    found = connection.execute(
        select(items.c.version).where(items.c.code == code).order_by(items.c.version.desc())
    ).first()
    return 0 if found is None else int(found.version)


def row_of(
    body: Mapping[str, Any], valid_from: date, valid_to: date | None, *, at: datetime
) -> dict[str, Any]:
    """The row of a version that is not current yet."""
    kept = {member: body[member] for member in body if member not in _STANDING[1:]}
    text = "\n".join((body["name"], body["pinyin"], *body["keywords"], body["body"]["name"]))
    codes = [body["code"], body["base_code"], body["business_code"]]
    return {
        "code": body["code"],
        "version": body["version"],
        "state": "published",
        "is_current": False,
        "valid_from": valid_from.isoformat(),
        "valid_to": valid_to.isoformat() if valid_to is not None else None,
        "published_at": stamp(at),
        "published_by": None,
        "withdrawn_at": None,
        "withdrawn_by": None,
        "withdrawal_reason": "",
        "region": body["region"],
        "level": body["level"],
        "regime": body["regime"],
        "body_code": body["body"]["code"],
        "audience": "".join(f",{one}" for one in body["audience"]) + ",",
        "name": body["name"],
        "pinyin": body["pinyin"],
        "body": json.dumps(kept, ensure_ascii=False),
        "folded_name": folded(body["name"]),
        "folded_text": "\n".join(folded(line) for line in text.split("\n")),
        "folded_codes": "".join(f"={folded(code)}" for code in codes if code) + "=",
    }


def grams_of(code: str, folded_text: str, folded_codes: str) -> list[dict[str, str]]:
    """The rows by which a current item is found."""
    found = all_grams(folded_text)
    for own in folded_codes.split("="):
        found |= all_grams(own[:BEGINNING])
    return [{"gram": gram, "code": code} for gram in sorted(found)]


def _in_force(row: Any, today: str) -> bool:
    return (
        row.state == "published"
        and row.valid_from <= today
        and (row.valid_to is None or row.valid_to >= today)
    )


def _make_current(connection: Connection, code: str, version: int | None) -> None:
    connection.execute(
        update(items)
        .where(items.c.code == code)
        .where(items.c.is_current.is_(True))
        .values(is_current=False)
    )
    if version is not None:
        connection.execute(
            update(items)
            .where(items.c.code == code)
            .where(items.c.version == version)
            .values(is_current=True)
        )


def _in_turn(connection: Connection) -> int:
    """Hold the row of the catalogue's serial until the commit: one change after another."""
    return _advance(connection, 0)


def _advance(connection: Connection, count: int) -> int:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    moved = (
        dialect.insert(catalogue_serial)
        .values(name=_SERIAL, last=count)
        .on_conflict_do_update(
            index_elements=["name"], set_={"last": catalogue_serial.c.last + count}
        )
        .returning(catalogue_serial.c.last)
    )
    return int(connection.execute(moved).scalar_one())


def _tell(connection: Connection, happened: list[tuple[str, int, str]], at: datetime) -> None:
    """Number what happened, and tell every county: the catalogue is the city's."""
    last = _advance(connection, len(happened))
    first = last - len(happened) + 1
    connection.execute(
        insert(item_changes),
        [
            {"serial": first + place, "code": code, "version": version, "change": what}
            | {"at": stamp(at)}
            for place, (code, version, what) in enumerate(happened)
        ],
    )
    counties = connection.execute(select(halls.c.county).distinct().order_by(halls.c.county))
    for county in counties.scalars().all():
        for code, version, what in happened:
            emit(
                connection,
                "item-changed",
                at=at,
                county=county,
                hall="",
                subject=code,
                body={"item": code, "version": version, "change": what},
            )
