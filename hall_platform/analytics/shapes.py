"""Shapes of figures."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from hall_platform.hall.shapes import QueueNow
from hall_platform.shapes import Shape

RegionPrefix = Annotated[
    str, StringConstraints(pattern=r"^([0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$")
]
Figures = dict[str, int | float | None]


class InEnglish(Shape):
    """A figure's title, unit and formula in English."""

    title: str
    unit: str
    formula: str


class Definition(Shape):
    """What a figure is: its unit, its formula in words, and the events it is made of."""

    id: str
    title: str
    unit: str
    formula: str
    english: InEnglish
    events: list[str]
    about: Literal["queue", "cases", "ratings"]


class Definitions(Shape):
    """Every figure there is."""

    definitions: list[Definition]


class Part(Shape):
    """One part of an answer, its figures by the ids of their definitions.

    `withheld` where there are too few to be shown; the figures are empty then.
    """

    label: str
    title: str
    figures: Figures
    withheld: bool


class AskedScope(Shape):
    """What an answer is about: a hall (no region), or a region and its level."""

    level: Literal["hall", "city", "county", "township", "village"]
    code: str
    title: str
    halls: int


class PeriodFigures(Shape):
    """Figures of a period, in parts and together, with the definition of each."""

    scope: AskedScope
    first: str
    last: str
    by: str
    about: str
    parts: list[Part]
    total: Part
    definitions: list[Definition]


class Row(Shape):
    """One fact behind a figure; `subject` is the ticket, case or rating, `number` its number."""

    at: str
    subject: str
    number: str
    service: str
    window: str
    hour: int
    value: int


class Rows(Shape):
    """The facts a figure is made of, oldest first; what `value` means is said in both languages.

    Those of days before `kept_from` are no longer kept.
    """

    definition: Definition
    value: str
    value_in_english: str
    kept_from: str
    rows: list[Row]
    next: str | None


class LiveWindow(Shape):
    """A window and what it is doing now; `in_hand` is the number called there, since when."""

    window: str
    name: str
    active: bool
    state: Literal["open", "paused", "closed"]
    reason: str
    operator_name: str
    since: str
    services: list[str]
    in_hand: str
    in_hand_since: str
    finished: int
    service_mean: float | None


class QuarterHour(Shape):
    """What happened in a quarter of an hour that begins at `begins`."""

    begins: str
    taken: int
    called: int
    finished: int


class Forecast(Shape):
    """What is to be expected of the next hour; null where there is nothing to go by."""

    hour: int
    arrivals: float | None
    days: int
    formula: str
    formula_in_english: str


class Live(Shape):
    """A hall as it is now and as its day has been so far."""

    at: str
    day: str
    hall: str
    name: str
    queue: QueueNow
    windows: list[LiveWindow]
    course: list[QuarterHour]
    forecast: Forecast
    today: Part
    services: list[Part]
    definitions: list[Definition]
