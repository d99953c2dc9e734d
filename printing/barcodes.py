"""QR codes and Code 128 as vector paths, one path a symbol.

QR symbols come from segno. Code 128 (ISO/IEC 15417) is encoded here: reportlab's own encoder loads
its whole chart package, a quarter of a second, and draws every bar as an object of its own.
"""

from __future__ import annotations

from functools import lru_cache

import segno
from reportlab.pdfgen.canvas import Canvas

QUIET_MODULES = 4  # ISO/IEC 18004: four light modules on every side
CODE_128_QUIET_MODULES = 10  # ISO/IEC 15417: ten narrow widths left and right


def draw_qr(canvas: Canvas, text: str, x: float, y: float, side: float) -> None:
    """Draws a QR code of error level M into the square whose lower left corner is (x, y).

    The quiet zone is inside `side`; all lengths are points.
    """
    rows = _qr_rows(text)
    module = side / (len(rows) + 2 * QUIET_MODULES)
    left = x + QUIET_MODULES * module
    top = y + side - QUIET_MODULES * module
    path = canvas.beginPath()
    for number, row in enumerate(rows):
        bottom = top - (number + 1) * module
        for start, length in _dark_runs(row):
            path.rect(left + start * module, bottom, length * module, module)
    canvas.drawPath(path, stroke=0, fill=1)


@lru_cache(maxsize=8)
def _qr_rows(text: str) -> tuple[bytes, ...]:
    symbol = segno.make(text, error="m", micro=False)
    return tuple(bytes(row) for row in symbol.matrix)


def _dark_runs(row: bytes) -> list[tuple[int, int]]:
    """Where dark modules begin and how many follow."""
    runs: list[tuple[int, int]] = []
    start = row.find(1)
    while start >= 0:
        end = row.find(0, start)
        end = len(row) if end < 0 else end
        runs.append((start, end - start))
        start = row.find(1, end)
    return runs


def draw_code_128(
    canvas: Canvas, text: str, *, x: float, y: float, width: float, height: float
) -> None:
    """Draws Code 128 bars, quiet zones inside `width`; `text` is printable ASCII.

    The text for people is set by the caller, in a face of the paper. Raises ValueError as
    `code_128_widths` does.
    """
    widths = code_128_widths(text)
    module = width / (sum(widths) + 2 * CODE_128_QUIET_MODULES)
    position = x + CODE_128_QUIET_MODULES * module
    path = canvas.beginPath()
    for index, count in enumerate(widths):
        if index % 2 == 0:
            path.rect(position, y, count * module, height)
        position += count * module
    canvas.drawPath(path, stroke=0, fill=1)


# Widths of three bars and three spaces for the values 0 to 102 (ISO/IEC 15417, table 1).
_PATTERNS = """
212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232
122132 122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122
321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 132311
211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113
213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422
121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111
241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121
412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131
""".split()  # noqa: SIM905 - a table is read in rows
_START = {"B": 104, "C": 105}
_CHANGE_TO = {"B": 100, "C": 99}
_START_PATTERN = {104: "211214", 105: "211232"}
_STOP_PATTERN = "2331112"


@lru_cache(maxsize=8)
def code_128_widths(text: str) -> tuple[int, ...]:
    """Widths in modules of bars and spaces in turn, with start, check character and stop.

    Raises ValueError for text that is empty or not printable ASCII.
    """
    if not text or not all(" " <= character <= "~" for character in text):
        raise ValueError("Code 128 here holds printable ASCII only")
    values = _code_128_values(text)
    check = (values[0] + sum(n * value for n, value in enumerate(values[1:], 1))) % 103
    symbols = [_START_PATTERN[values[0]], *(_PATTERNS[v] for v in (*values[1:], check))]
    return tuple(int(digit) for digit in "".join([*symbols, _STOP_PATTERN]))


def _code_128_values(text: str) -> list[int]:
    """Symbol values: pairs of digits in set C where that is shorter, all else in set B."""
    values: list[int] = []
    current = ""
    position = 0
    while position < len(text):
        digits = _digits_from(text, position)
        at_edge = position == 0 or position + digits == len(text)
        if digits >= (4 if at_edge else 6) or (current == "C" and digits >= 2):
            if current != "C" and digits % 2:  # the odd digit stays in set B
                current = _switch(values, current, "B")
                values.append(ord(text[position]) - 32)
                position, digits = position + 1, digits - 1
            current = _switch(values, current, "C")
            pairs = digits // 2
            values += [int(text[position + 2 * n : position + 2 * n + 2]) for n in range(pairs)]
            position += 2 * pairs
        else:
            current = _switch(values, current, "B")
            values.append(ord(text[position]) - 32)
            position += 1
    return values


def _digits_from(text: str, position: int) -> int:
    end = position
    while end < len(text) and text[end] in "0123456789":
        end += 1
    return end - position


def _switch(values: list[int], current: str, wanted: str) -> str:
    """Adds the start or change character that leads to the wanted set, if one is needed."""
    if not current:
        values.append(_START[wanted])
    elif current != wanted:
        values.append(_CHANGE_TO[wanted])
    return wanted
