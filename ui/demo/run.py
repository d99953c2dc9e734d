"""`hall-counter demo`: with a display the faces to use, without one the whole job by itself."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ui.clerk.window import ClerkWindow
    from ui.demo.scripted_queue import QueueStory
    from ui.demo.scripted_visit import VisitStory
    from ui.demo.stage import Stage

ITEM = "个体工商户设立登记"
PERSON = "测试甲"
# The second person comes with a number.
QUEUE_SERVICE = "企业开办与市场准入"
QUEUE_ITEM = "食品经营许可（新办）"
_LEFT_BEFORE = ("*.png", "visit.json", "queue.json", "receipt.pdf")


def has_display() -> bool:
    """True where a window can be shown to a person."""
    if os.environ.get("QT_QPA_PLATFORM") in ("offscreen", "minimal"):
        return False
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def run(out: Path, language: str = "zh", faces: Sequence[str] = ("clerk",)) -> int:
    """The demonstration; exit code 0 only when everything really happened."""
    if has_display():
        from ui.demo.show import show

        return show(faces, language)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    return play(out, language)


def play(out: Path, language: str = "zh") -> int:
    """The whole job on offscreen Qt, by key, touch and wire events; pictures and stories in `out`.

    First a visit without a number at the clerk's window, then one with a number, through all faces.
    """
    from ui.app import clerk_app
    from ui.demo.stage import PAST_DAYS, Stage

    out.mkdir(parents=True, exist_ok=True)
    for pattern in _LEFT_BEFORE:
        for old in out.glob(pattern):
            old.unlink()
    stage = Stage(PAST_DAYS)
    _end_on_signals(stage)
    with stage:
        settings = stage.settings()
        settings = replace(settings, ui=replace(settings.ui, language=language))
        app = clerk_app(settings, quiet=True)
        try:
            app.window.show()
            visit = _visit(app.window, stage, out)
            queue = _queue(app.window, stage, out, language)
        except AssertionError as failure:
            app.window.grab().save(str(out / "failed.png"))
            print(f"the demonstration failed: {failure}", file=sys.stderr)
            return 1
        finally:
            app.window.close()
            app.close()
    print(f"{visit.case_number} {visit.item}: {visit.outbox}, {visit.printer}; see {out}/")
    print(f"{queue.number} {queue.service}: {queue.wait}, {queue.service_time}; see {out}/")
    return 0


def _visit(window: ClerkWindow, stage: Stage, out: Path) -> VisitStory:
    """The main job; `receipt.pdf` and `visit.json`. Raises AssertionError where it was not so."""
    from ui.demo import evidence
    from ui.demo.scripted_visit import ScriptedVisit

    person = demo_person(stage.people())
    script = ScriptedVisit(window, stage, out)
    script.sign_in(stage.account())
    story = script.serve(person, ITEM)
    paper = evidence.newest_paper(Path(stage.desk.printer))
    evidence.check_platform(stage.database, story, person)
    evidence.check_paper(paper, story, person)
    (out / "receipt.pdf").write_bytes(paper)
    record = {key: value for key, value in asdict(story).items() if key != "case_id"}
    (out / "visit.json").write_text(
        json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    return story


def _queue(window: ClerkWindow, stage: Stage, out: Path, language: str) -> QueueStory:
    """The job with a number; `queue.json`. Raises AssertionError where it was not so."""
    from ui.demo import queue_evidence
    from ui.demo.scripted_queue import ScriptedQueue

    person = with_preapplication(stage, QUEUE_ITEM)
    with ScriptedQueue(window, stage, out, language) as script:
        story = script.run(person, QUEUE_SERVICE, QUEUE_ITEM)
    record = queue_evidence.check_queue(stage.database, stage.spoken, out, story)
    (out / "queue.json").write_text(queue_evidence.queue_json(record), encoding="utf-8")
    return story


def with_preapplication(stage: Stage, item: str) -> Mapping[str, object]:
    """Somebody other than the first visit's person with a pre-application for that item."""
    people = {one["number"]: one for one in stage.people() if one.get("fits_card", True)}
    return next(
        people[one["number"]]
        for one in stage.codes()
        if one["item_name"] == item
        and one["state"] in ("submitted", "checked")
        and one["number"] in people
        and people[one["number"]]["name"] != PERSON
    )


def demo_person(people: object) -> Mapping[str, object]:
    """The person the demonstration serves."""
    assert isinstance(people, list)
    found: Mapping[str, object] = next(one for one in people if one["name"] == PERSON)
    return found


def _end_on_signals(stage: Stage) -> None:
    """Told to end in the middle, the demonstration still leaves nothing behind."""

    def end(number: int, _frame: FrameType | None) -> None:
        if not stage.is_set:
            raise SystemExit(128 + number)  # the stage, half set, clears itself away
        stage.end()
        os._exit(128 + number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
