"""电子证照: the licences of a holder, bound to an item and a purpose."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from sqlalchemy import Connection

from hall_platform import data_use
from hall_platform.access import Clerk
from hall_platform.catalogue import queries as catalogue
from hall_platform.clock import day_of
from hall_platform.context import InContext
from hall_platform.licences import queries
from hall_platform.licences.shapes import LicenceAnswer, LicenceQuery
from hall_platform.problems import Problem

router = APIRouter(prefix="/v1", tags=["licences"])


@router.post(
    "/licence-queries",
    response_model=LicenceAnswer,
    summary="按持证主体、事项和用途查询电子证照",
    openapi_extra={"x-problems": ["item-unknown"]},
)
def query_licences(request: LicenceQuery, caller: Clerk, context: InContext) -> dict[str, Any]:
    """Only the types the item needs come back, and every look is on record before they do."""
    now = context.clock.now()
    case = str(request.case) if request.case else None

    def look(connection: Connection) -> dict[str, Any]:
        types = None
        if request.item is not None:
            types = _types_needed(connection, request.item)
        found = queries.of_holder(connection, request.holder.number, types, day_of(now))
        number = data_use.record(
            connection,
            caller=caller,
            at=now,
            resource="licences" if types is not None else "licence-directory",
            purpose=request.purpose,
            holder=request.holder,
            answered=[licence["identifier"] for licence in found],
            item=request.item,
            case=case,
        )
        return {"query": number, "licences": found}

    return context.store.write(look)


def _types_needed(connection: Connection, item: str) -> set[str]:
    """The licence types that can meet a material of the item. Problem("item-unknown")."""
    body = catalogue.item(connection, item, None)
    if body is None:
        raise Problem("item-unknown")
    return {
        kind["code"]
        for material in body["materials"]
        for kind in material["met_by"]["licence_types"]
    }
