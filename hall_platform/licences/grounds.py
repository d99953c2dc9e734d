"""On what ground a licence is seen (依据): an item needs it, a case led to it, its holder shows it.

Whatever the ground, what is asked for and is not within it is answered like what is not there.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from hall_platform.access import Caller
from hall_platform.business.queries import seen_by
from hall_platform.business.tables import cases
from hall_platform.catalogue import queries as catalogue
from hall_platform.licences import presenting, queries
from hall_platform.licences.shapes import FileQuery
from hall_platform.problems import Problem


@dataclass(frozen=True)
class CaseSeen:
    """A case the caller may see: its item, its parties as (kind, number)."""

    id: str
    item: str
    item_name: str
    item_version: int
    parties: tuple[tuple[str, str], ...]


def case_seen(connection: Connection, caller: Caller, case: str) -> CaseSeen:
    """The case, if the caller may see it. Problem("not-found")."""
    row = connection.execute(
        select(
            cases.c.id,
            cases.c.item,
            cases.c.item_name,
            cases.c.item_version,
            cases.c.applicant,
            cases.c.agent,
        )
        .where(seen_by(caller))
        .where(cases.c.id == case)
    ).one_or_none()
    if row is None:
        raise Problem("not-found")
    parties = [json.loads(one) for one in (row.applicant, row.agent) if one]
    return CaseSeen(
        row.id,
        row.item,
        row.item_name,
        row.item_version,
        tuple(dict.fromkeys((one["kind"], one["number"]) for one in parties)),
    )


def types_needed(connection: Connection, item: str, version: int | None = None) -> set[str]:
    """The licence types that can meet a material of the item. Problem("item-unknown")."""
    body = catalogue.item(connection, item, version)
    if body is None:
        raise Problem("item-unknown")
    return {
        kind["code"]
        for material in body["materials"]
        for kind in material["met_by"]["licence_types"]
    }


def licence_on_ground(
    connection: Connection, caller: Caller, asked: FileQuery
) -> tuple[Row[Any], str]:
    """The licence and the name of what it is for.

    Problems: licence-unknown, licence-not-needed, item-unknown, not-found.
    """
    licence = queries.by_identifier(connection, asked.identifier)
    if asked.presentation is not None:
        seen = presenting.lets_see(
            connection, str(asked.presentation), caller.session, asked.identifier
        )
        if licence is None or not seen:
            raise Problem("licence-unknown")
        return licence, _item_name(connection, asked.item)
    if asked.case is not None:
        return _of_case(connection, case_seen(connection, caller, str(asked.case)), licence)
    types = types_needed(connection, asked.item or "")
    holder = asked.holder
    if licence is None or holder is None or not _is_held_by(licence, holder.kind, holder.number):
        raise Problem("licence-unknown")
    if licence.type_code not in types:
        raise Problem("licence-not-needed")
    return licence, _item_name(connection, asked.item)


def _of_case(
    connection: Connection, case: CaseSeen, licence: Row[Any] | None
) -> tuple[Row[Any], str]:
    """What the case led to, or what a party holds and the item needs."""
    if licence is None:
        raise Problem("licence-unknown")
    if licence.case_id == case.id:
        return licence, case.item_name
    if (licence.holder_kind, licence.holder_number) not in case.parties:
        raise Problem("licence-unknown")
    if licence.type_code not in types_needed(connection, case.item, case.item_version):
        raise Problem("licence-not-needed")
    return licence, case.item_name


def _is_held_by(licence: Row[Any], kind: str, number: str) -> bool:
    return (licence.holder_kind, licence.holder_number) == (kind, number)


def _item_name(connection: Connection, item: str | None) -> str:
    body = catalogue.item(connection, item, None) if item is not None else None
    return str(body["name"]) if body is not None else "本次办理"
