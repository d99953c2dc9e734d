"""Every figure of the platform is worded in both languages; a city's own keeps its own words."""

import pytest

from counter_app.domain.figures import (
    About,
    Definition,
    FigureRows,
    Forecast,
    InEnglish,
)
from hall_platform.analytics import figures, measures, periodic
from ui import words
from ui.supervisor.figure_words import forecast_formula, formula, heading, title, unit, value_title


def definition(figure):
    made = periodic.defined(figure)
    english = InEnglish(**made.pop("english"))
    return Definition(**{**made, "about": About(made["about"]), "english": english})


@pytest.fixture
def english():
    words.choose("en")
    yield
    words.choose("zh")


ALL = [definition(one) for one in figures.FIGURES]


def is_english(text):
    """No Chinese in it; ÷, × and ⌈⌉ are of no language."""
    return bool(text) and not any("\u3000" <= letter <= "\uffef" for letter in text)


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.id)
def test_a_figure_is_english_on_an_english_screen(english, one):
    assert is_english(heading(one))
    assert is_english(formula(one))
    assert formula(one).endswith(".")


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.id)
def test_a_figure_is_chinese_on_a_chinese_screen(one):
    assert (title(one), unit(one), formula(one)) == (one.title, one.unit, one.formula)
    assert not is_english(title(one))
    assert formula(one).endswith("。")


def test_no_two_figures_have_one_name(english):
    assert len({title(one) for one in ALL}) == len(ALL)
    assert len({formula(one) for one in ALL}) == len(ALL)


def test_what_the_rows_of_a_figure_mean_is_said_in_english(english):
    for one in measures.MEASURES:
        rows = FigureRows(ALL[0], one.value, (), None, value_in_english=one.value_in_english)
        assert is_english(value_title(rows)), one.name
    assert is_english(forecast_formula(Forecast(9, 1.0, 4, "此前", "Mean of the weeks before.")))


def test_what_a_city_words_in_chinese_alone_stays_as_it_is(english):
    own = Definition("of_the_city", "本市指标", "次", "按本市口径。", (), About.QUEUE)
    assert (title(own), unit(own), formula(own)) == ("本市指标", "次", "按本市口径。")
    assert value_title(FigureRows(own, "分值", (), None)) == "分值"
    assert forecast_formula(Forecast(9, None, 0, "本市算法。")) == "本市算法。"
