"""Line breaking: nothing lost, order kept, no line too wide, marks where they belong."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from counter_app.errors import PaperError
from printing.fonts import Face, readable, width
from printing.lines import NOT_AT_END, NOT_AT_START, atoms, break_lines

IDEOGRAPHS = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
RARE = st.characters(min_codepoint=0x20000, max_codepoint=0x2A6D6)
MARKS = st.sampled_from("，。、；：？！）》」』】〕”…（《「『【〔“ 　·-/.,:()1234567890abcXYZ")
TEXTS = st.text(st.one_of(IDEOGRAPHS, MARKS, MARKS, RARE), max_size=80)
SIZE = 10


@given(TEXTS, st.integers(1, 30), st.integers(0, 3))
@settings(max_examples=300)
@example("）" * 40, 5, 0)
@example("a" * 100, 3, 2)
@example("（" * 9, 4, 0)
def test_every_character_is_kept_in_order(text, columns, indent):
    lines = break_lines(text, Face.SONG, SIZE, columns * SIZE, indent * SIZE)
    assert "".join(lines) == readable(text)


@given(TEXTS, st.integers(2, 30))
@settings(max_examples=300)
def test_no_line_is_wider_than_its_room(text, columns):
    for line in break_lines(text, Face.SONG, SIZE, columns * SIZE):
        assert width(line.rstrip(), Face.SONG, SIZE) <= columns * SIZE + 0.01


@given(
    st.lists(st.sampled_from(["湘潭", "（市）", "“政务”", "服务，", "中心。", "2026"]), max_size=30)
)
@settings(max_examples=200)
def test_no_line_starts_with_a_closing_mark_or_ends_with_an_opening_one(parts):
    lines = break_lines("".join(parts), Face.SONG, SIZE, 12 * SIZE)
    for before, after in zip(lines, lines[1:], strict=False):
        assert after[0] not in NOT_AT_START
        assert before[-1] not in NOT_AT_END


def test_a_closing_mark_takes_its_character_along():
    assert break_lines("一二三四五，六", Face.SONG, SIZE, 50) == ["一二三四", "五，六"]


def test_an_opening_mark_goes_with_what_follows():
    assert break_lines("一二三四（五）", Face.SONG, SIZE, 50) == ["一二三四", "（五）"]


def test_numbers_and_codes_stay_whole():
    assert break_lines("编号11430300006070", Face.SONG, SIZE, 90) == ["编号", "11430300006070"]
    assert break_lines("共1,234.50元", Face.SONG, SIZE, 52)[0] == "共1,234.50"


def test_a_code_wider_than_the_line_is_cut_rather_than_lost():
    lines = break_lines("9" * 60, Face.SONG, SIZE, 100)
    assert "".join(lines) == "9" * 60
    assert len(lines) > 1


def test_no_character_beyond_the_first_plane_is_split():
    text = "𡛷𪚥𫠠" * 5
    lines = break_lines(text, Face.SONG, SIZE, 40)
    assert [len(line) for line in lines] == [4, 4, 4, 3]
    assert all(not 0xD800 <= ord(c) <= 0xDFFF for line in lines for c in line)


def test_line_feeds_begin_a_line_and_only_the_first_line_is_indented():
    assert break_lines("一二三\n四五六", Face.SONG, SIZE, 30, indent=10) == ["一二", "三", "四五六"]


def test_what_cannot_be_printed_is_refused_before_anything_is_set():
    with pytest.raises(PaperError):
        break_lines("张\ue5e5", Face.SONG, SIZE, 100)


@given(TEXTS)
def test_atoms_are_the_text(text):
    assert "".join(atoms(text)) == text
