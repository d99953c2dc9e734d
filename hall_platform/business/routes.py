"""业务办理: pre-applications, numbers, acceptance, receipts, cases."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request
from sqlalchemy import Connection
from starlette.responses import JSONResponse, Response

from hall_platform import data_use
from hall_platform.access import Caller, Clerk, ClerkOrDevice
from hall_platform.business import acceptance, numbers, preapplications, queries
from hall_platform.business.acceptance import Delivery
from hall_platform.business.shapes import (
    AcceptAct,
    Case,
    CaseAnswer,
    CaseQuery,
    ClaimAct,
    LeaseAct,
    NumberBlock,
    Preapplication,
    PreapplicationAnswer,
    PreapplicationQuery,
    Receipt,
    ReceiptAnswer,
    ReleaseAct,
)
from hall_platform.clock import day_of
from hall_platform.context import Context, InContext
from hall_platform.etags import not_modified, required_match, tag
from hall_platform.idempotency import Outcome, checked_key, fingerprint
from hall_platform.problems import Problem
from hall_platform.shapes import Holder

router = APIRouter(prefix="/v1", tags=["business"])

MOST_KEYS = 100
MOST_DAYS_AHEAD = 31

_ACT_PROBLEMS = [
    "idempotency-key-missing",
    "idempotency-key-invalid",
    "idempotency-key-reused",
    "in-flight",
    "other-window",
]
_CLAIM_PROBLEMS = [
    *_ACT_PROBLEMS,
    "not-found",
    "precondition-required",
    "changed-meanwhile",
    "claimed-elsewhere",
]


async def _body_fingerprint(request: Request) -> str:
    """SHA-256 of the act as it was sent, members in canonical order."""
    try:
        return fingerprint(json.loads(await request.body()))
    except ValueError:  # NaN and half surrogates; broken JSON is answered elsewhere
        raise Problem("malformed-request") from None


Key = Annotated[
    str | None,
    Header(alias="Idempotency-Key", description="必填，1 至 255 个字母、数字或 ._:- 字符"),
]
IfMatch = Annotated[str | None, Header(alias="If-Match", description="必填，所依据版本的 ETag")]
Fingerprint = Annotated[str, Depends(_body_fingerprint)]


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
            found = preapplications.of_person(connection, request.holder.number)
            holder = request.holder
        else:
            found = preapplications.by_code(connection, request.code or "")
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


@router.post(
    "/preapplications/{identifier}/claim",
    response_model=Preapplication,
    summary="窗口调取网上申请",
    openapi_extra={"x-problems": [*_CLAIM_PROBLEMS, "not-claimable"]},
)
def claim(
    *,
    identifier: UUID,
    act: ClaimAct,
    request: Request,
    caller: Clerk,
    context: InContext,
    body: Fingerprint,
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """Exactly one window gets it; asking again from that window is answered alike."""
    del if_match  # in the contract; read from the request
    _own_window(caller, act.window)
    match = required_match(request)
    now = context.clock.now()
    return _perform(
        context,
        key,
        body,
        "claim",
        lambda connection: (
            200,
            preapplications.claim(connection, str(identifier), match, act.window, now),
        ),
    )


@router.post(
    "/preapplications/{identifier}/release",
    response_model=Preapplication,
    summary="窗口退回网上申请",
    openapi_extra={"x-problems": [*_CLAIM_PROBLEMS, "not-claimed"]},
)
def release(
    *,
    identifier: UUID,
    act: ReleaseAct,
    request: Request,
    caller: Clerk,
    context: InContext,
    body: Fingerprint,
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """It goes back into the state it was claimed from."""
    del if_match
    _own_window(caller, act.window)
    match = required_match(request)
    return _perform(
        context,
        key,
        body,
        "release",
        lambda connection: (
            200,
            preapplications.release(connection, str(identifier), match, act.window),
        ),
    )


@router.post(
    "/number-blocks",
    status_code=201,
    response_model=NumberBlock,
    summary="窗口租用办件编号",
    openapi_extra={"x-problems": [*_ACT_PROBLEMS, "numbers-exhausted"]},
)
def lease_numbers(
    act: LeaseAct, caller: ClerkOrDevice, context: InContext, body: Fingerprint, key: Key = None
) -> Response:
    """A block of official numbers for the caller's window, for today or the day given."""
    _own_window(caller, act.window)
    now = context.clock.now()
    day = _leasable_day(act.date, day_of(now))

    def lease(connection: Connection) -> tuple[int, Any]:
        block, leased = numbers.lease(
            connection,
            region=caller.region,
            day=day,
            window=act.window,
            count=act.count,
            now=now,
            session=caller.session,
        )
        return 201, {"block": block, "window": act.window, "numbers": leased}

    return _perform(context, key, body, "lease-numbers", lease)


@router.post(
    "/cases/{case_id}/acceptance",
    status_code=201,
    response_model=Receipt,
    summary="受理",
    openapi_extra={
        "x-problems": [
            *_ACT_PROBLEMS,
            "material-missing",
            "number-used",
            "number-unknown",
            "numbers-exhausted",
            "item-unknown",
            "operator-unknown",
            "case-exists",
            "preapplication-unknown",
            "claimed-elsewhere",
            "not-claimable",
        ]
    },
)
def accept(
    *,
    case_id: UUID,
    act: AcceptAct,
    caller: ClerkOrDevice,
    context: InContext,
    body: Fingerprint,
    key: Key = None,
) -> Response:
    """Accept a case once, however often the act is sent; answered when it is durable."""
    _own_window(caller, act.window)
    if act.case != case_id:
        raise _invalid("body.case", "not the case of the address")
    delivery = Delivery(checked_key(key), body, caller, context.clock.now())
    return _perform(
        context,
        key,
        body,
        "accept",
        lambda connection: (
            201,
            acceptance.accept(connection, act, delivery, context.calendar),
        ),
    )


@router.get(
    "/sync/receipts",
    response_model=ReceiptAnswer,
    summary="核对回执",
)
def read_receipts(
    caller: ClerkOrDevice,
    context: InContext,
    keys: Annotated[str, Query(max_length=26_000, description="幂等键，逗号分隔，至多 100 个")],
) -> dict[str, Any]:
    """Receipts of the keys; a client forgets an act only after reading it back here."""
    del caller
    wanted = list(dict.fromkeys(part for part in keys.split(",") if part))
    if len(wanted) > MOST_KEYS:
        raise _invalid("query.keys", f"more than {MOST_KEYS}")
    with context.store.read() as connection:
        found, unknown = queries.receipts(connection, wanted)
    return {"receipts": found, "unknown": unknown}


@router.post("/case-queries", response_model=CaseAnswer, summary="按申请人查询办件")
def query_cases(request: CaseQuery, caller: Clerk, context: InContext) -> dict[str, Any]:
    """A person's cases; the look is on record first."""
    now = context.clock.now()

    def look(connection: Connection) -> list[dict[str, Any]]:
        found = queries.of_person(connection, request.holder.number)
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
        found = queries.case(connection, str(case_id))
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


def _perform(
    context: Context,
    key: str | None,
    body: str,
    act: str,
    work: Callable[[Connection], tuple[int, Any]],
) -> Response:
    outcome = context.acts.perform(checked_key(key), body, act, context.clock.now(), work)
    return _answer(outcome)


def _answer(outcome: Outcome) -> Response:
    headers = {"Idempotency-Replayed": "true"} if outcome.replayed else {}
    value = json.loads(outcome.answer)
    if isinstance(value, dict) and "etag" in value:
        headers["ETag"] = value["etag"]
    return Response(outcome.answer, outcome.status, headers=headers, media_type="application/json")


def _own_window(caller: Caller, window: str) -> None:
    if caller.window != window:
        raise Problem("other-window", window=caller.window)


def _leasable_day(wanted: str | None, today: date) -> date:
    """The day numbers are for: today, or one of the next few weeks."""
    if wanted is None:
        return today
    try:
        day = date.fromisoformat(wanted)
    except ValueError:
        raise _invalid("body.date", "not a date") from None
    if not 0 <= (day - today).days <= MOST_DAYS_AHEAD:
        raise _invalid("body.date", f"not within {MOST_DAYS_AHEAD} days from today")
    return day


def _invalid(where: str, what: str) -> Problem:
    return Problem("invalid-request", errors=[{"where": where, "what": what}])
