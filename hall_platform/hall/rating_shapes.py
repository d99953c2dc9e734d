"""Shapes of ratings (好差评), by the one inner scale: best, good, fair, poor, worst."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from hall_platform.hall.rating_levels import DETAIL_CODES
from hall_platform.shapes import ActingOperator, Code, FilledText, Shape, Text

Level = Literal["best", "good", "fair", "poor", "worst"]
RatingOutcome = Literal["rated", "declined", "timed_out"]
Channel = Literal["window_screen", "kiosk", "online"]
Standing = Literal["counted", "appealed", "struck"]
Grounds = Literal["mistaken", "malicious", "other"]
Token = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{20,100}$")]
Detail = Annotated[str, Field(json_schema_extra={"enum": list(DETAIL_CODES)})]


class FinishServiceAct(Shape):
    """A service for a case was given without a ticket; it may be rated."""

    act: Literal["finish-service"]
    operator: ActingOperator
    window: Code
    kind: Literal["receive", "accept", "decide", "deliver"]
    case: UUID
    service: Code | None = None


class RateAct(Shape):
    """The person's word on one service: a level, or that none was given (不评价, 超时)."""

    act: Literal["rate"]
    token: Token
    outcome: RatingOutcome
    level: Level | None = None
    details: Annotated[list[Detail], Field(default_factory=list, max_length=10)]
    text: Text = ""

    @model_validator(mode="after")
    def level_where_rated(self) -> Self:
        """A level belongs to a rating and to nothing else; details are of its side."""
        if (self.outcome == "rated") != (self.level is not None):
            raise ValueError("a level is given exactly with a rating")
        if self.level is None and (self.details or self.text):
            raise ValueError("details and text belong to a rating")
        if any(self.level not in DETAIL_CODES.get(one, ("", ()))[1] for one in self.details):
            raise ValueError("not the code of a detail of this level")
        if len(set(self.details)) != len(self.details):
            raise ValueError("a detail is named twice")
        return self


class RatingReceived(Shape):
    """That it arrived; no more, since who asks may not be who rated."""

    received: bool
    at: str


class DetailCode(Shape):
    """A reason to tick, and the levels it is offered with."""

    code: str
    text: str
    levels: list[Level]


class LevelShown(Shape):
    """A level and its words."""

    level: Level
    text: str
    details_required: bool


class RatingScale(Shape):
    """What a rating screen shows, best first."""

    levels: list[LevelShown]
    details: list[DetailCode]


class Appeal(Shape):
    """An appeal against a rating (申诉), and what the review found (复核)."""

    appeal: str
    rating: str
    grounds: Grounds
    text: str
    by: str
    at: str
    state: Literal["open", "upheld", "rejected"]
    decided_by: str | None
    decided_at: str | None
    note: str
    etag: str


class Rating(Shape):
    """A rating as the head of the hall sees it; who gave it is not part of it."""

    rating: str
    case: str | None
    service_number: int
    kind: str
    hall: str
    window: str
    service: str
    operator: str
    outcome: RatingOutcome
    level: Level | None
    details: list[str]
    text: str
    channel: Channel
    standing: Standing
    at: str
    appeal: Appeal | None


class RatingPage(Shape):
    """A page of ratings, newest first."""

    ratings: list[Rating]
    next: str | None


class OwnRating(Shape):
    """A rating as the clerk it is about sees it: the day, and nothing that says who gave it."""

    rating: str
    day: str
    window: str
    level: Level
    details: list[str]
    text: str
    standing: Standing


class OwnRatings(Shape):
    """The clerk's own ratings of earlier days, newest first."""

    ratings: list[OwnRating]


class AppealAct(Shape):
    """Appeal against a rating that was a mistake or malice."""

    act: Literal["appeal-rating"]
    grounds: Grounds
    text: FilledText


class ReviewAct(Shape):
    """Decide an appeal: upheld strikes the rating from the count, and it stays readable."""

    act: Literal["review-rating"]
    decision: Literal["upheld", "rejected"]
    note: FilledText
