"""Whether a look is founded: an item that needs it, and a case or pre-application it is for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from hall_platform.access import CITIZEN, Caller, of_county
from hall_platform.business.tables import cases, preapplications
from hall_platform.catalogue import queries as catalogue
from hall_platform.exchange import directory, persons
from hall_platform.exchange.shapes import ExchangeQuery
from hall_platform.problems import Problem
from hall_platform.roles import CLERK, REVIEWER

LICENCES = "licences"

# Of a case that is decided or over nothing is left to find out.
_OVER = frozenset({"decided", "closed", "delivered", "refused", "withdrawn", "terminated"})
_OPEN_ONLINE = frozenset({"submitted", "checked", "to_correct", "claimed"})


@dataclass(frozen=True)
class Need:
    """What of a resource may be seen for an item: these fields, of e-licences these types."""

    item: str
    body: str
    fields: tuple[str, ...]
    licence_types: frozenset[str]


def needed(connection: Connection, caller: Caller, asked: ExchangeQuery, row: Row[Any]) -> Need:
    """What the query may bring back.

    Problems: item-unknown, purpose-unfounded, resource-not-needed.
    """
    version = _founded(connection, caller, asked)
    item = catalogue.item(connection, asked.item, version)
    if item is None:
        raise Problem("item-unknown")
    if (
        REVIEWER in caller.roles
        and CLERK not in caller.roles
        and item["body"]["code"] != caller.body
    ):
        raise Problem("purpose-unfounded")
    return need_of(item, row)


def need_of(item: Mapping[str, Any], row: Row[Any]) -> Need:
    """What an item's materials need of a resource. Problem("resource-not-needed").

    Of what is shared unconditionally (无条件共享) the fields that name nobody are open to any item.
    """
    known = directory.fields_of(row)
    wanted: set[str] = set()
    types: set[str] = set()
    for material in item["materials"]:
        met_by = material["met_by"]
        types |= {kind["code"] for kind in met_by["licence_types"]}
        for source in met_by.get("shared_sources", ()):
            if source["resource"] == row.code:
                wanted |= set(source["fields"])
    if row.library == LICENCES and types:
        wanted |= known.keys()
    if row.sharing == "unconditional":
        wanted |= {code for code, one in known.items() if one["sensitivity"] == "general"}
    fields = tuple(code for code in known if code in wanted)
    if not fields:
        raise Problem("resource-not-needed")
    return Need(item["code"], item["body"]["code"], fields, frozenset(types))


def _founded(connection: Connection, caller: Caller, asked: ExchangeQuery) -> int | None:
    """The item's version the case was opened with; None for the one in force.

    Problem("purpose-unfounded") says alike that there is no such case, that it is another
    county's, another item's or another person's, or that it is over.
    """
    if CITIZEN in caller.roles and persons.own(connection, caller) != asked.holder:
        raise Problem("purpose-unfounded")
    if asked.case is not None and asked.preapplication is not None:
        raise Problem("purpose-unfounded")
    if asked.case is not None:
        return _of_case(connection, caller, asked)
    if asked.preapplication is not None:
        _of_preapplication(connection, caller, asked)
    elif not caller.roles & {CLERK, CITIZEN}:
        raise Problem("purpose-unfounded")
    return None


def _of_case(connection: Connection, caller: Caller, asked: ExchangeQuery) -> int:
    if CITIZEN in caller.roles:
        theirs = cases.c.applicant_number == asked.holder.number
    else:
        theirs = of_county(caller, cases.c.county, cases.c.for_county)
    row = connection.execute(
        select(cases.c.item_version, cases.c.applicant)
        .where(cases.c.id == str(asked.case))
        .where(theirs)
        .where(cases.c.item == asked.item)
        .where(cases.c.applicant_number == asked.holder.number)
        .where(cases.c.state.not_in(sorted(_OVER)))
    ).first()
    if row is None or json.loads(row.applicant)["kind"] != asked.holder.kind:
        raise Problem("purpose-unfounded")
    return int(row.item_version)


def _of_preapplication(connection: Connection, caller: Caller, asked: ExchangeQuery) -> None:
    if CITIZEN in caller.roles:
        theirs = preapplications.c.applicant_number == asked.holder.number
    else:
        theirs = of_county(caller, preapplications.c.county)
    row = connection.execute(
        select(preapplications.c.id)
        .where(preapplications.c.id == str(asked.preapplication))
        .where(theirs)
        .where(preapplications.c.item == asked.item)
        .where(preapplications.c.state.in_(sorted(_OPEN_ONLINE)))
        .where(preapplications.c.applicant_kind == asked.holder.kind)
        .where(preapplications.c.applicant_number == asked.holder.number)
    ).first()
    if row is None:
        raise Problem("purpose-unfounded")
