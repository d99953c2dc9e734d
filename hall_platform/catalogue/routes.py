"""事项目录与实施清单: search, items, forms, changes, one things, seals, working days."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from sqlalchemy import Connection
from starlette.responses import JSONResponse, Response

from hall_platform.access import CLERK, DEVICE, KIOSK, REVIEWER, Anyone, Caller, require
from hall_platform.catalogue import forms, one_things, queries, seals
from hall_platform.catalogue.shapes import (
    Audience,
    Calendar,
    ChangePage,
    FormAnswer,
    FormQuery,
    Item,
    ItemPage,
    OneThing,
    OneThings,
    Regime,
    Seals,
    SplitAnswer,
    SplitQuery,
)
from hall_platform.clock import day_of
from hall_platform.context import InContext
from hall_platform.cursors import cursor_after, key_of
from hall_platform.etags import not_modified
from hall_platform.problems import Problem
from hall_platform.shapes import LAST_VERSION, Cursor, Limit

router = APIRouter(prefix="/v1", tags=["catalogue"])

ItemCodePath = Annotated[str, Path(max_length=40)]
WhoPrints = Annotated[Caller, Depends(require(CLERK, DEVICE, KIOSK, REVIEWER))]


@router.get("/items", response_model=ItemPage, summary="查询事项")
def find_items(
    *,
    caller: Anyone,
    context: InContext,
    q: Annotated[
        str, Query(max_length=100, description="名称、拼音首字母或编码，可以有几个词")
    ] = "",
    region: Annotated[
        str, Query(pattern="^([0-9]{12})?$", description="行政区划，12 位，含其下级")
    ] = "",
    audience: Annotated[Audience | None, Query(description="服务对象")] = None,
    regime: Annotated[Regime | None, Query(description="适用的法律制度")] = None,
    body: Annotated[
        str, Query(pattern="^([0-9A-Z]{18})?$", description="实施主体的统一社会信用代码")
    ] = "",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """Items in force, best first; each word is in the name, initials, other words or body.

    A word may also be the beginning of a code. Width and case make no difference.
    """
    del caller
    after = key_of(cursor)
    wanted = queries.Wanted(q, region, audience or "", regime or "", body)
    with context.store.read() as connection:
        found, following = queries.page(connection, wanted, limit, after)
    return {"items": found, "next": following}


@router.get("/item-changes", response_model=ChangePage, summary="事项目录的变化")
def changes(
    caller: Anyone,
    context: InContext,
    since: Annotated[str | None, Query(max_length=200, description="上一次给出的 next")] = None,
    limit: Limit = 200,
) -> dict[str, Any]:
    """What was published, came into force, ended or was withdrawn, in the order it did.

    Without `since` nothing but the place to go on from: whoever has just read all items asks so.
    """
    del caller
    with context.store.read() as connection:
        if since is None:
            found: list[dict[str, Any]] = []
            last = queries.last_change(connection)
        else:
            found, last = queries.changes(connection, queries.serial_of(key_of(since)), limit)
    return {"changes": found, "next": cursor_after(str(last)), "more": len(found) == limit}


@router.get(
    "/items/{code}",
    response_model=Item,
    summary="事项实施清单",
    openapi_extra={"x-problems": ["not-found"]},
)
def one_item(
    caller: Anyone,
    context: InContext,
    request: Request,
    code: ItemCodePath,
    version: Annotated[int | None, Query(ge=1, le=LAST_VERSION)] = None,
) -> Response:
    """One item in its current version, or in another one. With If-None-Match also 304."""
    del caller
    with context.store.read() as connection:
        found = queries.item(connection, code, version)
    if found is None:
        raise Problem("not-found")
    return _tagged(request, found, queries.etag(found))


@router.post(
    "/items/{code}/form-checks",
    response_model=FormAnswer,
    summary="按表单定义检查填写内容",
    openapi_extra={"x-problems": ["item-unknown", "form-unknown"]},
)
def check_form(
    asked: FormQuery, caller: Anyone, context: InContext, code: ItemCodePath
) -> dict[str, Any]:
    """Whether what was filled in fits a form of the item; nothing of it is kept."""
    del caller
    with context.store.read() as connection:
        found = queries.item(connection, code, asked.version)
    if found is None:
        raise Problem("item-unknown")
    schema = next((one["json_schema"] for one in found["forms"] if one["code"] == asked.form), None)
    if schema is None:
        raise Problem("form-unknown")
    errors = forms.data_errors(schema, asked.data)
    return {"fits": not errors, "errors": errors}


@router.get("/one-things", response_model=OneThings, summary="一件事目录")
def things(caller: Anyone, context: InContext) -> dict[str, Any]:
    """Every one thing there is."""
    del caller
    with context.store.read() as connection:
        return {"things": one_things.all_things(connection)}


@router.get(
    "/one-things/{code}",
    response_model=OneThing,
    summary="一件事：一张表单、一套材料",
    openapi_extra={"x-problems": ["not-found", "one-thing-disagrees"]},
)
def thing(caller: Anyone, context: InContext, code: ItemCodePath) -> dict[str, Any]:
    """The items of a one thing, their one form, and their materials without repetition."""
    del caller
    with context.store.read() as connection:
        return _thing(connection, code)


@router.post(
    "/one-things/{code}/splits",
    response_model=SplitAnswer,
    summary="把一件事的表单拆成各事项的表单",
    openapi_extra={"x-problems": ["not-found", "one-thing-disagrees"]},
)
def split(
    asked: SplitQuery, caller: Anyone, context: InContext, code: ItemCodePath
) -> dict[str, Any]:
    """What was filled in once, as the forms of the several cases; nothing of it is kept."""
    del caller
    with context.store.read() as connection:
        found = _thing(connection, code)
        members = one_things.current_items(connection, found["items"])
    errors = forms.data_errors(found["form"]["json_schema"], asked.data)
    parts = [] if errors else one_things.split(members, asked.data)
    return {"fits": not errors, "errors": errors, "forms": parts}


@router.get("/seals", response_model=Seals, summary="本大厅可以使用的印章")
def list_seals(
    caller: WhoPrints,
    context: InContext,
    body: Annotated[
        str | None, Query(pattern="^[0-9A-Z]{18}$", description="实施主体的统一社会信用代码")
    ] = None,
) -> dict[str, Any]:
    """The seals in force of the bodies of the caller's county and above, without pictures."""
    today = day_of(context.clock.now())
    with context.store.read() as connection:
        return {"seals": seals.of_caller(connection, caller, today, body)}


@router.get(
    "/seals/{code}/picture",
    summary="印章图片",
    response_class=Response,
    responses={200: {"content": {"image/png": {"schema": {"type": "string"}}}}},
    openapi_extra={"x-problems": ["not-found"]},
)
def seal_picture(
    caller: WhoPrints, context: InContext, request: Request, code: ItemCodePath
) -> Response:
    """The picture of a seal as PNG, for papers. With If-None-Match also 304."""
    today = day_of(context.clock.now())
    with context.store.read() as connection:
        found = seals.one(connection, caller, today, code)
    if found is None:
        raise Problem("not-found")
    etag = f'"{found.sha256}"'
    if not_modified(request, etag):
        return Response(status_code=304, headers={"ETag": etag})
    return Response(found.picture, media_type="image/png", headers={"ETag": etag})


@router.get("/calendar", response_model=Calendar, summary="工作日历")
def calendar(caller: Anyone, context: InContext, request: Request) -> Response:
    """The announced days off and worked week-end days. With If-None-Match also 304."""
    del caller
    known = context.calendar
    return _tagged(request, known.published, known.etag)


def _tagged(request: Request, found: dict[str, Any], etag: str) -> Response:
    if not_modified(request, etag):
        return Response(status_code=304, headers={"ETag": etag})
    return JSONResponse(found, headers={"ETag": etag})


def _thing(connection: Connection, code: str) -> dict[str, Any]:
    try:
        found = one_things.one_thing(connection, code)
    except one_things.Disagreement as over:
        raise Problem("one-thing-disagrees", detail=str(over)) from None
    if found is None:
        raise Problem("not-found")
    return found
