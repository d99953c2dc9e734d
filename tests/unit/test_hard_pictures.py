"""Codes as people hold them up: what is read is what was drawn, and more of it than engines read.

Judged on seeds that no step was chosen on (`hard_pictures.JUDGED`).
"""

import hard_pictures
import numpy
import pytest
import zxingcpp
from hard_pictures import JUDGED, KINDS, hard_picture
from size import size

from counter_app.vision.code_reader import FrameReader, read_codes
from counter_app.vision.code_steps import STEPS

pytestmark = [pytest.mark.full, pytest.mark.timeout(size(short=120, full=1_500))]
SEEDS = range(JUDGED, JUDGED + size(short=3, full=150))
SINGLE = [kind for kind in KINDS if kind not in ("many", "no_code")]


# Of a span. Bars are read along lines, which on slanted ones end short of the corners.
_OFF = {"PDF417": 0.1, "Code 128": 0.2}


def wrong(codes, picture):
    drawn = {(kind, payload) for kind, payload, _ in picture.codes}
    return [code for code in codes if (code.format, code.payload) not in drawn]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_read_that_was_not_drawn(kind):
    for seed in SEEDS:
        picture = hard_picture(kind, seed)
        assert wrong(read_codes(picture.picture), picture) == [], (kind, seed)


def test_more_is_read_than_zxing_reads_by_itself():
    ours = theirs = drawn = 0
    for kind in SINGLE:
        for seed in SEEDS:
            picture = hard_picture(kind, seed)
            drawn += len(picture.payloads)
            read = [code.payload for code in read_codes(picture.picture)]
            ours += sum(payload in read for payload in picture.payloads)
            alone = [bytes(one.bytes) for one in zxingcpp.read_barcodes(picture.picture)]
            theirs += sum(payload in alone for payload in picture.payloads)
    assert ours > theirs
    assert ours >= 0.8 * drawn


def test_what_no_engine_reads_is_read_through_a_grid():
    """Bent paper, a ring that touches its ground, a blur that can be learnt."""
    steps = set()
    for kind, seeds in (("curled", range(8)), ("tight", range(12)), ("blur", range(12))):
        for seed in seeds:
            picture = hard_picture(kind, seed)
            read = [code for code in read_codes(picture.picture) if code.step.startswith("grid")]
            assert wrong(read, picture) == []
            steps.update((kind, "unblurred" in code.step) for code in read)
    assert {("curled", False), ("tight", False), ("blur", True)} <= steps


def test_corners_lie_on_the_symbols_however_they_were_read():
    kinds = ("plain", "perspective", "tight", "tiny", "inverse", "blur", "others", "little_others")
    for kind in kinds:
        for seed in SEEDS:
            picture = hard_picture(kind, seed)
            (drawn,) = (corners for _, _, corners in picture.codes)
            for code in read_codes(picture.picture):
                off = numpy.linalg.norm(numpy.array(code.corners) - drawn, axis=1)
                span = numpy.linalg.norm(drawn[2] - drawn[0])
                assert off.max() < _OFF.get(code.format, 0.08) * span, (kind, seed, code.step)


def test_several_symbols_on_a_page_are_all_told_apart():
    read = drawn = 0
    for seed in SEEDS:
        picture = hard_picture("many", seed)
        found = read_codes(picture.picture)
        drawn += len(picture.payloads)
        read += sum(payload in [code.payload for code in found] for payload in picture.payloads)
        assert len(found) <= len(picture.payloads), "none is told twice"
    assert read >= 0.95 * drawn


def test_a_code_held_still_is_read_within_as_many_frames_as_there_are_steps():
    still = [hard_picture("tight", seed) for seed in SEEDS]
    for picture in still:
        if not read_codes(picture.picture):
            continue
        frames = FrameReader()
        seen = [frames.read(picture.picture) for _ in range(len(STEPS))]
        assert any(code.payload in picture.payloads for codes in seen for code in codes)


def test_a_seed_gives_the_same_picture_again():
    for kind in hard_pictures.KINDS:
        one, other = hard_picture(kind, JUDGED), hard_picture(kind, JUDGED)
        assert (one.picture == other.picture).all()
        assert one.payloads == other.payloads
