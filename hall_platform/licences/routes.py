"""电子证照: directory, files, verification, what is presented; always with purpose and record."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy import Connection, Row, select
from starlette.responses import Response

from hall_platform import data_use
from hall_platform.access import CLERK, REVIEWER, Anyone, Caller, Citizen, Clerk, require
from hall_platform.check_digits import is_licence_identifier
from hall_platform.clock import day_of
from hall_platform.context import InContext
from hall_platform.identity.tables import halls
from hall_platform.licences import grounds, pdf, presenting, queries
from hall_platform.licences.case_seen import CaseSeen, case_seen
from hall_platform.licences.shapes import (
    CaseLicenceAnswer,
    CaseLicenceQuery,
    FileQuery,
    LicenceAnswer,
    LicenceQuery,
    LicenceTypes,
    OwnLicences,
    PresentationState,
    Verification,
    VerificationQuery,
)
from hall_platform.problems import Problem
from hall_platform.question_routes import QuestionRoute
from hall_platform.shapes import Holder

router = APIRouter(prefix="/v1", tags=["licences"], route_class=QuestionRoute)

WhoHandles = Annotated[Caller, Depends(require(CLERK, REVIEWER))]

_MEDIA = {"pdf": "application/pdf", "ofd": "application/ofd"}


@router.get("/licence-types", response_model=LicenceTypes, summary="电子证照类型目录")
def list_types(caller: Anyone, context: InContext) -> dict[str, Any]:
    """The types of licences there are, and which bodies issue them."""
    del caller
    with context.store.read() as connection:
        return {"types": queries.types(connection)}


@router.post(
    "/licence-queries",
    response_model=LicenceAnswer,
    summary="按持证主体、事项和用途查询电子证照",
    openapi_extra={"x-problems": ["item-unknown", "not-found"]},
)
def query_licences(request: LicenceQuery, caller: Clerk, context: InContext) -> dict[str, Any]:
    """A person's or organisation's licences; every look is on record before they come back.

    Only the types the item needs come back, without an item the bare directory. A case that is
    named is one the window sees, of that item and person; before it has arrived none is named.
    """
    now = context.clock.now()

    def look(connection: Connection) -> dict[str, Any]:
        holder = request.holder
        case = _case_of(connection, caller, request)
        version = case.item_version if case is not None else None
        types = None
        if request.item is not None:
            types = grounds.types_needed(connection, request.item, version)
        found = queries.of_holder(connection, holder.number, types, day_of(now), holder.kind)
        number = data_use.record(
            connection,
            caller=caller,
            at=now,
            resource="licences" if types is not None else "licence-directory",
            purpose=request.purpose,
            holder=holder,
            answered=[licence["identifier"] for licence in found],
            item=request.item,
            case=case.id if case is not None else None,
        )
        return {"query": number, "licences": found}

    return context.store.write(look)


@router.post(
    "/case-licence-queries",
    response_model=CaseLicenceAnswer,
    summary="按办件查询申请人的电子证照和办理结果证照",
    openapi_extra={"x-problems": ["not-found", "item-unknown"]},
)
def query_by_case(
    request: CaseLicenceQuery, caller: WhoHandles, context: InContext
) -> dict[str, Any]:
    """What the parties of a case hold and its item needs, and what the case led to.

    Each party's look is on record; the number given is that of the applicant's.
    """
    now = context.clock.now()
    today = day_of(now)

    def look(connection: Connection) -> dict[str, Any]:
        case = case_seen(connection, caller, str(request.case))
        types = grounds.types_needed(connection, case.item, case.item_version)
        results = queries.results_of(connection, case.id)
        held: list[Row[Any]] = []
        numbers = []
        for kind, number in case.parties:
            rows = queries.rows_of(connection, number, types, kind=kind)
            held += rows
            numbers.append(
                data_use.record(
                    connection,
                    caller=caller,
                    at=now,
                    resource="licences",
                    purpose=request.purpose,
                    holder=Holder.model_validate({"kind": kind, "number": number}),
                    answered=[
                        *(row.identifier for row in rows),
                        *(row.identifier for row in results if row.holder_number == number),
                    ],
                    item=case.item,
                    case=case.id,
                )
            )
        return {
            "query": numbers[0],
            "licences": [queries.shown(row, today, bare=False) for row in held],
            "results": [queries.shown(row, today, bare=False) for row in results],
        }

    return context.store.write(look)


@router.post("/licence-verifications", response_model=Verification, summary="核验电子证照")
def verify(request: VerificationQuery, caller: WhoHandles, context: InContext) -> dict[str, Any]:
    """Whether a licence of that identifier is good today, and if not, since when and why.

    Nothing of the holder comes back; that somebody's licence was verified is on record.
    """
    now = context.clock.now()

    def look(connection: Connection) -> Row[Any] | None:
        row = queries.by_identifier(connection, request.identifier)
        if row is not None:
            data_use.record(
                connection,
                caller=caller,
                at=now,
                resource="licence-verification",
                purpose=request.purpose,
                holder=Holder(kind=row.holder_kind, number=row.holder_number),
                answered=[row.identifier],
            )
        return row

    row = context.store.write(look)
    known = row is not None
    return {
        "identifier": request.identifier,
        "check_holds": is_licence_identifier(request.identifier),
        "known": known,
        "status": queries.status(row, day_of(now)) if row is not None else None,
        "issuer": {"name": row.issuer_name, "code": row.issuer_code} if row is not None else None,
        **{
            member: getattr(row, column) or None if known else None
            for member, column in _VERIFIED.items()
        },
    }


_VERIFIED = {
    "type_name": "type_name",
    "issued_on": "issued_on",
    "valid_from": "valid_from",
    "valid_to": "valid_to",
    "version": "version",
    "successor": "successor",
    "changed_at": "standing_at",
    "reason": "standing_reason",
}


@router.post(
    "/licence-files",
    summary="调取电子证照文件",
    response_class=Response,
    responses={
        200: {"content": {media: {"schema": {"type": "string"}} for media in _MEDIA.values()}}
    },
    openapi_extra={
        "x-problems": [
            "licence-unknown",
            "licence-not-needed",
            "no-licence-file",
            "item-unknown",
            "not-found",
        ]
    },
)
def licence_file(request: FileQuery, caller: WhoHandles, context: InContext) -> Response:
    """A copy as PDF with its purpose across the page, or the OFD as it was issued.

    The record of the look is durable before the file goes out, and its number is in the header
    Data-Use.
    """
    now = context.clock.now()

    def look(connection: Connection) -> tuple[Row[Any], pdf.Use, bytes]:
        ground = grounds.licence_on_ground(connection, caller, request)
        row = ground.licence
        stored = b""
        if request.format == "ofd":
            kept = queries.file(connection, row.identifier)
            if kept is None:
                raise Problem("no-licence-file")
            stored = kept.content
        number = data_use.record(
            connection,
            caller=caller,
            at=now,
            resource=f"licence-file-{request.format}",
            purpose=request.purpose,
            holder=Holder(kind=row.holder_kind, number=row.holder_number),
            answered=[row.identifier],
            item=ground.item,
            case=ground.case,
        )
        place = _place(connection, caller)
        use = pdf.Use(request.purpose, ground.item_name, place, number, day_of(now))
        return row, use, stored

    row, use, content = context.store.write(look)
    if request.format == "pdf":
        content = pdf.copy(dict(row._mapping), queries.status(row, day_of(now)), use)
    return Response(content, media_type=_MEDIA[request.format], headers={"Data-Use": use.number})


@router.get(
    "/own-licences",
    response_model=OwnLicences,
    summary="本人和所代表单位的电子证照",
    openapi_extra={"x-problems": ["citizen-not-verified"]},
)
def own_licences(caller: Citizen, context: InContext) -> dict[str, Any]:
    """What the citizen and the organisations they act for hold; the look is on record."""
    now = context.clock.now()

    def look(connection: Connection) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for holder in presenting.holders_of(connection, caller.citizen, day_of(now)):
            rows = queries.rows_of(connection, holder.number, kind=holder.kind)
            data_use.record(
                connection,
                caller=caller,
                at=now,
                resource="own-licences",
                purpose="本人查看电子证照",
                holder=holder,
                answered=[row.identifier for row in rows],
            )
            found += [queries.shown(row, day_of(now), bare=False) for row in rows]
        return found

    return {"licences": context.store.write(look)}


@router.get(
    "/presentations/{presentation}",
    response_model=PresentationState,
    summary="用证码的状态",
    openapi_extra={"x-problems": ["not-found"]},
)
def presentation_state(presentation: UUID, caller: Citizen, context: InContext) -> dict[str, Any]:
    """Whether a code of one's own was used, and where."""
    with context.store.read() as connection:
        found = presenting.of_citizen(
            connection, caller.citizen, str(presentation), context.clock.now()
        )
    if found is None:
        raise Problem("not-found")
    return found


def _case_of(connection: Connection, caller: Caller, asked: LicenceQuery) -> CaseSeen | None:
    """The case the look says it is for. Problem("not-found"), also for another person's."""
    if asked.case is None:
        return None
    case = case_seen(connection, caller, str(asked.case), item=asked.item)
    if (asked.holder.kind, asked.holder.number) not in case.parties:
        raise Problem("not-found")
    return case


def _place(connection: Connection, caller: Caller) -> str:
    """Hall and window by name, as they stand on a copy."""
    hall = connection.execute(
        select(halls.c.name).where(halls.c.code == caller.hall)
    ).scalar_one_or_none()
    return f"{hall or ''} {caller.window} 窗口".strip() if caller.window else str(hall or "")
