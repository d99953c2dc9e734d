"""`hall-counter demo`: with a display a window to use, without one the whole job by itself."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ui.demo.stage import Stage

ITEM = "个体工商户设立登记"
PERSON = "测试甲"


def has_display() -> bool:
    """True where a window can be shown to a person."""
    if os.environ.get("QT_QPA_PLATFORM") in ("offscreen", "minimal"):
        return False
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def run(out: Path, language: str = "zh") -> int:
    """The demonstration; exit code 0 only when everything really happened."""
    if has_display():
        return show(language)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    return play(out, language)


def show(language: str = "zh") -> int:
    """Window and simulator panel for a person; closing either ends everything."""
    from dataclasses import replace

    from ui.app import clerk_app
    from ui.demo.stage import Stage
    from ui.simulator_panel import SimulatorPanel

    stage = Stage()
    _end_on_signals(stage)
    with stage:
        settings = stage.settings()
        settings = replace(settings, ui=replace(settings.ui, language=language))
        app = clerk_app(settings)
        account = stage.account()
        panel = SimulatorPanel(
            stage.desk, stage.people(), stage.codes(), f"{account.username}  {account.password}"
        )
        app.window.closed.connect(panel.close)
        panel.closed.connect(app.window.close)
        panel.show()
        panel.move(app.window.frameGeometry().topRight())
        return app.run()


def play(out: Path, language: str = "zh") -> int:
    """The whole job on offscreen Qt, by key, mouse and wire events; pictures and story in `out`."""
    from dataclasses import replace

    from ui.app import clerk_app
    from ui.demo import evidence
    from ui.demo.scripted_visit import ScriptedVisit
    from ui.demo.stage import Stage

    out.mkdir(parents=True, exist_ok=True)
    for old in (*out.glob("*.png"), *out.glob("visit.json"), *out.glob("receipt.pdf")):
        old.unlink()
    stage = Stage()
    _end_on_signals(stage)
    with stage:
        settings = stage.settings()
        settings = replace(settings, ui=replace(settings.ui, language=language))
        person = demo_person(stage.people())
        app = clerk_app(settings, quiet=True)
        try:
            app.window.show()
            script = ScriptedVisit(app.window, stage, out)
            script.sign_in(stage.account())
            story = script.serve(person, ITEM)
        except AssertionError as failure:
            app.window.grab().save(str(out / "failed.png"))
            print(f"the demonstration failed: {failure}", file=sys.stderr)
            return 1
        finally:
            app.window.close()
            app.close()
        paper = evidence.newest_paper(Path(stage.desk.printer))
        evidence.check_platform(stage.platform_folder / "platform.sqlite", story, person)
        evidence.check_paper(paper, story, person)
        (out / "receipt.pdf").write_bytes(paper)
    record = {key: value for key, value in asdict(story).items() if key != "case_id"}
    (out / "visit.json").write_text(
        json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    print(f"{story.case_number} {story.item}: {story.outbox}, {story.printer}; see {out}/")
    return 0


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
