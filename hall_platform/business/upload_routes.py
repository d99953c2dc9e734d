"""Files go in by the content they have, and come out for a purpose on record."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.params import Path
from sqlalchemy import Connection, select
from starlette.responses import Response

from hall_platform import data_use
from hall_platform.access import CITIZEN, CLERK, DEVICE, KIOSK, REVIEWER, Caller, of_county, require
from hall_platform.business import queries, uploads
from hall_platform.business.case_shapes import UploadKept, UploadQuery
from hall_platform.business.tables import case_materials, preapplications
from hall_platform.context import InContext
from hall_platform.identity.tables import halls
from hall_platform.problems import Problem, invalid
from hall_platform.shapes import Digest, Holder

router = APIRouter(prefix="/v1", tags=["business"])

Sender = Annotated[Caller, Depends(require(CLERK, DEVICE, KIOSK, CITIZEN))]
Fetcher = Annotated[Caller, Depends(require(CLERK, REVIEWER))]

_REFUSED = [
    "upload-type-refused",
    "upload-type-wrong",
    "upload-length-wrong",
    "upload-digest-wrong",
    "upload-too-large",
    "county-unknown",
    "invalid-request",
]
_COUNTY = r"^[0-9]{6}$"
_BODY = {
    "required": True,
    "content": {media_type: {"schema": {}} for media_type in uploads.MEDIA_TYPES},
}


@router.put(
    "/uploads/{sha256}",
    response_model=UploadKept,
    summary="按内容摘要上传文件",
    openapi_extra={"x-problems": _REFUSED, "requestBody": _BODY},
)
async def put_upload(  # noqa: PLR0917 - FastAPI takes what it needs by name
    sha256: Annotated[Digest, Path(description="文件内容的 SHA-256")],
    caller: Sender,
    context: InContext,
    request: Request,
    length: Annotated[int, Query(ge=1, le=uploads.UPLOAD_LIMIT, description="文件的字节数")],
    county: Annotated[str | None, Query(pattern=_COUNTY, description="网上用户办事的县区")] = None,
) -> dict[str, Any]:
    """Keep a file; type, length and content have to be as they were declared.

    Sent again it changes nothing. Who is in no county names the one the file is for.
    """
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type not in uploads.MEDIA_TYPES:
        raise Problem("upload-type-refused", media_types=sorted(uploads.MEDIA_TYPES))
    digest, pieces, received = hashlib.sha256(), [], 0
    async for piece in request.stream():
        received += len(piece)
        if received > length:
            raise Problem("upload-length-wrong", headers={"Connection": "close"}, received=received)
        digest.update(piece)
        pieces.append(piece)
    content = b"".join(pieces)

    def kept() -> bool:
        uploads.check(
            content,
            sha256=sha256,
            found_sha256=digest.hexdigest(),
            media_type=media_type,
            length=length,
        )
        return context.store.write(keep)

    def keep(connection: Connection) -> bool:
        return uploads.keep(
            connection,
            county=_county(connection, caller, county),
            sha256=sha256,
            media_type=media_type,
            content=content,
            caller=caller,
            origin="applicant" if caller.roles & {CITIZEN, KIOSK} else "window",
            at=context.clock.now(),
        )

    new = await run_in_threadpool(kept)
    return uploads.described(sha256, media_type, length, new=new)


def _county(connection: Connection, caller: Caller, named: str | None) -> str:
    """Where the file is kept. Problems: county-unknown, invalid-request."""
    if caller.county:
        return caller.county
    if named is None:
        raise invalid("query.county", "say which county it is for")
    known = select(halls.c.code).where(halls.c.county == named).limit(1)
    if connection.execute(known).one_or_none() is None:
        raise Problem("county-unknown")
    return named


@router.post(
    "/upload-queries",
    response_class=Response,
    summary="调取上传文件",
    responses={
        200: {"content": {media_type: {"schema": {}} for media_type in uploads.MEDIA_TYPES}}
    },
    openapi_extra={"x-problems": ["not-found"]},
)
def fetch_upload(request: UploadQuery, caller: Fetcher, context: InContext) -> Response:
    """A file of a case or pre-application the caller sees; the look is on record first."""
    now = context.clock.now()

    def look(connection: Connection) -> uploads.Kept:
        if request.case is not None:
            county, holder = _of_case(connection, caller, request.case, request.sha256)
        else:
            assert request.preapplication is not None
            county, holder = _of_preapplication(
                connection, caller, request.preapplication, request.sha256
            )
        found = uploads.fetch(connection, county, request.sha256)
        if found is None:
            raise Problem("not-found")
        data_use.record(
            connection,
            caller=caller,
            at=now,
            resource="upload",
            purpose=request.purpose,
            holder=holder,
            answered=[request.sha256],
            case=str(request.case) if request.case else None,
        )
        return found

    found = context.store.write(look)
    headers = {"Content-Disposition": f'attachment; filename="{request.sha256[:16]}"'}
    return Response(found.content, media_type=found.media_type, headers=headers)


def _of_case(connection: Connection, caller: Caller, case: UUID, sha256: str) -> tuple[str, Holder]:
    """Where the file of a case is kept and whose it is. Problem("not-found")."""
    row = queries.row_of(connection, caller, str(case))
    if row is None:
        raise Problem("not-found")
    named = connection.execute(
        select(case_materials.c.position)
        .where(case_materials.c.county == row["county"])
        .where(case_materials.c.case_id == row["id"])
        .where(case_materials.c.upload == sha256)
    ).first()
    if named is None:
        raise Problem("not-found")
    applicant = json.loads(row["applicant"])
    return row["county"], Holder(kind=applicant["kind"], number=applicant["number"])


def _of_preapplication(
    connection: Connection, caller: Caller, preapplication: UUID, sha256: str
) -> tuple[str, Holder]:
    """The same for a pre-application, a clerk's matter. Problem("not-found")."""
    row = connection.execute(
        select(preapplications)
        .where(of_county(caller, preapplications.c.county))
        .where(preapplications.c.id == str(preapplication))
    ).one_or_none()
    if row is None or CLERK not in caller.roles:
        raise Problem("not-found")
    if sha256 not in {upload["sha256"] for upload in json.loads(row.uploads)}:
        raise Problem("not-found")
    return row.county, Holder(kind=row.applicant_kind, number=row.applicant_number)
