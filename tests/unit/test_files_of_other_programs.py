"""Files as phones, scanners and programs write them: turned, of four inks, see-through, moving."""

import io

import cv2
import hard_symbols
import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from counter_app.vision.code_reader import read_codes
from counter_app.vision.picture_exif import orientation_of
from counter_app.vision.picture_file import load_picture

_TURNS = {  # what has to be done to a picture to see it as it is meant, by EXIF's numbers
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_BACK = {**_TURNS, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}


def page():
    """A QR code near the top left of a lying page, its top left corner at (60, 40)."""
    modules = numpy.kron(hard_symbols.qr(b"YY-0099").modules, numpy.ones((5, 5), bool))
    grey = numpy.full((240, 400), 255, numpy.uint8)
    high, wide = modules.shape
    grey[40 : 40 + high, 60 : 60 + wide][modules] = 0
    return Image.fromarray(grey)


def corner(path):
    """Where the code's top left is, in pixels of the file's picture as it is to be seen."""
    picture = load_picture(path)
    (code,) = read_codes(picture.grey)
    assert code.payload == b"YY-0099"
    return numpy.array(code.moved(*picture.scale, 0, 0).corners[0])


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["jpg", "png", "webp"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_picture_is_seen_as_its_exif_says(tmp_path, mode, name, orientation):
    if (mode, name) == ("RGBA", "jpg"):
        mode = "L"
    lying = page() if _BACK[orientation] is None else page().transpose(_BACK[orientation])
    exif = Image.Exif()
    exif[274] = orientation
    file = tmp_path / f"code.{name}"
    lying.convert(mode).save(file, exif=exif)
    assert numpy.abs(corner(file) - (60, 40)).max() <= 3


def _four_inks(file):
    page().convert("CMYK").save(file, "JPEG")


def _palette_with_a_clear_colour(file):
    page().convert("P").save(file, "PNG", transparency=255)


def _one_bit(file):
    page().convert("1").save(file, "PNG")


def _moving(kind):
    def write(file):
        frames = [page().convert("RGB"), Image.new("RGB", page().size, "white")]
        frames[0].save(file, kind, save_all=True, append_images=frames[1:])

    return write


def _many_pages(file):
    page().save(file, "TIFF", save_all=True, append_images=[Image.new("L", page().size, 255)])


def _packed_fax(file):
    page().convert("1").save(file, "TIFF", compression="group4")


def _pam_with_its_height_first(file):
    grey = numpy.array(page())
    high, wide = grey.shape
    head = f"P7\nHEIGHT {high}\nWIDTH {wide}\nDEPTH 1\nMAXVAL 255\nTUPLTYPE GRAYSCALE\nENDHDR\n"
    file.write_bytes(head.encode() + grey.tobytes())


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(_four_inks, id="CMYK JPEG"),
        pytest.param(_palette_with_a_clear_colour, id="palette PNG"),
        pytest.param(_one_bit, id="PNG of one bit"),
        pytest.param(_moving("GIF"), id="moving GIF"),
        pytest.param(_moving("WEBP"), id="moving WebP"),
        pytest.param(_moving("PNG"), id="moving PNG"),
        pytest.param(_many_pages, id="TIFF of two pages"),
        pytest.param(_packed_fax, id="TIFF packed as a fax"),
        pytest.param(_pam_with_its_height_first, id="PAM, height first"),
    ],
)
def test_what_other_programs_write_is_read(tmp_path, write):
    file = tmp_path / "code"
    write(file)
    assert numpy.abs(corner(file) - (60, 40)).max() <= 3


_PNG, _RIFF = b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP"


@given(
    st.sampled_from([b"", _PNG, _PNG + b"\0\0\0\x20eXIf", _RIFF, _RIFF + b"EXIF\x20\0\0\0"]),
    st.sampled_from([b"", b"II*\0\x08\0\0\0", b"Exif\0\0MM\0*\0\0\0\x08"]),
    st.binary(max_size=80),
)
def test_any_bytes_are_turned_in_one_of_eight_ways(start, head, rest):
    assert orientation_of(start + head + rest) in range(1, 9)


def test_a_turned_picture_may_be_cut_off():
    exif = Image.Exif()
    exif[274] = 6
    file = io.BytesIO()
    page().convert("RGBA").save(file, "PNG", exif=exif)
    whole = file.getvalue()
    assert orientation_of(whole) == 6
    assert {orientation_of(whole[:end]) for end in range(len(whole))} <= {1, 6}
    assert cv2.imdecode(numpy.frombuffer(whole, numpy.uint8), cv2.IMREAD_UNCHANGED).shape[2] == 4
