"""Examples of the contract: a request and an answer for each operation.

A module lists its own in examples.py, by method and path:

    EXAMPLES = {"POST /v1/case-queries": Example(request={…}, answer={…})}

Everybody in them is invented. What several modules show is here, so that it is the same person,
item and case throughout.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from hall_platform.modules import parts


@dataclass(frozen=True)
class Example:
    """What is sent and what comes back; `parameters` by their names in path, query or header."""

    answer: Any = None
    request: Any = None
    parameters: Mapping[str, Any] = field(default_factory=dict)


KEY = "0193a5c2-6d3e-7c41-9a55-2f1b7d0c9e84"
SESSION = "5b2f0c1e-8f0d-4c57-9d2a-6f1f3f5c1a02"
CASE = "0193a5c2-7f10-7aa2-8c3d-51d2a4c1be07"
PREAPPLICATION = "7d1e4c9a-2b60-4f0e-8a67-9c1d5e3f2b18"
CASE_NUMBER = "990302202611240300001"
ETAG = '"9c1d5e3f2b18-1"'
MOMENT = "2026-11-24T10:00:00.000+08:00"
LATER = "2026-11-24T10:15:00.000+08:00"
WINDOW = "03"
HOLDER = {"kind": "resident", "number": "990302199001010016"}
OPERATOR = {"id": "c0a8f5de-1f4b-4d2c-9a0e-3b7d6e5f4a21", "name": "测小兰", "session": SESSION}
HALL = {"code": "99030201", "name": "市民之家"}
WINDOW_SHOWN = {
    "code": WINDOW,
    "name": "综合窗口 03",
    "hall": HALL,
    "region": "990302000000",
    "address": "试验省试验市雨山区市民中路66号",
    "phone": "0000-82300003",
}
ITEM = "11990302MB0A0001XX4990100000100"
ITEM_NAME = "个体工商户设立登记"
DIGEST = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"

COMMON: Mapping[str, Example] = {
    "GET /v1/health": Example(answer={"status": "ok", "time": MOMENT, "version": "0.1.0"}),
}


@cache
def examples() -> Mapping[str, Example]:
    """Every example by its operation."""
    found = dict(COMMON)
    for part in parts("examples").values():
        found |= part.EXAMPLES
    return found
