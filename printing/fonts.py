"""The faces that papers are set in: which face covers which character, and how wide it is.

Every Chinese character of GB 18030-2022 level 3 is covered by one of the files under
`resources/fonts`. A file is read when a character first needs it, so a usual paper never opens the
29 MB of rare characters.

Two properties of reportlab are corrected here, in subclasses, not by patching the library; a test
pins the version they were checked against (5.1.0):

- Its ToUnicode map writes code points beyond U+FFFF with five hexadecimal digits, and more than the
  100 entries a block may have, so that copied or searched text is wrong. `EmbeddedFont` writes
  UTF-16BE in blocks of at most 100 (ISO 32000-1, 9.10.3; Adobe Technical Note 5014).
- It reads tables by one Python call a number, 0.1 to 0.4 s a file, and copies the whole outline
  table for each subset. `_Face` reads whole tables by `array` and maps the file instead.
"""

from __future__ import annotations

import mmap
import struct
import sys
import threading
import zlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from reportlab.pdfbase import pdfdoc, pdfmetrics, ttfonts

import resources
from counter_app.errors import PaperError


class Face(StrEnum):
    """A face a paper may ask for; the value is its PostScript name and its file's stem."""

    SONG = "HallCounterSong-Regular"  # 宋体, running text
    HEI = "HallCounterHei-Regular"  # 黑体, labels
    HEI_BOLD = "HallCounterHei-Bold"  # 黑体 bold, titles
    RARE = "HallCounterRare-Regular"  # what Song and Hei lack


# Where a character is looked for, in this order. Song ends before U+9FEB to U+9FEF, which only the
# regular Hei has.
_FALLBACK: dict[Face, tuple[Face, ...]] = {
    Face.SONG: (Face.SONG, Face.HEI, Face.RARE),
    Face.HEI: (Face.HEI, Face.RARE),
    Face.HEI_BOLD: (Face.HEI_BOLD, Face.HEI, Face.RARE),
    Face.RARE: (Face.RARE, Face.SONG, Face.HEI),
}

# Joiners, byte order mark, soft hyphen and the marks for text or emoji form say nothing about what
# is printed and are left out. Everything else without ink (controls, direction overrides, ideograph
# variation marks) could change what is read, so it is refused like any uncovered character.
LEFT_OUT = frozenset({0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, 0xFE0E, 0xFE0F})


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text that one face covers; `width` is in thousandths of the type size."""

    face: Face
    text: str
    width: float


class _Face(ttfonts.TTFontFace):
    """A face read from one of our own files: format 12 map, long offsets, no composites."""

    def readFile(self, f: str) -> None:  # noqa: N802 - the library's name
        """Maps the file instead of reading it: 1 MB of 29 is usually looked at."""
        self.filename = f
        with open(f, "rb") as file:
            self._ttf_data: Any = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._pos = 0

    def get_table(self, tag: str) -> Any:
        """A table; the outlines without copying them."""
        start, length = self.get_table_pos(tag)
        if tag == "glyf":
            return memoryview(self._ttf_data)[start : start + length]
        return self._ttf_data[start : start + length]

    def extractInfo(self, charInfo: int = 1) -> None:  # noqa: N802, N803 - the library's names
        """Names and measures by the library, then map, widths and offsets by whole tables."""
        super().extractInfo(charInfo=0)
        assert charInfo
        self.hmetrics = self._metrics()
        self.glyphPos = self._numbers("L", self.get_table("loca"))
        self.charToGlyph = self._character_map()
        self.charWidths = _Widths(self)
        self.defaultWidth = self.hmetrics[0][0] * 1000 / self.unitsPerEm

    @staticmethod
    def _numbers(kind: str, data: bytes) -> array[int]:
        """Big-endian unsigned numbers of two ("H") or four ("L") bytes."""
        numbers = array({"H": "H", "L": "I"}[kind], data)
        if sys.byteorder == "little":
            numbers.byteswap()
        return numbers

    def _metrics(self) -> _Metrics:
        full = struct.unpack(">H", self.get_table("hhea")[34:36])[0]
        data = self.get_table("hmtx")
        pairs = self._numbers("H", data[: full * 4])
        return _Metrics(pairs, self._numbers("H", data[full * 4 :]), full)

    def _character_map(self) -> dict[int, int]:
        """Code point to glyph, from the format 12 subtable, which holds every character."""
        cmap = self.get_table("cmap")
        for n in range(struct.unpack(">H", cmap[2:4])[0]):
            start = struct.unpack(">L", cmap[8 + 8 * n : 12 + 8 * n])[0]
            if struct.unpack(">H", cmap[start : start + 2])[0] == 12:
                break
        else:
            raise ttfonts.TTFError(f"no format 12 character map in {self.filename}")
        count = struct.unpack(">L", cmap[start + 12 : start + 16])[0]
        groups = self._numbers("L", cmap[start + 16 : start + 16 + count * 12])
        found: dict[int, int] = {}
        for first, last, glyph in zip(groups[::3], groups[1::3], groups[2::3], strict=True):
            glyphs = range(glyph, glyph + last - first + 1)
            found.update(zip(range(first, last + 1), glyphs, strict=True))
        return found


class _Metrics:
    """Advance and left bearing by glyph number; the last advance holds for the rest."""

    def __init__(self, pairs: array[int], bearings: array[int], full: int) -> None:
        self._pairs, self._bearings, self._full = pairs, bearings, full

    def __getitem__(self, glyph: int) -> tuple[int, int]:
        if glyph < self._full:
            return self._pairs[2 * glyph], self._pairs[2 * glyph + 1]
        return self._pairs[-2], self._bearings[glyph - self._full]


class _Widths(dict[int, float]):
    """Widths in thousandths of the type size by code point, worked out when first asked for."""

    def __init__(self, face: _Face) -> None:
        super().__init__()
        self._face = face

    def __missing__(self, code: int) -> float:
        face = self._face
        width = float(face.hmetrics[face.charToGlyph[code]][0] * 1000 / face.unitsPerEm)
        self[code] = width
        return width

    def get(self, code: int, default: Any = None) -> Any:
        """As for any mapping; the library asks this way."""
        return self[code] if code in self._face.charToGlyph else default


class _QuickDeflate(pdfdoc.PDFStreamFilterZCompress):
    """Deflate that a person does not wait for: outlines hardly get smaller by trying harder.

    A usual notice is 4 % larger than at zlib's default level and is pressed in a tenth less time.
    """

    def encode(self, text: bytes) -> bytes:
        """The stream as it stands in the document."""
        return zlib.compress(text, zlib.Z_BEST_SPEED)


_QUICK_DEFLATE = _QuickDeflate()


class EmbeddedFont(ttfonts.TTFont):
    """A TrueType font whose extracted text is right for every character."""

    def __init__(self, face: Face) -> None:
        # The library's own constructor would read the file with its slow reader.
        self.fontName = face.value
        self.face = _Face(str(resources.path(f"fonts/{face.value}.ttf")))
        self.encoding = ttfonts.TTEncoding()
        self.state = WeakKeyDictionary()
        self._asciiReadable = False  # else all of ASCII is embedded whether it is used or not
        self.shapable = False

    def addObjects(self, doc: Any) -> None:  # noqa: N802 - the library's name
        """Embeds the subsets a document used, then puts the right ToUnicode maps in."""
        subsets = self.state[doc].subsets
        super().addObjects(doc)
        for number, subset in enumerate(subsets):
            tag = ttfonts.SUBSETN(number) + b"+" + self.face.name + self.face.subfontNameX
            name = tag.decode("ascii")
            stream = doc.idToObject[f"toUnicodeCMap:{name}"]
            stream.content = to_unicode_map(name, subset)
            outlines = doc.idToObject[f"fontFile:{self.face.filename}({name})"]
            outlines.filters = [_QUICK_DEFLATE]


def to_unicode_map(name: str, subset: list[int]) -> str:
    """The ToUnicode CMap of a simple font: code n of one byte stands for `subset[n]`."""
    entries = [
        f"<{number:02X}> <{chr(code).encode('utf-16-be').hex().upper()}>"
        for number, code in enumerate(subset)
        if code
    ]
    blocks = [entries[start : start + 100] for start in range(0, len(entries), 100)]
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        f"/CMapName /{name} def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        "<00> <FF>",
        "endcodespacerange",
    ]
    for block in blocks:
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return "\n".join(lines)


_registering = threading.RLock()


@cache
def _registered(face: Face) -> EmbeddedFont:
    font = EmbeddedFont(face)
    pdfmetrics.registerFont(font)
    return font


def font(face: Face) -> EmbeddedFont:
    """The font of a face, read and known to reportlab by its `face.value` from then on."""
    with _registering:
        return _registered(face)


class _Coverings(dict[str, Face]):
    """By character, the first face of the fallback order that has it, found when first asked for.

    Raises PaperError paper.uncovered_character.
    """

    def __init__(self, face: Face) -> None:
        super().__init__()
        self._face = face

    def __missing__(self, character: str) -> Face:
        code = ord(character)
        if not (0xE000 <= code <= 0xF8FF or code >= 0xF0000):  # private use prints nothing agreed
            for candidate in _FALLBACK[self._face]:
                if code in font(candidate).face.charToGlyph:
                    self[character] = candidate
                    return candidate
        raise PaperError("paper.uncovered_character", codepoint=f"U+{code:04X}")


class _Advances(dict[str, float]):
    """By character, how wide it is in thousandths of the type size. Raises as `_Coverings` does."""

    def __init__(self, face: Face) -> None:
        super().__init__()
        self._coverings = _coverings(face)

    def __missing__(self, character: str) -> float:
        widths = font(self._coverings[character]).face.charWidths
        self[character] = wide = float(widths[ord(character)])
        return wide


@cache
def _coverings(face: Face) -> _Coverings:
    return _Coverings(face)


@cache
def _advances(face: Face) -> _Advances:
    return _Advances(face)


def _pieces(text: str, face: Face) -> Iterator[tuple[Face, str]]:
    current, start = face, 0
    for index, covering in enumerate(map(_coverings(face).__getitem__, text)):
        if covering is not current:
            if index > start:
                yield current, text[start:index]
            current, start = covering, index
    if start < len(text):
        yield current, text[start:]


def readable(text: str) -> str:
    """The text without the characters that are left out, and with a plain blank for U+00A0."""
    if text.isascii():
        return text
    return text.translate(_UNSEEN)


_UNSEEN: dict[int, str | None] = {**dict.fromkeys(LEFT_OUT), 0xA0: " "}


def cover(text: str, face: Face) -> list[Run]:
    """The text as runs that one face each covers, `face` where it can.

    Raises PaperError("paper.uncovered_character", codepoint="U+XXXX") for a character without a
    glyph, one of private use, a control character or half of a surrogate pair.
    """
    return [
        Run(covering, piece, advance(piece, covering))
        for covering, piece in _pieces(readable(text), face)
    ]


def advance(text: str, face: Face) -> float:
    """How wide readable text is, in thousandths of the type size. Raises as `cover` does."""
    return sum(map(_advances(face).__getitem__, text))


def width(text: str, face: Face, size: float) -> float:
    """How wide the text is in points. Raises as `cover` does."""
    return advance(readable(text), face) * size / 1000
