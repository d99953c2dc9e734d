"""业务办理: questions for pre-applications and cases. What is done to them is in acts.py."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.responses import JSONResponse, Response

from hall_platform import data_use
from hall_platform.access import Clerk
from hall_platform.business import preapplications, queries
from hall_platform.business.shapes import (
    Case,
    CaseAnswer,
    CaseQuery,
    PreapplicationAnswer,
    PreapplicationQuery,
)
from hall_platform.context import InContext
from hall_platform.etags import not_modified, tag
from hall_platform.problems import Problem
from hall_platform.shapes import Holder

router = APIRouter(prefix="/v1", tags=["business"])


@router.post(
    "/preapplication-queries",
    response_model=PreapplicationAnswer,
    summary="按申请人或申请码查询网上申请",
)
def query_preapplications(
    request: PreapplicationQuery, caller: Clerk, context: InContext
) -> dict[str, Any]:
    """A person's pre-applications, or the one of a code; the look is on record first."""
    now = context.clock.now()

    def look(connection: Connection) -> list[dict[str, Any]]:
        if request.holder is not None:
            found = preapplications.of_person(connection, caller, request.holder.number)
            holder = request.holder
        else:
            found = preapplications.by_code(connection, caller, request.code or "")
            if not found:
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


@router.post("/case-queries", response_model=CaseAnswer, summary="按申请人查询办件")
def query_cases(request: CaseQuery, caller: Clerk, context: InContext) -> dict[str, Any]:
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


@router.get(
    "/cases/{case_id}",
    response_model=Case,
    summary="办件详情",
    openapi_extra={"x-problems": ["not-found"]},
)
def one_case(case_id: UUID, caller: Clerk, context: InContext, request: Request) -> Response:
    """One case with materials, papers and timeline; the look is on record first."""
    now = context.clock.now()

    def look(connection: Connection) -> tuple[dict[str, Any], int]:
        found = queries.case(connection, caller, str(case_id))
        if found is None:
            raise Problem("not-found")
        applicant = found[0]["applicant"]
        data_use.record(
            connection,
            caller=caller,
            at=now,
            resource="case",
            purpose="窗口查看办件",
            holder=Holder(kind=applicant["kind"], number=applicant["number"]),
            answered=[found[0]["number"]],
            case=str(case_id),
        )
        return found

    body, version = context.store.write(look)
    etag = tag(str(case_id), version)
    if not_modified(request, etag):
        return Response(status_code=304, headers={"ETag": etag})
    return JSONResponse(body, headers={"ETag": etag})
