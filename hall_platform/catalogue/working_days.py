"""The table of working days in force: the newest of the one that ships and those imported.

Imported are whole tables in the form of `resources/calendars/china.json`. A version is numbers with
points between, and 2027 is newer than 2026.1.
"""

from __future__ import annotations

import contextlib
import json
import re
import threading
import time
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from hall_platform.calendar import WorkingCalendar, calendar_from, shipped_calendar
from hall_platform.catalogue.tables import working_days
from hall_platform.clock import stamp
from hall_platform.database import Store
from hall_platform.problems import Problem

FRESH_SECONDS = 2.0  # how long a process may count with a table another has just replaced

_VERSION = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6}){0,3}", re.ASCII)
_YEAR = re.compile(r"[0-9]{4}", re.ASCII)
_MEMBERS = ("source", "off", "work")


class CalendarInForce:
    """The working days as the store has them, looked up again when they may have changed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._guard = threading.Lock()
        self._shipped = shipped_calendar()
        self._known = self._shipped
        self._looked_at = float("-inf")

    def current(self) -> WorkingCalendar:
        """The table to count with. A store that is away leaves the one known last."""
        with self._guard:
            if time.monotonic() - self._looked_at < FRESH_SECONDS:
                return self._known
            self._looked_at = time.monotonic()
        with contextlib.suppress(Problem), self._store.read() as connection:
            version = _newest_version(connection, self._shipped)
            if version != version_of(self._known):
                self._known = _table(connection, version, self._shipped)
        return self._known


def version_of(calendar: WorkingCalendar) -> str:
    """The version of a table."""
    version: str = calendar.published["version"]
    return version


def newest(connection: Connection) -> WorkingCalendar:
    """The newest table, read inside a transaction."""
    shipped = shipped_calendar()
    return _table(connection, _newest_version(connection, shipped), shipped)


def keep(connection: Connection, document: dict[str, Any], at: datetime) -> None:
    """Keep a table that was checked; from now on the newest counts."""
    connection.execute(
        insert(working_days).values(
            version=document["version"],
            document=json.dumps(document, ensure_ascii=False),
            imported_at=stamp(at),
        )
    )


def is_newer(version: str, other: str) -> bool:
    """Whether a version is a later one, part by part as numbers."""
    return _parts(version) > _parts(other)


def document_errors(document: Any) -> list[tuple[str, str, str]]:
    """What keeps a table from being used: year, member, a sentence; empty when nothing does."""
    if not isinstance(document, dict) or not isinstance(document.get("years"), dict):
        return [("", "", "工作日历须有 version 和 years 两项")]
    found: list[tuple[str, str, str]] = []
    if not _VERSION.fullmatch(str(document.get("version"))):
        found.append(("", "version", "须为数字，可以用点分开，例如 2027 或 2027.1"))
    for year, table in document["years"].items():
        if not _YEAR.fullmatch(str(year)):
            found.append((str(year), "", "不是年份"))
        elif not _is_year(table):
            what = "须有 source（发布文件）、off（放假）和 work（调休上班）"
            found.append((f"{year} 年", "", what))
        else:
            found += _year_errors(int(year), table)
    return found


def _is_year(table: Any) -> bool:
    if not isinstance(table, dict) or any(name not in table for name in _MEMBERS):
        return False
    return isinstance(table["source"], str) and all(
        isinstance(table[kind], list) for kind in ("off", "work")
    )


def _year_errors(year: int, table: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Days off are any days, but none twice; days worked instead are at week-ends."""
    found: list[tuple[str, str, str]] = []
    seen: set[date] = set()
    for kind in ("off", "work"):
        for text in table[kind]:
            day = day_in(text, year)
            what = ""
            if day is None:
                what = f"{text} 不是 {year} 年的日期（年-月-日）"
            elif day in seen:
                what = f"{text} 出现了两次"
            elif kind == "work" and day.weekday() < 5:
                what = f"{text} 本来就是工作日，不能作为调休上班"
            else:
                seen.add(day)
            found += [(f"{year} 年", kind, what)] if what else []
    return found


def day_in(text: Any, year: int) -> date | None:
    """The day of that year which the text names; None for anything else."""
    try:
        day = date.fromisoformat(str(text))
    except ValueError:
        return None
    return day if day.year == year and day.isoformat() == text else None


def _newest_version(connection: Connection, shipped: WorkingCalendar) -> str:
    versions = connection.execute(select(working_days.c.version)).scalars().all()
    newest_one: str = max([version_of(shipped), *versions], key=_parts)
    return newest_one


def _table(connection: Connection, version: str, shipped: WorkingCalendar) -> WorkingCalendar:
    text = connection.execute(
        select(working_days.c.document).where(working_days.c.version == version)
    ).scalar_one_or_none()
    return shipped if text is None else calendar_from(json.loads(text))


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"[0-9]{1,9}", version))
