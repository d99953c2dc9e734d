"""One whole visit by key, mouse and wire events, through the same pages a clerk uses."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap

from counter_app.domain.case import PaperState
from counter_app.domain.visit import Lookup, VisitState
from ui.clerk.model import ClerkModel
from ui.clerk.page import ClerkPage
from ui.clerk.window import ClerkWindow
from ui.demo.hands import Hands
from ui.demo.stage import Account, Stage

_MOST_ORIGINALS = 20


@dataclass
class VisitStory:
    """What happened: the case's number, and how long each stage took."""

    case_number: str = ""
    case_id: str = ""
    item: str = ""
    outbox: str = ""
    printer: str = ""
    keys: int = 0
    typed_characters: int = 0
    stages: list[dict[str, object]] = field(default_factory=list)


class ScriptedVisit:
    """Signs in and serves people one after another.

    `shots` is a folder for pictures of the pages, or None for none.
    """

    def __init__(self, window: ClerkWindow, stage: Stage, shots: Path | None = None) -> None:
        self._window = window
        self._stage = stage
        self._shots = shots
        self.hands = Hands(window)
        self.story = VisitStory()

    def sign_in(self, account: Account) -> None:
        """Type name and password, and wait for the clerk's page."""
        hands, window = self.hands, self._window
        with Stopwatch(self.story.stages, "program ready"):
            hands.see("the counter is ready", lambda: window.clerk is not None)
        hands.type(account.username)
        hands.press(Qt.Key.Key_Return)
        hands.type(account.password)
        self._picture("1-sign-in")
        with Stopwatch(self.story.stages, "sign-in"):
            hands.press(Qt.Key.Key_Return)
            hands.see("the clerk's page", self._page.isVisible)
        hands.see("the platform is there", lambda: self._model.devices.online)
        hands.see("the reader is ready", lambda: not self._model.devices.reader)

    def serve(self, person: Mapping[str, object], item: str) -> VisitStory:
        """From the card on the reader to the printed receipt and the next person."""
        story, hands, model = self.story, self.hands, self._model
        with Stopwatch(story.stages, "card to applicant"):
            self._stage.desk.put(dict(person))
            hands.see("the applicant", lambda: model.visit.identity is not None)
        with Stopwatch(story.stages, "licences and pre-applications"):
            hands.see("the platform's answer", lambda: model.visit.lookup is Lookup.ANSWERED)
        self._picture("2-applicant")
        with Stopwatch(story.stages, "taken up"):
            self._choose(item)
            hands.press(Qt.Key.Key_Return)
            hands.see("the item", lambda: model.visit.state is VisitState.HANDLING)
        with Stopwatch(story.stages, "materials"):
            self.see_originals()
        self._picture("3-materials")
        self._accept()
        self._finish()
        return story

    def take_up_item(self, pinyin: str) -> None:
        """Search an item by the initials of its name and put it on the desk."""
        hands, page = self.hands, self._page
        hands.press(Qt.Key.Key_F, ctrl=True)
        hands.see("the search has the focus", page.applicant.search.hasFocus)
        hands.type(pinyin)
        hands.see("one item", lambda: len(page.applicant.items.rows()) == 1)
        hands.press(Qt.Key.Key_Return)
        hands.press(Qt.Key.Key_Return)
        hands.see("the item", lambda: self._model.visit.state is VisitState.HANDLING)

    def _choose(self, item: str) -> None:
        """Move down to the pre-application for `item`, with the arrow key."""
        rows = self._page.applicant.preapplications
        self.hands.see("the list has the focus", rows.hasFocus)
        for _ in rows.rows():
            chosen = next(r for r in rows.rows() if r.key == rows.selected_key())
            if chosen.title == item:
                return
            self.hands.press(Qt.Key.Key_Down)
        raise AssertionError("no pre-application for that item")

    def see_originals(self) -> None:
        """Tick every material whose original is wanted, as if each had been compared."""
        for _ in range(_MOST_ORIGINALS):
            missing = len(self._model.checklist().missing)
            if not missing:
                return
            self.hands.press(Qt.Key.Key_F8)
            self.hands.see("the original counts", self._fewer_than(missing))
        raise AssertionError("materials stayed open")

    def _fewer_than(self, missing: int) -> Callable[[], bool]:
        return lambda: len(self._model.checklist().missing) < missing

    def _accept(self) -> None:
        story, hands, model = self.story, self.hands, self._model
        handling = self._page.handling
        hands.see("acceptance is offered", handling.accept_button.isEnabled)
        with Stopwatch(story.stages, "accepted, durable"):
            hands.press(Qt.Key.Key_F9)
            hands.see("accepted", lambda: model.visit.state is VisitState.ACCEPTED)
        with Stopwatch(story.stages, "receipt read back"):
            hands.see("the receipt", lambda: _receipt(model))
        with Stopwatch(story.stages, "paper printed"):
            hands.see("the paper", lambda: _paper_state(model) is PaperState.PRINTED)
        hands.see("the preview", self._page.applicant.paper.isVisible)
        case = model.visit.case
        assert case is not None
        assert case.number
        assert handling.number.text() == case.number, "the page shows another number"
        story.case_number, story.case_id, story.item = case.number, case.id, case.item_name
        story.outbox = "confirmed" if case.receipt is not None else "waiting"
        story.printer = _paper_state(model).value
        self._picture("4-accepted")

    def _finish(self) -> None:
        self._stage.desk.lift()
        self.hands.press(Qt.Key.Key_F2)
        self.hands.see("the next person", lambda: self._model.visit.state is VisitState.WAITING)
        self.story.keys = self.hands.keys
        self.story.typed_characters = self.hands.typed_characters

    @property
    def _model(self) -> ClerkModel:
        assert self._window.model is not None
        return self._window.model

    @property
    def _page(self) -> ClerkPage:
        assert self._window.clerk is not None
        return self._window.clerk

    def _picture(self, name: str) -> None:
        if self._shots is None:
            return
        picture: QPixmap = self._window.grab()
        picture.save(str(self._shots / f"{name}.png"))


def _receipt(model: ClerkModel) -> bool:
    return model.visit.case is not None and model.visit.case.receipt is not None


def _paper_state(model: ClerkModel) -> PaperState:
    return model.acceptance.paper.state if model.acceptance.paper is not None else PaperState.OWED


class Stopwatch:
    """Writes one stage, its name and milliseconds, into a story."""

    def __init__(self, stages: list[dict[str, object]], name: str) -> None:
        self._stages = stages
        self._name = name
        self._began = 0.0

    def __enter__(self) -> None:
        self._began = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        took = (time.perf_counter() - self._began) * 1000
        self._stages.append({"name": self._name, "ms": round(took, 1)})
