"""Types of e-licences out of tables (证照目录, GB/T 36902), and how other tables name them."""

from __future__ import annotations

import json
import re

from sqlalchemy import Connection, insert, select, update

from hall_platform.importing.cells import Cells
from hall_platform.importing.reading import Columns
from hall_platform.importing.taking import Taking
from hall_platform.licences.tables import licence_types

LICENCE_TYPES = Columns(
    {
        "code": "证照类型代码",
        "name": "证照名称",
        "definer_name": "定义机构",
        "definer_code": "定义机构代码",
        "years": "有效年数",
        "number_rule": "编号规则",
        "number_prefix": "编号前缀",
        "issuers": "颁发机构代码",
    },
    needed=("code", "name", "definer_name", "definer_code", "issuers"),
)
NUMBER_RULES = {"流水号": "serial", "持证主体号码": "holder"}

_TYPE_CODE = re.compile(r"[0-9A-Z]{21}", re.ASCII)
_BODY_CODE = re.compile(r"[0-9A-Z]{18}", re.ASCII)
_YEARS = r"[1-9][0-9]?|100"


def take_licence_types(taking: Taking) -> None:
    """Types by their codes; licences that were issued keep what they say."""
    seen: set[str] = set()
    for line in taking.lines(LICENCE_TYPES):
        cells = Cells(line, taking.findings)
        code = cells.code("code", r"[0-9A-Z]{21}", "11990000MB0B00019U006")
        if code and code in seen:
            cells.wrong("code", "在文件中出现了两次")
        seen.add(code)
        values = _values(cells, code)
        if cells.sound:
            _take(taking, code, values)


def _values(cells: Cells, code: str) -> dict[str, str | int | None]:
    definer = cells.code("definer_code", r"[0-9A-Z]{18}", "11990000MB0B00019U")
    if len(code) == 21 and len(definer) == 18 and not code.startswith(definer):
        cells.wrong("code", "前 18 位须是定义机构的统一社会信用代码")
    years = cells.code("years", _YEARS, "5（年，1 至 100；长期有效的不填）", needed=False)
    rule = cells.choice("number_rule", NUMBER_RULES, "serial")
    prefix = cells.text("number_prefix", 50, needed=False)
    if rule == "holder" and prefix:
        cells.wrong("number_prefix", "以持证主体号码为编号的没有前缀")
    return {
        "name": cells.text("name", 100),
        "definer_name": cells.text("definer_name", 100),
        "definer_code": definer,
        "years": int(years) if re.fullmatch(_YEARS, years, re.ASCII) else None,
        "number_rule": rule,
        "number_prefix": prefix,
        "issuers": json.dumps(_issuers(cells)),
    }


def _issuers(cells: Cells) -> list[str]:
    """The bodies that issue it, by credit code; at least one, or nobody could."""
    said = list(dict.fromkeys(cells.words("issuers")))
    if not said:
        cells.wrong("issuers", "没有填写")
    for one in said:
        if not _BODY_CODE.fullmatch(one):
            cells.wrong("issuers", f"“{one[:30]}”格式不对，例如 11990302MB0A00018J")
    if len(said) > 200:
        cells.wrong("issuers", "超过 200 个")
    return said


def _take(taking: Taking, code: str, values: dict[str, str | int | None]) -> None:
    connection = taking.connection
    of_code = licence_types.c.code == code
    known = connection.execute(select(licence_types).where(of_code)).one_or_none()
    if known is None:
        connection.execute(insert(licence_types).values(code=code, **values))
        taking.count("new")
    elif all(getattr(known, column) == value for column, value in values.items()):
        taking.count("unchanged")
    else:
        connection.execute(update(licence_types).where(of_code).values(**values))
        taking.count("changed")


class Directory:
    """The types there are, as a table may name them: by code, or by a name only one has."""

    def __init__(self, connection: Connection) -> None:
        self._names: dict[str, str] = {}
        self._codes: dict[str, list[str]] = {}
        for row in connection.execute(select(licence_types.c.code, licence_types.c.name)):
            self._names[row.code] = row.name
            self._codes.setdefault(row.name, []).append(row.code)

    def named(self, cells: Cells, column: str) -> list[dict[str, str]]:
        """The types a cell names, as items have them; what is not there is noted."""
        found = []
        for said in cells.words(column):
            codes = [said] if _TYPE_CODE.fullmatch(said) else self._codes.get(said, [])
            if len(codes) > 1:
                cells.wrong(column, f"证照目录中不止一种“{said[:30]}”，请填证照类型代码")
            elif not codes or codes[0] not in self._names:
                cells.wrong(column, NOT_THERE.format(said[:30]))
            else:
                found.append({"code": codes[0], "name": self._names[codes[0]]})
        return found


NOT_THERE = "证照目录中没有“{}”，请先导入证照类型"
