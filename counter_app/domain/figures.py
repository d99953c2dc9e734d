"""A hall's figures as the platform reckons them; nothing here adds anything up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

Value = int | float | None


class By(Enum):
    """How the figures of a period are split."""

    DAY = "day"
    SERVICE = "service"
    WINDOW = "window"
    HOUR = "hour"


class About(Enum):
    """What figures tell of."""

    QUEUE = "queue"
    CASES = "cases"
    RATINGS = "ratings"


@dataclass(frozen=True, slots=True)
class InEnglish:
    """A figure's title, unit and formula in English."""

    title: str
    unit: str
    formula: str


@dataclass(frozen=True, slots=True)
class Definition:
    """What a figure is: its unit, its formula in words, the events it is made of.

    `english` says the first three in English; a platform of a city's own may leave it out.
    """

    id: str
    title: str
    unit: str
    formula: str
    events: tuple[str, ...]
    about: About
    english: InEnglish | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Figures of one part, by the ids of their definitions; `withheld` where they are too few."""

    label: str
    title: str
    figures: Mapping[str, Value]
    withheld: bool


@dataclass(frozen=True, slots=True)
class Expected:
    """An expected wait, and over how many open windows."""

    seconds: int
    open_windows: int


@dataclass(frozen=True, slots=True)
class ServiceWaiting:
    """Who waits for a service now."""

    service: str
    name: str
    prefix: str
    waiting: int
    longest_wait_s: int
    expected: Expected


@dataclass(frozen=True, slots=True)
class QueueNow:
    """Who waits in the hall now; `held` numbers wait for their paper to be settled."""

    waiting: int
    held: int
    services: tuple[ServiceWaiting, ...]


@dataclass(frozen=True, slots=True)
class LiveWindow:
    """A window and what it is doing; `in_hand` is the number called there.

    One that is not `active` was switched off by an administrator.
    """

    window: str
    name: str
    state: str
    reason: str
    operator_name: str
    since: str
    services: tuple[str, ...]
    in_hand: str
    in_hand_since: str
    finished: int
    service_mean: float | None
    active: bool = True


@dataclass(frozen=True, slots=True)
class QuarterHour:
    """What happened in the quarter of an hour that begins at `begins` (08:45)."""

    begins: str
    taken: int
    called: int
    finished: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """How many are expected to come in an hour; None where there is nothing to go by."""

    hour: int
    arrivals: float | None
    days: int
    formula: str
    formula_in_english: str = ""


@dataclass(frozen=True, slots=True)
class LiveHall:
    """A hall as it was at a moment, and its day so far."""

    at: datetime
    day: date
    hall: str
    name: str
    queue: QueueNow
    windows: tuple[LiveWindow, ...]
    course: tuple[QuarterHour, ...]
    forecast: Forecast
    today: Part
    services: tuple[Part, ...]
    definitions: tuple[Definition, ...]


@dataclass(frozen=True, slots=True)
class PeriodQuestion:
    """Figures of the days from `first` to `last`, split, about something."""

    first: date
    last: date
    by: By
    about: About


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """Figures of a period, in parts and together, each with its definition."""

    first: date
    last: date
    parts: tuple[Part, ...]
    total: Part
    definitions: tuple[Definition, ...]


@dataclass(frozen=True, slots=True)
class RowsQuestion:
    """Which facts behind a figure: of which days, and of one service, window or hour only.

    The window "" is that of facts at no window: a number is taken before one calls it.
    """

    figure: str
    first: date
    last: date
    service: str | None = None
    window: str | None = None
    hour: int | None = None


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One fact behind a figure; `number` is that of the ticket or case."""

    at: datetime
    number: str
    service: str
    window: str
    value: int


@dataclass(frozen=True, slots=True)
class FigureRows:
    """Facts a figure is made of, oldest first; `value` says what the rows' value means.

    `value_in_english` is "" where the platform does not say it in English.

    Those of days before `kept_from` are gone; "" where the platform does not say.
    """

    definition: Definition
    value: str
    rows: tuple[FigureRow, ...]
    next: str | None
    kept_from: str = ""
    value_in_english: str = ""


@dataclass(frozen=True, slots=True)
class WaitingTicket:
    """A number that waits now."""

    number: str
    service_name: str
    queued_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WaitingTickets:
    """Numbers that wait now."""

    tickets: tuple[WaitingTicket, ...]
    next: str | None
