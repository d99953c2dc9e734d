"""What of the province's catalogue could not be taken over (未能接收的目录条目), and why.

A page is asked for once. So what was wrong in it stays in sight here until the province has sent
the entry again as it should be. Of the entry itself nothing is kept but its code.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import ValidationError
from sqlalchemy import Connection, RowMapping, delete, func, or_, select

from hall_platform.catalogue.shape_errors import place, sentence
from hall_platform.clock import stamp
from hall_platform.province.tables import province_left_out
from hall_platform.province.upserts import put

Kind = Literal["item", "licence_type"]

MOST_ERRORS = 20  # of one entry; with so many it is another form altogether
MOST_SHOWN = 100
NAMELESS_STAY = timedelta(days=30)  # no later entry can be told to be the same one
LARGEST_VERSION = 2**31 - 1

_CODE = re.compile(r"[0-9A-Z]{11,36}", re.ASCII)


class LeftOut(Exception):
    """An entry that is not taken over: where, and what is wrong there."""

    def __init__(self, errors: Sequence[tuple[str, str]]) -> None:
        super().__init__(f"{len(errors)} errors")
        self.errors = errors

    @classmethod
    def of(cls, failure: ValidationError) -> LeftOut:
        """What a shape does not allow."""
        return cls([(place(one), sentence(one)) for one in failure.errors()])


def code_of(entry: Any) -> str:
    """The code of an entry; "" for none that can be read."""
    code = entry.get("code") if isinstance(entry, dict) else None
    return code if isinstance(code, str) and _CODE.fullmatch(code) else ""


def version_of(entry: Any) -> int | None:
    """The province's version of an entry; None for none that can be read."""
    version = entry.get("version") if isinstance(entry, dict) else None
    if not isinstance(version, int) or isinstance(version, bool):
        return None
    return version if 1 <= version <= LARGEST_VERSION else None


def keep(connection: Connection, kind: Kind, entry: Any, why: LeftOut, at: datetime) -> None:
    """Note an entry that was left out, in place of what was noted of it before."""
    code = code_of(entry)
    errors = [{"where": where, "what": what} for where, what in why.errors[:MOST_ERRORS]]
    put(
        connection,
        province_left_out,
        {"kind": kind, "entry": code or _digest(entry)},
        {
            "code": code,
            "version": version_of(entry),
            "errors": json.dumps(errors, ensure_ascii=False),
            "pulled_at": stamp(at),
        },
    )


def clear(connection: Connection, kind: Kind, code: str, version: int | None) -> None:
    """A good entry came: what was noted of it, up to its version, is settled."""
    mine = delete(province_left_out).where(
        province_left_out.c.kind == kind, province_left_out.c.entry == code
    )
    if version is not None:
        older = province_left_out.c.version <= version
        mine = mine.where(or_(province_left_out.c.version.is_(None), older))
    connection.execute(mine)


def forget(connection: Connection, now: datetime) -> None:
    """Drop what no later entry can settle, after a month."""
    connection.execute(
        delete(province_left_out)
        .where(province_left_out.c.code == "")
        .where(province_left_out.c.pulled_at < stamp(now - NAMELESS_STAY))
    )


def shown(connection: Connection) -> tuple[int, list[dict[str, Any]]]:
    """How many entries are left out, and the newest of them."""
    count = connection.execute(select(func.count()).select_from(province_left_out)).scalar_one()
    rows = connection.execute(
        select(province_left_out)
        .order_by(province_left_out.c.pulled_at.desc(), province_left_out.c.entry)
        .limit(MOST_SHOWN)
    )
    return count, [_shown(row) for row in rows.mappings()]


def _shown(row: RowMapping) -> dict[str, Any]:
    return {
        "kind": row["kind"],
        "code": row["code"],
        "version": row["version"],
        "errors": json.loads(row["errors"]),
        "pulled_at": row["pulled_at"],
    }


def _digest(entry: Any) -> str:
    text = json.dumps(entry, ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
