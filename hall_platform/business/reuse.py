"""Reuse (历史办件复用): a material of the person's earlier case that serves a case again.

It has to be the same material, with grade A or B and not past a last day that is known, in a case
that was accepted and came to no bad end; and the item has to allow it. What is reused is named by
the case in which it was handed in, never by one that reused it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from hall_platform.business import life
from hall_platform.business.shapes import MaterialMet
from hall_platform.business.tables import case_materials, cases
from hall_platform.catalogue import queries as catalogue
from hall_platform.licences import queries as licences

_TRUSTED = ("A", "B")
_IN_VAIN = (life.REFUSED, life.WITHDRAWN, life.TERMINATED)


def source(
    connection: Connection,
    item: Mapping[str, Any],
    met: MaterialMet,
    *,
    of: Iterable[str],
    counties: Set[str],
    on: date,
) -> dict[str, Any] | None:
    """The material that `met` names by its case's number, if on that day it may serve `item`.

    `of` are the people whose cases count, `counties` those that received the case or whose it is.
    """
    wanted = next((one for one in item["materials"] if one["code"] == met.material), None)
    if wanted is None or not wanted["met_by"]["earlier_case"] or met.trust_grade not in _TRUSTED:
        return None
    rows = connection.execute(
        select(case_materials, cases.c.item, cases.c.item_version)
        .join(
            cases,
            and_(cases.c.county == case_materials.c.county, cases.c.id == case_materials.c.case_id),
        )
        .where(or_(cases.c.county.in_(counties), cases.c.for_county.in_(counties)))
        .where(cases.c.number == met.reference)
        .where(cases.c.applicant_number.in_(list(of)))
        .where(cases.c.accepted_at.is_not(None))
        .where(cases.c.state.not_in(_IN_VAIN))
        .where(cases.c.outcome != "refused")
        .where(case_materials.c.trust_grade == met.trust_grade)
        .where(case_materials.c.met_by != "earlier_case")
        .where(or_(case_materials.c.expires.is_(None), case_materials.c.expires >= str(on)))
        .order_by(case_materials.c.position)
    ).mappings()
    return next(
        (
            one
            for one in map(dict, rows.all())
            if _is_the_same(connection, item, wanted, one) and _still_stands(connection, one, on)
        ),
        None,
    )


def _is_the_same(
    connection: Connection,
    item: Mapping[str, Any],
    wanted: Mapping[str, Any],
    kept: Mapping[str, Any],
) -> bool:
    """The same by their standard code; without one, the same line of the same item's list."""
    before = catalogue.item(connection, kept["item"], kept["item_version"])
    listed = before["materials"] if before else ()
    line = next((one for one in listed if one["code"] == kept["material"]), None)
    if line is None:
        return False
    if line["standard_code"] and wanted["standard_code"]:
        return bool(line["standard_code"] == wanted["standard_code"])
    return bool(kept["item"] == item["code"] and line["code"] == wanted["code"])


def _still_stands(connection: Connection, kept: Mapping[str, Any], on: date) -> bool:
    """A licence may have been revoked since; what else was seen stays seen."""
    if kept["met_by"] != "licence":
        return True
    licence = licences.by_identifier(connection, kept["reference"])
    return licence is not None and licences.status(licence, on) == "valid"
