"""Pages of a PDF as pixels, for the preview and for printers that take pictures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pypdfium2

LARGEST_WIDTH = 10_000


@dataclass(frozen=True, slots=True)
class Picture:
    """Pixels of one page: rows from the top, `stride` bytes each, blue green red and 255 a pixel.

    This is QImage.Format_RGB32 on little-endian machines.
    """

    width: int
    height: int
    stride: int
    bgrx: bytes


@contextmanager
def _opened(pdf: bytes) -> Iterator[Any]:
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError:
        raise ValueError("not a PDF that can be opened") from None
    try:
        yield document
    finally:
        document.close()


def page_count(pdf: bytes) -> int:
    """How many pages a document has. Raises ValueError for what is no PDF."""
    with _opened(pdf) as document:
        return len(document)


def render_page(pdf: bytes, page: int, width_px: int) -> Picture:
    """Page number `page`, from 0, `width_px` pixels wide and as high as its shape asks.

    Raises IndexError for a page that is not there, ValueError for what is no PDF and for a width
    below 1 or above LARGEST_WIDTH.
    """
    if not 1 <= width_px <= LARGEST_WIDTH:
        raise ValueError(f"width {width_px} is not in 1 to {LARGEST_WIDTH}")
    with _opened(pdf) as document:
        if not 0 <= page < len(document):
            raise IndexError(page)
        sheet = document[page]
        bitmap = sheet.render(
            scale=width_px / sheet.get_width(), rev_byteorder=False, prefer_bgrx=True
        )
        try:
            return Picture(bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer))
        finally:
            bitmap.close()
            sheet.close()
