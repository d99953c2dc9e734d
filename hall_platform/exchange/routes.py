"""信息资源共享交换: directory, the purpose-bound query, own uses, corrections followed."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from sqlalchemy import Connection
from starlette.responses import JSONResponse, Response

from hall_platform import data_use
from hall_platform.access import Anyone, Caller, Citizen, Clerk, require
from hall_platform.context import InContext
from hall_platform.cursors import cursor_after, key_of
from hall_platform.exchange import (
    asking,
    changing,
    directory,
    following,
    persons,
    unusual,
    uses,
)
from hall_platform.exchange import use_rules as rule_table
from hall_platform.exchange.shapes import (
    Correction,
    CorrectionContent,
    CorrectionPage,
    CorrectionReading,
    ExchangeAnswer,
    ExchangeQuery,
    Library,
    Resource,
    ResourceCode,
    ResourcePage,
    UnusualUsePage,
    UsePage,
    UseQuery,
    UseRules,
)
from hall_platform.problems import Problem
from hall_platform.question_routes import QuestionRoute
from hall_platform.roles import (
    AUDITOR,
    CITIZEN,
    CLERK,
    REVIEWER,
    SECURITY_ADMIN,
    SUPERVISOR,
    SYSTEM_ADMIN,
)
from hall_platform.shapes import Cursor, Holder, Limit

router = APIRouter(prefix="/v1", tags=["exchange"], route_class=QuestionRoute)

Asker = Annotated[Caller, Depends(require(CLERK, REVIEWER, CITIZEN))]
Follower = Annotated[Caller, Depends(require(CLERK, SUPERVISOR, REVIEWER, SYSTEM_ADMIN, CITIZEN))]
Watcher = Annotated[Caller, Depends(require(SUPERVISOR, SECURITY_ADMIN, AUDITOR))]


@router.get("/exchange/resources", response_model=ResourcePage, summary="信息资源目录")
def list_resources(
    caller: Anyone,
    context: InContext,
    library: Annotated[Library | None, Query(description="基础库")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """What is shared, by whom, with which fields, and whether it is answered now."""
    del caller
    with context.store.read() as connection:
        found, more = directory.page(connection, library, limit, key_of(cursor))
    return {"resources": found, "next": cursor_after(found[-1]["code"]) if more else None}


@router.get(
    "/exchange/resources/{resource}",
    response_model=Resource,
    summary="一项信息资源",
    openapi_extra={"x-problems": ["not-found"]},
)
def one_resource(
    resource: Annotated[ResourceCode, Path()], caller: Anyone, context: InContext
) -> Response:
    """One resource of the directory, with its ETag."""
    del caller
    with context.store.read() as connection:
        row = directory.found(connection, resource)
    if row is None:
        raise Problem("not-found")
    return JSONResponse(directory.shown(row), headers={"ETag": directory.etag(row)})


@router.post(
    "/exchange/queries",
    response_model=ExchangeAnswer,
    summary="按事项和办件查询共享数据",
    openapi_extra={
        "x-problems": [
            "resource-unknown",
            "resource-not-shared",
            "resource-not-needed",
            "resource-stopped",
            "item-unknown",
            "purpose-unfounded",
            "source-unavailable",
            "account-unknown",
            "identity-not-verified",
        ]
    },
)
def query_shared_data(request: ExchangeQuery, caller: Asker, context: InContext) -> dict[str, Any]:
    """What the item's materials need of one resource about one person, and nothing else.

    Who asks, at which window, the session says. A clerk may ask before there is a case, for the
    person at the window; a reviewer only for a case of their body; a citizen only for themselves.
    The look is on record, with its purpose, before the answer leaves.
    """
    return asking.ask(context, caller, request)


@router.get(
    "/exchange/uses",
    response_model=UsePage,
    summary="本人数据的使用记录",
    openapi_extra={"x-problems": ["account-unknown", "identity-not-verified"]},
)
def own_uses(
    caller: Citizen, context: InContext, limit: Limit = 50, cursor: Cursor = None
) -> dict[str, Any]:
    """Who looked at the citizen's own data, when, at what and why."""
    with context.store.read() as connection:
        holder = persons.own(connection, caller)
        found, following_page = uses.page(connection, holder, limit, cursor)
    return {"uses": found, "next": following_page}


@router.post(
    "/exchange/use-queries", response_model=UsePage, summary="窗口查询当事人数据的使用记录"
)
def uses_at_window(request: UseQuery, caller: Clerk, context: InContext) -> dict[str, Any]:
    """The looks from halls of this county, for a person at the window; this is a look, too.

    What halls of other counties looked at, the person sees at the online hall.
    """
    now = context.clock.now()

    def look(connection: Connection) -> dict[str, Any]:
        found, following_page = uses.page(
            connection, request.holder, request.limit, request.cursor, caller.county
        )
        data_use.record(
            connection,
            caller=caller,
            at=now,
            resource="data-uses",
            purpose=request.purpose,
            holder=request.holder,
            answered=[one["id"] for one in found],
        )
        return {"uses": found, "next": following_page}

    return context.store.write(look)


@router.get("/exchange/corrections", response_model=CorrectionPage, summary="数据校核申请")
def list_corrections(
    caller: Follower,
    context: InContext,
    state: Annotated[
        Literal["reported", "with_source", "corrected", "upheld"] | None,
        Query(description="状态"),
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """The corrections one follows, without the persons and values they are about."""
    before = uses.place_of(cursor)
    with context.store.read() as connection:
        rows = following.page(connection, caller, state, limit, before)
        found = [following.shown(connection, row) for row in rows[:limit]]
    last = rows[limit - 1] if len(rows) > limit else None
    after = None if last is None else cursor_after(f"{last.reported_at} {last.id}")
    return {"corrections": found, "next": after}


@router.get(
    "/exchange/corrections/{correction}",
    response_model=Correction,
    summary="一件数据校核申请",
    openapi_extra={"x-problems": ["not-found"]},
)
def one_correction(correction: UUID, caller: Follower, context: InContext) -> Response:
    """One correction with its steps and its ETag, without the person and the values."""
    with context.store.read() as connection:
        row = following.one(connection, caller, str(correction))
        shown = following.shown(connection, row)
    return JSONResponse(shown, headers={"ETag": shown["etag"]})


@router.post(
    "/exchange/corrections/{correction}/content",
    response_model=CorrectionContent,
    summary="查看数据校核的内容",
    openapi_extra={"x-problems": ["not-found", "record-unknown"]},
)
def correction_content(
    correction: UUID, request: CorrectionReading, caller: Follower, context: InContext
) -> dict[str, Any]:
    """Whose record it is, what it says and what it should say; the look is on record first."""
    now = context.clock.now()

    def look(connection: Connection) -> dict[str, Any]:
        row = following.one(connection, caller, str(correction))
        holder = Holder(kind=row.holder_kind, number=row.holder_number)
        number = data_use.record(
            connection,
            caller=caller,
            at=now,
            resource="correction",
            purpose=request.purpose,
            holder=holder,
            answered=[row.id],
        )
        return {
            "query": number,
            "correction": following.shown(connection, row),
            "holder": holder.model_dump(),
            "record": row.record,
            "is_now": changing.is_now(connection, row),
            "should_be": row.should_be,
            "grounds": row.grounds,
        }

    return context.store.write(look)


@router.get("/exchange/use-rules", response_model=UseRules, summary="数据使用异常规则")
def use_rules(caller: Watcher, context: InContext) -> dict[str, Any]:
    """When looks at personal data count as unusual."""
    del caller
    with context.store.read() as connection:
        return {"rules": [rule_table.shown(one) for one in rule_table.all_of(connection).values()]}


@router.get("/exchange/unusual-uses", response_model=UnusualUsePage, summary="数据使用异常")
def unusual_uses(
    caller: Watcher, context: InContext, limit: Limit = 50, cursor: Cursor = None
) -> dict[str, Any]:
    """Looks in the hall that were unusual; whose data it was is not among it."""
    before = uses.place_of(cursor)
    with context.store.read() as connection:
        rows = unusual.page(connection, caller, limit, before)
    last = rows[limit - 1] if len(rows) > limit else None
    after = None if last is None else cursor_after(f"{last['at']} {last['id']}")
    return {"unusual": rows[:limit], "next": after}
