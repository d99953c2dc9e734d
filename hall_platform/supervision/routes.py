"""电子监察: rules, alerts, instructions, statistics as they are asked for. Acts are in acts.py."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from hall_platform.access import CLERK, REVIEWER, SUPERVISOR, Caller, Supervisor, require
from hall_platform.clock import day_of
from hall_platform.context import InContext
from hall_platform.etags import not_modified
from hall_platform.problems import invalid
from hall_platform.shapes import Code, Cursor, DayText, Limit
from hall_platform.supervision import instructions, queries, rules
from hall_platform.supervision.queries import Wanted
from hall_platform.supervision.shapes import (
    Alerts,
    AlertState,
    AlertWhole,
    BodyStatistics,
    Colour,
    Counts,
    Instructions,
    Rule,
    RuleId,
    SubjectKind,
)

router = APIRouter(prefix="/v1", tags=["supervision"])

HeadOrReviewer = Annotated[Caller, Depends(require(SUPERVISOR, REVIEWER))]
Instructed = Annotated[Caller, Depends(require(SUPERVISOR, REVIEWER, CLERK))]


@router.get("/supervision/rules", response_model=list[Rule], summary="监察规则")
def current_rules(caller: Supervisor, context: InContext) -> list[dict[str, Any]]:
    """The rules of the own hall as they stand; version 0 is what ships."""
    with context.store.read() as connection:
        table = rules.of_hall(connection, caller.county, caller.hall)
    return [rules.shown(rule) for rule in table.values()]


@router.get(
    "/supervision/rules/{rule}/versions",
    response_model=list[Rule],
    summary="监察规则的历次修改",
    openapi_extra={"x-problems": ["not-found", "invalid-request"]},
)
def rule_versions(
    rule: Annotated[RuleId, Path()], caller: Supervisor, context: InContext
) -> list[dict[str, Any]]:
    """Every version of a rule, the newest first: who changed it, when and why."""
    with context.store.read() as connection:
        found = rules.versions(connection, caller.county, caller.hall, rule)
    return [rules.shown(one) for one in found]


@router.get("/supervision/alerts", response_model=Alerts, summary="预警列表")
def listed(
    *,
    caller: HeadOrReviewer,
    context: InContext,
    colour: Annotated[Colour | None, Query(description="颜色")] = None,
    state: Annotated[AlertState | None, Query(description="处理状态")] = None,
    rule: Annotated[RuleId | None, Query(description="规则")] = None,
    kind: Annotated[SubjectKind | None, Query(description="对象种类")] = None,
    department: Annotated[Code | None, Query(description="责任部门")] = None,
    item: Annotated[Code | None, Query(description="事项或业务")] = None,
    lasting: Annotated[bool | None, Query(description="情形是否还在")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """Alerts of the own hall, or of the own department's cases, the newest first."""
    wanted = Wanted(
        colour=colour,
        state=state,
        rule=rule,
        kind=kind,
        department=department,
        item=item,
        lasting=lasting,
    )
    with context.store.read() as connection:
        return queries.listed(connection, caller, wanted, cursor, limit)


@router.get(
    "/supervision/alerts/{alert}",
    response_model=AlertWhole,
    summary="预警详情",
    openapi_extra={"x-problems": ["not-found", "invalid-request"]},
)
def one_alert(
    alert: UUID, caller: HeadOrReviewer, context: InContext, request: Request
) -> Response:
    """One alert: its evidence, what became of it, instructions and replies."""
    today = day_of(context.clock.now())
    with context.store.read() as connection:
        found = queries.whole(connection, caller, str(alert), today)
    headers = {"ETag": found["etag"]}
    if not_modified(request, found["etag"]):
        return Response(status_code=304, headers=headers)
    return JSONResponse(found, headers=headers)


@router.get("/supervision/counts", response_model=Counts, summary="预警计数")
def counts(caller: Supervisor, context: InContext) -> dict[str, Any]:
    """What is not closed in the own hall, by colour and rule; instructions that wait."""
    with context.store.read() as connection:
        return queries.counts(connection, caller, context.clock.now())


@router.get(
    "/supervision/instructions",
    response_model=Instructions,
    summary="督办：本大厅发出的或待我答复的",
)
def instructed(
    caller: Instructed,
    context: InContext,
    state: Annotated[Literal["given", "answered"] | None, Query(description="是否已答复")] = None,
) -> dict[str, Any]:
    """A supervisor's own, a department's, a clerk's; those due first come first."""
    today = day_of(context.clock.now())
    with context.store.read() as connection:
        return {"instructions": instructions.seen_by(connection, caller, state, today)}


@router.get(
    "/supervision/statistics",
    response_model=BodyStatistics,
    summary="各部门预警统计",
    openapi_extra={"x-problems": ["invalid-request"]},
)
def statistics(
    caller: Supervisor,
    context: InContext,
    first: Annotated[DayText, Query(alias="from", description="第一天")],
    last: Annotated[DayText, Query(alias="to", description="最后一天，含当天")],
) -> dict[str, Any]:
    """What was raised in a period by department, what lasts, and how instructions were answered."""
    days = _day("query.from", first), _day("query.to", last)
    if days[1] < days[0]:
        raise invalid("query.to", "before from")
    with context.store.read() as connection:
        return queries.by_body(connection, caller, *days)


def _day(where: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise invalid(where, "not a date") from None
