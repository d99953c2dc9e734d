"""Official seals out of a table with the names of their pictures (印章)."""

from __future__ import annotations

import hashlib
from pathlib import Path

from sqlalchemy import insert, select, update

from hall_platform.catalogue.seals import picture_errors
from hall_platform.catalogue.tables import seals
from hall_platform.importing.cells import Cells
from hall_platform.importing.reading import Columns, Wrong, contents
from hall_platform.importing.taking import Taking

SEALS = Columns(
    {
        "code": "印章编号",
        "kind": "印章类型",
        "name": "印章名称",
        "body_name": "单位名称",
        "body_code": "统一社会信用代码",
        "region": "行政区划",
        "valid_from": "启用日期",
        "valid_to": "停用日期",
        "picture": "图片文件",
    },
    needed=("code", "kind", "name", "body_name", "body_code", "region", "valid_from", "picture"),
)
KINDS = {"受理专用章": "acceptance", "行政审批专用章": "approval", "公章": "body", "其他": "other"}


def take_seals(taking: Taking) -> None:
    """Seals by their codes; a picture is a PNG file beside the table."""
    seen: set[str] = set()
    for line in taking.lines(SEALS):
        cells = Cells(line, taking.findings)
        begins, ends = cells.day("valid_from"), cells.day("valid_to", needed=False)
        values = {
            "kind": cells.choice("kind", KINDS),
            "name": cells.text("name", 50),
            "body_name": cells.text("body_name", 100),
            "body_code": cells.code("body_code", r"[0-9A-Z]{18}", "11990302MB0A00018J"),
            "region": cells.code("region", r"[0-9]{12}", "990302000000"),
            "valid_from": begins.isoformat() if begins else "",
            "valid_to": ends.isoformat() if ends else None,
        }
        code = cells.code("code", r"[0-9A-Z]{11,36}", "YZ990302001")
        if begins and ends and ends < begins:
            cells.wrong("valid_to", "早于启用日期")
        if code in seen:
            cells.wrong("code", "在文件中出现了两次")
        seen.add(code)
        picture = beside(taking, cells, "picture")
        for what in picture_errors(picture) if picture is not None else ():
            cells.wrong("picture", what)
        if picture is None or not cells.sound:
            continue
        row = {**values, "picture": picture, "sha256": hashlib.sha256(picture).hexdigest()}
        known = taking.connection.execute(select(seals).where(seals.c.code == code)).one_or_none()
        if known is None:
            taking.connection.execute(insert(seals).values(code=code, **row))
            taking.count("new")
        elif all(getattr(known, column) == value for column, value in row.items()):
            taking.count("unchanged")
        else:
            taking.connection.execute(update(seals).where(seals.c.code == code).values(**row))
            taking.count("changed")


def beside(taking: Taking, cells: Cells, column: str) -> bytes | None:
    """The bytes of a file named in a cell, which lies in the table's folder or below it."""
    name = cells.text(column, 200)
    if not name:
        return None
    parts = Path(name.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts or ":" in name:
        cells.wrong(column, "须为同一文件夹里的文件名")
        return None
    folder = taking.path.resolve().parent
    found = (folder / parts).resolve()
    try:
        if not found.is_relative_to(folder):
            raise FileNotFoundError
        return contents(found)
    except Wrong as wrong:
        cells.wrong(column, wrong.findings[0].what)
    except (OSError, ValueError):
        cells.wrong(column, "没有这个文件，或者无法读取")
    return None
