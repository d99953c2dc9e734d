"""Shapes of authorisations and messages."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from hall_platform.portal.shapes import County
from hall_platform.shapes import Code, DayText, HolderKind, Name, Number, Shape, Text

# authorisations 代办授权 ------------------------------------------------------------------------


class OtherSide(Shape):
    """The other party of an authorisation."""

    kind: HolderKind
    number: Number
    name: Name


class AskAuthorisation(Shape):
    """Ask to act for somebody (`agent`), or that somebody act for oneself (`principal`).

    `principal` is oneself, or an organisation one heads.
    """

    act: Literal["ask-authorisation"]
    as_: Literal["agent", "principal"] = Field(alias="as")
    other: OtherSide
    organisation: Number | None = None
    items: Annotated[list[Code], Field(max_length=50)]
    valid_to: DayText
    reason: Text = ""


class AnswerAuthorisation(Shape):
    """Agree to it or not (对方确认)."""

    act: Literal["answer-authorisation"]
    confirmed: bool


class EndAuthorisation(Shape):
    """Take it back, by either side."""

    act: Literal["end-authorisation"]


class Authorisation(Shape):
    """Who may act for whom. `waits_for_me` where the caller is the other side."""

    id: str
    asked_by: Literal["agent", "principal"]
    agent: OtherSide
    principal: OtherSide
    items: list[str]
    valid_to: str
    reason: str
    state: Literal["asked", "confirmed", "declined", "ended"]
    asked_at: str
    answered_at: str | None
    ended_at: str | None
    waits_for_me: bool
    etag: str


class AuthorisationAnswer(Shape):
    """Those the caller is a side of, newest first."""

    authorisations: list[Authorisation]


# messages 消息 ----------------------------------------------------------------------------------


class ReadMessages(Shape):
    """Mark as read those of one county; "" for what is no county's."""

    act: Literal["read-messages"]
    county: County | Literal[""]
    messages: Annotated[list[UUID], Field(min_length=1, max_length=200)]


class Message(Shape):
    """Something that happened with one's own."""

    id: str
    county: str
    at: str
    kind: str
    title: str
    text: str
    about: str
    subject: str
    read_at: str | None


class MessagePage(Shape):
    """A page of messages, newest first."""

    messages: list[Message]
    unread: int
    next: str | None


class Marked(Shape):
    """How many were marked just now."""

    marked: int
