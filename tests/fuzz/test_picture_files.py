"""Any bytes as a picture file: a picture or a sentence's code, never another exception."""

import functools

import cv2
import numpy
from hypothesis import given, settings
from hypothesis import strategies as st
from size import size

from counter_app.errors import PictureError
from counter_app.vision.code_reader import read_codes
from counter_app.vision.picture_file import MAX_PIXELS, load_picture
from counter_app.vision.picture_header import header_of

FILES = size(short=150, full=10_000)
ENDINGS = ("jpg", "png", "bmp", "webp", "tiff", "gif", "ppm", "pam", "pfm", "jp2", "ras", "hdr")


@functools.cache
def written(ending):
    """A small picture as that kind of file."""
    values = numpy.arange(96 * 72 * 3).astype(numpy.uint8).reshape(72, 96, 3)
    picture = values.astype(numpy.float32) / 255 if ending in ("pfm", "hdr") else values
    return cv2.imencode(f".{ending}", picture)[1].tobytes()


def looked_at(folder, content):
    """What came of such a file: the grey picture or the code of the sentence."""
    file = folder / "picture"
    file.write_bytes(content)
    try:
        picture = load_picture(file)
    except PictureError as error:
        return error.code
    assert picture.grey.dtype == numpy.uint8
    assert picture.grey.ndim == 2
    assert picture.grey.size <= MAX_PIXELS
    read_codes(picture.grey)
    return ""


def test_whole_files_of_every_kind_are_pictures(tmp_path):
    for ending in ENDINGS:
        assert looked_at(tmp_path, written(ending)) == "", ending
        header = header_of(written(ending))
        assert (header.width, header.height) == (96, 72), ending


@settings(max_examples=FILES, deadline=None)
@given(start=st.sampled_from([b"", *(written(one)[:12] for one in ENDINGS)]), rest=st.binary())
def test_any_bytes_are_a_picture_or_get_a_sentence(tmp_path_factory, start, rest):
    code = looked_at(tmp_path_factory.getbasetemp(), start + rest)
    assert code in ("", "picture.unreadable", "picture.too_large")


@settings(max_examples=FILES, deadline=None)
@given(
    ending=st.sampled_from(ENDINGS),
    spots=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8),
    early=st.booleans(),
    kept=st.floats(0, 1),
)
def test_a_spoilt_file_is_a_picture_or_gets_a_sentence(
    tmp_path_factory, ending, spots, early, kept
):
    """`early` spoils the head, where sizes and lengths are."""
    content = bytearray(written(ending))
    for place, value in spots:
        content[int(place * (min(64, len(content)) if early else len(content)) * 0.999)] = value
    content = bytes(content if kept > 0.5 else content[: int(2 * kept * len(content))])
    code = looked_at(tmp_path_factory.getbasetemp(), content)
    assert code in ("", "picture.unreadable", "picture.too_large")
