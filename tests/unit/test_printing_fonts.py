"""The faces: every Chinese character of GB 18030-2022 level 3 has ink, and text comes back out."""

import re
import struct
import subprocess
from contextlib import ExitStack

import pytest
import reportlab
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

import resources
from counter_app.errors import PaperError
from printing import fonts
from printing.fonts import Face, cover

# GB 18030-2022, implementation level 3, as the standard's blocks give it.
LEVEL_3 = {
    "CJK Unified Ideographs": (0x4E00, 0x9FEF),
    "Extension A": (0x3400, 0x4DB5),
    "Extension B": (0x20000, 0x2A6D6),
    "Extension C": (0x2A700, 0x2B734),
    "Extension D": (0x2B740, 0x2B81D),
    "Extension E": (0x2B820, 0x2CEA1),
    "Extension F": (0x2CEB0, 0x2EBE0),
}
TWELVE = "﨎﨏﨑﨓﨔﨟﨡﨣﨤﨧﨨﨩"
RADICALS = {"Kangxi radicals": (0x2F00, 0x2FD5)}
RARE_NAMES = "㛃䶮𬭎𫖯𬸣𠅤𢙒𬱖𡛷𠮷𪚥𫠠"


def _opened(face):
    return TTFont(resources.path(f"fonts/{face.value}.ttf"), lazy=True)


def _block(bounds):
    return range(bounds[0], bounds[1] + 1)


@pytest.fixture(scope="module")
def faces_on_disk():
    """Each face's characters that have an outline of some extent that is not the box's."""
    with ExitStack() as closing:
        return _inked(closing)


def _inked(closing):
    inked = {}
    for face in Face:
        font = closing.enter_context(_opened(face))
        outlines = font["glyf"].glyphs
        box = getattr(outlines[".notdef"], "data", b"")
        inked[face] = set()
        for code, name in font.getBestCmap().items():
            data = getattr(outlines[name], "data", b"")
            if len(data) < 10 or data == box:
                continue
            contours, x_min, y_min, x_max, y_max = struct.unpack(">hhhhh", data[:10])
            if contours > 0 and x_max > x_min and y_max > y_min:
                inked[face].add(code)
    return inked


def test_level_3_counts_what_the_standard_counts():
    assert sum(len(_block(bounds)) for bounds in LEVEL_3.values()) + len(TWELVE) == 87_887


@pytest.mark.parametrize("name", [*LEVEL_3, *RADICALS])
@pytest.mark.parametrize("asked", [Face.SONG, Face.HEI, Face.HEI_BOLD])
def test_every_character_of_a_block_has_ink(faces_on_disk, asked, name):
    chain = fonts._FALLBACK[asked]
    inked = set().union(*(faces_on_disk[face] for face in chain))
    missing = set(_block({**LEVEL_3, **RADICALS}[name])) - inked
    assert not missing, [f"U+{code:04X}" for code in sorted(missing)[:20]]


def test_the_twelve_unified_ideographs_among_the_compatibility_ones_have_ink(faces_on_disk):
    assert set(map(ord, TWELVE)) <= faces_on_disk[Face.SONG]


def test_what_forms_and_windows_need_is_in_the_main_faces(faces_on_disk):
    signs = set(map(ord, "☐☑☒✓✕○●▾▴▸→←↑↓·…—、。《》〈〉「」①⑳×÷℃№★※〔〕〇零￥％０９ＡｚàéňÜ"))
    ascii_signs = set(range(0x21, 0x7F))
    for face in (Face.SONG, Face.HEI, Face.HEI_BOLD):
        assert signs | ascii_signs <= faces_on_disk[face]


def test_digits_of_hei_are_all_as_wide_so_that_columns_stand():
    for face in (Face.HEI, Face.HEI_BOLD):
        assert len({fonts.advance(digit, face) for digit in "0123456789"}) == 1


def test_files_may_be_embedded_and_bear_no_reserved_name():
    for face in Face:
        with _opened(face) as font:
            assert font["OS/2"].fsType == 0
            names = f"{font['name'].getDebugName(1)} {font['name'].getDebugName(4)}"
            assert not re.search(r"noto|source|hana|花園", names, re.IGNORECASE)
            assert font["name"].getDebugName(6) == face.value


def test_font_files_stay_below_their_budget():
    folder = resources.path("fonts")
    assert sum(file.stat().st_size for file in folder.iterdir() if file.is_file()) < 90_000_000


@pytest.mark.parametrize("face", list(Face))
def test_our_reading_of_a_file_agrees_with_the_font_library(face):
    ours = fonts.font(face).face
    with _opened(face) as font:
        cmap, metrics, units = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
        assert set(ours.charToGlyph) - {0xA0} == set(cmap) - {0xA0}
        for code, name in list(cmap.items())[::97]:
            assert ours.charToGlyph[code] == font.getGlyphID(name)
            assert ours.charWidths[code] == pytest.approx(metrics[name][0] * 1000 / units)


# Runs ---------------------------------------------------------------------------------------------


def test_runs_keep_the_text_and_name_a_face_that_has_each_character():
    text = f"张{RARE_NAMES}鿬ABC，2026年"
    runs = cover(text, Face.SONG)
    assert "".join(run.text for run in runs) == text
    assert {run.face for run in runs} == {Face.SONG, Face.RARE, Face.HEI}
    for run in runs:
        assert all(ord(c) in fonts.font(run.face).face.charToGlyph for c in run.text)


def test_plain_text_is_one_run():
    assert len(cover("湘潭市政务服务中心（一楼）3号窗口", Face.SONG)) == 1


def test_no_text_is_no_run():
    assert cover("", Face.SONG) == []


@pytest.mark.parametrize(
    ("character", "codepoint"),
    [
        ("\ue5e5", "U+E5E5"),  # private use, as on older cards
        ("\U000f0001", "U+F0001"),
        ("\U0010fffd", "U+10FFFD"),
        ("\U00030000", "U+30000"),  # Extension G, beyond level 3
        ("\U0002ebf0", "U+2EBF0"),  # Extension I
        ("\t", "U+0009"),
        ("\x7f", "U+007F"),
        ("\u202e", "U+202E"),  # right-to-left override
        ("\U000e0100", "U+E0100"),  # a variation mark would ask for another shape
        ("\ud842", "U+D842"),  # half a pair
        ("\U0001f600", "U+1F600"),
    ],
)
@pytest.mark.parametrize("face", list(Face))
def test_a_character_that_cannot_be_printed_raises_with_its_code(character, codepoint, face):
    with pytest.raises(PaperError) as raised:
        cover(f"张{character}三", face)
    assert raised.value.code == "paper.uncovered_character"
    assert raised.value.facts == {"codepoint": codepoint}


def test_marks_without_meaning_on_paper_are_left_out():
    runs = cover("\ufeff张\u200b三\u00a0丰\ufe0e", Face.SONG)
    assert "".join(run.text for run in runs) == "张三 丰"


def test_width_is_the_sum_of_its_characters():
    assert fonts.width("湘潭", Face.SONG, 12) == pytest.approx(24)
    assert fonts.width("湘𡛷", Face.SONG, 10) == pytest.approx(20)


@given(st.text(st.characters(codec="utf-8"), max_size=30), st.sampled_from(list(Face)))
def test_text_is_covered_whole_or_refused(text, face):
    try:
        runs = cover(text, face)
    except PaperError:
        return
    assert "".join(run.text for run in runs) == fonts.readable(text)
    for run in runs:
        assert all(ord(c) in fonts.font(run.face).face.charToGlyph for c in run.text)


# Extraction ---------------------------------------------------------------------------------------


def test_the_library_is_the_version_that_was_checked():
    """A newer one may mend its ToUnicode map or change what our classes build on: look again."""
    assert reportlab.__version__ == "5.1.0"


def test_to_unicode_map_writes_surrogates_and_short_blocks():
    subset = [0, *range(0x2CB4E - 150, 0x2CB4E + 1)]
    text = fonts.to_unicode_map("AAAAAA+X", subset)
    assert f"<97> <{chr(0x2CB4E).encode('utf-16-be').hex().upper()}>" in text
    assert "<97> <D872DF4E>" in text
    counts = [int(n) for n in re.findall(r"(\d+) beginbfchar", text)]
    assert counts == [100, 51]
    entries = re.findall(r"^<[0-9A-F]{2}> <((?:[0-9A-F]{4}){1,2})>$", text, re.MULTILINE)
    assert len(entries) == 151


@pytest.mark.parametrize("face", list(Face))
def test_rare_names_come_back_out_of_a_pdf_exactly(tmp_path, face):
    target = tmp_path / "names.pdf"
    canvas = Canvas(str(target), initialFontName=fonts.font(face).fontName, invariant=1)
    x = 40.0
    for run in cover(RARE_NAMES, face):
        canvas.setFont(fonts.font(run.face).fontName, 20)
        canvas.drawString(x, 700, run.text)
        x += run.width * 20 / 1000
    canvas.save()
    done = subprocess.run(
        ["pdftotext", "-raw", str(target), "-"], capture_output=True, check=True, timeout=60
    )
    assert done.stdout.decode().strip() == RARE_NAMES
