"""The faces a copy of a licence is set in; together they have every character of GB 18030-2022.

The files are data (`resources/fonts`). A face is opened when a character first needs it. Reportlab
writes code points beyond U+FFFF wrongly into a font's map of characters, so that copied text would
be another; `Face` writes that map anew (ISO 32000-1, 9.10.3).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import groupby
from typing import Any

from reportlab.pdfbase import pdfmetrics, ttfonts

from hall_platform.calendar import resources_folder

NAMES = ("HallCounterSong-Regular", "HallCounterHei-Regular", "HallCounterRare-Regular")
BLOCK = 100  # entries a block of the map may have


class Face(ttfonts.TTFont):
    """A face whose characters can be copied out of the page as they are."""

    def addObjects(self, doc: Any) -> None:  # noqa: N802 - the library's name
        """Embed what a document used, then put the right maps in."""
        subsets = [list(subset) for subset in self.state[doc].subsets]
        super().addObjects(doc)
        for number, subset in enumerate(subsets):
            tag = ttfonts.SUBSETN(number) + b"+" + self.face.name + self.face.subfontNameX
            name = tag.decode("ascii")
            doc.idToObject[f"toUnicodeCMap:{name}"].content = character_map(name, subset)


def character_map(name: str, subset: list[int]) -> str:
    """Which character each code of an embedded subset stands for, as UTF-16."""
    entries = [
        f"<{place:02X}> <{chr(code).encode('utf-16-be').hex()}>"
        for place, code in enumerate(subset)
        if code
    ]
    lines = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        f"/CMapName /{name} def /CMapType 2 def",
        "1 begincodespacerange <00> <FF> endcodespacerange",
    ]
    for start in range(0, len(entries), BLOCK):
        block = entries[start : start + BLOCK]
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    return "\n".join([*lines, "endcmap CMapName currentdict /CMap defineresource pop end end"])


def runs(text: str) -> Iterator[tuple[str, str]]:
    """The text in pieces, each with the name of the face that has all of it."""
    for name, piece in groupby(covered(text), key=_face_of):
        yield name, "".join(piece)


def covered(text: str) -> str:
    """The text with what no face has written as its code: 〔U+E000〕, never as an empty box."""
    return "".join(one if _face_name(one) else f"〔U+{ord(one):04X}〕" for one in text)


def width(text: str, size: float) -> float:
    """How wide a line is."""
    return float(sum(pdfmetrics.stringWidth(piece, name, size) for name, piece in runs(text)))


def _face_of(character: str) -> str:
    return _face_name(character) or NAMES[0]


@cache
def _face_name(character: str) -> str:
    for name in NAMES:
        if ord(character) in _face(name).face.charToGlyph:
            return name
    return ""


@cache
def _face(name: str) -> Face:
    face = Face(name, str(resources_folder() / "fonts" / f"{name}.ttf"), asciiReadable=False)
    pdfmetrics.registerFont(face)
    return face
