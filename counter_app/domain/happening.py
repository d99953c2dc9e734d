"""What the platform tells as it happens: events of the hall, and whether they come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of the platform; `subject` is what it is about, a ticket or a case.

    Of a person it holds no more than a hall may read on its wall.
    """

    id: int
    at: datetime
    kind: str
    subject: str
    body: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class FeedReady:
    """Events come now. `missed_none` is False where some may have been left out before.

    Then whoever keeps a picture of the hall asks for a fresh one.
    """

    missed_none: bool


@dataclass(frozen=True, slots=True)
class FeedLost:
    """No events come: `code` says why, as the errors of the platform do."""

    code: str


FeedEvent = Happening | FeedReady | FeedLost
