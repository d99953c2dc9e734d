"""实体大厅管理: questions of the hall's faces. What is done is in acts.py."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from sqlalchemy import Connection

from hall_platform import data_use
from hall_platform.access import (
    CLERK,
    DEVICE,
    DISPLAY,
    KIOSK,
    SUPERVISOR,
    Caller,
    ClerkOrDevice,
    Supervisor,
    require,
)
from hall_platform.clock import day_of
from hall_platform.context import InContext
from hall_platform.cursors import key_of
from hall_platform.hall import appointment_routes, arrangement, queries, rules, taking
from hall_platform.hall.arrangement_shapes import HallToday, HallWindow, OpeningShown
from hall_platform.hall.holders import holder_key
from hall_platform.hall.shapes import (
    Board,
    QueueNow,
    TicketAnswer,
    TicketHistory,
    TicketPage,
    TicketPosition,
    TicketQuery,
    TicketState,
    Visit,
    Workbench,
)
from hall_platform.hall.tickets import hall_day
from hall_platform.identity import queries as identity
from hall_platform.problems import Problem
from hall_platform.question_routes import QuestionRoute
from hall_platform.shapes import Cursor, DayText, Limit

router = APIRouter(prefix="/v1", tags=["hall"], route_class=QuestionRoute)

Inside = Annotated[Caller, Depends(require(CLERK, DEVICE, KIOSK, DISPLAY, SUPERVISOR))]
AtTheDesk = Annotated[Caller, Depends(require(CLERK, DEVICE, SUPERVISOR))]
WithPeople = Annotated[Caller, Depends(require(CLERK, KIOSK))]
ClerkOrHead = Annotated[Caller, Depends(require(CLERK, SUPERVISOR))]


@router.get("/hall", response_model=HallToday, summary="大厅今天的开放时间、业务和排队规则")
def hall_today(caller: Inside, context: InContext) -> dict[str, Any]:
    """What every face of the hall has to know of it."""
    now = context.clock.now()
    with context.store.read() as connection:
        hours = rules.opening(connection, caller.county, caller.hall)
        spans = rules.spans_on(hours, day_of(now), context.calendar)
        return {
            "hall": caller.hall,
            "name": identity.hall(connection, caller.hall)["name"],
            "day": hall_day(now),
            "open_now": rules.is_open(hours, now, context.calendar),
            "spans": [{"begins": begins, "ends": ends} for begins, ends in spans],
            "services": arrangement.services(connection, caller.county, caller.hall),
            "rules": rules.queue_rules_shown(connection, caller.county, caller.hall),
        }


@router.get("/hall/opening", response_model=OpeningShown, summary="大厅开放时间")
def opening(caller: Inside, context: InContext) -> dict[str, Any]:
    """The opening hours of all weekdays and of the days that differ."""
    with context.store.read() as connection:
        return rules.opening_shown(connection, caller.county, caller.hall)


@router.get("/hall/windows", response_model=list[HallWindow], summary="各窗口状态")
def hall_windows(caller: AtTheDesk, context: InContext) -> list[dict[str, Any]]:
    """Every window: its state and since when, who is there, what it takes and has in hand."""
    with context.store.read() as connection:
        return arrangement.windows_of(connection, caller.county, caller.hall)


@router.get("/hall/queue", response_model=QueueNow, summary="各业务等候人数与预计等候")
def queue_now(caller: Inside, context: InContext) -> dict[str, Any]:
    """The queue by service, with the longest wait and what a newcomer has to expect."""
    now = context.clock.now()
    with context.store.read() as connection:
        return queries.queue_now(connection, caller, now)


@router.get("/hall/board", response_model=Board, summary="叫号屏：最近五次叫号与等候人数")
def board(caller: Inside, context: InContext) -> dict[str, Any]:
    """What the display shows when it starts; it goes on by the events."""
    now = context.clock.now()
    with context.store.read() as connection:
        return queries.board(connection, caller, now)


@router.get("/workbench", response_model=Workbench, summary="本窗口工作台")
def workbench(caller: ClerkOrDevice, context: InContext) -> dict[str, Any]:
    """The own window: the ticket in hand, who waits, the next few, put aside, passed over."""
    now = context.clock.now()
    with context.store.read() as connection:
        return queries.workbench(connection, caller, now)


@router.get(
    "/ticket-positions/{number}",
    response_model=TicketPosition,
    summary="按票号查询排队位置",
    openapi_extra={"x-problems": ["not-found", "invalid-request"]},
)
def position(
    caller: Inside,
    context: InContext,
    number: Annotated[str, Path(pattern=r"^[A-Z][0-9]{3,6}$")],
) -> dict[str, Any]:
    """Where a number of today stands: how many ahead, the expected wait and how it was computed."""
    now = context.clock.now()
    with context.store.read() as connection:
        found = queries.position(connection, caller.county, caller.hall, number, now)
    if found is None:
        raise Problem("not-found")
    return found


@router.post("/ticket-queries", response_model=TicketAnswer, summary="刷证查询今日票号")
def query_tickets(request: TicketQuery, caller: WithPeople, context: InContext) -> dict[str, Any]:
    """A person's tickets of today in this hall, by the card; the look is on record first."""
    now = context.clock.now()
    day = hall_day(now)

    def look(connection: Connection) -> list[dict[str, Any]]:
        key = holder_key(connection, caller.county, caller.hall, day, request.holder)
        found = queries.of_holder(connection, caller, key, day)
        data_use.record(
            connection,
            caller=caller,
            at=now,
            resource="tickets",
            purpose=request.purpose,
            holder=request.holder,
            answered=[one["number"] for one in found],
        )
        return found

    return {"tickets": context.store.write(look)}


@router.get(
    "/tickets/{ticket}",
    response_model=TicketHistory,
    summary="票号详情与经过",
    openapi_extra={"x-problems": ["not-found", "invalid-request"]},
)
def one_ticket(ticket: UUID, caller: ClerkOrHead, context: InContext) -> dict[str, Any]:
    """A ticket of the hall and everything that was done to it."""
    with context.store.read() as connection:
        found = queries.history(connection, caller, str(ticket))
    if found is None:
        raise Problem("not-found")
    return found


@router.get(
    "/visits/{visit}",
    response_model=Visit,
    summary="按号票上的码查询一次来访",
    openapi_extra={"x-problems": ["not-found", "elsewhere", "invalid-request"]},
)
def one_visit(visit: UUID, caller: WithPeople, context: InContext) -> dict[str, Any]:
    """The visit whose code stands on a ticket: its numbers, who is ahead.

    Problem("elsewhere") with `place` for a ticket of another hall.
    """
    with context.store.read() as connection:
        return taking.visit_at(connection, caller, str(visit))


@router.get("/tickets", response_model=TicketPage, summary="某日票号清单")
def tickets_of_day(  # noqa: PLR0917 - FastAPI takes what it needs by name
    caller: Supervisor,
    context: InContext,
    day: Annotated[DayText | None, Query(description="日期，缺省为今天")] = None,
    state: Annotated[TicketState | None, Query(description="只列这种状态")] = None,
    service: Annotated[str | None, Query(max_length=64, description="只列这项业务")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """A day's tickets of the hall, in the order of their numbers."""
    wanted = day or hall_day(context.clock.now())
    with context.store.read() as connection:
        return queries.of_day(
            connection,
            caller,
            wanted,
            state=state,
            service=service,
            limit=limit,
            after=key_of(cursor),
        )


router.routes.extend(appointment_routes.router.routes)
