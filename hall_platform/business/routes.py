"""业务办理: questions for pre-applications and cases. What is done to them is in acts.py."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlalchemy import Connection

from hall_platform import data_use
from hall_platform.access import CLERK, KIOSK, Caller, Clerk, require
from hall_platform.business import case_routes, preapplications, queries, upload_routes
from hall_platform.business.shapes import (
    CaseAnswer,
    CaseQuery,
    PreapplicationAnswer,
    PreapplicationQuery,
    ReceptionAnswer,
)
from hall_platform.clock import day_of
from hall_platform.context import InContext
from hall_platform.licences import queries as licences
from hall_platform.problems import Problem
from hall_platform.question_routes import QuestionRoute
from hall_platform.shapes import Holder

router = APIRouter(prefix="/v1", tags=["business"], route_class=QuestionRoute)

WithPeople = Annotated[Caller, Depends(require(CLERK, KIOSK))]  # a kiosk asks by the card on it


@router.post(
    "/preapplication-queries",
    response_model=PreapplicationAnswer,
    summary="按申请人或申请码查询网上申请",
    openapi_extra={"x-problems": ["elsewhere"]},
)
def query_preapplications(
    request: PreapplicationQuery, caller: Clerk, context: InContext
) -> dict[str, Any]:
    """A person's pre-applications, or the one of a code; the look is on record first.

    Problem("elsewhere") with `place` for a code of another county.
    """
    now = context.clock.now()

    def look(connection: Connection) -> list[dict[str, Any]]:
        if request.holder is not None:
            found = preapplications.of_person(connection, caller, request.holder.number)
            holder = request.holder
        else:
            found = preapplications.by_code(connection, caller, request.code or "")
            if not found:
                place = preapplications.place_of_code(connection, request.code or "")
                if place is not None:
                    raise Problem("elsewhere", place=place)
                return []
            applicant = found[0]["applicant"]
            holder = Holder(kind=applicant["kind"], number=applicant["number"])
        data_use.record(
            connection,
            caller=caller,
            at=now,
            resource="preapplications",
            purpose=request.purpose,
            holder=holder,
            answered=[one["code"] for one in found],
        )
        return found

    return {"preapplications": context.store.write(look)}


@router.post(
    "/reception-queries",
    response_model=ReceptionAnswer,
    summary="窗口接待：网上申请、持证情况、办件",
)
def query_reception(request: CaseQuery, caller: Clerk, context: InContext) -> dict[str, Any]:
    """One answer for a person at the window; each of the three looks is on record first."""
    now = context.clock.now()
    number = request.holder.number

    def look(connection: Connection) -> dict[str, Any]:
        applications = preapplications.of_person(connection, caller, number)
        directory = licences.of_holder(connection, number, None, day_of(now))
        cases = queries.of_person(connection, caller, number)
        for resource, answered in (
            ("preapplications", [one["code"] for one in applications]),
            ("licence-directory", [one["identifier"] for one in directory]),
            ("cases", [one["number"] for one in cases]),
        ):
            data_use.record(
                connection,
                caller=caller,
                at=now,
                resource=resource,
                purpose=request.purpose,
                holder=request.holder,
                answered=answered,
            )
        return {"preapplications": applications, "licences": directory, "cases": cases}

    return context.store.write(look)


@router.post("/case-queries", response_model=CaseAnswer, summary="按申请人查询办件")
def query_cases(request: CaseQuery, caller: WithPeople, context: InContext) -> dict[str, Any]:
    """A person's cases; the look is on record first."""
    now = context.clock.now()

    def look(connection: Connection) -> list[dict[str, Any]]:
        found = queries.of_person(connection, caller, request.holder.number)
        data_use.record(
            connection,
            caller=caller,
            at=now,
            resource="cases",
            purpose=request.purpose,
            holder=request.holder,
            answered=[one["number"] for one in found],
        )
        return found

    return {"cases": context.store.write(look)}


router.routes.extend(case_routes.router.routes)
router.routes.extend(upload_routes.router.routes)
