"""`python -m tools.pictures`: makes docs/pictures/*.png again, from the program itself.

The usual visit is `hall-counter demo` without a screen, in Chinese and in English; what goes wrong
at a counter is played here, with the same hands and the same simulated devices. The paper is the
PDF that the demonstration's printer got. All people in the pictures are invented.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from PySide6.QtCore import Qt

from counter_app.domain.visit import Lookup, VisitState
from counter_app.ports import PrinterState
from printing.raster import render_page

if TYPE_CHECKING:
    from ui.app import FaceApp
    from ui.assembly import Assembled
    from ui.clerk.model import ClerkModel
    from ui.clerk.page import ClerkPage
    from ui.clerk.window import ClerkWindow
    from ui.demo.stage import Stage

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
LARGEST_BYTES = 150_000
DEMO_TIMEOUT_S = 180
PAPER_WIDTH_PX = 900
PAGE_COLOURS = 256
PAPER_GREYS = 16
ITEM_INITIALS = "gtgshsldj"  # 个体工商户设立登记, as a clerk types it

CHINESE = {
    "1-sign-in": "sign-in",
    "2-applicant": "applicant",
    "3-materials": "materials",
    "4-accepted": "accepted",
    "5-kiosk-ticket": "kiosk-ticket",
    "6-ticket-print": "ticket",
    "7-called": "called",
    "8-display": "display",
    "9-supervisor": "supervisor",
    "10-period": "period",
}
ENGLISH = {"3-materials": "materials-english"}


def main() -> int:
    """Make every picture; the exit code."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="hall-counter-pictures-") as folder:
        chinese, english, trouble = (Path(folder) / name for name in ("zh", "en", "trouble"))
        demonstrate(chinese, "zh")
        demonstrate(english, "en")
        trouble.mkdir()
        play_trouble(trouble)
        for source, names in ((chinese, CHINESE), (english, ENGLISH)):
            for old, new in names.items():
                keep(Image.open(source / f"{old}.png"), new)
        for page in sorted(trouble.glob("*.png")):
            keep(Image.open(page), page.stem)
        keep_paper((chinese / "receipt.pdf").read_bytes(), "paper")
    return 0


def demonstrate(out: Path, language: str) -> None:
    """Run the demonstration without a screen."""
    command = [sys.executable, "-m", "ui.commands", "demo"]
    subprocess.run(
        [*command, "--out", str(out), "--language", language],
        cwd=ROOT,
        timeout=DEMO_TIMEOUT_S,
        check=True,
    )


def play_trouble(out: Path) -> None:
    """Two visits with trouble: the printer out of paper, then the network gone."""
    from ui.app import clerk_app
    from ui.demo.stage import Stage

    with Stage() as stage:
        app = clerk_app(stage.settings(), quiet=True)
        try:
            app.window.show()
            trouble = Trouble(app, stage, out)
            trouble.sign_in()
            trouble.out_of_paper()
            trouble.offline()
        finally:
            app.window.close()
            app.close()


class Trouble:
    """Visits in which something goes wrong, and pictures of what the page says then."""

    def __init__(self, app: FaceApp[ClerkWindow, Assembled], stage: Stage, out: Path) -> None:
        from ui.demo.scripted_visit import ScriptedVisit

        self._app = app
        self._stage = stage
        self._out = out
        self._script = ScriptedVisit(app.window, stage)
        self._hands = self._script.hands

    def sign_in(self) -> None:
        """Sign in, and wait until items are kept for offline use."""
        self._script.sign_in(self._stage.account())
        assert self._app.assembled is not None
        store = self._app.assembled.store
        self._hands.see("the items are kept", lambda: len(store.kept_items()) > 10)

    def out_of_paper(self) -> None:
        """A pre-application with one material open, accepted while the printer has no paper."""
        from ui.demo.run import demo_person

        hands, model, desk = self._hands, self._model, self._stage.desk
        desk.put(dict(demo_person(self._stage.people())))
        hands.see("the answer", lambda: model.visit.lookup is Lookup.ANSWERED)
        hands.press(Qt.Key.Key_Return)
        hands.see("the item", lambda: model.visit.state is VisitState.HANDLING)
        self._picture("materials-open")
        desk.printer_state("out")
        self._accept()
        hands.see("paper is wanted", lambda: self._paper_waits_for("media-empty"))
        hands.see("the printer is out", lambda: model.devices.printer is PrinterState.OUT)
        self._picture("paper-out")
        desk.printer_state("ready")
        hands.see("printed", self._printed)
        desk.lift()
        hands.press(Qt.Key.Key_F2)

    def offline(self) -> None:
        """An item chosen by its initials and accepted without the platform."""
        hands, model, page = self._hands, self._model, self._page
        self._stage.desk.pull_network()
        hands.see("offline is shown", lambda: not model.devices.online)
        person = next(p for p in self._stage.people()[1:] if p["kind"] == "resident" and _usual(p))
        self._stage.desk.put(dict(person))
        hands.see("no answer", lambda: model.visit.lookup is Lookup.OFFLINE)
        hands.press(Qt.Key.Key_F, ctrl=True)
        hands.see("the search", page.applicant.search.hasFocus)
        hands.type(ITEM_INITIALS)
        hands.see("one item", lambda: len(page.applicant.items.rows()) == 1)
        hands.press(Qt.Key.Key_Return)
        hands.press(Qt.Key.Key_Return)
        hands.see("the item", lambda: model.visit.state is VisitState.HANDLING)
        self._accept()
        hands.see("printed", self._printed)
        hands.see("it waits to be sent", lambda: model.outbox.waiting == 1)
        self._picture("offline")

    def _accept(self) -> None:
        hands, model = self._hands, self._model
        while missing := len(model.checklist().missing):
            hands.press(Qt.Key.Key_F8)
            hands.see("one less", self._fewer_than(missing))
        hands.press(Qt.Key.Key_F9)
        hands.see("accepted", lambda: model.visit.state is VisitState.ACCEPTED)
        hands.see("the preview", self._page.applicant.paper.isVisible)

    def _fewer_than(self, missing: int) -> Callable[[], bool]:
        return lambda: len(self._model.checklist().missing) < missing

    def _printed(self) -> bool:
        paper = self._model.acceptance.paper
        return paper is not None and paper.prints == 1

    def _paper_waits_for(self, reason: str) -> bool:
        paper = self._model.acceptance.paper
        return paper is not None and paper.reason == reason

    def _picture(self, name: str) -> None:
        self._app.window.grab().save(str(self._out / f"{name}.png"))

    @property
    def _model(self) -> ClerkModel:
        assert self._app.window.model is not None
        return self._app.window.model

    @property
    def _page(self) -> ClerkPage:
        assert self._app.window.clerk is not None
        return self._app.window.clerk


def _usual(person: Mapping[str, object]) -> bool:
    """A name of usual characters, so that the picture is about the network alone."""
    return all("\u4e00" <= character <= "\u9fa5" for character in str(person["name"]))


def keep(page: Image.Image, name: str, colours: int = PAGE_COLOURS) -> None:
    """Write one small picture. Raises ValueError for one that will not be small."""
    target = PICTURES / f"{name}.png"
    few = page.convert("RGB").quantize(
        colours, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
    )
    few.save(target, optimize=True)
    target.chmod(0o644)  # the window has set a umask for private files
    size = target.stat().st_size
    if size > LARGEST_BYTES:
        raise ValueError(f"{target.name} has {size} bytes, over {LARGEST_BYTES}")
    print(f"{target.relative_to(ROOT)} {size}")


def keep_paper(pdf: bytes, name: str) -> None:
    """Write the first page of a paper as a picture."""
    page = render_page(pdf, 0, PAPER_WIDTH_PX)
    picture = Image.frombuffer(
        "RGB", (page.width, page.height), page.bgrx, "raw", "BGRX", page.stride, 1
    )
    keep(picture.convert("L"), name, PAPER_GREYS)


if __name__ == "__main__":
    sys.exit(main())
