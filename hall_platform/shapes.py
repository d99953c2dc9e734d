"""Shapes that several modules share, and what every text in a request must hold to."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

KINDS_OF_HOLDER = ("resident", "permit", "foreigner_2017", "foreigner_2023", "organisation")
HolderKind = Literal["resident", "permit", "foreigner_2017", "foreigner_2023", "organisation"]


# Years that a request may name. Dates are counted on from, so the calendar has to go on after them.
FIRST_YEAR, LAST_YEAR = 1800, 2999
FIRST_YEAR_OF_ACTS, LAST_YEAR_OF_ACTS = 2000, 2199
LAST_VERSION = 1_000_000


def printable(value: str) -> str:
    """No control characters, no half of a surrogate pair."""
    # What str.isprintable() calls printable has neither; it is asked of every text of a request.
    if not value.isprintable() and any(unicodedata.category(one) in {"Cc", "Cs"} for one in value):
        raise ValueError("control characters are not allowed")
    return value


def _day(text: str, last_year: int) -> str:
    try:
        year = date.fromisoformat(text).year
    except ValueError:
        raise ValueError("not a day of the calendar") from None
    if not FIRST_YEAR <= year <= last_year:
        raise ValueError(f"not in the years {FIRST_YEAR} to {last_year}")
    return text


def _counted_day(text: str) -> str:
    """A day there is, which may be counted on from."""
    return _day(text, LAST_YEAR)


def _end_day(text: str) -> str:
    """A day there is, up to 9999-12-31, by which some write that there is no end."""
    return _day(text, date.max.year)


def _moment_of_an_act(moment: datetime) -> datetime:
    """A moment that can be told in the hall's zone and counted on from."""
    if not FIRST_YEAR_OF_ACTS <= moment.year <= LAST_YEAR_OF_ACTS:
        raise ValueError(f"not in the years {FIRST_YEAR_OF_ACTS} to {LAST_YEAR_OF_ACTS}")
    return moment


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
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_DAY_SCHEMA = WithJsonSchema({"type": "string", "format": "date", "pattern": _DAY})
DayText = Annotated[str, StringConstraints(pattern=_DAY), AfterValidator(_counted_day), _DAY_SCHEMA]
EndDayText = Annotated[str, StringConstraints(pattern=_DAY), AfterValidator(_end_day), _DAY_SCHEMA]
Moment = Annotated[AwareDatetime, AfterValidator(_moment_of_an_act)]
Version = Annotated[int, Field(strict=True, ge=1, le=LAST_VERSION)]
CreditCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{18}$")]
# An item's code, where it is kept without being looked up.
CatalogueCode = Annotated[Code, StringConstraints(max_length=40)]
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
    """A body by name and unified social credit code, in an answer."""

    name: str
    code: str


class PublicBody(Shape):
    """A body as a request names it: name and unified social credit code."""

    name: Name
    code: CreditCode


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
