"""Figures of a period as CSV (RFC 4180), in the form spreadsheets open."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

_MARK = "\ufeff"  # spreadsheets take UTF-8 for UTF-8 only behind it
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def sheet(answer: Mapping[str, Any]) -> str:
    """One line a part, then the total; a column a figure, named with its unit."""
    defined = answer["definitions"]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["代码", "名称", *(f"{one['title']}（{one['unit']}）" for one in defined)])
    for part in (*answer["parts"], answer["total"]):
        writer.writerow(
            [
                _text(part["label"]),
                _text(part["title"]),
                *(_number(part, one["id"]) for one in defined),
            ]
        )
    return _MARK + out.getvalue()


def _text(value: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{value}" if value.startswith(_FORMULA) else value


def _number(part: Mapping[str, Any], figure: str) -> str:
    if part["withheld"]:
        return "不足十，不予公布"
    value = part["figures"].get(figure)
    return "" if value is None else str(value)
