"""What a cell says: codes, days, yes and no, words of a list. Each says what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from hall_platform.importing.reading import Finding, Line

_BETWEEN = re.compile(r"[、,，;；\s]+")
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?[eE]\+?[0-9]+", re.ASCII)
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?", re.ASCII)
_MONEY = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?", re.ASCII)
_YES = {"是": True, "有": True, "否": False, "无": False, "true": True, "false": False}


class Cells:
    """The cells of one line, taken one by one; what is wrong is collected in `findings`."""

    def __init__(self, line: Line, findings: list[Finding]) -> None:
        self.line = line
        self.findings = findings
        self._wrong = 0

    @property
    def sound(self) -> bool:
        """Whether nothing was found wrong with the line so far, whatever other lines have."""
        return self._wrong == 0

    def wrong(self, column: str, what: str) -> None:
        """Note what is wrong with a cell."""
        self._wrong += 1
        self.findings.append(self.line.wrong(column, what))

    def text(self, column: str, longest: int = 200, *, needed: bool = True) -> str:
        """What stands there, as it stands there."""
        said = self.line[column]
        if not said and needed:
            self.wrong(column, "没有填写")
        elif len(said) > longest:
            self.wrong(column, f"超过 {longest} 个字")
        return said

    def code(self, column: str, pattern: str, example: str, *, needed: bool = True) -> str:
        """A code of that pattern; full-width characters count as what they stand for."""
        said = unicodedata.normalize("NFKC", self.line[column]).strip()
        if not said:
            if needed:
                self.wrong(column, "没有填写")
            return ""
        if _SCIENTIFIC.fullmatch(said):
            self.wrong(column, "被电子表格改成了科学计数法，请把这一列设为文本后重新填写")
        elif not re.fullmatch(pattern, said, re.ASCII):
            self.wrong(column, f"格式不对，例如 {example}")
        return said

    def day(self, column: str, *, needed: bool = True) -> date | None:
        """A day as 2027-01-31, 2027/1/31 or 2027年1月31日."""
        said = unicodedata.normalize("NFKC", self.line[column]).strip()
        if not said:
            if needed:
                self.wrong(column, "没有填写")
            return None
        found = _DAY.fullmatch(said)
        try:
            if found is None:
                raise ValueError
            return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            self.wrong(column, "不是日期，例如 2027-01-31")
            return None

    def yes(self, column: str, default: bool) -> bool:
        """Yes or no; what is not filled in is the default."""
        said = self.line[column].casefold()
        if not said:
            return default
        if said not in _YES:
            self.wrong(column, "须填“是”或者“否”")
        return _YES.get(said, default)

    def number(self, column: str, default: int | None = None, most: int = 9_999) -> int:
        """A whole number."""
        said = unicodedata.normalize("NFKC", self.line[column]).strip()
        if not said and default is not None:
            return default
        if not said.isascii() or not said.isdigit() or int(said[:9]) > most:
            self.wrong(column, f"须为 0 至 {most} 的整数")
            return 0
        return int(said)

    def money(self, column: str) -> int | None:
        """An amount in yuan, as fen; None when nothing stands there."""
        said = unicodedata.normalize("NFKC", self.line[column]).strip()
        if not said:
            return None
        try:
            if not _MONEY.fullmatch(said):
                raise InvalidOperation
            return int(Decimal(said) * 100)
        except InvalidOperation:
            self.wrong(column, "不是金额（元），例如 80 或 80.50")
            return None

    def choice(self, column: str, choices: Mapping[str, str], default: str = "") -> str:
        """One of the words of a table, or the code it stands for."""
        said = self.line[column]
        if not said and default:
            return default
        if said in choices:
            return choices[said]
        if said in choices.values():
            return said
        self.wrong(column, "须为：" + "、".join(choices))
        return next(iter(choices.values()))

    def choices(self, column: str, choices: Mapping[str, str], *, needed: bool) -> list[str]:
        """Several words of a table, with any of the usual marks between."""
        found = []
        for said in self.words(column):
            if said not in choices and said not in choices.values():
                self.wrong(column, f"“{said[:20]}”不在可填范围内，可填：" + "、".join(choices))
            else:
                found.append(choices.get(said, said))
        if not found and needed and not self.line[column]:
            self.wrong(column, "没有填写")
        return list(dict.fromkeys(found))

    def words(self, column: str) -> list[str]:
        """What stands there, cut at the marks between."""
        return [one for one in _BETWEEN.split(self.line[column]) if one]

    def paragraphs(self, column: str) -> list[str]:
        """What stands there, one a line of the cell."""
        return [one.strip() for one in self.line[column].splitlines() if one.strip()]
