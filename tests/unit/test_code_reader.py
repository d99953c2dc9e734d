"""What the reader of codes gives: payload, place, engine, step; one symbol once."""

import io

import cv2
import hard_symbols
import numpy
import pytest
import segno

from counter_app.vision.code_engines import by_zbar, by_zxing
from counter_app.vision.code_reader import FrameReader, read_codes
from counter_app.vision.picture_look import look


def symbol(payload, scale=5, **options):
    """A QR code on white as a grey picture."""
    file = io.BytesIO()
    segno.make_qr(payload, **options).save(file, kind="png", scale=scale, border=4)
    return cv2.imdecode(numpy.frombuffer(file.getvalue(), numpy.uint8), cv2.IMREAD_GRAYSCALE)


def test_corners_start_at_the_symbols_top_left_and_run_clockwise():
    page = numpy.full((300, 400), 255, numpy.uint8)
    code = symbol("YY-0099", scale=5, error="m")  # 21 modules and a border of 4
    page[40 : 40 + code.shape[0], 60 : 60 + code.shape[1]] = code
    square = [(80, 60), (185, 60), (185, 165), (80, 165)]
    for turned, quarter in enumerate((None, cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180)):
        picture = page if quarter is None else cv2.rotate(page, quarter)
        height, width = page.shape
        expected = {
            0: square,
            1: [(height - y, x) for x, y in square],
            2: [(width - x, height - y) for x, y in square],
        }[turned]
        (found,) = read_codes(picture)
        assert numpy.abs(numpy.array(found.corners) - expected).max() <= 2.5


@pytest.mark.parametrize("engine", [by_zxing, by_zbar])
def test_both_engines_begin_corners_at_the_symbols_top_left(engine):
    page = numpy.full((300, 400), 255, numpy.uint8)
    code = symbol("YY-0099", error="m")
    page[40 : 40 + code.shape[0], 60 : 60 + code.shape[1]] = code
    for turned in range(4):  # by quarters against the clock
        (found,) = engine(numpy.ascontiguousarray(numpy.rot90(page, turned)))
        square = numpy.array([(80, 60), (185, 60), (185, 165), (80, 165)])
        for quarter in range(turned):
            x, y = square.T
            square = numpy.stack([y, (400, 300)[quarter % 2] - x], axis=1)
        assert numpy.abs(numpy.array(found.corners) - square).max() <= 2.5, (turned, found)


def test_what_libzbar_may_have_rewritten_is_not_believed():
    assert by_zbar(symbol("预约试验甲".encode("gb18030"), mode="byte")) == []
    assert [code.payload for code in by_zbar(symbol("YY-0099"))] == [b"YY-0099"]


def test_libzbar_is_not_asked_for_bar_codes_which_it_reads_wrongly_when_spoilt():
    stripes = hard_symbols.code_128("XT-2026-000012", height=80).modules
    bars = numpy.where(numpy.pad(numpy.repeat(stripes, 3, axis=1), 60), 20, 250).astype("uint8")
    assert by_zbar(bars) == []
    assert [code.text for code in by_zxing(bars)] == ["XT-2026-000012"]


def test_two_symbols_of_one_payload_are_two_and_one_symbol_is_one():
    code = symbol("YY-0099")
    assert len(read_codes(code)) == 1
    assert len(read_codes(numpy.hstack([code, code]))) == 2


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_grey_colour_and_alpha_are_read_alike(channels):
    code = symbol("YY-0099")
    picture = numpy.dstack([code] * channels)
    if channels == 4:
        picture[..., 3] = 255 - code  # black on nothing
    assert [one.payload for one in read_codes(picture)] == [b"YY-0099"]


def test_a_receipts_qr_code_and_bar_code_are_both_read_however_hard_the_one():
    page = numpy.full((700, 700), 250, numpy.uint8)
    stripes = hard_symbols.code_128("XT-2026-000012", height=80).modules
    bars = numpy.where(numpy.repeat(stripes, 3, axis=1), 20, 250)
    page[560 : 560 + bars.shape[0], 60 : 60 + bars.shape[1]] = bars
    code = symbol("YY-0099", scale=12)
    page[40 : 40 + len(code), 60 : 60 + len(code)] = code
    both = {("QR Code", b"YY-0099"), ("Code 128", b"XT-2026-000012")}
    assert {(one.format, one.payload) for one in read_codes(page)} == both
    page[88 : 88 + 7 * 12, 108 + 7 * 12 - 6] = 0  # the outer ring of a finder pattern, not its core
    page[40:88] = 20  # and the ground above touches the symbol
    assert {(one.format, one.payload) for one in read_codes(page)} == both


def test_a_character_set_that_a_symbol_declares_is_believed():
    (plain,) = read_codes(symbol("预约试验".encode("gb18030"), mode="byte"))
    assert (plain.text, plain.encoding) == ("预约试验", "gb18030")
    (japanese,) = read_codes(symbol("ｱﾔ日本", encoding="shift-jis", eci=True, mode="byte"))
    assert (japanese.text, japanese.encoding) == ("ｱﾔ日本", "utf-8")


def test_a_camera_gets_what_a_picture_gets():
    frames = FrameReader()
    blank = numpy.full((240, 320), 200, numpy.uint8)
    assert frames.read(blank) == []
    assert [one.payload for one in frames.read(symbol("YY-0099"))] == [b"YY-0099"]


def test_what_shows_no_edges_is_looked_at_as_a_whole():
    """A picture so soft that nothing in it is an edge may still hold a torn code, anywhere."""
    soft = numpy.tile(numpy.linspace(90, 160, 300).astype(numpy.uint8), (200, 1))
    assert look(soft).busy_box == (0, 0, 600, 400)


def test_edges_are_looked_at_where_they_are():
    half = numpy.full((400, 600), 200, numpy.uint8)
    half[100:164, 300:364] = numpy.random.default_rng(7).integers(0, 255, (64, 64))
    left, top, right, bottom = look(half).busy_box
    assert left <= 600 <= 728 <= right
    assert top <= 200 <= 328 <= bottom
    assert (right - left) * (bottom - top) < 0.2 * 4 * half.size
