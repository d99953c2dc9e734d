"""Shapes of the inbox: questions, suggestions, complaints, what is published of them."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from hall_platform.portal.shapes import County, HandOverCode
from hall_platform.shapes import CatalogueCode, Code, Name, Named, PublicBody, Shape

Kind = Literal["consultation", "suggestion", "complaint"]  # 咨询、建议、投诉
State = Literal["received", "assigned", "answered"]


def _lines(value: str) -> str:
    """Letters have lines; other control characters they do not have."""
    if any((ord(symbol) < 32 and symbol not in "\n\t") or ord(symbol) == 127 for symbol in value):
        raise ValueError("control characters are not allowed")
    if any(0xD800 <= ord(symbol) <= 0xDFFF for symbol in value):
        raise ValueError("half of a surrogate pair")
    return value


LetterText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=5_000, strip_whitespace=True),
    AfterValidator(_lines),
]


class SendLetter(Shape):
    """Ask, suggest or complain; an anonymous letter is opened by its code alone."""

    act: Literal["send-letter"]
    hall: Code
    kind: Kind
    anonymous: bool = False
    title: Name
    text: LetterText
    item: Code | None = None
    case: UUID | None = None


class SeeAnswer(Shape):
    """The answer has been read."""

    act: Literal["see-answer"]
    county: County
    code: HandOverCode | None = None


class ReopenLetter(Shape):
    """The answer does not help, and why (once)."""

    act: Literal["reopen-letter"]
    county: County
    text: LetterText
    code: HandOverCode | None = None


class LetterCodeQuery(Shape):
    """An anonymous letter by its code."""

    county: County
    code: HandOverCode


class AssignLetter(Shape):
    """To the body that has to answer (交办)."""

    act: Literal["assign-letter"]
    body: PublicBody
    note: LetterText | None = None


class AnswerLetter(Shape):
    """The hall's or the body's answer (答复)."""

    act: Literal["answer-letter"]
    text: LetterText


class PublishAnswer(Shape):
    """Put a question and its answer before everybody, in words that name nobody."""

    act: Literal["publish-answer"]
    question: LetterText
    answer: LetterText
    item: CatalogueCode | None = None


class WithdrawAnswer(Shape):
    """Take a published answer away."""

    act: Literal["withdraw-answer"]


class SetTerm(Shape):
    """In how many working days the county answers letters of a kind."""

    act: Literal["set-letter-term"]
    kind: Kind
    days: Annotated[int, Field(strict=True, ge=1, le=60)]


class Term(Shape):
    """A term, and whether the county has set it itself."""

    kind: Kind
    days: int
    own: bool


class TermAnswer(Shape):
    """The terms of the caller's county."""

    terms: list[Term]


class Turn(Shape):
    """One turn of a letter."""

    at: str
    act: Literal["ask", "assign", "answer", "reopen"]
    text: str
    body: str


class Letter(Shape):
    """A letter as who wrote it sees it. `code` is told once, when an anonymous one is sent."""

    id: str
    county: str
    hall: str
    hall_name: str
    kind: Kind
    anonymous: bool
    title: str
    item: str | None
    case_number: str | None
    body: str | None
    state: State
    received_at: str
    due_on: str
    due_provisional: bool
    overdue: bool
    answered_at: str | None
    seen_at: str | None
    reopened_at: str | None
    may_reopen: bool
    turns: list[Turn]
    code: str | None
    etag: str


class LetterAnswer(Shape):
    """One's own letters, newest first."""

    letters: list[Letter]


class LetterSummary(Shape):
    """A letter in the hall's list."""

    id: str
    kind: Kind
    anonymous: bool
    title: str
    item: str | None
    body: Named | None
    state: State
    received_at: str
    due_on: str
    due_provisional: bool
    overdue: bool
    reopened: bool


class LetterPage(Shape):
    """A page of the hall's inbox, what is due first comes first."""

    letters: list[LetterSummary]
    next: str | None


class InboxTurn(Turn):
    """A turn, and who in the hall it is by."""

    operator: str


class InboxLetter(LetterSummary):
    """A letter as the hall sees it; `name` and `mobile` are empty for an anonymous one."""

    name: str
    mobile: str
    case_number: str | None
    answered_at: str | None
    seen_at: str | None
    turns: list[InboxTurn]
    etag: str


class Published(Shape):
    """A published question and answer."""

    id: str
    county: str
    hall_name: str
    item: str | None
    question: str
    answer: str
    published_at: str


class PublishedPage(Shape):
    """A page of them, newest first."""

    answers: list[Published]
    next: str | None
