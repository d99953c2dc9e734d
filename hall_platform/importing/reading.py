"""Files as offices have them: CSV in UTF-8 (with or without mark), UTF-16 or GB18030, or JSON.

What is read are lines of cells by column. Nothing is guessed about contents; what is wrong is said
with its place.
"""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LARGEST = 32 * 1024 * 1024
MOST_LINES = 50_000
LONGEST_CELL = 20_000

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)

# Positions that GB 18030-2022 gives to characters Python's codec still maps to private use.
_VERTICAL = (0xFE10, 0xFE12, 0xFE11, *range(0xFE13, 0xFE1A))
_GB_2022 = {
    **dict(zip(range(0xE78D, 0xE797), _VERTICAL, strict=True)),
    0xE7C7: 0x1E3F,
    0xE816: 0x20087,
    0xE817: 0x20089,
    0xE818: 0x200CC,
    0xE81E: 0x9FB4,
    0xE826: 0x9FB5,
    0xE82B: 0x9FB6,
    0xE82C: 0x9FB7,
    0xE831: 0x215D7,
    0xE832: 0x9FB8,
    0xE83B: 0x2298F,
    0xE843: 0x9FB9,
    0xE854: 0x9FBA,
    0xE855: 0x241FE,
    0xE864: 0x9FBB,
}


@dataclass(frozen=True)
class Finding:
    """Something wrong: where ("第 3 行"), in which column if in one, and a sentence."""

    where: str
    column: str
    what: str

    def __str__(self) -> str:
        place = self.where + (f"“{self.column}”" if self.column else "")
        return f"{place}：{self.what}" if place else self.what


class Wrong(Exception):
    """What keeps a file from being imported."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("; ".join(map(str, findings)))
        self.findings = tuple(findings)


@dataclass(frozen=True)
class Line:
    """One entry of a file, cells by the column's own name; missing ones are empty."""

    where: str
    cells: Mapping[str, str]
    titles: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def wrong(self, column: str, what: str) -> Finding:
        """A finding in this line, with the column as the file calls it."""
        return Finding(self.where, self.titles.get(column, column), what)


@dataclass(frozen=True)
class Columns:
    """The columns of a kind of file with their Chinese headings, and those that must be there."""

    headings: Mapping[str, str]
    needed: tuple[str, ...] = ()
    known: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        both = {**{name: name for name in self.headings}}
        both |= {heading: name for name, heading in self.headings.items()}
        object.__setattr__(self, "known", both)


def contents(path: Path) -> bytes:
    """The bytes of a file of bearable size. Raises Wrong, OSError."""
    with path.open("rb") as file:
        whole = file.read(LARGEST + 1)
    if len(whole) > LARGEST:
        raise Wrong([Finding("", "", f"文件超过 {LARGEST // 1024 // 1024} MiB")])
    return whole


def text_of(whole: bytes) -> str:
    """The text of a file, whichever of the offices' encodings it is in. Raises Wrong."""
    for mark, encoding in _MARKS:
        if whole.startswith(mark):
            return _decoded(whole, encoding)
    try:
        text = whole.decode("utf-8")
    except UnicodeDecodeError:
        text = _decoded(whole, "gb18030").translate(_GB_2022)
    return _checked(text)


def _decoded(whole: bytes, encoding: str) -> str:
    try:
        return _checked(whole.decode(encoding))
    except UnicodeDecodeError:
        what = "文字编码无法识别，请另存为 UTF-8 或者 GB18030"
        raise Wrong([Finding("", "", what)]) from None


def _checked(text: str) -> str:
    if "\x00" in text:
        raise Wrong([Finding("", "", "不是文本文件")])
    return text


def lines_of(path: Path, columns: Columns, unreadable: list[Finding] | None = None) -> list[Line]:
    """The entries of a flat file, CSV or JSON by its name. Raises Wrong, OSError.

    With `unreadable` entries that cannot be read are noted there and left out.
    """
    text = text_of(contents(path))
    if path.suffix.lower() == ".json":
        return _json_lines(parsed(text), columns, unreadable)
    return csv_lines(text, columns, unreadable)


def parsed(text: str) -> Any:
    """The value of a JSON text without NaN and doubled members. Raises Wrong."""
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except json.JSONDecodeError as failure:
        raise Wrong([Finding(f"第 {failure.lineno} 行", "", "不是完整的 JSON")]) from None
    except ValueError as failure:
        raise Wrong([Finding("", "", str(failure))]) from None
    except RecursionError:
        raise Wrong([Finding("", "", "JSON 嵌套过深")]) from None


def csv_lines(text: str, columns: Columns, unreadable: list[Finding] | None = None) -> list[Line]:
    """The records of a CSV text below its line of headings. Raises Wrong.

    With `unreadable` records that cannot be read are noted there and left out.
    """
    records = list(_records(text))
    if not records:
        raise Wrong([Finding("", "", "文件是空的，至少要有一行列名")])
    (where, headings), *rest = records
    names = _names(where, [heading.strip() for heading in headings], columns)
    titles = {name: heading.strip() for name, heading in zip(names, headings, strict=True)}
    findings: list[Finding] = []
    found: list[Line] = []
    for where, cells in rest:
        if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
            findings.append(Finding(where, "", f"有 {len(cells)} 格，比列名多"))
            continue
        line = _line(where, dict(zip(names, cells, strict=False)), titles, findings)
        found += [line] if line is not None else []
    return _kept(found, findings, unreadable)


def _records(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each record that is not empty, with the line it begins in."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    begins = 1
    try:
        for count, record in enumerate(reader):
            if count > MOST_LINES:
                raise Wrong([Finding("", "", f"超过 {MOST_LINES} 行，请分成几个文件")])
            if any(cell.strip() for cell in record):
                yield f"第 {begins} 行", record
            begins = reader.line_num + 1
    except csv.Error:
        what = "引号不成对，或者一格太长"
        raise Wrong([Finding(f"第 {begins} 行", "", what)]) from None


def _delimiter(text: str) -> str:
    """Comma or tab, whichever there is more of in the line of headings."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    return "\t" if first.count("\t") > first.count(",") else ","


def _names(where: str, headings: list[str], columns: Columns) -> list[str]:
    findings = [
        Finding(where, heading, "没有这一列，可用的列名见导入说明")
        for heading in headings
        if heading not in columns.known
    ]
    names = [columns.known.get(heading, heading) for heading in headings]
    findings += [
        Finding(where, heading, "这一列出现了两次")
        for place, heading in enumerate(headings)
        if heading and names[place] in names[:place]
    ]
    findings += [
        Finding(where, columns.headings[name], "缺少这一列")
        for name in columns.needed
        if name not in names
    ]
    if findings:
        raise Wrong(findings)
    return names


def _line(
    where: str, cells: dict[str, str], titles: Mapping[str, str], findings: list[Finding]
) -> Line | None:
    kept = {}
    for name, cell in cells.items():
        if len(cell) > LONGEST_CELL:
            findings.append(Finding(where, titles.get(name, name), "内容过长"))
        elif any(_is_control(one) for one in cell):
            findings.append(Finding(where, titles.get(name, name), "有控制字符"))
        else:
            kept[name] = cell.strip()
    return Line(where, kept, titles) if len(kept) == len(cells) else None


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs"} and character not in "\r\n\t"


def _json_lines(
    value: Any, columns: Columns, unreadable: list[Finding] | None = None
) -> list[Line]:
    """A list of objects whose members are the columns; lists and truth become cells."""
    if not isinstance(value, list) or len(value) > MOST_LINES:
        raise Wrong([Finding("", "", "须为一个列表，每项是一个对象")])
    findings: list[Finding] = []
    found: list[Line] = []
    for place, entry in enumerate(value, start=1):
        where = f"第 {place} 项"
        if not isinstance(entry, dict):
            findings.append(Finding(where, "", "须为一个对象"))
            continue
        cells = {}
        before = len(findings)
        for name, member in entry.items():
            if name not in columns.known:
                findings.append(Finding(where, name, "没有这一项，可用的名称见导入说明"))
            elif isinstance(member, dict):
                findings.append(Finding(where, name, "这里不能是对象"))
            else:
                cells[columns.known[name]] = cell_of(member)
        line = _line(where, cells, {}, findings)
        found += [line] if line is not None and len(findings) == before else []
    return _kept(found, findings, unreadable)


def _kept(
    found: list[Line], findings: list[Finding], unreadable: list[Finding] | None
) -> list[Line]:
    """The lines that could be read; what could not is noted, or raised where nobody notes it."""
    if unreadable is None and findings:
        raise Wrong(findings)
    if unreadable is not None:
        unreadable += findings
    return found


def cell_of(member: Any) -> str:
    """A JSON value as a cell of a table would have it."""
    if member is None:
        return ""
    if isinstance(member, bool):
        return "是" if member else "否"
    if isinstance(member, list):
        return "、".join(map(cell_of, member))
    return str(member)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"JSON 中 {name} 在同一处出现了两次")
        found[name] = value
    return found


def _no_number(name: str) -> Any:
    raise ValueError(f"JSON 中不能有 {name}")
