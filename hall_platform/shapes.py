"""Shapes that several modules share, and what every text in a request must hold to."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

KINDS_OF_HOLDER = ("resident", "permit", "foreigner_2017", "foreigner_2023", "organisation")
HolderKind = Literal["resident", "permit", "foreigner_2017", "foreigner_2023", "organisation"]


def printable(value: str) -> str:
    """No control characters, no half of a surrogate pair."""
    if any(unicodedata.category(symbol) in {"Cc", "Cs"} for symbol in value):
        raise ValueError("control characters are not allowed")
    return value


Printable = Annotated[str, AfterValidator(printable)]
Text = Annotated[str, StringConstraints(max_length=500), AfterValidator(printable)]
FilledText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=500, strip_whitespace=True),
    AfterValidator(printable),
]
Name = Annotated[FilledText, StringConstraints(max_length=100)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
Number = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{6,32}$")]
Region = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
DayText = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

Limit = Annotated[int, Query(ge=1, le=200, description="一页的条数")]
Cursor = Annotated[str | None, Query(max_length=200, description="上一页给出的 next")]


class Shape(BaseModel):
    """A shape of the contract: members it does not know are refused."""

    model_config = ConfigDict(extra="forbid")


class Holder(Shape):
    """Whose data is asked for."""

    kind: HolderKind
    number: Number


class Named(Shape):
    """A body by name and unified social credit code."""

    name: Printable
    code: Printable


class ActingOperator(Shape):
    """The clerk an act is by, and the session it was done in."""

    id: UUID
    name: Name
    session: UUID


class Health(Shape):
    """The platform's own word that it works."""

    status: Literal["ok"]
    time: str
    version: str


class ProblemDocument(BaseModel):
    """RFC 9457; further members belong to the code."""

    model_config = ConfigDict(extra="allow")
    type: str
    title: str
    status: int
    code: str
