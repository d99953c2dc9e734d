"""The province's side as the administrator sees it."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import JSONResponse, Response

from hall_platform.access import Caller, SystemAdmin, require
from hall_platform.context import InContext
from hall_platform.cursors import cursor_after, key_of
from hall_platform.exchange.uses import place_of
from hall_platform.province import overview
from hall_platform.province.shapes import (
    ProvinceLetter,
    ProvinceLetterPage,
    ProvinceStanding,
    PulledItems,
    PulledItemWhole,
)
from hall_platform.roles import AUDITOR, SUPERVISOR, SYSTEM_ADMIN
from hall_platform.shapes import LAST_VERSION, Cursor, Limit

router = APIRouter(prefix="/v1", tags=["province"])

Watcher = Annotated[Caller, Depends(require(SYSTEM_ADMIN, SUPERVISOR, AUDITOR))]


@router.get("/province", response_model=ProvinceStanding, summary="省平台对接情况")
def standing(caller: Watcher, context: InContext) -> dict[str, Any]:
    """What waits, what arrived, what was refused; whether the province's address is set at all."""
    with context.store.read() as connection:
        return overview.standing(connection, caller, context)


@router.get("/province/letters", response_model=ProvinceLetterPage, summary="报送省平台的数据")
def letters(
    caller: SystemAdmin,
    context: InContext,
    state: Annotated[
        Literal["waiting", "sent", "confirmed", "refused", "set_aside"] | None,
        Query(description="状态"),
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """Letters of the county without their contents, oldest first."""
    after = place_of(cursor)
    with context.store.read() as connection:
        rows = overview.letters(connection, caller, state, limit, after)
    last = rows[limit - 1] if len(rows) > limit else None
    following = None if last is None else cursor_after(f"{last.happened_at} {last.id}")
    return {"letters": [overview.shown(row) for row in rows[:limit]], "next": following}


@router.get(
    "/province/letters/{letter}",
    response_model=ProvinceLetter,
    summary="一条报送数据",
    openapi_extra={"x-problems": ["not-found"]},
)
def one_letter(letter: UUID, caller: SystemAdmin, context: InContext) -> Response:
    """One letter with its ETag."""
    with context.store.read() as connection:
        row = overview.letter(connection, caller, str(letter))
    return JSONResponse(overview.shown(row), headers={"ETag": overview.etag(row)})


@router.get("/province/items", response_model=PulledItems, summary="省级事项目录")
def items(
    caller: SystemAdmin,
    context: InContext,
    state: Annotated[
        Literal["new", "adopted", "passed_over"] | None, Query(description="状态")
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """What the province publishes, beside what is in force here."""
    del caller
    with context.store.read() as connection:
        found, key = overview.pulled_page(connection, state, limit, key_of(cursor))
    return {"items": found, "next": None if key is None else cursor_after(key)}


@router.get(
    "/province/items/{code}/versions/{version}",
    response_model=PulledItemWhole,
    summary="一个省级事项版本",
    openapi_extra={"x-problems": ["not-found"]},
)
def one_item(
    code: Annotated[str, Path(max_length=40)],
    version: Annotated[int, Path(ge=1, le=LAST_VERSION)],
    caller: SystemAdmin,
    context: InContext,
) -> dict[str, Any]:
    """One version with its content."""
    del caller
    with context.store.read() as connection:
        return overview.pulled(connection, code, version)
