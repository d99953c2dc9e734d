"""Questions about one case, and about cases without their people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy import Connection
from starlette.responses import JSONResponse, Response

from hall_platform import data_use
from hall_platform.access import CITIZEN, CLERK, DEVICE, KIOSK, REVIEWER, Caller, Reviewer, require
from hall_platform.business import life, limits, materials, queries
from hall_platform.business.case_shapes import Case, CaseMaterials
from hall_platform.business.clocks import Due
from hall_platform.business.life_acts import ROLES_OF
from hall_platform.business.life_answers import (
    AllowedActs,
    CaseBundle,
    CaseProgress,
    CaseProgressQuery,
    DepartmentPage,
)
from hall_platform.business.regimes import REGIMES
from hall_platform.business.standing import standing_of
from hall_platform.catalogue import queries as catalogue
from hall_platform.clock import day_of
from hall_platform.context import Context, InContext
from hall_platform.cursors import cursor_after, key_of
from hall_platform.etags import not_modified, tag
from hall_platform.problems import Problem
from hall_platform.shapes import Cursor, Holder, Limit

router = APIRouter(prefix="/v1", tags=["business"])

Looker = Annotated[Caller, Depends(require(CLERK, REVIEWER))]
Worker = Annotated[Caller, Depends(require(CLERK, DEVICE, REVIEWER))]
Asker = Annotated[Caller, Depends(require(CLERK, KIOSK, CITIZEN))]

_NOT_FOUND = {"x-problems": ["not-found"]}


def look_at(
    connection: Connection, caller: Caller, context: Context, row: Mapping[str, Any], resource: str
) -> None:
    """The look at a case's person goes on record."""
    applicant = json.loads(row["applicant"])
    purpose = "窗口查看办件" if CLERK in caller.roles else "审批查看办件"
    data_use.record(
        connection,
        caller=caller,
        at=context.clock.now(),
        resource=resource,
        purpose=purpose,
        holder=Holder(kind=applicant["kind"], number=applicant["number"]),
        answered=[row["number"]],
        item=row["item"],
        case=row["id"],
    )


@router.get(
    "/cases/{case_id}",
    response_model=Case,
    summary="办件详情",
    openapi_extra=_NOT_FOUND,
)
def one_case(case_id: UUID, caller: Looker, context: InContext, request: Request) -> Response:
    """One case with materials, papers and timeline; the look is on record first."""

    def look(connection: Connection) -> tuple[dict[str, Any], int]:
        row = _row(connection, caller, case_id)
        look_at(connection, caller, context, row, "case")
        found = queries.case(connection, caller, str(case_id))
        assert found is not None
        return found

    body, version = context.store.write(look)
    etag = tag(str(case_id), version)
    if not_modified(request, etag):
        return Response(status_code=304, headers={"ETag": etag})
    return JSONResponse(body, headers={"ETag": etag})


@router.get(
    "/cases/{case_id}/provenance",
    response_model=CaseMaterials,
    summary="办件材料：来源与可信等级",
    openapi_extra=_NOT_FOUND,
)
def case_materials(case_id: UUID, caller: Looker, context: InContext) -> dict[str, Any]:
    """The materials with provenance and trust grade; the look is on record first."""

    def look(connection: Connection) -> dict[str, Any]:
        row = _row(connection, caller, case_id)
        look_at(connection, caller, context, row, "case-materials")
        return {
            "case": str(case_id),
            "materials": materials.of_case(connection, row["county"], str(case_id)),
        }

    return context.store.write(look)


@router.get(
    "/cases/{case_id}/allowed-acts",
    response_model=AllowedActs,
    summary="办件现在可以办理的操作及其依据、期限",
    openapi_extra=_NOT_FOUND,
)
def allowed_acts(case_id: UUID, caller: Worker, context: InContext) -> dict[str, Any]:
    """For each act whether the law allows it now, and why not; limits with their sources."""
    today = day_of(context.clock.now())
    with context.store.read() as connection:
        row = _row(connection, caller, case_id)
        item = catalogue.item(connection, row["item"], row["item_version"])
        assert item is not None  # an accepted case keeps its version for good
        standing = standing_of(connection, row, item, today)
        due = _due(connection, row, item, context)
    regime = REGIMES[row["regime"]]
    return {
        "case": row["id"],
        "number": row["number"],
        "state": row["state"],
        "state_title": life.STATES[row["state"]],
        "regime": row["regime"],
        "regime_title": regime.title,
        "deemed_accepted": standing.deemed,
        "etag": tag(row["id"], row["version"]),
        "acts": [
            {
                "act": act,
                "title": life.ACTS[act].title,
                "allowed": verdict.allowed,
                "reason": verdict.reason,
                "why": life.REASONS.get(verdict.reason, ""),
                "basis": regime.source(life.ACTS[act].source),
                "roles": sorted(ROLES_OF[act]),
            }
            for act, verdict in life.verdicts(standing).items()
        ],
        "due": due,
    }


def _due(
    connection: Connection, row: Mapping[str, Any], item: dict[str, Any], context: Context
) -> list[dict[str, Any]]:
    """Every limit that runs, stands still, or has ended."""
    regime, calendar = REGIMES[row["regime"]], context.calendar
    promised, legal = limits.handling_due(connection, row, item, calendar)
    days = 0 if item["case_type"] == "immediate" else item["promised_days"]
    more, kind = row["extension_days"], item["day_kind"]
    listed: list[tuple[str, Due | None, int, str, str]] = [
        (
            "acceptance",
            limits.acceptance_due(connection, row, calendar),
            regime.acceptance_days or 0,
            "working",
            regime.source("acceptance"),
        ),
        ("promised", promised, days + more, kind, regime.source("promised")),
        ("legal", legal, max(item["legal_days"], days) + more, kind, regime.source("legal")),
        (
            "delivery",
            limits.delivery_due(row, calendar),
            regime.delivery_days or 0,
            "working",
            regime.source("delivery"),
        ),
    ]
    return [
        {
            "kind": name,
            "on": due.on.isoformat() if due.on else None,
            "days": length,
            "day_kind": counted,
            "provisional": due.provisional,
            "stopped": due.on is None,
            "source": source,
        }
        for name, due, length, counted, source in listed
        if due is not None
    ]


@router.get("/department-cases", response_model=DepartmentPage, summary="部门待办办件")
def department_cases(
    caller: Reviewer,
    context: InContext,
    state: Annotated[
        Literal["accepted", "handed_over", "suspended", "reviewed", "decided", "closed"],
        Query(description="办件状态"),
    ] = "handed_over",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """The cases of the reviewer's department in a state, nothing of the people."""
    after = key_of(cursor)
    with context.store.read() as connection:
        found, last = queries.of_department(connection, caller, state, limit, after)
    return {"cases": found, "next": cursor_after(last) if last else None}


@router.get(
    "/bundles/{bundle}",
    response_model=CaseBundle,
    summary="“一件事”的各办件",
    openapi_extra=_NOT_FOUND,
)
def one_bundle(bundle: UUID, caller: Looker, context: InContext) -> dict[str, Any]:
    """The cases that came from one form and one set of materials; the look is on record first."""

    def look(connection: Connection) -> list[dict[str, Any]]:
        rows = queries.of_bundle(connection, caller, str(bundle))
        if not rows:
            raise Problem("not-found")
        for row in rows:
            look_at(connection, caller, context, row, "case-bundle")
        return rows

    members = ("number", "item", "item_name", "state", "due_on")
    return {
        "bundle": str(bundle),
        "cases": [
            {"case": row["id"], **{member: row[member] for member in members}}
            for row in context.store.write(look)
        ],
    }


@router.post(
    "/progress-queries",
    response_model=CaseProgress,
    summary="凭办件编号和查询码查询进度",
    openapi_extra=_NOT_FOUND,
)
def query_progress(request: CaseProgressQuery, caller: Asker, context: InContext) -> dict[str, Any]:
    """How far a case is, for who holds its paper; a wrong code is answered as no case."""

    def look(connection: Connection) -> tuple[dict[str, Any], dict[str, Any]]:
        row = queries.by_query_code(connection, request.number, request.query_code)
        if row is None:
            raise Problem("not-found")
        applicant = json.loads(row["applicant"])
        data_use.record(
            connection,
            caller=caller,
            at=context.clock.now(),
            resource="case-progress",
            purpose="凭查询码查询进度",
            holder=Holder(kind=applicant["kind"], number=applicant["number"]),
            answered=[row["number"]],
            item=row["item"],
            case=row["id"],
        )
        return row, queries.progress(connection, row)

    row, told = context.store.write(look)
    return {
        "number": row["number"],
        "item_name": row["item_name"],
        "state": row["state"],
        "state_title": life.STATES[row["state"]],
        "filed_at": row["filed_at"],
        "accepted_at": row["accepted_at"],
        "due_on": row["due_on"],
        "due_provisional": row["due_provisional"],
        "steps": [
            {
                "at": step["at"],
                "act": step["act"],
                "title": _step_title(step["act"]),
                "state": step["to"],
                "state_title": life.STATES[step["to"]],
            }
            for step in told["steps"]
        ],
        "to_correct": told["to_correct"],
        "correct_by": told["correct_by"],
        "papers": told["papers"],
    }


def _step_title(act: str) -> str:
    """A step's name for people."""
    others = {"receive": "收件", "accept": "受理", "deem-accepted": "视为受理"}
    return others[act] if act in others else life.ACTS[act].title


def _row(connection: Connection, caller: Caller, case_id: UUID) -> dict[str, Any]:
    row = queries.row_of(connection, caller, str(case_id))
    if row is None:
        raise Problem("not-found")
    return row
