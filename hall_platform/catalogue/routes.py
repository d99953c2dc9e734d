"""事项目录与实施清单: search, one item, the table of working days."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import JSONResponse, Response

from hall_platform.access import ClerkOrDevice
from hall_platform.catalogue import queries
from hall_platform.catalogue.shapes import Calendar, Item, ItemPage
from hall_platform.context import InContext
from hall_platform.cursors import key_of
from hall_platform.etags import not_modified
from hall_platform.problems import Problem
from hall_platform.shapes import Cursor, Limit

router = APIRouter(prefix="/v1", tags=["catalogue"])


@router.get("/items", response_model=ItemPage, summary="查询事项")
def find_items(
    caller: ClerkOrDevice,
    context: InContext,
    q: Annotated[str, Query(max_length=100, description="名称、拼音首字母或编码")] = "",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """Items by part of the name, pinyin initials, or the beginning of the code."""
    del caller
    after = key_of(cursor)
    with context.store.read() as connection:
        found, following = queries.page(connection, q.strip(), limit, after)
    return {"items": found, "next": following}


@router.get(
    "/items/{code}",
    response_model=Item,
    summary="事项实施清单",
    openapi_extra={"x-problems": ["not-found"]},
)
def one_item(
    caller: ClerkOrDevice,
    context: InContext,
    request: Request,
    code: Annotated[str, Path(max_length=40)],
    version: Annotated[int | None, Query(ge=1, le=10_000)] = None,
) -> Response:
    """One item in its current version, or in an older one. With If-None-Match also 304."""
    del caller
    with context.store.read() as connection:
        found = queries.item(connection, code, version)
    if found is None:
        raise Problem("not-found")
    etag = f'"item-{found["version"]}"'
    if not_modified(request, etag):
        return Response(status_code=304, headers={"ETag": etag})
    return JSONResponse(found, headers={"ETag": etag})


@router.get("/calendar", response_model=Calendar, summary="工作日历")
def calendar(caller: ClerkOrDevice, context: InContext, request: Request) -> Response:
    """The announced days off and worked week-end days. With If-None-Match also 304."""
    del caller
    etag = context.calendar.etag
    if not_modified(request, etag):
        return Response(status_code=304, headers={"ETag": etag})
    return JSONResponse(context.calendar.published, headers={"ETag": etag})
