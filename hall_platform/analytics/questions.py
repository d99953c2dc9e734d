"""Answers questions about a period: histograms of the largest pieces, and what is not folded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from sqlalchemy import ColumnElement, Connection, and_, or_, select

from hall_platform.analytics import histograms
from hall_platform.analytics.folding import hours_to_read, place_of_region
from hall_platform.analytics.histograms import Codes, Counts, Sum
from hall_platform.analytics.measures import MEASURES, About
from hall_platform.analytics.periods import Period
from hall_platform.analytics.tables import figure_cells, figure_tallies
from hall_platform.analytics.territory import LEVELS, HallPlace, Scope

By = Literal[
    "all", "day", "month", "hour", "service", "window", "hall", "county", "township", "village"
]

_PLACED = ("hall", "county", "township", "village")


@dataclass(frozen=True)
class Question:
    """Figures of a scope in a period, split `by` something, of one service, window or hour only.

    A window means something inside one hall only, so `window` and by window ask for the own hall.
    """

    scope: Scope
    period: Period
    by: By = "all"
    about: About = "queue"
    service: str | None = None
    window: str | None = None
    hour: int | None = None

    @property
    def cut(self) -> str:
        """The coarsest way of keeping that can still answer."""
        if self.by == "window" or self.window is not None:
            return "window"
        if self.by == "service" or self.service is not None:
            return "service"
        return "all"

    @property
    def of_hours(self) -> bool:
        """Whether hours have to be told apart."""
        return self.by == "hour" or self.hour is not None

    @property
    def grains(self) -> tuple[str, ...]:
        """The pieces that can answer; hours of a window are not kept by the year."""
        if self.by == "day":
            return ()
        if self.by == "month" or (self.cut == "window" and self.of_hours):
            return ("month",)
        return ("year", "month")


@dataclass(frozen=True)
class _Place:
    """A place whose cells are read, and the label it counts for when split by place."""

    county: str
    place: str
    of_hall: bool
    label: str


def answer(connection: Connection, question: Question) -> dict[str, Sum]:
    """The sum of each part, by its label; the label of everything together is ""."""
    found: dict[str, Sum] = {}
    for label, codes, counts in _everything(connection, question):
        if question.by == "hour":
            for hour in np.unique((codes >> np.uint32(23)) & np.uint32(31)).tolist():
                part = histograms.only_hour(codes, counts, hour)
                found.setdefault(f"{hour:02d}", Sum()).add(*part)
        elif codes.size:
            found.setdefault(label, Sum()).add(codes, counts)
    return _about(found, question.about)


def _everything(connection: Connection, question: Question) -> Iterator[tuple[str, Codes, Counts]]:
    """Every piece with the label it counts for, of the hour asked for where one is."""
    yield from _of_hour(question, _folded(connection, question, _places(question)))
    yield from _of_hour(question, _today(connection, question))


def _of_hour(
    question: Question, pieces: Iterator[tuple[str, Codes, Counts]]
) -> Iterator[tuple[str, Codes, Counts]]:
    if question.hour is None:
        yield from pieces
        return
    for label, codes, counts in pieces:
        yield label, *histograms.only_hour(codes, counts, question.hour)


def _about(found: dict[str, Sum], about: About) -> dict[str, Sum]:
    """Only parts in which something of the kind asked for happened, in the order of labels."""
    wanted = [measure for measure in MEASURES if measure.about == about]
    return {
        label: found[label]
        for label in sorted(found)
        if any(found[label].distribution(measure).count for measure in wanted)
    }


def _places(question: Question) -> list[_Place]:
    """The fewest kept places that make up the scope in the split asked for."""
    scope = question.scope
    if not scope.region or question.by in ("hall", "township", "village"):
        return _hall_places(question)
    if len(scope.region) > LEVELS["county"]:
        return _hall_places(question)
    if question.by == "county" or len(scope.region) == LEVELS["county"]:
        counties = sorted({hall.county for hall in scope.halls})
        return [
            _Place(county, place_of_region(county), of_hall=False, label=county)
            for county in counties
        ]
    city = scope.region
    return [_Place(city, place_of_region(city), of_hall=False, label=city)]


def _hall_places(question: Question) -> list[_Place]:
    return [
        _Place(hall.county, hall.code, of_hall=True, label=_label(question.by, hall))
        for hall in question.scope.halls
    ]


def _label(by: str, hall: HallPlace) -> str:
    return hall.code if by == "hall" else hall.region[: LEVELS.get(by, 12)]


def _folded(
    connection: Connection, question: Question, places: list[_Place]
) -> Iterator[tuple[str, Codes, Counts]]:
    cells = figure_cells.c
    labels = {place.place: place.label for place in places}
    of_hall = any(place.of_hall for place in places)
    for grain, first, last in question.period.pieces(question.grains):
        hours = hours_to_read(
            of_hall=of_hall, grain=grain, cut=question.cut, by_hour=question.of_hours
        )
        query = (
            select(cells.place, cells.period, cells.service, cells.window, cells.histogram)
            .where(cells.county.in_(sorted({place.county for place in places})))
            .where(cells.place.in_(sorted(labels)))
            .where(cells.grain == grain)
            .where(cells.hours == hours)
            .where(cells.cut == question.cut)
            .where(cells.period.between(first, last))
        )
        for place, period, service, window, kept in connection.execute(
            _filtered(query, question, cells)
        ):
            codes, counts = histograms.unpacked(kept)
            if hours and not question.of_hours:
                codes = histograms.without_hours(codes)
            yield _part(question, labels[place], period, service, window), codes, counts


def _today(connection: Connection, question: Question) -> Iterator[tuple[str, Codes, Counts]]:
    """What is not folded yet."""
    tallies = figure_tallies.c
    labels = {hall.code: _label(question.by, hall) for hall in question.scope.halls}
    query = (
        select(
            tallies.hall,
            tallies.day,
            tallies.service,
            tallies.window,
            tallies.measure,
            tallies.hour,
            tallies.value,
            tallies["count"],
        )
        .where(_counties(question))
        .where(tallies.day.between(*question.period.texts))
    )
    parts: dict[str, list[tuple[int, ...]]] = {}
    for hall, day, service, window, *entry in connection.execute(
        _filtered(query, question, tallies)
    ):
        if hall in labels:
            label = _part(question, labels[hall], day, service, window)
            parts.setdefault(label, []).append(tuple(entry))
    for label, entries in parts.items():
        measure, hour, value, count = np.asarray(entries, np.uint32).T
        codes = histograms.codes_of(measure, hour, value)
        codes = codes if question.of_hours else histograms.without_hours(codes)
        yield label, *histograms.added(codes, count)


def _counties(question: Question) -> ColumnElement[bool]:
    """The halls of the scope by the first columns of the key."""
    tallies = figure_tallies.c
    region = question.scope.region
    if not region:
        return or_(
            *(
                and_(tallies.county == hall.county, tallies.hall == hall.code)
                for hall in question.scope.halls
            )
        )
    county = region[: LEVELS["county"]]
    return tallies.county.between(county.ljust(6, "0"), county.ljust(6, "9"))


def _filtered(query: Any, question: Question, columns: Any) -> Any:
    if question.service is not None:
        query = query.where(columns.service == question.service)
    if question.window is not None:
        query = query.where(columns.window == question.window)
    return query


def _part(question: Question, place: str, period: str, service: str, window: str) -> str:
    """The label of what a row belongs to."""
    if question.by in _PLACED:
        return place
    if question.by in ("day", "month"):
        return period if question.by == "day" else period[:7]
    return {"service": service, "window": window}.get(question.by, "")
