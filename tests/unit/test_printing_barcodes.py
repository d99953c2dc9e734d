"""The symbols on a paper are read back by a decoder that is not ours."""

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from printing import barcodes, fonts
from printing.fonts import Face

CASE_NUMBERS = [
    "430300202611240012345",
    "L-W03-20261127-001",
    "A1",
    "9" * 41,
    "1",
    "12",
    "123",
    "AB12",
]


def _page(draw, tmp_path):
    target = tmp_path / "code.pdf"
    canvas = Canvas(str(target), pagesize=(400, 200), initialFontName=fonts.font(Face.HEI).fontName)
    draw(canvas)
    canvas.save()
    document = pypdfium2.PdfDocument(target.read_bytes())
    picture = document[0].render(scale=3, grayscale=True).to_numpy().copy()
    document.close()
    return np.ascontiguousarray(picture.reshape(picture.shape[:2]))


@pytest.mark.parametrize("text", CASE_NUMBERS)
def test_code_128_is_read_back(tmp_path, text):
    picture = _page(
        lambda canvas: barcodes.draw_code_128(canvas, text, x=10, y=50, width=380, height=30),
        tmp_path,
    )
    found = zxingcpp.read_barcodes(picture)
    assert [(code.format, code.text) for code in found] == [(zxingcpp.BarcodeFormat.Code128, text)]


@pytest.mark.parametrize("text", ["HC1:430300202611240012345:7K3M9Q", "HC1:L-W03-20261127-001:8"])
def test_qr_is_read_back_at_the_size_it_is_printed(tmp_path, text):
    picture = _page(lambda canvas: barcodes.draw_qr(canvas, text, 20, 20, 71), tmp_path)
    found = zxingcpp.read_barcodes(picture)
    assert [(code.format, code.text) for code in found] == [(zxingcpp.BarcodeFormat.QRCode, text)]


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=24))
@settings(max_examples=150, deadline=None)
def test_any_printable_ascii_makes_a_code_that_is_read_back(text):
    module, quiet = 2, barcodes.CODE_128_QUIET_MODULES
    row = [255] * quiet * module
    for index, count in enumerate(barcodes.code_128_widths(text)):
        row += [255 if index % 2 else 0] * count * module
    row += [255] * quiet * module
    picture = np.tile(np.array(row, dtype=np.uint8), (40, 1))
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.Code128, is_pure=True)
    assert [code.text for code in found] == [text]


def test_digits_go_in_pairs_so_that_a_case_number_stays_short():
    # start, one change of set or one odd digit, ten pairs, check, stop
    assert sum(barcodes.code_128_widths("430300202611240012345")) <= 11 * 14 + 13


@pytest.mark.parametrize("text", ["", "编号", "a\nb", "\x7f"])
def test_what_code_128_cannot_hold_is_refused(text):
    with pytest.raises(ValueError):
        barcodes.code_128_widths(text)
