"""On what ground a licence is seen (依据): an item needs it, a case led to it, its holder shows it.

Whatever the ground, what is asked for and is not within it is answered like what is not there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from hall_platform.access import Caller
from hall_platform.catalogue import queries as catalogue
from hall_platform.licences import presenting, queries
from hall_platform.licences.case_seen import CaseSeen, case_seen
from hall_platform.licences.shapes import FileQuery
from hall_platform.problems import Problem


@dataclass(frozen=True)
class Ground:
    """A licence that may be seen, for which item, and the case that goes on record with it."""

    licence: Row[Any]
    item: str | None
    item_name: str
    case: str | None = None


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


def licence_on_ground(connection: Connection, caller: Caller, asked: FileQuery) -> Ground:
    """The licence, and what it is for.

    Problems: licence-unknown, licence-not-needed, item-unknown, not-found.
    """
    licence = queries.by_identifier(connection, asked.identifier)
    case = None
    if asked.case is not None:
        case = case_seen(connection, caller, str(asked.case), item=asked.item)
    if asked.presentation is not None:
        seen = presenting.lets_see(
            connection, str(asked.presentation), caller.session, asked.identifier
        )
        if licence is None or not seen:
            raise Problem("licence-unknown")
        return _presented(connection, licence, asked.item, case)
    if case is not None:
        return _of_case(connection, case, licence)
    types = types_needed(connection, asked.item or "")
    holder = asked.holder
    if licence is None or holder is None or not _is_held_by(licence, holder.kind, holder.number):
        raise Problem("licence-unknown")
    if licence.type_code not in types:
        raise Problem("licence-not-needed")
    return Ground(licence, asked.item, _item_name(connection, asked.item))


def _presented(
    connection: Connection, licence: Row[Any], item: str | None, case: CaseSeen | None
) -> Ground:
    """What its holder shows; for a case only where the holder is one of its parties."""
    if case is None:
        return Ground(licence, item, _item_name(connection, item))
    is_party = (licence.holder_kind, licence.holder_number) in case.parties
    return Ground(licence, case.item, case.item_name, case.id if is_party else None)


def _of_case(connection: Connection, case: CaseSeen, licence: Row[Any] | None) -> Ground:
    """What the case led to, or what a party holds and the item needs."""
    if licence is None:
        raise Problem("licence-unknown")
    ground = Ground(licence, case.item, case.item_name, case.id)
    if licence.case_id == case.id:
        return ground
    if (licence.holder_kind, licence.holder_number) not in case.parties:
        raise Problem("licence-unknown")
    if licence.type_code not in types_needed(connection, case.item, case.item_version):
        raise Problem("licence-not-needed")
    return ground


def _is_held_by(licence: Row[Any], kind: str, number: str) -> bool:
    return (licence.holder_kind, licence.holder_number) == (kind, number)


def _item_name(connection: Connection, item: str | None) -> str:
    """The item's name, as it stands on a copy. Problem("item-unknown")."""
    if item is None:
        return "本次办理"
    body = catalogue.item(connection, item, None)
    if body is None:
        raise Problem("item-unknown")
    return str(body["name"])
