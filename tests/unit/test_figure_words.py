"""Every figure of the platform has its name on the screen, and a city's own keeps its own."""

from counter_app.domain.figures import About, Definition
from hall_platform.analytics import figures
from ui import words
from ui.supervisor.figure_words import TITLES, UNITS, heading, title


def definition(figure):
    return Definition(
        figure.id, figure.title, figure.unit, figure.formula, figure.events, About.QUEUE
    )


def test_titles_are_those_of_the_platform():
    assert {one.id: one.title for one in figures.BY_ID.values()} == TITLES
    assert {one.unit for one in figures.BY_ID.values()} - UNITS == {"%"}


def test_in_english_each_is_named_in_english():
    words.choose("en")
    try:
        for one in figures.BY_ID.values():
            assert heading(definition(one)).isascii(), one.id
        own = Definition("of_the_city", "本市指标", "次", "", (), About.QUEUE)
        assert title(own) == "本市指标"
        renamed = Definition("tickets_taken", "取票人次", "次", "", (), About.QUEUE)
        assert title(renamed) == "取票人次"
    finally:
        words.choose("zh")
