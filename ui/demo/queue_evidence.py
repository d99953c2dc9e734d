"""What really became of a number: from the platform's events, its tables, and the paper."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from ui.demo.evidence import NotSoError
from ui.demo.scripted_queue import QueueStory
from ui.supervisor.shown import duration

_KINDS = ("ticket-taken", "ticket-called", "ticket-finished")
_SPOKEN_TIMES = 2


def check_queue(database: Path, spoken: Path, shots: Path, story: QueueStory) -> dict[str, object]:
    """What `queue.json` says of the number. Raises NotSoError where page and events differ."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        ticket = _ticket(connection, story)
        told = _events(connection, ticket["id"])
        _case_of(connection, ticket["id"], story)
    taken, called, finished = (told[kind] for kind in _KINDS)
    wait, service = _seconds(taken, called), _seconds(called, finished)
    _hold(story.wait == duration(wait), "the page shows the wait of the events")
    _hold(story.service_time == duration(service), "the page shows the service time of the events")
    _hold(_on_paper(shots / "6-ticket-print.png", ticket["visit"]), "the ticket names its visit")
    words = _spoken(spoken, story)
    return {
        "number": story.number,
        "service": story.service,
        "window": ticket["window"],
        "case_number": story.case_number,
        "ticket": {"taken": taken, "called": called, "finished": finished},
        "page": {"wait": story.wait, "service": story.service_time},
        "events": {
            "wait": duration(wait),
            "service": duration(service),
            "wait_s": wait,
            "service_s": service,
        },
        "paper": ticket["paper"],
        "board": story.board,
        "spoken": words,
        "touches": story.touches,
        "keys": story.keys,
        "stages": story.stages,
    }


def _ticket(connection: sqlite3.Connection, story: QueueStory) -> sqlite3.Row:
    rows = connection.execute(
        "SELECT t.id, t.visit, t.state, t.window, v.paper FROM tickets t"
        " JOIN visits v ON v.county = t.county AND v.id = t.visit WHERE t.number = ? AND t.day ="
        " (SELECT max(day) FROM tickets)",
        (story.number,),
    ).fetchall()
    _hold(len(rows) == 1, "the platform has the number once")
    ticket: sqlite3.Row = rows[0]
    _hold(ticket["state"] == "finished", "the number is finished")
    _hold(ticket["paper"] == "handed_out", "its paper was handed out")
    return ticket


def _events(connection: sqlite3.Connection, ticket: str) -> dict[str, str]:
    """When each of the kinds happened, once each."""
    marks = ", ".join("?" * len(_KINDS))
    rows = connection.execute(
        f"SELECT kind, at FROM events WHERE subject = ? AND kind IN ({marks})",  # noqa: S608
        (ticket, *_KINDS),
    ).fetchall()
    _hold(sorted(row["kind"] for row in rows) == sorted(_KINDS), "each was told once")
    return {row["kind"]: row["at"] for row in rows}


def _case_of(connection: sqlite3.Connection, ticket: str, story: QueueStory) -> None:
    rows = connection.execute(
        "SELECT c.number, c.state FROM service_records r"
        " JOIN cases c ON c.county = r.county AND c.id = r.case_id WHERE r.ticket = ?",
        (ticket,),
    ).fetchall()
    found: list[tuple[Any, ...]] = [tuple(row) for row in rows]
    _hold(found == [(story.case_number, "accepted")], "the number's visit is this case")


def _seconds(begins: str, ends: str) -> int:
    """Whole seconds between two times of the log."""
    return int((datetime.fromisoformat(ends) - datetime.fromisoformat(begins)).total_seconds())


def _on_paper(picture: Path, visit: str) -> bool:
    import numpy
    from PIL import Image

    from counter_app.vision.code_reader import read_codes
    from printing.tickets import VISIT_PREFIX

    grey = numpy.array(Image.open(picture).convert("L"), numpy.uint8)
    return [one.text for one in read_codes(grey)] == [VISIT_PREFIX + visit]


def _spoken(record: Path, story: QueueStory) -> str:
    """What the voice was told, as often as it has to say it."""
    told = record.read_text(encoding="utf-8").strip() if record.exists() else ""
    once = told[: len(told) // _SPOKEN_TIMES].strip()
    digits = " ".join(
        "零一二三四五六七八九"[int(one)] if one.isdigit() else one for one in story.number
    )
    _hold(bool(once) and told == once * _SPOKEN_TIMES, "the call was spoken twice")
    _hold(digits in once, "the call was spoken digit by digit")
    return once


def queue_json(record: dict[str, object]) -> str:
    """The record as it is kept."""
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"


def _hold(true: bool, what: str) -> None:
    if not true:
        raise NotSoError(f"not so: {what}")
