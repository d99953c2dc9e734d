"""A counter that serves people one after another and notes its moments; started by `visits`.

Prints `stop` every few visits and waits for a line, then everything noted as one JSON object.
Times are milliseconds. The first visits only warm; then moments are noted, then how long the GUI
thread is away; then visits go on until the memory is read; the last ones are offline.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import defaultdict
from pathlib import Path

import requests
from PySide6.QtCore import QEvent, QObject, Qt, QTimer

from counter_app.domain.case import PaperState
from counter_app.domain.visit import Lookup, VisitState
from ui.app import clerk_app
from ui.demo.hands import look
from ui.demo.scripted_visit import ScriptedVisit
from ui.demo.stage import Stage

WARM = 20  # memory is compared with what it is after these
NOTED = 40
WATCHED = 40
OFFLINE = 15
STOP_EVERY = 5
IDLE_S = 5
LOOKS_S = 0.3  # from the item on the desk to F9: no clerk is quicker
TICK_MS = 1
ITEM = "gtgshsldj"  # 个体工商户设立登记 by the initials of its name
PAGE = os.sysconf("SC_PAGE_SIZE")


class Painted(QObject):
    """Tells when the window has painted what was asked for before."""

    def __init__(self, window):
        super().__init__(window)
        self._waiting = []
        window.installEventFilter(self)

    def after(self, note):
        """Call `note()` when the next painting of the window is done."""
        self._waiting.append(note)

    def eventFilter(self, watched, event):  # noqa: N802 - Qt calls it
        if event.type() is QEvent.Type.UpdateRequest and self._waiting:
            QTimer.singleShot(0, self._tell)  # runs when this event has painted
        return False

    def _tell(self):
        waiting, self._waiting = self._waiting, []
        for note in waiting:
            note()


class Away:
    """How long the GUI thread was busy with something else, by a timer that should tick each ms."""

    def __init__(self):
        self.milliseconds = []
        self._last = None
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)

    def start(self):
        self._last = None
        self._timer.start()

    def stop(self):
        self._timer.stop()

    def _tick(self):
        now = time.perf_counter()
        if self._last is not None:
            self.milliseconds.append(max(0.0, (now - self._last) * 1000 - TICK_MS))
        self._last = now


class CounterAtWork:
    """The counter, its surroundings and what is noted."""

    def __init__(self, stage):
        self.stage = stage
        self.app = clerk_app(stage.settings(), quiet=True)
        self.app.window.show()
        self.script = ScriptedVisit(self.app.window, stage)
        self.script.sign_in(stage.account())
        self.window = self.app.window
        self.model = self.window.model
        self.painted = Painted(self.window)
        # Names that need the rare faces come first: those are read once, and that is no growth.
        self.people = sorted(filter(_on_a_card, stage.people()), key=_usual)
        self.served = 0
        self.moments = defaultdict(list)
        self.floors = defaultdict(list)
        look("items are kept", lambda: len(self.app.assembled.store.kept_items()) > 10)

    def serve(self, moments=None):
        """One visit from the card to the printed paper."""
        person = {
            **self.people[self.served % len(self.people)],
            "address": f"试验路{self.served}号",
        }
        self.served += 1
        at = self._watch()
        self.stage.desk.put(person)
        look("the applicant", lambda: self.model.visit.identity is not None)
        look("an answer", lambda: self.model.visit.lookup is not Lookup.ASKING)
        look("painted", lambda: "answer_painted" in at)
        card = self.stage.desk.last_card_byte_ns() / 1e9
        self.script.take_up_item(ITEM)
        self.script.see_originals()
        handling = self.window.clerk.handling
        look("acceptance is offered", handling.accept_button.isEnabled)
        wait("a clerk looks at it", LOOKS_S)
        pressed = time.monotonic()
        self.script.hands.press(Qt.Key.Key_F9)
        look("the paper", lambda: self._paper() is PaperState.PRINTED)
        look("it was shown", lambda: "pdf" in at)
        look("the preview", self.window.clerk.applicant.paper.isVisible)
        self.stage.desk.lift()
        self.script.hands.press(Qt.Key.Key_F2)
        look("the next", lambda: self.model.visit.state is VisitState.WAITING)
        if moments is not None:
            for name, since in (
                ("identity_painted", card),
                ("answer_painted", card),
                ("durable", pressed),
                ("pdf", pressed),
            ):
                moments[name].append((at[name] - since) * 1000)

    def _paper(self):
        return self.model.acceptance.paper.state if self.model.acceptance.paper else PaperState.OWED

    def _watch(self):
        """Note the moments of the visit that begins now."""
        at = {}
        model = self.model

        def changed():
            visit = model.visit
            if visit.identity is not None and "identity" not in at:
                at["identity"] = True
                self.painted.after(lambda: at.setdefault("identity_painted", time.monotonic()))
            if visit.lookup in (Lookup.ANSWERED, Lookup.OFFLINE) and "answer" not in at:
                at["answer"] = True
                self.painted.after(lambda: at.setdefault("answer_painted", time.monotonic()))
            if visit.state is VisitState.ACCEPTED:
                at.setdefault("durable", time.monotonic())

        def ready(_pdf):
            at.setdefault("pdf", time.monotonic())

        if hasattr(self, "_connected"):
            model.visit_changed.disconnect(self._connected[0])
            model.acceptance.notice_ready.disconnect(self._connected[1])
        self._connected = (changed, ready)
        model.visit_changed.connect(changed)
        model.acceptance.notice_ready.connect(ready)
        return at

    def measure_floors(self):
        """One bare round trip to the platform, and one painting of the applicant's column."""
        self.floors["round_trip"].append(self._round_trip())
        began = time.perf_counter()
        self.window.clerk.applicant.repaint()
        self.floors["paint"].append((time.perf_counter() - began) * 1000)

    def _round_trip(self):
        link = self.app.assembled.counter.reception._platform
        token = link._link.token(as_device=False)
        if not hasattr(self, "_session"):
            self._session = requests.Session()
            self._session.trust_env = False
            self._session.headers["Authorization"] = f"Bearer {token}"
            self._ask()
        began = time.perf_counter()
        self._ask()
        return (time.perf_counter() - began) * 1000

    def _ask(self):
        holder = {"kind": "resident", "number": self.people[0]["number"]}
        question = {"holder": holder, "item": None, "purpose": "窗口查询持证情况", "case": None}
        answer = self._session.post(
            f"{self.stage.desk.platform}/v1/licence-queries", json=question, timeout=10
        )
        answer.raise_for_status()
        return answer.content

    def memory(self):
        """Resident bytes of the window's process and of the one that makes papers."""
        worker = self.app.assembled.worker._process.pid
        statms = (Path(f"/proc/{process}/statm") for process in (os.getpid(), worker))
        return sum(int(statm.read_text().split()[1]) * PAGE for statm in statms)


def _on_a_card(person):
    """Whether the name fits on a resident's card: 30 bytes of UTF-16."""
    resident = person.get("kind", "resident") == "resident"
    return resident and len(str(person["name"]).encode("utf-16-le")) <= 30


def _usual(person):
    """Whether every character of the name is in the program's usual face."""
    return all(
        ord(character) < 0x3400 or 0x4E00 <= ord(character) < 0x9FA6
        for character in str(person["name"])
    )


def wait(what, seconds):
    """Let the program run for so long."""
    until = time.monotonic() + seconds
    look(what, lambda: time.monotonic() > until)


def stop():
    """Let the floors be measured."""
    print("stop", flush=True)
    sys.stdin.readline()


def run(visits):
    """Everything that is noted over that many visits and a few more offline."""
    told = {"memory": {}, "online": defaultdict(list), "offline": defaultdict(list)}
    with Stage() as stage:
        work = CounterAtWork(stage)
        away = Away()
        for number in range(1, visits + 1):
            noted = WARM < number <= WARM + NOTED
            watched = WARM + NOTED < number <= WARM + NOTED + WATCHED
            if watched:
                away.start()
            work.serve(told["online"] if noted else None)
            away.stop()
            if noted and number % STOP_EVERY == 0:
                work.measure_floors()
                stop()
            if number in (WARM, visits):
                told["memory"][number] = work.memory()
        told["away_visits"] = away.milliseconds
        idle = Away()
        idle.start()
        wait("idle", IDLE_S)
        idle.stop()
        told["away_idle"] = idle.milliseconds
        stage.desk.pull_network()
        look("offline", lambda: not work.model.devices.online, 30)
        for _ in range(OFFLINE):
            work.serve(told["offline"])
        stage.desk.plug_network()
        look("all delivered", lambda: work.model.outbox.waiting == 0, 60)
        told.update(work.floors)
        work.window.close()
        work.app.close()
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    run(int(sys.argv[1]))
