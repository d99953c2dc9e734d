"""Flow over pages: everything is set once, in order, and what cannot fit says so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app.errors import PaperError
from printing.fonts import Face, width
from printing.layout import Cell, Gap, Group, Paragraph, Row, Style, fitting, paginate

STYLE = Style(Face.SONG, 10, 14)


class Box:
    def __init__(self, height, head=()):
        self.height, self.head = height, head

    def draw(self, sheet, x, y):
        raise AssertionError("not drawn here")


@given(st.lists(st.integers(1, 90), max_size=40), st.integers(90, 200), st.integers(90, 200))
def test_all_blocks_are_set_once_in_order_and_no_page_overflows(heights, first, later):
    blocks = [Box(height) for height in heights]
    pages = paginate(blocks, first, later)
    assert [block for page in pages for block in page] == blocks
    for number, page in enumerate(pages):
        assert sum(block.height for block in page) <= (later if number else first)


@given(st.lists(st.integers(1, 60), min_size=1, max_size=40))
def test_a_page_that_begins_inside_a_table_repeats_its_head(heights):
    head = Box(20)
    rows = [Box(height, (head,)) for height in heights]
    pages = paginate([head, *rows], 100, 100)
    for page in pages:
        assert page[0] is head
        assert sum(block.height for block in page) <= 100
    assert [block for page in pages for block in page if block is not head] == rows


def test_no_page_begins_with_a_gap():
    pages = paginate([Box(90), Gap(20), Box(50)], 100, 100)
    assert [len(page) for page in pages] == [1, 1]


@pytest.mark.parametrize("text", ["材" * 5000, "A" * 9000])
def test_what_is_higher_than_a_page_is_refused(text):
    row = Row([Cell(text, STYLE)], [60])
    with pytest.raises(PaperError) as raised:
        paginate([row], 700, 700)
    assert raised.value.code == "paper.does_not_fit"


def test_a_row_under_a_repeated_head_that_does_not_fit_is_refused_too():
    with pytest.raises(PaperError):
        paginate([Box(50), Box(90, (Box(20),))], 100, 100)


def test_text_shrinks_to_its_line_but_never_below_the_smallest_size():
    styles = [Style(Face.SONG, size, size) for size in (20, 15, 10)]
    assert fitting("湘潭市", 60, styles).size == 20
    assert fitting("湘潭市", 46, styles).size == 15
    assert fitting("湘潭市", 30, styles).size == 10
    with pytest.raises(PaperError):
        fitting("湘潭市", 29, styles)


def test_heights_are_known_before_anything_is_drawn():
    paragraph = Paragraph("湘潭市政务服务中心", STYLE, 50)
    assert paragraph.height == 2 * STYLE.leading
    assert Group((paragraph, Gap(5))).height == 2 * STYLE.leading + 5
    assert width("湘潭市政务", Face.SONG, 10) == 50
    row = Row([Cell("一", STYLE), Cell("湘潭市政务服务中心", STYLE)], [30, 58])
    assert row.height == 2 * STYLE.leading + 2 * Row.PADDING_Y
