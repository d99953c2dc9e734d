"""The platform's figures in the language of the screen, where it words them in both."""

from __future__ import annotations

from counter_app.domain.figures import Definition, FigureRows, Forecast, InEnglish, Part
from ui.words import english_is_spoken, tr

_WHOLE = "合计"


def title(definition: Definition) -> str:
    """The figure's name."""
    return _words(definition).title


def unit(definition: Definition) -> str:
    """What it is counted in."""
    return _words(definition).unit


def formula(definition: Definition) -> str:
    """How it is reckoned."""
    return _words(definition).formula


def heading(definition: Definition) -> str:
    """Name and unit, as over a column."""
    return tr("{what}({unit})", what=title(definition), unit=unit(definition))


def forecast_formula(forecast: Forecast) -> str:
    """How what is expected is reckoned."""
    return _spoken(forecast.formula, forecast.formula_in_english)


def value_title(rows: FigureRows) -> str:
    """What the value of each row behind a figure means."""
    return _spoken(rows.value, rows.value_in_english)


def part_title(part: Part) -> str:
    """A part's name; what the platform calls the whole is named in the screen's language."""
    return tr("合计") if part.title == _WHOLE else part.title


def _words(definition: Definition) -> Definition | InEnglish:
    english = definition.english
    return english if english is not None and english_is_spoken() else definition


def _spoken(chinese: str, english: str) -> str:
    return english if english and english_is_spoken() else chinese
