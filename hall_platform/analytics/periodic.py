"""Figures of a period as they are answered: with titles, a total, and what is withheld."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select

from hall_platform.analytics import figures, questions
from hall_platform.analytics.figures import Figure
from hall_platform.analytics.histograms import Sum
from hall_platform.analytics.measures import MEASURES, About
from hall_platform.analytics.questions import Question
from hall_platform.analytics.territory import FEWEST, LEVELS, Scope
from hall_platform.catalogue.tables import items
from hall_platform.hall.tables import hall_services
from hall_platform.identity.tables import windows

_LEVEL_OF = {digits: level for level, digits in LEVELS.items()}


def answer(connection: Connection, question: Question) -> dict[str, Any]:
    """The parts of a question and their total, each figure with its definition."""
    found = questions.answer(connection, question)
    titles = _titles(connection, question, list(found))
    whole = questions.answer(connection, replace(question, by="all")).get("", Sum())
    return {
        "scope": scope_shown(question.scope),
        "first": question.period.texts[0],
        "last": question.period.texts[1],
        "by": question.by,
        "about": question.about,
        "parts": [
            part(question, label, titles.get(label, label), one) for label, one in found.items()
        ],
        "total": part(question, "", "合计", whole),
        "definitions": definitions(question.about),
    }


def part(question: Question, label: str, title: str, found: Sum) -> dict[str, Any]:
    """One part; of a region that is not the caller's to split, too few are withheld."""
    withheld = question.scope.whole_only and 0 < _most(found, question.about) < FEWEST
    return {
        "label": label,
        "title": title,
        "figures": {} if withheld else figures.reckoned(found, question.about),
        "withheld": withheld,
    }


def _most(found: Sum, about: About) -> int:
    """How many facts of the commonest kind there are."""
    return max(found.distribution(one).count for one in MEASURES if one.about == about)


def definitions(about: About | None = None) -> list[dict[str, Any]]:
    """The definitions of the figures about something, or of all."""
    wanted = figures.FIGURES if about is None else figures.of(about)
    return [defined(figure) for figure in wanted]


def defined(figure: Figure) -> dict[str, Any]:
    """A definition in the contract's shape."""
    english, english_formula = figure.english
    return {
        "id": figure.id,
        "title": figure.title,
        "unit": figure.unit,
        "formula": figure.formula,
        "english": {
            "title": english,
            "unit": figures.UNITS_IN_ENGLISH[figure.unit],
            "formula": english_formula,
        },
        "events": list(figure.events),
        "about": figure.about,
    }


def scope_shown(scope: Scope) -> dict[str, Any]:
    """What the answer is about, by name where a hall stands for the region."""
    if not scope.region:
        (hall,) = scope.halls
        return {"level": "hall", "code": hall.code, "title": hall.name, "halls": 1}
    return {
        "level": _LEVEL_OF[len(scope.region)],
        "code": scope.region,
        "title": _regions(scope).get(scope.region, scope.region),
        "halls": len(scope.halls),
    }


def _regions(scope: Scope) -> dict[str, str]:
    """Regions by the name of the hall that stands for them."""
    named: dict[str, str] = {}
    for digits in LEVELS.values():
        for hall in scope.halls:
            if not hall.region[digits:].strip("0"):
                named.setdefault(hall.region[:digits], hall.name)
    return named


def _titles(connection: Connection, question: Question, labels: list[str]) -> Mapping[str, str]:
    """What people call the parts."""
    scope = question.scope
    if question.by == "hour":
        return {label: f"{label}:00–{label}:59" for label in labels}
    if question.by == "hall":
        return {hall.code: hall.name for hall in scope.halls}
    if question.by in LEVELS:
        return _regions(scope)
    if question.by == "window":
        rows = connection.execute(
            select(windows.c.code, windows.c.name).where(windows.c.hall == scope.halls[0].code)
        )
        return {"": "未到窗口", **{row.code: row.name for row in rows}}
    if question.by == "service":
        return service_titles(connection, scope)
    return {"": "合计"}


def service_titles(connection: Connection, scope: Scope) -> dict[str, str]:
    """Services of the scope's halls and items, by code; "" where none was known."""
    known = connection.execute(select(items.c.code, items.c.name).distinct())
    titles = {"": "未分业务", **{row.code: row.name for row in known}}
    services = connection.execute(
        select(hall_services.c.code, hall_services.c.name)
        .where(hall_services.c.hall.in_([hall.code for hall in scope.halls]))
        .order_by(hall_services.c.hall.desc())
    )
    return titles | {row.code: row.name for row in services}
