"""What the reader of codes gives: payload, place, engine, step; one symbol once."""

import io
from dataclasses import replace

import cv2
import hard_symbols
import numpy
import pytest
import segno
import zxingcpp
from hard_pictures import JUDGED, hard_picture

from counter_app.vision.code_engines import by_zbar, by_zxing
from counter_app.vision.code_reader import FrameReader, read_codes
from counter_app.vision.code_steps import BESIDE, STEPS
from counter_app.vision.picture_look import look
from counter_app.vision.qr_edges import placed_by_edges


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


def test_a_micro_qr_code_that_cannot_correct_errors_is_not_believed():
    """Version M1 holds five digits at most and only detects errors: some noise passes for one."""

    def micro(digits):
        modules = numpy.kron(hard_symbols.micro_qr(digits).modules, numpy.ones((6, 6), bool))
        return numpy.where(numpy.pad(modules, 24), 20, 250).astype("uint8")

    assert [one.text for one in zxingcpp.read_barcodes(micro("65048"))] == ["65048"]
    assert read_codes(micro("65048")) == []
    assert [code.payload for code in read_codes(micro("650481"))] == [b"650481"]


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


def test_a_camera_takes_the_steps_for_what_its_frames_before_showed():
    """What a search for finder patterns saw is known to the next frame, which is like it."""
    tight = hard_picture("tight", JUDGED + 134).picture
    assert read_codes(tight), "a picture that is read by a step for what is unsharp"
    frames = FrameReader()
    assert any(frames.read(tight) for _ in STEPS)


STEEP = [28, 29, 39, 78, 98, 118, 121]


@pytest.mark.parametrize("seed", STEEP)
def test_corners_of_a_code_seen_steeply_aslant_lie_where_its_edges_cross(seed):
    steep = hard_picture("perspective", JUDGED + seed)
    ((_, payload, drawn_at),) = steep.codes
    (code,) = read_codes(steep.picture)
    (by_engine,) = by_zxing(steep.picture)
    span = numpy.linalg.norm(drawn_at[2] - drawn_at[0])
    off, engines_off = (
        numpy.linalg.norm(numpy.array(one.corners) - drawn_at, axis=1).max() / span
        for one in (code, by_engine)
    )
    assert code.payload == payload
    assert off < 0.012
    assert engines_off > 0.03, "an engine alone is off by a module"


@pytest.mark.parametrize("corners", [[(9, 9)] * 4, [(0, 0), (9, 9), (20, 20), (40, 40)]])
def test_corners_on_one_line_are_left_as_they_are(corners):
    blank = numpy.full((60, 60), 255, numpy.uint8)
    code = replace(read_codes(symbol("YY-0099"))[0], corners=tuple(corners))
    assert placed_by_edges(blank, code) == code


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


def drawn(made, module, turned=0, around=200):
    """A symbol on a page of some grey, as `module` pixels a module, turned by quarters."""
    modules = numpy.pad(made.modules, made.quiet)
    fine = numpy.kron(modules, numpy.ones((module, module), bool))
    code = numpy.rot90(numpy.where(fine, 20, 250).astype(numpy.uint8), turned)
    return numpy.pad(code, around, constant_values=230)


@pytest.mark.parametrize("version", range(1, 41))
def test_every_version_is_read(version):
    made = hard_symbols.qr(b"YY-0099", version)
    assert [code.payload for code in read_codes(drawn(made, 3, around=20))] == [b"YY-0099"]


@pytest.mark.parametrize("text", ["1234567890", "YY-0099", "yy-0099/abcde", "123456"])
def test_micro_qr_of_each_version_that_corrects_errors_is_read(text):
    (code,) = read_codes(drawn(hard_symbols.micro_qr(text), 4))
    assert (code.format, code.text) == ("Micro QR Code", text)


OTHERS = {
    "Data Matrix": hard_symbols.data_matrix("YY-0099"),
    "Code 128": hard_symbols.code_128("YY-0099", height=20),
    "PDF417": hard_symbols.pdf417(b"YY-0099"),
    "Micro QR Code": hard_symbols.micro_qr("YY-0099"),
    "QR Code": hard_symbols.qr(b"YY-0099"),
}


@pytest.mark.parametrize("turned", range(4))
@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize("module", [2, 4])
def test_corners_of_every_format_go_round_from_its_top_left(kind, module, turned):
    around = 60
    (code,) = read_codes(drawn(OTHERS[kind], module, turned, around))
    assert (code.format, code.payload) == (kind, b"YY-0099")
    high, wide = (side * module for side in numpy.array(OTHERS[kind].modules.shape))
    edge = OTHERS[kind].quiet * module
    corners = numpy.array([(0, 0), (wide, 0), (wide, high), (0, high)]) + edge
    across = wide + 2 * edge
    for quarter in range(turned):  # against the clock
        x, y = corners.T
        corners = numpy.stack([y, (across, high + 2 * edge)[quarter % 2] - x], axis=1)
    assert numpy.abs(numpy.array(code.corners) - corners - around).max() <= 2.5 * module


def test_a_mirrored_code_is_read_and_its_corners_lie_on_it():
    """On the inside of a glass door, or by a camera that mirrors."""
    mirrored = numpy.ascontiguousarray(drawn(OTHERS["QR Code"], 5)[:, ::-1])
    (code,) = read_codes(mirrored)
    assert code.payload == b"YY-0099"
    assert numpy.ptp(numpy.array(code.corners), axis=0) == pytest.approx((105, 105), abs=6)


def test_small_symbols_are_read_alone_and_on_a_page():
    """A label's Data Matrix of 30 pixels, a bar code of a single row of cells."""
    small = {
        "Data Matrix": hard_symbols.data_matrix("1234"),
        "Code 128": hard_symbols.code_128("YY-0099", height=10),
    }
    for kind, made in small.items():
        for around in (0, 8, 300):
            found = read_codes(drawn(made, 2 if kind == "Code 128" else 3, around=around))
            assert [code.format for code in found] == [kind], around


def test_a_camera_reads_what_is_held_beside_a_code_that_stays_in_view():
    """A notice on the desk with a QR code must not hide the label that somebody holds up."""
    notice = drawn(OTHERS["QR Code"], 5, around=40)
    page = numpy.full((600, 1000), 230, numpy.uint8)
    page[: notice.shape[0], : notice.shape[1]] = notice
    for kind in ("Data Matrix", "PDF417", "Code 128"):
        label = drawn(OTHERS[kind], 4, around=10)
        page[300 : 300 + label.shape[0], 300 : 300 + label.shape[1]] = label
        frames = FrameReader()
        seen = {code.format for _ in BESIDE for code in frames.read(page)}
        assert seen == {"QR Code", kind}
        page[300:, 300:] = 230


def test_what_a_declared_character_set_says_is_given_in_utf_8():
    (code,) = read_codes(symbol("ｱﾔ日本", encoding="shift-jis", eci=True, mode="byte"))
    assert code.payload == "ｱﾔ日本".encode()
