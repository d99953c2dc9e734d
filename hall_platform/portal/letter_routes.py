"""Questions about letters: one's own, those of a hall, and what is published."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from sqlalchemy import Connection

from hall_platform.access import Anyone, Caller, Citizen, require
from hall_platform.context import InContext
from hall_platform.cursors import key_of
from hall_platform.portal import inbox, letters, people, terms, tries
from hall_platform.portal.letter_shapes import (
    InboxLetter,
    Letter,
    LetterAnswer,
    LetterCodeQuery,
    LetterPage,
    PublishedPage,
    TermAnswer,
)
from hall_platform.problems import Problem
from hall_platform.roles import CLERK, REVIEWER, SUPERVISOR
from hall_platform.shapes import Cursor, Limit

router = APIRouter(prefix="/v1", tags=["portal"])

Answerer = Annotated[Caller, Depends(require(CLERK, SUPERVISOR, REVIEWER))]
Staff = Annotated[Caller, Depends(require(CLERK, SUPERVISOR, REVIEWER))]

_PERSON = ["account-unknown"]


@router.get(
    "/portal/letters",
    response_model=LetterAnswer,
    summary="我的咨询、建议、投诉",
    openapi_extra={"x-problems": _PERSON},
)
def own_letters(caller: Citizen, context: InContext) -> dict[str, Any]:
    """The account's own with their answers, newest first; an anonymous one opens by its code."""
    with context.store.read() as connection:
        who = people.person(connection, caller)
        return {"letters": letters.all_of(connection, who)}


@router.post(
    "/portal/letter-code-queries",
    response_model=Letter,
    summary="凭查询码查看匿名来件",
    openapi_extra={"x-problems": [*_PERSON, "code-unknown", "too-many-guesses"]},
)
def find_letter(request: LetterCodeQuery, caller: Citizen, context: InContext) -> dict[str, Any]:
    """An anonymous letter by its code, with its answers."""
    now = context.clock.now()

    def count(connection: Connection) -> people.Person:
        who = people.person(connection, caller)
        tries.count(connection, tries.CODES, who.citizen, now)
        return who

    who = context.store.write(count)
    with context.store.read() as connection:
        found = letters.by_code(connection, request.county, request.code)
    if found is None:
        raise Problem("code-unknown")
    context.store.write(lambda connection: tries.forget(connection, tries.CODES, who.citizen))
    return found


@router.get("/letters", response_model=LetterPage, summary="收到的咨询、建议、投诉")
def hall_letters(
    caller: Answerer,
    context: InContext,
    waiting: Annotated[bool, Query(description="只列未答复的")] = True,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """The hall's, for a reviewer those given to the department; what is due first comes first."""
    after = key_of(cursor)
    with context.store.read() as connection:
        return inbox.page(connection, caller, waiting=waiting, limit=limit, after=after)


@router.get(
    "/letters/{letter}",
    response_model=InboxLetter,
    summary="来件详情",
    openapi_extra={"x-problems": ["not-found"]},
)
def one_letter(letter: UUID, caller: Answerer, context: InContext) -> dict[str, Any]:
    """A letter with its turns and, unless anonymous, its writer; that look is on record."""
    now = context.clock.now()
    return context.store.write(lambda connection: inbox.one(connection, caller, str(letter), now))


@router.get("/letter-terms", response_model=TermAnswer, summary="来件答复时限")
def letter_terms(caller: Staff, context: InContext) -> dict[str, Any]:
    """In how many working days the county answers letters of each kind."""
    with context.store.read() as connection:
        return {"terms": terms.all_of(connection, caller.county)}


@router.get("/faq", response_model=PublishedPage, summary="常见问题")
def published_answers(  # noqa: PLR0917 - FastAPI takes what it needs by name
    caller: Anyone,
    context: InContext,
    q: Annotated[str, Query(max_length=100, description="内容中的词，空格分隔")] = "",
    item: Annotated[str, Query(max_length=40, description="事项编码")] = "",
    county: Annotated[str, Query(pattern=r"^([0-9]{6})?$", description="县区")] = "",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """Published questions and answers, newest first."""
    del caller
    after = key_of(cursor)
    with context.store.read() as connection:
        return inbox.published(
            connection, text=q, item=item, county=county, limit=limit, after=after
        )
