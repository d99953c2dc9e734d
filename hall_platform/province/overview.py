"""How it stands with the province: counts, letters, pulled items. No person is in any of it."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, func, or_, select

from hall_platform.access import Caller, of_county
from hall_platform.catalogue import queries as catalogue
from hall_platform.context import Context
from hall_platform.problems import Problem
from hall_platform.province import left_out, outbox
from hall_platform.province.tables import province_items, province_letters

# Members of an item that tell two versions apart, and that two platforms number differently.
_OWN = frozenset({"version", "state", "valid_from", "valid_to"})


def standing(connection: Connection, caller: Caller, context: Context) -> dict[str, Any]:
    """Counts of the caller's county, and when what was done last."""
    own = of_county(caller, province_letters.c.county)
    counts: dict[str, int] = {
        row.state: row.letters
        for row in connection.execute(
            select(province_letters.c.state, func.count().label("letters"))
            .where(own)
            .group_by(province_letters.c.state)
        )
    }
    times = connection.execute(
        select(
            func.min(province_letters.c.happened_at).filter(province_letters.c.state == "waiting"),
            func.max(province_letters.c.sent_at),
        ).where(own)
    ).one()
    held_back = connection.execute(
        select(func.count())
        .select_from(province_letters)
        .where(own)
        .where(province_letters.c.state == "waiting")
        .where(_behind_refused())
    ).scalar_one()
    new_items = connection.execute(
        select(func.count()).select_from(province_items).where(province_items.c.state == "new")
    ).scalar_one()
    left, entries = left_out.shown(connection)
    link = context.settings.links.province
    pulled_at, read_back = (
        outbox.marked(connection, "catalogue"),
        outbox.marked(connection, "read-back"),
    )
    return {
        "configured": link is not None,
        "signature": link.envelope.signer.name if link is not None else None,
        "waiting": counts.get("waiting", 0),
        "held_back": held_back,
        "sent": counts.get("sent", 0),
        "confirmed": counts.get("confirmed", 0),
        "refused": counts.get("refused", 0),
        "set_aside": counts.get("set_aside", 0),
        "oldest_waiting_at": times[0],
        "last_sent_at": times[1],
        "read_back_at": read_back.at if read_back is not None else None,
        "catalogue_version": int(pulled_at.value) if pulled_at is not None else None,
        "catalogue_pulled_at": pulled_at.at if pulled_at is not None else None,
        "new_items": new_items,
        "left_out": left,
        "left_out_entries": entries,
    }


def letters(
    connection: Connection,
    caller: Caller,
    state: str | None,
    limit: int,
    after: tuple[str, str] | None,
) -> list[Row[Any]]:
    """Letters of the caller's county, oldest first, one more than the limit."""
    wanted = (
        select(province_letters)
        .where(of_county(caller, province_letters.c.county))
        .order_by(province_letters.c.happened_at, province_letters.c.id)
        .limit(limit + 1)
    )
    if state is not None:
        wanted = wanted.where(province_letters.c.state == state)
    if after is not None:
        at, identifier = after
        wanted = wanted.where(
            or_(
                province_letters.c.happened_at > at,
                and_(province_letters.c.happened_at == at, province_letters.c.id > identifier),
            )
        )
    return list(connection.execute(wanted))


def letter(
    connection: Connection, caller: Caller, identifier: str, *, hold: bool = False
) -> Row[Any]:
    """One letter of the caller's county, held for this transaction if asked.

    Problem("not-found").
    """
    wanted = (
        select(province_letters)
        .where(of_county(caller, province_letters.c.county))
        .where(province_letters.c.id == identifier)
    )
    row = connection.execute(wanted.with_for_update() if hold else wanted).one_or_none()
    if row is None:
        raise Problem("not-found")
    return row


def etag(row: Row[Any]) -> str:
    """The tag of what a person may do about a letter."""
    return f'"{row.id[-12:]}-{row.version}"'


def shown(row: Row[Any]) -> dict[str, Any]:
    """A letter in the contract's shape, without what it says."""
    return {
        "id": row.id,
        "case": row.case_id,
        "kind": row.kind,
        "event": row.event,
        "happened_at": row.happened_at,
        "state": row.state,
        "attempts": row.attempts,
        "next_at": row.next_at,
        "reason": row.reason,
        "fields": json.loads(row.fields),
        "receipt": row.receipt,
        "sent_at": row.sent_at,
        "confirmed_at": row.confirmed_at,
        "note": row.note,
        "etag": etag(row),
    }


def pulled_page(
    connection: Connection, state: str | None, limit: int, after: str
) -> tuple[list[dict[str, Any]], str | None]:
    """Pulled items by code and version, and the key of the next page."""
    code, _, version = after.partition(" ")
    wanted = (
        select(province_items)
        .order_by(province_items.c.code, province_items.c.version)
        .limit(limit + 1)
    )
    if state is not None:
        wanted = wanted.where(province_items.c.state == state)
    if after:
        number = int(version) if version.isascii() and version.isdigit() else 0
        wanted = wanted.where(
            or_(
                province_items.c.code > code,
                and_(province_items.c.code == code, province_items.c.version > number),
            )
        )
    rows = connection.execute(wanted).all()
    last = rows[limit - 1] if len(rows) > limit else None
    following = None if last is None else f"{last.code} {last.version}"
    return [_pulled(connection, row) for row in rows[:limit]], following


def pulled(connection: Connection, code: str, version: int) -> dict[str, Any]:
    """One pulled item with its content. Problem("not-found")."""
    row = connection.execute(
        select(province_items)
        .where(province_items.c.code == code)
        .where(province_items.c.version == version)
    ).one_or_none()
    if row is None:
        raise Problem("not-found")
    return {**_pulled(connection, row), "item": None if row.withdrawn else json.loads(row.body)}


def _pulled(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    here = catalogue.item(connection, row.code, None)
    there = json.loads(row.body)
    differs = (
        sorted(
            member
            for member in there.keys() | here.keys()
            if member not in _OWN and there.get(member) != here.get(member)
        )
        if here is not None and not row.withdrawn
        else []
    )
    return {
        "code": row.code,
        "version": row.version,
        "name": row.name,
        "withdrawn": bool(row.withdrawn),
        "pulled_at": row.pulled_at,
        "state": row.state,
        "adopted_as": row.adopted_as,
        "note": row.note,
        "in_force_here": int(here["version"]) if here is not None else None,
        "differs": differs,
    }


def _behind_refused() -> ColumnElement[bool]:
    earlier = province_letters.alias("earlier")
    return exists().where(
        and_(
            earlier.c.county == province_letters.c.county,
            earlier.c.case_id == province_letters.c.case_id,
            earlier.c.position < province_letters.c.position,
            earlier.c.state == "refused",
            earlier.c.kind != "strike",
        )
    )
