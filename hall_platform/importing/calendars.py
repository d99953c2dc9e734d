"""The table of working days, whole as JSON or a year's days as CSV (工作日历)."""

from __future__ import annotations

import json
from typing import Any

from hall_platform.catalogue import working_days
from hall_platform.importing.cells import Cells
from hall_platform.importing.reading import Columns, Finding, contents, csv_lines, parsed, text_of
from hall_platform.importing.taking import Taking

DAYS = Columns(
    {"version": "版本", "date": "日期", "kind": "安排", "source": "发布文件"},
    needed=("version", "date", "kind", "source"),
)
KINDS = {"放假": "off", "上班": "work"}

_SATURDAY = 5


def take_calendar(taking: Taking) -> None:
    """A newer table. The years of the present one have to be in it, as JSON; CSV adds to them."""
    present = working_days.newest(taking.connection).published
    text = text_of(contents(taking.path))
    if taking.path.suffix.lower() == ".json":
        document, place = parsed(text), Finding("", "version", "")
    else:
        document, place = _of_days(taking, text, present)
    if not taking.findings:
        taking.findings += [Finding(*wrong) for wrong in working_days.document_errors(document)]
    if taking.findings:
        return
    document = _kept(document)
    if document == _kept(present):
        taking.count("unchanged")
        return
    gone = sorted(present["years"].keys() - document["years"].keys())
    what = f"缺少现行日历中的 {'、'.join(gone)} 年；已有年份不能去掉"
    taking.findings += [Finding("", "years", what)] if gone else []
    if not working_days.is_newer(document["version"], present["version"]):
        what = f"版本须比现行的 {present['version']} 新，文件中是 {document['version']}"
        taking.findings.append(Finding(place.where, place.column, what))
    if not taking.findings:
        working_days.keep(taking.connection, document, taking.at)
        taking.count("changed")


def _kept(document: dict[str, Any]) -> dict[str, Any]:
    """What of a table counts, days in order."""
    return {
        "version": str(document["version"]),
        "years": {
            year: {
                "source": table["source"],
                "off": sorted(table["off"]),
                "work": sorted(table["work"]),
            }
            for year, table in sorted(document["years"].items())
        },
    }


def _of_days(taking: Taking, text: str, present: dict[str, Any]) -> tuple[dict[str, Any], Finding]:
    """The present table with the file's years in place of its own, and where its version stands."""
    years: dict[str, dict[str, Any]] = {}
    version, place = "", Finding("", DAYS.headings["version"], "")
    for line in csv_lines(text, DAYS, taking.findings):
        cells = Cells(line, taking.findings)
        said = cells.code("version", r"[0-9]{1,6}(\.[0-9]{1,6}){0,3}", "2027.1")
        if not version:
            version, place = said, line.wrong("version", "")
        elif said and said != version:
            cells.wrong("version", f"各行的版本须相同，{place.where}是 {version}")
        _take_day(cells, years)
    whole = json.loads(json.dumps(present["years"])) | years
    return {"version": version, "years": whole}, place


def _take_day(cells: Cells, years: dict[str, dict[str, Any]]) -> None:
    """A day off or worked instead, into its year."""
    day = cells.day("date")
    kind = cells.choice("kind", KINDS)
    source = cells.text("source", 200)
    if day is None:
        return
    table = years.setdefault(f"{day.year:04d}", {"source": source, "off": [], "work": []})
    if table["source"] != source:
        cells.wrong("source", "同一年的发布文件须相同")
    if day.isoformat() in (*table["off"], *table["work"]):
        cells.wrong("date", "这一天在文件中出现了两次")
    if kind == "work" and day.weekday() < _SATURDAY:
        cells.wrong("date", "本来就是工作日，不能作为调休上班")
    table[kind].append(day.isoformat())
