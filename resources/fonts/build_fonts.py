#!/usr/bin/env python3
"""Makes the font files beside this script from Debian's font packages, and checks them.

    build_fonts.py [--only song] [--jobs 2] [--output DIR]   make the files
    build_fonts.py --check [--output DIR]                    check the files that are there

Why fonts are made at all: the paper library embeds only TrueType outlines (glyf), the only complete
free mainland-style Song and Hei faces are CFF, and no single free face holds every Chinese
character that GB 18030-2022 names. So the CFF outlines are turned into quadratic ones, layout
tables and hinting that nothing here uses are dropped, and what the Song face lacks is cut out of
the Hanazono faces. The SIL Open Font License asks that changed versions take another name.

The same sources give the same bytes: time stamps are fixed and nothing depends on the machine.
Sources: apt-get install fonts-noto-cjk fonts-hanazono (Debian 12).
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

HERE = Path(__file__).resolve().parent
NOTO = Path("/usr/share/fonts/opentype/noto")
HANAZONO = Path("/usr/share/fonts/truetype/hanazono")

BUDGET_BYTES = 90_000_000
GLYPH_LIMIT = 65_535
# 2023-08-01, the day GB 18030-2022 came into force, in seconds since 1904-01-01.
FIXED_TIME = 3_773_692_800
# Largest distance of a converted curve from its original, in thousandths of the em: 0.004 mm in
# a text of 12 points, a tenth of a dot at 600 dpi.
LARGEST_ERROR = 1.0

Ranges = tuple[tuple[int, int], ...]

# GB 18030-2022, implementation level 3: 87,887 Chinese characters.
IDEOGRAPHS: Ranges = (
    (0x3400, 0x4DB5),  # Extension A
    (0x4E00, 0x9FEF),  # CJK Unified Ideographs
    (0xFA0E, 0xFA0F),  # the twelve unified ideographs among the compatibility ones
    (0xFA11, 0xFA11),
    (0xFA13, 0xFA14),
    (0xFA1F, 0xFA1F),
    (0xFA21, 0xFA21),
    (0xFA23, 0xFA24),
    (0xFA27, 0xFA29),
    (0x20000, 0x2A6D6),  # Extension B
    (0x2A700, 0x2B734),  # Extension C
    (0x2B740, 0x2B81D),  # Extension D
    (0x2B820, 0x2CEA1),  # Extension E
    (0x2CEB0, 0x2EBE0),  # Extension F
)
# What the standard names besides the 87,887: radicals, components and its compatibility forms.
RADICALS_AND_FORMS: Ranges = (
    (0x2F00, 0x2FD5),
    *((c, c) for c in (0x2E81, 0x2E84, 0x2E88, 0x2E8B, 0x2E8C, 0x2E97, 0x2EA7, 0x2EAA)),
    *((c, c) for c in (0x2EAE, 0x2EB3, 0x2EB6, 0x2EB7, 0x2EBB, 0x2ECA)),
    *((c, c) for c in (0xF92C, 0xF979, 0xF995, 0xF9E7, 0xF9F1, 0xFA0C, 0xFA0D, 0xFA18, 0xFA20)),
)
# Letters, digits, punctuation and signs that forms and windows use.
SIGNS: Ranges = (
    (0x20, 0x7E),
    (0xA0, 0xAC),
    (0xAE, 0x24F),
    (0x251, 0x251),
    (0x261, 0x261),
    (0x2C7, 0x2C7),
    (0x2C9, 0x2CB),
    (0x2D9, 0x2D9),
    (0x391, 0x3C9),
    (0x401, 0x401),
    (0x410, 0x451),
    (0x1E00, 0x1EFF),
    (0x2002, 0x2005),
    (0x2009, 0x2009),
    (0x2010, 0x2027),
    (0x2030, 0x205E),
    (0x20AC, 0x20AC),
    (0x2100, 0x27BF),
    (0x2E80, 0x2EF3),
    (0x2FF0, 0x303F),
    (0x3041, 0x312F),
    (0x31A0, 0x31E3),
    (0x3200, 0x33FF),
    (0xF900, 0xFAFF),
    (0xFE10, 0xFE19),
    (0xFE30, 0xFE6F),
    (0xFF01, 0xFF5E),
    (0xFF61, 0xFF9F),
    (0xFFE0, 0xFFE6),
)
# Spaces have no ink by nature; everything else must have some.
SPACES = frozenset({0x20, 0xA0, 0x2002, 0x2003, 0x2004, 0x2005, 0x2009, 0x3000})


def code_points(*groups: Ranges) -> set[int]:
    """Every code point of the ranges."""
    return {c for group in groups for first, last in group for c in range(first, last + 1)}


EVERYTHING = code_points(IDEOGRAPHS, RADICALS_AND_FORMS, SIGNS)
COMMON = code_points(((0x4E00, 0x9FEF),), SIGNS) - code_points(((0x3400, 0x4DB5),))


@dataclass(frozen=True)
class Face:
    """One file to make: where its outlines come from and what it is to hold."""

    key: str
    file: str
    family: str
    style: str
    sources: tuple[tuple[Path, int], ...]
    wanted: frozenset[int]
    copyright: str
    own_signs: bool = True

    @property
    def postscript_name(self) -> str:
        """The family without blanks, and the style."""
        return f"{self.family.replace(' ', '')}-{self.style}"


NOTO_CHANGES = " Changed: cut, turned to quadratic curves, some signs added, renamed."

SONG = Face(
    "song",
    "HallCounterSong-Regular.ttf",
    "Hall Counter Song",
    "Regular",
    ((NOTO / "NotoSerifCJK-Regular.ttc", 2),),
    frozenset(EVERYTHING),
    copyright="© 2017-2022 Adobe (http://www.adobe.com/)." + NOTO_CHANGES,
)
HEI = Face(
    "hei",
    "HallCounterHei-Regular.ttf",
    "Hall Counter Hei",
    "Regular",
    ((NOTO / "NotoSansCJK-Regular.ttc", 2),),
    frozenset(EVERYTHING),
    copyright="© 2014-2021 Adobe (http://www.adobe.com/)." + NOTO_CHANGES,
)
HEI_BOLD = Face(
    "hei-bold",
    "HallCounterHei-Bold.ttf",
    "Hall Counter Hei",
    "Bold",
    ((NOTO / "NotoSansCJK-Bold.ttc", 2),),
    frozenset(COMMON),
    copyright="© 2014-2021 Adobe (http://www.adobe.com/)." + NOTO_CHANGES,
)
# Holds what Song lacks; Noto Serif ends before the last five of the block 4E00, which only the
# Hei face has, and so they print in Hei.
RARE = Face(
    "rare",
    "HallCounterRare-Regular.ttf",
    "Hall Counter Rare",
    "Regular",
    ((HANAZONO / "HanaMinB.ttf", -1), (HANAZONO / "HanaMinA.ttf", -1)),
    frozenset(code_points(IDEOGRAPHS, RADICALS_AND_FORMS)),
    copyright=(
        "Copyright 2008-2011 GlyphWiki Project. Created by GlyphWiki. (http://glyphwiki.org/) "
        "Changed: cut, hinting removed, renamed."
    ),
    own_signs=False,
)
FACES = (SONG, HEI, HEI_BOLD, RARE)


# Own outlines -------------------------------------------------------------------------------------

Contour = tuple[tuple[int, int], ...]
_BOX: tuple[Contour, ...] = (
    ((110, -10), (110, 770), (890, 770), (890, -10)),
    ((165, 45), (835, 45), (835, 715), (165, 715)),
)
_TICK: Contour = ((250, 400), (300, 450), (440, 310), (705, 620), (758, 574), (444, 206))
_CROSS: Contour = (
    (325, 160), (280, 205), (455, 380), (280, 555), (325, 600), (500, 425),
    (675, 600), (720, 555), (545, 380), (720, 205), (675, 160), (500, 335),
)  # fmt: skip
# Signs that the sources lack and forms need, drawn on an em of 1000: contours, clockwise outside.
OWN_SIGNS: dict[int, tuple[Contour, ...]] = {
    0x2610: _BOX,  # ballot box
    0x2611: (*_BOX, _TICK),  # ballot box with check
    0x2612: (*_BOX, _CROSS),  # ballot box with cross
    0x2715: (_CROSS,),  # multiplication x, the close sign of windows
    0x25BE: (((270, 510), (730, 510), (500, 230)),),  # small triangle down
    0x25B4: (((270, 250), (500, 530), (730, 250)),),  # small triangle up
    0x25B8: (((360, 150), (360, 610), (640, 380)),),  # small triangle right
}


def _draw_contours(contours: Iterable[Contour], pen: Any) -> None:
    for contour in contours:
        pen.moveTo(contour[0])
        for point in contour[1:]:
            pen.lineTo(point)
        pen.closePath()


# Making -------------------------------------------------------------------------------------------


def _cut(source: Path, number: int, wanted: Iterable[int]) -> tuple[TTFont, dict[int, str]]:
    """The source with only the wanted characters, and its character map."""
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.notdef_outline = True
    options.desubroutinize = True
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG", "gasp"]
    options.drop_tables += ["FFTM", "prop", "cvt ", "fpgm", "prep"]
    font = TTFont(source, fontNumber=number, recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=sorted(wanted))
    cutter.subset(font)
    cmap: dict[int, str] = font.getBestCmap()
    return font, cmap


def _decomposed(glyph_set: Any, name: str) -> Callable[[Any], None]:
    """Draws a glyph with its components as plain outlines, for they may not be kept themselves."""
    recording = DecomposingRecordingPen(glyph_set)
    glyph_set[name].draw(recording)
    return recording.replay  # type: ignore[no-any-return]


def _quadratic(draw: Callable[[Any], None], scale: float, cubic: bool) -> Any:
    """A glyf glyph of what `draw` draws, scaled to the em of the new face."""
    pen = TTGlyphPen(None)
    target: Any = Cu2QuPen(pen, LARGEST_ERROR, reverse_direction=True) if cubic else pen
    draw(TransformPen(target, (scale, 0, 0, scale, 0, 0)) if scale != 1 else target)
    return pen.glyph()


def _glyph_name(code: int) -> str:
    return f"u{code:05X}"


def make(face: Face, output: Path) -> Path:
    """Makes one file and returns where it is.

    Raises SystemExit when a source is missing or the face would hold too many glyphs.
    """
    wanted = set(face.wanted)
    if face.key == "rare":
        song = SONG.sources[0]
        held = set(TTFont(song[0], fontNumber=song[1], lazy=True).getBestCmap())
        wanted -= held
    glyphs: dict[str, Any] = {}
    widths: dict[str, int] = {}
    cmap: dict[int, str] = {}
    lines: tuple[int, int] | None = None
    units = 1000
    for source, number in face.sources:
        if not source.exists():
            raise SystemExit(f"{source} is missing: apt-get install fonts-noto-cjk fonts-hanazono")
        held_here = set(TTFont(source, fontNumber=number, lazy=True).getBestCmap())
        still_wanted = (wanted - set(cmap)) & held_here
        if not still_wanted:
            continue
        font, source_cmap = _cut(source, number, still_wanted)
        if lines is None:
            units = font["head"].unitsPerEm
            lines = (font["hhea"].ascent, font["hhea"].descent)
        scale = units / font["head"].unitsPerEm
        glyph_set = font.getGlyphSet()
        cubic = "CFF " in font
        if ".notdef" not in glyphs:
            glyphs[".notdef"] = _quadratic(_decomposed(glyph_set, ".notdef"), scale, cubic)
            widths[".notdef"] = round(glyph_set[".notdef"].width * scale)
        named: dict[str, str] = {}
        for code in sorted(source_cmap):
            if code not in still_wanted:
                continue
            old = source_cmap[code]
            if old not in named:  # one outline that several characters share is kept once
                named[old] = _glyph_name(code)
                glyphs[named[old]] = _quadratic(_decomposed(glyph_set, old), scale, cubic)
                widths[named[old]] = round(glyph_set[old].width * scale)
            cmap[code] = named[old]
    if face.own_signs:
        for code, contours in OWN_SIGNS.items():
            if code not in cmap:
                name = _glyph_name(code)
                glyphs[name] = _quadratic(partial(_draw_contours, contours), 1, False)
                widths[name] = 1000
                cmap[code] = name
    if len(glyphs) > GLYPH_LIMIT:
        raise SystemExit(f"{face.file}: {len(glyphs)} glyphs, TrueType holds {GLYPH_LIMIT}")
    assert lines is not None
    path = output / face.file
    _write(face, path, glyphs=glyphs, widths=widths, cmap=cmap, units=units, lines=lines)
    return path


def _write(
    face: Face,
    path: Path,
    *,
    glyphs: dict[str, Any],
    widths: dict[str, int],
    cmap: dict[int, str],
    units: int,
    lines: tuple[int, int],
) -> None:
    """Puts the outlines together to a TrueType file without layout tables or hinting."""
    ascent, descent = lines
    builder = FontBuilder(units, isTTF=True)
    builder.setupGlyphOrder([".notdef", *sorted(name for name in glyphs if name != ".notdef")])
    builder.setupCharacterMap({**cmap, 0x10FFFD: ".notdef"})  # asks for format 12 in every face
    for table in builder.font["cmap"].tables:
        table.cmap.pop(0x10FFFD, None)
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(
        {name: (width, getattr(glyphs[name], "xMin", 0)) for name, width in widths.items()}
    )
    builder.setupHorizontalHeader(ascent=ascent, descent=descent, lineGap=0)
    bold = face.style == "Bold"
    builder.setupOS2(
        version=4,
        usWeightClass=700 if bold else 400,
        fsType=0,
        fsSelection=0x20 if bold else 0x40,
        achVendID="HALL",
        sTypoAscender=round(units * 0.88),
        sTypoDescender=-round(units * 0.12),
        sTypoLineGap=0,
        usWinAscent=ascent,
        usWinDescent=-descent,
        sxHeight=round(units * 0.54),
        sCapHeight=round(units * 0.73),
        ulCodePageRange1=1 | 1 << 18,  # Latin 1, simplified Chinese
        ulCodePageRange2=0,
    )
    builder.setupNameTable(
        {
            "copyright": face.copyright,
            "familyName": face.family,
            "styleName": face.style,
            "uniqueFontIdentifier": f"1.000;HALL;{face.postscript_name}",
            "fullName": f"{face.family}{' Bold' if bold else ''}",
            "version": "Version 1.000",
            "psName": face.postscript_name,
            "licenseDescription": "SIL Open Font License, Version 1.1",
            "licenseInfoURL": "https://openfontlicense.org",
        },
        mac=False,
    )
    builder.setupPost(keepGlyphNames=False)
    font = builder.font
    font["gasp"] = gasp = newTable("gasp")
    gasp.version, gasp.gaspRange = 1, {0xFFFF: 0x0A}  # grey-scale at every size, no grid fitting
    head = font["head"]
    head.fontRevision = 1.0
    head.macStyle = 1 if bold else 0
    head.created = head.modified = FIXED_TIME
    font.recalcTimestamp = False
    font.save(path, reorderTables=True)


# Checking -----------------------------------------------------------------------------------------


def inked(path: Path) -> tuple[set[int], set[int]]:
    """The characters of a file that have ink, and those that are mapped but empty.

    A glyph that has the outline of `.notdef` counts as empty.
    """
    font = TTFont(path, lazy=True)
    glyf = font["glyf"]
    empty = b""
    notdef = getattr(glyf.glyphs[".notdef"], "data", empty)
    with_ink: set[int] = set()
    without: set[int] = set()
    for code, name in font.getBestCmap().items():
        outline = getattr(glyf.glyphs[name], "data", empty)
        (without if outline in {empty, notdef} else with_ink).add(code)
    return with_ink, without


def check(output: Path) -> list[str]:
    """Everything wrong with the files in a folder; empty when they are as promised."""
    wrong: list[str] = []
    held: dict[str, set[int]] = {}
    for face in FACES:
        path = output / face.file
        if not path.exists():
            return [f"{face.file} is missing"]
        with_ink, without = inked(path)
        held[face.key] = with_ink
        blanks = without - SPACES
        if blanks:
            wrong.append(f"{face.file}: no ink in {_listed(blanks)}")
        print(f"{face.file}: {len(with_ink)} characters, {path.stat().st_size / 1e6:.1f} MB")
    for label, ranges in (("ideographs", IDEOGRAPHS), ("radicals and forms", RADICALS_AND_FORMS)):
        named = code_points(ranges)
        missing = named - held["song"] - held["rare"] - held["hei"]
        by_face = {k: len(named & held[k]) for k in held}
        print(f"{label}: {len(named)} named, {by_face}, missing {len(missing)}")
        if missing:
            wrong.append(f"{label}: nothing covers {_listed(missing)}")
    both = held["song"] & held["rare"]
    if both:
        wrong.append(f"held by both Song and Rare: {_listed(both)}")
    total = sum(p.stat().st_size for p in output.iterdir() if p.is_file())
    print(f"together {total / 1e6:.1f} MB")
    if total > BUDGET_BYTES:
        wrong.append(f"{total} bytes together, {BUDGET_BYTES} allowed")
    return wrong


def _listed(codes: set[int]) -> str:
    some = " ".join(f"U+{c:04X}" for c in sorted(codes)[:12])
    return f"{len(codes)}: {some}{' …' if len(codes) > 12 else ''}"


def main() -> int:
    """Makes or checks the files as the arguments ask."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="check the files, make nothing")
    parser.add_argument("--only", choices=[face.key for face in FACES], action="append")
    parser.add_argument("--jobs", type=int, default=2, help="files made at the same time")
    parser.add_argument("--output", type=Path, default=HERE)
    arguments = parser.parse_args()
    if arguments.check:
        wrong = check(arguments.output)
        print("\n".join(wrong) or "as promised")
        return 1 if wrong else 0
    arguments.output.mkdir(parents=True, exist_ok=True)
    chosen = [face for face in FACES if not arguments.only or face.key in arguments.only]
    with ProcessPoolExecutor(max_workers=arguments.jobs) as pool:
        for path in pool.map(make, chosen, [arguments.output] * len(chosen)):
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            print(f"{path.name} {path.stat().st_size} bytes sha256 {digest}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
