"""A small page layout for official papers: blocks flow down A4 pages, tables break between rows.

Lengths are points, x runs right and y down from the upper left corner of the page. A block says how
high it is before anything is drawn, so that the number of pages is known when the first is set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Literal, Protocol

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from counter_app.errors import PaperError
from printing import barcodes
from printing.fonts import Face, cover, font, width
from printing.lines import break_lines

MM = 72 / 25.4
PAGE_WIDTH, PAGE_HEIGHT = A4

_BAR_MODULE = 0.35 * MM  # read by a gun at arm's length
_LEAST_BAR_MODULE = 0.19 * MM  # the least that office printers and hand-held guns are built for

# Streams as they are, not written in letters: a fifth smaller, and the writing in letters is slow.
rl_config.useA85 = 0

Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Style:
    """How text is set: face, size, distance of base lines, grey (0 black to 1 white)."""

    face: Face
    size: float
    leading: float
    grey: float = 0.0

    @property
    def descent(self) -> float:
        """From the base line to the lower edge of its line; Chinese glyphs reach 0.12 em down."""
        return (self.leading - self.size) / 2 + 0.12 * self.size


class Sheet:
    """One document being drawn; y is turned round here and nowhere else."""

    def __init__(self, title: str, author: str) -> None:
        self._out = BytesIO()
        # invariant: the same facts give the same bytes. Without initialFontName the library names
        # Helvetica on every page and leaves it unembedded.
        font(Face.SONG)
        self._canvas = Canvas(
            self._out,
            pagesize=A4,
            pageCompression=1,
            invariant=1,
            initialFontName=Face.SONG.value,  # type: ignore[arg-type] # the stubs say float
            lang="zh-CN",
        )
        self._canvas.setTitle(title)
        self._canvas.setAuthor(author)
        self._canvas.setCreator("Hall Counter")
        self._canvas.setProducer("Hall Counter")
        self._begin_page()

    def _begin_page(self) -> None:
        self._text = self._canvas.beginText()
        self._grey = 0.0
        self._rules: dict[float, list[tuple[float, float, float, float]]] = {}

    def text(self, x: float, y: float, text: str, style: Style, align: Align = "left") -> None:
        """Sets one line with its base line at y; x is its left end, middle or right end."""
        runs = cover(text, style.face)
        if align != "left":
            wide = sum(run.width for run in runs) * style.size / 1000
            x -= wide if align == "right" else wide / 2
        if style.grey != self._grey:
            self._text.setFillGray(style.grey)
            self._grey = style.grey
        for run in runs:
            self._text.setTextOrigin(x, PAGE_HEIGHT - y)
            self._text.setFont(run.face.value, style.size)
            self._text.textOut(run.text)
            x += run.width * style.size / 1000

    def rule(self, x1: float, y1: float, x2: float, y2: float, thickness: float = 0.5) -> None:
        """A straight black line."""
        line = (x1, PAGE_HEIGHT - y1, x2, PAGE_HEIGHT - y2)
        self._rules.setdefault(thickness, []).append(line)

    def frame(self, x: float, y: float, wide: float, high: float, thickness: float = 0.5) -> None:
        """The outline of a rectangle whose upper left corner is (x, y)."""
        for line in (
            (x, y, x + wide, y),
            (x, y + high, x + wide, y + high),
            (x, y, x, y + high),
            (x + wide, y, x + wide, y + high),
        ):
            self.rule(*line, thickness)

    def qr(self, text: str, x: float, y: float, side: float) -> None:
        """A QR code in the square whose upper left corner is (x, y), quiet zone inside."""
        self._canvas.setFillGray(0)
        barcodes.draw_qr(self._canvas, text, x, PAGE_HEIGHT - y - side, side)

    def line(
        self,
        x: float,
        y: float,
        text: str,
        styles: Sequence[Style],
        *,
        room: float,
        align: Align = "left",
    ) -> None:
        """Sets one line in the largest style that keeps it within `room`.

        Raises PaperError paper.does_not_fit when not even the last one does.
        """
        self.text(x, y, text, fitting(text, room, styles), align)

    def code_128(self, text: str, *, x: float, y: float, room: float, height: float) -> float:
        """Code 128 bars below and right of (x, y), as wide as they need; returns that width.

        Raises PaperError paper.does_not_fit when bars within `room` would be too narrow to read,
        and ValueError for text that Code 128 cannot hold.
        """
        modules = sum(barcodes.code_128_widths(text)) + 2 * barcodes.CODE_128_QUIET_MODULES
        module = min(_BAR_MODULE, room / modules)
        if module < _LEAST_BAR_MODULE:
            raise PaperError("paper.does_not_fit", part="bars")
        width = module * modules
        self._canvas.setFillGray(0)
        bottom = PAGE_HEIGHT - y - height
        barcodes.draw_code_128(self._canvas, text, x=x, y=bottom, width=width, height=height)
        return width

    def end_page(self) -> None:
        """Draws what the page holds and begins the next."""
        for thickness, lines in self._rules.items():
            self._canvas.setLineWidth(thickness)
            self._canvas.lines(lines)
        self._canvas.drawText(self._text)
        self._canvas.showPage()
        self._begin_page()

    def finish(self) -> bytes:
        """The document; nothing can be drawn afterwards."""
        self._canvas.save()
        return self._out.getvalue()


class Block(Protocol):
    """Something of known height that is set as a whole."""

    @property
    def height(self) -> float:
        """How much room it takes downwards."""
        ...

    @property
    def head(self) -> Sequence[Block]:
        """What is repeated above it when it is the first block of a later page."""
        ...

    def draw(self, sheet: Sheet, x: float, y: float) -> None:
        """Draws it with its upper left corner at (x, y)."""
        ...


@dataclass(frozen=True, slots=True)
class Gap:
    """Empty room."""

    height: float
    head: Sequence[Block] = ()

    def draw(self, sheet: Sheet, x: float, y: float) -> None:
        """Nothing."""


class Paragraph:
    """Text broken into lines; `indent` is that of the first line, `hang` that of the others."""

    head: Sequence[Block] = ()

    def __init__(
        self,
        text: str,
        style: Style,
        width: float,
        *,
        indent: float = 0,
        hang: float = 0,
        align: Align = "left",
    ) -> None:
        self._style, self._width, self._align = style, width, align
        self._indent, self._hang = indent, hang
        self._lines = break_lines(text, style.face, style.size, width - hang, indent - hang)
        self.height = len(self._lines) * style.leading

    def draw(self, sheet: Sheet, x: float, y: float) -> None:
        """Draws the lines."""
        style = self._style
        start = {"left": 0.0, "center": self._width / 2, "right": self._width}[self._align]
        for number, line in enumerate(self._lines):
            base = y + (number + 1) * style.leading - style.descent
            shift = self._hang if number else self._indent
            sheet.text(x + start + shift, base, line.rstrip(), style, self._align)


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of one cell and how it is set."""

    text: str
    style: Style
    align: Align = "left"
    span: int = 1  # how many columns it takes


class Row:
    """One row of a table with its borders; as high as its highest cell, texts in the middle."""

    PADDING_X = 4.0
    PADDING_Y = 3.0

    def __init__(
        self,
        cells: Sequence[Cell],
        widths: Sequence[float],
        *,
        head: Sequence[Block] = (),
        least: float = 0,
    ) -> None:
        self.head = head
        self._placed: list[tuple[Cell, float, float, list[str]]] = []
        x, column = 0.0, 0
        for cell in cells:
            wide = sum(widths[column : column + cell.span])
            column += cell.span
            room = wide - 2 * self.PADDING_X
            lines = break_lines(cell.text, cell.style.face, cell.style.size, room)
            self._placed.append((cell, x, wide, lines))
            x += wide
        tallest = max(len(lines) * cell.style.leading for cell, _, _, lines in self._placed)
        self.height = max(least, tallest + 2 * self.PADDING_Y)

    def draw(self, sheet: Sheet, x: float, y: float) -> None:
        """Draws borders and texts."""
        right = x + self._placed[-1][1] + self._placed[-1][2]
        sheet.rule(x, y, right, y)
        sheet.rule(x, y + self.height, right, y + self.height)
        sheet.rule(right, y, right, y + self.height)
        for cell, left, wide, lines in self._placed:
            style = cell.style
            sheet.rule(x + left, y, x + left, y + self.height)
            top = y + (self.height - len(lines) * style.leading) / 2
            start = {
                "left": self.PADDING_X,
                "center": wide / 2,
                "right": wide - self.PADDING_X,
            }[cell.align]
            for number, line in enumerate(lines):
                base = top + (number + 1) * style.leading - style.descent
                sheet.text(x + left + start, base, line.rstrip(), style, cell.align)


class Group:
    """Blocks that stay together on one page."""

    head: Sequence[Block] = ()

    def __init__(self, blocks: Iterable[Block]) -> None:
        self._blocks = tuple(blocks)
        self.height = sum(block.height for block in self._blocks)

    def draw(self, sheet: Sheet, x: float, y: float) -> None:
        """Draws them one below the other."""
        for block in self._blocks:
            block.draw(sheet, x, y)
            y += block.height


class Drawing:
    """Room of a given height that a function fills: `paint(sheet, x, y)`."""

    head: Sequence[Block] = ()

    def __init__(self, height: float, paint: Callable[[Sheet, float, float], None]) -> None:
        self.height, self._paint = height, paint

    def draw(self, sheet: Sheet, x: float, y: float) -> None:
        """Lets the function draw."""
        self._paint(sheet, x, y)


def paginate(blocks: Iterable[Block], first: float, later: float) -> list[list[Block]]:
    """The blocks of each page; `first` and `later` are the heights a page has room for.

    A page that begins in the middle of a table repeats the table's head. Raises PaperError
    paper.does_not_fit for a block that is higher than a page.
    """
    pages: list[list[Block]] = [[]]
    left = first
    for block in blocks:
        if block.height > left and pages[-1]:
            if isinstance(block, Gap):  # no room is left empty at the top of a page
                continue
            pages.append(list(block.head))
            left = later - sum(part.height for part in block.head)
        if block.height > left:
            raise PaperError("paper.does_not_fit", part=type(block).__name__)
        pages[-1].append(block)
        left -= block.height
    return pages


def draw_column(sheet: Sheet, blocks: Iterable[Block], x: float, y: float) -> None:
    """Draws blocks one below the other."""
    for block in blocks:
        block.draw(sheet, x, y)
        y += block.height


def fitting(text: str, room: float, styles: Sequence[Style]) -> Style:
    """The first of the styles, largest first, in which the text is one line within `room`.

    Raises PaperError paper.does_not_fit when not even the last, smallest one will do.
    """
    for style in styles:
        if width(text, style.face, style.size) <= room:
            return style
    raise PaperError("paper.does_not_fit", part="line")
