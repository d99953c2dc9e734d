"""网上大厅: what is asked online, and what a hall asks of it. What is done is in acts.py."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from sqlalchemy import Connection, select

from hall_platform import data_use
from hall_platform.access import Citizen, Clerk, of_county
from hall_platform.business.tables import preapplications
from hall_platform.clock import stamp
from hall_platform.context import InContext
from hall_platform.cursors import key_of
from hall_platform.portal import (
    authorising,
    checking,
    drafts,
    letter_routes,
    messages,
    offers,
    own,
    people,
    prechecking,
    tries,
)
from hall_platform.portal.own_shapes import (
    FilledForm,
    OwnCase,
    OwnMatters,
    OwnPreapplication,
    PreCheck,
    PreCheckQuery,
    Progress,
    ProgressQuery,
    ToCheckPage,
)
from hall_platform.portal.people_shapes import AuthorisationAnswer, MessagePage
from hall_platform.portal.shapes import (
    Draft,
    DraftAnswer,
    DraftCodeQuery,
    DraftFound,
    Guide,
    PlaceAnswer,
)
from hall_platform.portal.tables import drafts as draft_table
from hall_platform.problems import Problem
from hall_platform.shapes import Cursor, Holder, Limit

router = APIRouter(prefix="/v1", tags=["portal"])
router.routes.extend(letter_routes.router.routes)

_PERSON = ["account-unknown"]
_NOT_FOUND = {"x-problems": [*_PERSON, "not-found"]}


@router.get("/portal/halls", response_model=PlaceAnswer, summary="可办事的大厅")
def find_halls(
    caller: Citizen,
    context: InContext,
    item: Annotated[str, Query(max_length=40, description="只列受理该事项的大厅")] = "",
) -> dict[str, Any]:
    """The halls, or those that take an item."""
    del caller
    with context.store.read() as connection:
        return {"halls": offers.places(connection, item)}


@router.get(
    "/portal/items/{code}",
    response_model=Guide,
    summary="办事指南",
    openapi_extra={"x-problems": ["not-found"]},
)
def guide(
    caller: Citizen, context: InContext, code: Annotated[str, Path(max_length=40)]
) -> dict[str, Any]:
    """What an item is, what is needed for it, and the halls that take it."""
    del caller
    with context.store.read() as connection:
        found = offers.guide(connection, code)
    if found is None:
        raise Problem("not-found")
    return found


@router.post(
    "/portal/pre-checks",
    response_model=PreCheck,
    summary="申请前预检：哪些材料平台已有",
    openapi_extra={
        "x-problems": [
            *_PERSON,
            "identity-not-verified",
            "item-unknown",
            "hall-does-not-take-it",
            "not-authorised",
        ]
    },
)
def pre_check(request: PreCheckQuery, caller: Citizen, context: InContext) -> dict[str, Any]:
    """What of the materials is met already, by what; each look is the citizen's, on record."""
    return prechecking.pre_check(context, caller, request)


@router.get(
    "/portal/drafts",
    response_model=DraftAnswer,
    summary="我的草稿",
    openapi_extra={"x-problems": _PERSON},
)
def own_drafts(caller: Citizen, context: InContext) -> dict[str, Any]:
    """The account's open drafts, newest first."""
    with context.store.read() as connection:
        return {"drafts": drafts.own(connection, people.person(connection, caller))}


@router.get(
    "/portal/drafts/{draft}", response_model=Draft, summary="草稿", openapi_extra=_NOT_FOUND
)
def one_draft(draft: UUID, caller: Citizen, context: InContext) -> dict[str, Any]:
    """One of the account's drafts, also one that was handed in."""
    with context.store.read() as connection:
        return drafts.one(connection, people.person(connection, caller), str(draft))


@router.post(
    "/portal/draft-code-queries",
    response_model=DraftFound,
    summary="凭转交码查找草稿（网上）",
    openapi_extra={"x-problems": [*_PERSON, "code-unknown", "too-many-guesses"]},
)
def find_draft(request: DraftCodeQuery, caller: Citizen, context: InContext) -> dict[str, Any]:
    """The draft a code is for, to whom it is for; anybody else is told that there is none."""
    now = context.clock.now()

    def count(connection: Connection) -> people.Person:
        who = people.person(connection, caller)
        tries.count(connection, tries.CODES, who.citizen, now)
        return who

    who = context.store.write(count)
    with context.store.read() as connection:
        row = drafts.by_code(connection, request.county, request.code, stamp(now))
        if row is None or not people.may_apply(connection, who, context, row):
            raise Problem("code-unknown")
    context.store.write(lambda connection: tries.forget(connection, tries.CODES, who.citizen))
    return drafts.found(row)


@router.post(
    "/draft-code-queries",
    response_model=DraftFound,
    summary="凭转交码查找草稿（窗口）",
    openapi_extra={"x-problems": ["code-unknown", "too-many-guesses"]},
)
def find_draft_at_window(
    request: DraftCodeQuery, caller: Clerk, context: InContext
) -> dict[str, Any]:
    """The draft of a code somebody brings to the window, before it is taken up."""
    now = context.clock.now()
    context.store.write(
        lambda connection: tries.count(connection, tries.CODES, caller.operator, now)
    )
    if request.county != caller.county:
        raise Problem("code-unknown")
    with context.store.read() as connection:
        row = drafts.by_code(connection, request.county, request.code, stamp(now))
    if row is None:
        raise Problem("code-unknown")
    context.store.write(lambda connection: tries.forget(connection, tries.CODES, caller.operator))
    return drafts.found(row)


@router.get("/preapplications", response_model=ToCheckPage, summary="待预审的网上申请")
def to_check(
    caller: Clerk,
    context: InContext,
    state: Annotated[
        Literal["submitted", "checked", "to_correct"], Query(description="状态")
    ] = "submitted",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """The county's, the oldest first; nothing of the people, who are looked at one by one."""
    after = key_of(cursor)
    with context.store.read() as connection:
        return checking.page(
            connection, caller.county, state, context=context, limit=limit, after=after
        )


@router.get(
    "/preapplications/{preapplication}/form",
    response_model=FilledForm,
    summary="网上申请所填表单",
    openapi_extra={"x-problems": ["not-found"]},
)
def filled_form(preapplication: UUID, caller: Clerk, context: InContext) -> dict[str, Any]:
    """What was filled in online, for a window of its county; the look is on record first."""
    now = context.clock.now()

    def look(connection: Connection) -> dict[str, Any]:
        row = connection.execute(
            select(
                draft_table,
                preapplications.c.code,
            )
            .join(
                preapplications,
                (preapplications.c.county == draft_table.c.county)
                & (preapplications.c.id == draft_table.c.id),
            )
            .where(of_county(caller, draft_table.c.county))
            .where(draft_table.c.id == str(preapplication))
            .where(draft_table.c.state == "submitted")
        ).one_or_none()
        if row is None:
            raise Problem("not-found")
        data_use.record(
            connection,
            caller=caller,
            at=now,
            resource="preapplication-form",
            purpose="窗口查看网上申请",
            holder=Holder(kind=row.applicant_kind, number=row.applicant_number),
            answered=[row.code],
            item=row.item,
        )
        return checking.filled(connection, row)

    return context.store.write(look)


# one's own --------------------------------------------------------------------------------------


@router.get(
    "/portal/matters",
    response_model=OwnMatters,
    summary="我的申请和办件",
    openapi_extra={"x-problems": _PERSON},
)
def own_matters(caller: Citizen, context: InContext) -> dict[str, Any]:
    """Everything of one's own: applied for online or at a window, with timeline and due days."""
    with context.store.read() as connection:
        who = people.person(connection, caller)
        return {
            "preapplications": own.all_preapplications(connection, who, context),
            "cases": own.all_cases(connection, who, context),
            "appointments": own.all_appointments(connection, who),
        }


@router.get(
    "/portal/preapplications/{preapplication}",
    response_model=OwnPreapplication,
    summary="我的网上申请",
    openapi_extra=_NOT_FOUND,
)
def own_preapplication(preapplication: UUID, caller: Citizen, context: InContext) -> dict[str, Any]:
    """One of one's own, with what was filled in, what is to correct, and its steps."""
    with context.store.read() as connection:
        who = people.person(connection, caller)
        return own.preapplication(connection, who, context, str(preapplication))


@router.get(
    "/portal/cases/{case}",
    response_model=OwnCase,
    summary="我的办件",
    openapi_extra=_NOT_FOUND,
)
def own_case(case: UUID, caller: Citizen, context: InContext) -> dict[str, Any]:
    """One of one's own, with timeline, papers, what is to correct and what can be rated."""
    with context.store.read() as connection:
        who = people.person(connection, caller)
        return own.case(connection, who, context, str(case))


@router.post(
    "/portal/progress-queries",
    response_model=Progress,
    summary="凭办件编号和查询码查进度（不需登录）",
    openapi_extra={"x-problems": ["not-found", "too-many-guesses"]},
)
def query_progress(
    request: ProgressQuery, context: InContext, connected: Request
) -> dict[str, Any]:
    """How far a case is, for who holds its receipt; nothing of a person is in the answer.

    A wrong code and a number there is not are answered alike, and counted by who asks and by what
    is asked for.
    """
    now = context.clock.now()
    address = tries.address_of(connected)

    def count(connection: Connection) -> None:
        tries.count(connection, tries.ADDRESSES, address, now)
        tries.count(connection, tries.NUMBERS, request.number, now)

    context.store.write(count)
    with context.store.read() as connection:
        found = own.progress(connection, request.number, request.query_code)
    if found is None:
        raise Problem("not-found")
    context.store.write(lambda connection: tries.forget(connection, tries.NUMBERS, request.number))
    return found


@router.get(
    "/portal/authorisations",
    response_model=AuthorisationAnswer,
    summary="我的代办授权",
    openapi_extra={"x-problems": [*_PERSON, "identity-not-verified"]},
)
def own_authorisations(caller: Citizen, context: InContext) -> dict[str, Any]:
    """Those one is a side of, also for organisations one heads."""
    with context.store.read() as connection:
        who = people.verified(connection, caller)
        return {"authorisations": authorising.all_of(connection, who, context)}


@router.get(
    "/portal/messages",
    response_model=MessagePage,
    summary="我的消息",
    openapi_extra={"x-problems": _PERSON},
)
def own_messages(
    caller: Citizen,
    context: InContext,
    unread: Annotated[bool, Query(description="只列未读")] = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """What happened with one's own, newest first. New ones are told on /v1/events."""
    after = key_of(cursor)
    with context.store.read() as connection:
        who = people.person(connection, caller)
        return messages.page(connection, who, unread=unread, limit=limit, after=after)
