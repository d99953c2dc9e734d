"""A copy of a licence as PDF for one purpose (用途副本), with the watermark its trust grade asks.

After 国办函〔2016〕108号: a licence its body issued (A) bears purpose and expiry; one made of a
paper that an officer compared (B) says so besides, with the day, for government services only.
"""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import segno
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from hall_platform.licences import pdf_fonts

GOOD_FOR = {"A": timedelta(days=90), "B": timedelta(days=30)}

_LABEL_AT, _TEXT_AT, _RIGHT = 25 * mm, 60 * mm, 185 * mm
_one_at_a_time = threading.Lock()  # the library keeps what a document uses of a face in the face


@dataclass(frozen=True)
class Use:
    """What the copy is for: it is worth nothing for anything else."""

    purpose: str
    item: str
    place: str
    number: str
    on: date


def expires_on(licence: Mapping[str, Any], use: Use) -> date:
    """The last day the copy may be used: by its grade, and never after the licence's own."""
    last = use.on + GOOD_FOR[licence["trust_grade"]]
    if licence["valid_to"] is None:
        return last
    return max(use.on, min(last, date.fromisoformat(licence["valid_to"])))


def watermark(licence: Mapping[str, Any], use: Use) -> str:
    """What stands across the page."""
    until = f"{expires_on(licence, use):%Y年%m月%d日}"
    purpose = f"仅用于{use.item}（{use.purpose}）"
    if licence["trust_grade"] == "B":
        checked = licence["checked_on"] or licence["issued_on"]
        return f"已与原件核对一致（{checked}） 仅限政务服务使用 {purpose} 有效至{until}"
    return f"{purpose} 有效至{until}"


def copy(licence: Mapping[str, Any], status: str, use: Use) -> bytes:
    """The page; every character stands there and can be copied out of it."""
    out = io.BytesIO()
    with _one_at_a_time:
        canvas = Canvas(out, pagesize=A4, pageCompression=1, invariant=1)
        canvas.setTitle(str(licence["type_name"]))
        canvas.setCreator("")
        _watermark(canvas, watermark(licence, use))
        _page(canvas, licence, status, use)
        canvas.showPage()
        canvas.save()
    return out.getvalue()


def _page(canvas: Canvas, licence: Mapping[str, Any], status: str, use: Use) -> None:
    title = str(licence["type_name"])
    across = (A4[0] - pdf_fonts.width(title, 22)) / 2
    _line(canvas, across, 262 * mm, title, 22)
    _line(canvas, (A4[0] - pdf_fonts.width(_KIND, 10)) / 2, 254 * mm, _KIND, 10)
    down = 238 * mm
    for label, text in _told(licence, status).items():
        _line(canvas, _LABEL_AT, down, label, 11)
        for part in _broken(text, 11, _RIGHT - _TEXT_AT):
            _line(canvas, _TEXT_AT, down, part, 11)
            down -= 7 * mm
        down -= 1 * mm
    _foot(canvas, licence, use)


_KIND = "电子证照用途副本"
_STATUS = {
    "valid": "有效",
    "expired": "已过有效期",
    "revoked": "已注销",
    "suspended": "暂停使用",
    "superseded": "已被新版本替代",
}


def _told(licence: Mapping[str, Any], status: str) -> dict[str, str]:
    return {
        "证照编号": str(licence["number"]),
        "持证主体": str(licence["holder_name"]),
        "证件号码": str(licence["holder_number"]),
        **json.loads(licence["content"]),
        "颁发机构": str(licence["issuer_name"]),
        "颁发日期": str(licence["issued_on"]),
        "有效期": f"{licence['valid_from']} 至 {licence['valid_to'] or '长期'}",
        "查询时状态": _STATUS[status],
        "电子证照标识": str(licence["identifier"]),
    }


def _foot(canvas: Canvas, licence: Mapping[str, Any], use: Use) -> None:
    """What the copy is for, and the identifier as a code by which it can be verified."""
    _code(canvas, str(licence["identifier"]), 25 * mm, 22 * mm, 30 * mm)
    lines = (
        f"事项：{use.item}",
        f"用途：{use.purpose}",
        f"调取：{use.place}  {use.on.isoformat()}",
        f"调取编号：{use.number}",
        "本副本由平台按用途生成，未加盖电子印章；真伪和现时状态以按证照标识核验的结果为准。",
    )
    down = 50 * mm
    for line in lines:
        for part in _broken(line, 9, _RIGHT - 60 * mm):
            _line(canvas, 60 * mm, down, part, 9)
            down -= 5.5 * mm


def _watermark(canvas: Canvas, text: str) -> None:
    canvas.saveState()
    canvas.setFillGray(0.82)
    canvas.translate(A4[0] / 2, A4[1] / 2)
    canvas.rotate(35)
    parts = _broken(text, 18, 190 * mm)
    for row in range(-3, 4):
        down = row * 45 * mm
        for part in parts:
            _line(canvas, -pdf_fonts.width(part, 18) / 2, down, part, 18)
            down -= 8 * mm
    canvas.restoreState()


def _line(canvas: Canvas, across: float, down: float, text: str, size: float) -> None:
    for name, piece in pdf_fonts.runs(text):
        canvas.setFont(name, size)
        canvas.drawString(across, down, piece)
        across += canvas.stringWidth(piece, name, size)


def _broken(text: str, size: float, room: float) -> list[str]:
    """The text in lines that fit, broken anywhere as Chinese may be."""
    lines, line = [], ""
    for character in pdf_fonts.covered(text):
        if line and pdf_fonts.width(line + character, size) > room:
            lines.append(line)
            line = ""
        line += character
    return [*lines, line]


def _code(canvas: Canvas, text: str, across: float, down: float, side: float) -> None:
    matrix = segno.make_qr(text, error="m").matrix
    module = side / len(matrix)
    canvas.setFillGray(0)
    for row, bits in enumerate(matrix):
        for column, dark in enumerate(bits):
            if dark:
                canvas.rect(
                    *(across + column * module, down + side - (row + 1) * module),
                    *(module, module),
                    stroke=0,
                    fill=1,
                )
