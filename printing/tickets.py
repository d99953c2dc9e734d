"""A number's ticket (号票) as bytes for an 80 mm printer that speaks ESC/POS.

Numbers are the printer's own characters, eight times as large. Everything Chinese goes over as
pictures in our own faces: a printer's own set lacks the rare characters of names.
"""

from __future__ import annotations

import tempfile
from functools import cache
from typing import TYPE_CHECKING

import segno
from PIL import Image, ImageDraw, ImageFont

import resources
from counter_app.ports.ticketing import TicketFacts
from printing.fonts import Face, cover

if TYPE_CHECKING:
    from escpos.printer import Dummy  # type: ignore[import-untyped]
else:
    # On import the library makes a folder among the temporary ones and leaves it there.
    _usual = tempfile.tempdir
    with tempfile.TemporaryDirectory() as tempfile.tempdir:
        from escpos.printer import Dummy
    tempfile.tempdir = _usual

WIDTH = 576  # dots of 80 mm paper at 203 dots an inch, without the margins
VISIT_PREFIX = "HCVISIT:"
_FEED_BEFORE_CUT = 5


def ticket_bytes(facts: TicketFacts) -> bytes:
    """The ticket from the first dot to the cut. Raises PaperError("paper.uncovered_character")."""
    paper = Dummy(profile="TM-T20II")  # of the usual 80 mm width
    paper.hw("INIT")
    _picture(paper, _line(facts.hall, 34, Face.HEI_BOLD))
    for place, (number, service) in enumerate(facts.numbers):
        paper.set(align="center", custom_size=True, width=8, height=8)
        paper.text(f"{number}\n")
        paper.set(align="center", normal_textsize=True)
        _picture(paper, _line(service, 34, Face.HEI_BOLD))
        if place == 0:
            ahead = f"前面 {facts.ahead} 人,约等 {minutes(facts.expected_wait_s)} 分钟"
            _picture(paper, _line(ahead, 30, Face.HEI))
    if facts.name:
        _picture(paper, _line(facts.name, 34, Face.HEI))
    _picture(paper, _qr(VISIT_PREFIX + facts.visit))
    _picture(paper, _line(facts.taken_at.strftime("%Y-%m-%d %H:%M"), 26, Face.HEI))
    _picture(paper, _line("请留意叫号。过号请到窗口或咨询台。", 26, Face.HEI))
    paper.print_and_feed(_FEED_BEFORE_CUT)
    paper.cut(mode="PART", feed=False)
    return bytes(paper.output)


def minutes(seconds: int) -> int:
    """Whole minutes, rounded up: nobody is promised less than is expected."""
    return -(-seconds // 60)


def _picture(paper: Dummy, image: Image.Image) -> None:
    paper.image(image, impl="bitImageRaster", center=False)


def _line(text: str, size: int, face: Face) -> Image.Image:
    """A line in the middle of the paper, smaller where it is too long, never cut off."""
    runs = cover(text, face)
    wide = sum(run.width for run in runs) * size / 1000
    if wide > WIDTH:
        size = int(size * WIDTH / wide)
        wide = sum(run.width for run in runs) * size / 1000
    image = Image.new("L", (WIDTH, round(size * 1.5)), 255)
    pen = ImageDraw.Draw(image)
    x = (WIDTH - wide) / 2
    for run in runs:
        pen.text((x, size * 1.15), run.text, font=_font(run.face, size), fill=0, anchor="ls")
        x += run.width * size / 1000
    return image.point(lambda shade: 255 if shade > 140 else 0).convert("1")


@cache
def _font(face: Face, size: int) -> ImageFont.FreeTypeFont:
    path = resources.path(f"fonts/{face.value}.ttf")
    return ImageFont.truetype(str(path), size)


def _qr(text: str) -> Image.Image:
    matrix = segno.make(text, error="m", micro=False).matrix
    module, quiet = 5, 4
    side = (len(matrix) + 2 * quiet) * module
    image = Image.new("1", (WIDTH, side), 1)
    pen = ImageDraw.Draw(image)
    left = (WIDTH - side) // 2 + quiet * module
    for row, modules in enumerate(matrix):
        for column, dark in enumerate(modules):
            if dark:
                x, y = left + column * module, (row + quiet) * module
                pen.rectangle((x, y, x + module - 1, y + module - 1), fill=0)
    return image
