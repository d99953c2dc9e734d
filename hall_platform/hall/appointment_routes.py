"""Questions about appointments and ratings."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from sqlalchemy import Connection, select

from hall_platform import data_use
from hall_platform.access import (
    CITIZEN,
    CLERK,
    DEVICE,
    KIOSK,
    SUPERVISOR,
    Caller,
    Citizen,
    Clerk,
    Supervisor,
    require,
)
from hall_platform.clock import day_of
from hall_platform.context import InContext
from hall_platform.cursors import key_of
from hall_platform.hall import appointments, arrangement, rating_queries
from hall_platform.hall.appointment_shapes import (
    Appointment,
    AppointmentAnswer,
    AppointmentQuery,
    SlotDay,
)
from hall_platform.hall.holders import holder_key
from hall_platform.hall.rating_shapes import OwnRatings, RatingPage, RatingScale
from hall_platform.hall.tables import appointments as booked
from hall_platform.hall.tickets import hall_day
from hall_platform.identity.tables import halls
from hall_platform.problems import Problem
from hall_platform.shapes import Cursor, DayText, Limit

router = APIRouter(prefix="/v1", tags=["hall"])

Booking = Annotated[Caller, Depends(require(CITIZEN, CLERK, KIOSK, SUPERVISOR))]
WithCode = Annotated[Caller, Depends(require(CITIZEN, CLERK, KIOSK))]
WithPeople = Annotated[Caller, Depends(require(CLERK, KIOSK))]
Screens = Annotated[Caller, Depends(require(DEVICE, KIOSK, CITIZEN, SUPERVISOR, CLERK))]

_CODE = r"^[2-9A-HJ-NP-Z]{8}$"


@router.get(
    "/appointment-slots",
    response_model=SlotDay,
    summary="某业务某日的预约时段",
    openapi_extra={"x-problems": ["service-unknown"]},
)
def slots(
    caller: Booking,
    context: InContext,
    service: Annotated[str, Query(max_length=64, description="业务编码")],
    day: Annotated[DayText, Query(description="日期")],
    hall: Annotated[
        str | None, Query(max_length=64, description="大厅编码，供网上用户；其他人为本厅")
    ] = None,
) -> dict[str, Any]:
    """The quarter-hours of a service that have not begun, and how many are free in each."""
    wanted = appointments.day_from(day, "query.day")
    now = context.clock.now()
    here = caller.hall or hall or ""
    with context.store.read() as connection:
        county = connection.execute(
            select(halls.c.county).where(halls.c.code == here)
        ).scalar_one_or_none()
        offered = arrangement.service(connection, county or "", here, service)
        if county is None or offered is None:
            raise Problem("service-unknown", services=[service])
        found = appointments.slots_of(
            connection, county, here, offered, day=wanted, calendar=context.calendar
        )
    return {
        "hall": here,
        "service": service,
        "day": day,
        "slots": [
            {
                "start": start,
                "capacity": capacity,
                "taken": taken,
                "free": max(0, capacity - taken),
            }
            for start, (capacity, taken) in found.items()
            if appointments.begins(day, start) > now
        ],
    }


@router.get(
    "/appointments/{code}",
    response_model=Appointment,
    summary="按预约码查询",
    openapi_extra={"x-problems": ["not-found", "elsewhere", "invalid-request"]},
)
def one_appointment(
    caller: WithCode, context: InContext, code: Annotated[str, Path(pattern=_CODE)]
) -> dict[str, Any]:
    """The appointment of a code: of the own hall, or a citizen's own."""
    wanted = appointments.rows().where(booked.c.code == code)
    if CITIZEN in caller.roles:
        wanted = wanted.where(booked.c.citizen == caller.citizen)
    else:
        wanted = wanted.where(booked.c.county == caller.county, booked.c.hall == caller.hall)
    with context.store.read() as connection:
        row = connection.execute(wanted).one_or_none()
        if row is None:
            raise appointments.not_here(connection, caller, code)
        return appointments.shown(connection, row)


@router.get("/my/appointments", response_model=AppointmentAnswer, summary="我的预约")
def own_appointments(caller: Citizen, context: InContext) -> dict[str, Any]:
    """A citizen's own appointments from today on, and those of the last month."""
    with context.store.read() as connection:
        rows = connection.execute(
            appointments.rows().where(booked.c.citizen == caller.citizen).limit(200)
        ).all()
        return {"appointments": [appointments.shown(connection, row) for row in rows]}


@router.get("/appointments", response_model=AppointmentAnswer, summary="某日预约清单")
def appointments_of_day(
    caller: Supervisor,
    context: InContext,
    day: Annotated[DayText | None, Query(description="日期，缺省为今天")] = None,
) -> dict[str, Any]:
    """A day's appointments of the hall, by time."""
    wanted = day or hall_day(context.clock.now())
    with context.store.read() as connection:
        rows = connection.execute(
            appointments.rows()
            .where(booked.c.county == caller.county)
            .where(booked.c.hall == caller.hall)
            .where(booked.c.day == wanted)
        ).all()
        return {"appointments": [appointments.shown(connection, row) for row in rows]}


@router.post("/appointment-queries", response_model=AppointmentAnswer, summary="刷证查询今日预约")
def query_appointments(
    request: AppointmentQuery, caller: WithPeople, context: InContext
) -> dict[str, Any]:
    """A person's appointments of today in this hall, by the card; the look is on record first."""
    now = context.clock.now()
    day = hall_day(now)

    def look(connection: Connection) -> list[dict[str, Any]]:
        key = holder_key(connection, caller.county, caller.hall, day, request.holder)
        rows = connection.execute(
            appointments.rows()
            .where(booked.c.county == caller.county)
            .where(booked.c.hall == caller.hall)
            .where(booked.c.day == day)
            .where(booked.c.holder_key == key)
        ).all()
        data_use.record(
            connection,
            caller=caller,
            at=now,
            resource="appointments",
            purpose=request.purpose,
            holder=request.holder,
            answered=[row.code for row in rows],
        )
        return [appointments.shown(connection, row) for row in rows]

    return {"appointments": context.store.write(look)}


# ratings 好差评 ----------------------------------------------------------------------------------


@router.get("/rating-scale", response_model=RatingScale, summary="评价等级与原因")
def rating_scale(caller: Screens, context: InContext) -> dict[str, Any]:
    """What a rating screen shows, best first."""
    del caller, context
    return rating_queries.scale()


@router.get("/ratings", response_model=RatingPage, summary="评价清单")
def ratings_of_hall(  # noqa: PLR0917 - FastAPI takes what it needs by name
    caller: Supervisor,
    context: InContext,
    since: Annotated[DayText | None, Query(description="起始日期，缺省为今天")] = None,
    until: Annotated[DayText | None, Query(description="截止日期，缺省为今天")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """The hall's ratings of some days, newest first, with their appeals."""
    today = day_of(context.clock.now()).isoformat()
    with context.store.read() as connection:
        return rating_queries.page(
            connection,
            caller,
            since=since or today,
            until=until or today,
            limit=limit,
            after=key_of(cursor),
        )


@router.get("/ratings/own", response_model=OwnRatings, summary="对本人服务的评价")
def own_ratings(caller: Clerk, context: InContext) -> dict[str, Any]:
    """What people gave the clerk on earlier days, without anything that says who."""
    today = hall_day(context.clock.now())
    with context.store.read() as connection:
        return rating_queries.own(connection, caller, today)
