"""The hall's faces at work, and their moments; started by `hall_faces`, once for each question.

Prints everything noted as one JSON object. Times are milliseconds.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from datetime import datetime
from pathlib import Path

import requests
from PySide6.QtCore import Qt

from benchmarks.bare_kiosk import BareKiosk
from benchmarks.counter_at_work import Away, Painted, _on_a_card
from counter_app.clock import CHINA
from counter_app.ports.ticketing import TicketFacts
from counter_app.services.ticketing import TicketOut
from counter_app.settings import load, loads
from ui.app import FaceApp, clerk_app
from ui.demo.face_process import toml
from ui.demo.hands import Hands, look
from ui.demo.scripted_visit import ScriptedVisit
from ui.demo.stage import Stage
from ui.faces import face_of

WARM = 3
PEOPLE = 40
CALLS = 200
A_SECOND = 50.0
STREAM_S = 20.0
IDLE_S = 5.0


def kiosk(stage):
    """From the last byte of a card to the last byte of its ticket, beside the bare steps."""
    from printing.tickets import ticket_bytes
    from ui.kiosk.model import Step

    app = _face(stage, "kiosk", stage.tables("kiosk"))
    desk, window = stage.kiosk_desk, app.window
    window.resize(1080, 1920)
    look("the kiosk", lambda: window.model is not None and window.model.hall is not None)
    look("the reader", lambda: window.model.reader_works)
    painted, hands = Painted(window), Hands(window)
    bare = BareKiosk(stage.platform_url, stage.accounts()["kiosks"][1])
    services = bare.services()
    people = [one for one in stage.people() if _on_a_card(one)]
    told = {"ticket": [], "choice": [], "bare": []}
    for number in range(WARM + PEOPLE):
        at = {}
        desk.put(people[number % len(people)])
        look("the services", lambda: window.model.step is Step.SERVICES)
        painted.after(lambda at=at: at.setdefault("choice", time.monotonic()))
        look("painted", lambda at=at: "choice" in at)
        button = window.page.services[number // len(people)]
        touched = time.monotonic()
        hands.click(button)
        look("the paper", lambda: window.model.out is TicketOut.HANDED_OUT)
        card, ticket = desk.last_card_byte_ns() / 1e9, desk.last_ticket_ns() / 1e9
        desk.lift()
        hands.click(window.page.done)
        look("the next", lambda: window.model.step is Step.WELCOME)
        began = time.monotonic()
        visit = bare.take(services[number % len(services)])
        first = visit["tickets"][0]
        ticket_bytes(
            TicketFacts(
                hall="市民之家",
                numbers=((first["number"], first["service_name"]),),
                ahead=visit["ahead"],
                expected_wait_s=visit["expected_wait_s"],
                taken_at=datetime.now(CHINA),
                visit=visit["visit"],
            )
        )
        plain = time.monotonic() - began
        if number >= WARM:
            told["choice"].append((at["choice"] - card) * 1000)
            told["ticket"].append((at["choice"] - card + ticket - touched) * 1000)
            told["bare"].append(plain * 1000)
    app.window.close()
    app.close()
    return told


def calls(stage):
    """From a clerk's key to the call painted on a display, a process of its own; and bare."""
    app = clerk_app(stage.settings(), quiet=True)
    app.window.show()
    script = ScriptedVisit(app.window, stage)
    script.sign_in(stage.account())
    queue, hands = app.window.queue, script.hands
    look("the queue", lambda: queue.bench is not None and queue.live)
    hands.press(Qt.Key.Key_F6)
    look("it calls", lambda: queue.is_open and not queue.busy)
    service = queue.bench.services[0].code
    giver = BareKiosk(stage.platform_url, stage.accounts()["kiosks"][1])
    config = stage.folder / "display.toml"
    config.write_text(toml(stage.tables("display")), encoding="utf-8")
    display = subprocess.Popen(
        [
            *(sys.executable, "-m", "benchmarks.faces_at_work", "display"),
            *(str(config), str(stage.face_folder("display"))),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    shown = _Lines(display.stdout)
    bare = _BareListener(stage.platform_url, stage.accounts()["displays"][0])
    told = {"painted": [], "heard": []}
    try:
        look("the display is live", lambda: "live" in shown.seen)
        for number in range(WARM + CALLS):
            giver.take(service)
            look("one waits", lambda: queue.bench.waiting == 1 and not queue.busy)
            pressed = time.monotonic()
            hands.press(Qt.Key.Key_F2)
            look("called", lambda: queue.in_hand is not None and not queue.busy)
            ticket = queue.in_hand.id
            look("painted", lambda ticket=ticket: ticket in shown.seen)
            look("heard", lambda ticket=ticket: ticket in bare.seen)
            if number >= WARM:
                told["painted"].append((shown.seen[ticket] - pressed) * 1000)
                told["heard"].append((bare.seen[ticket] - pressed) * 1000)
            hands.press(Qt.Key.Key_F4)
            look("passed over", lambda: queue.in_hand is None and not queue.busy)
    finally:
        display.stdin.close()
        display.wait(20)
        bare.close()
        app.window.close()
        app.close()
    return told


def display(config, folder):
    """The display's own process: says when it is live, and when each call had been painted."""
    settings = load(Path(config), data_dir=Path(folder))
    app = FaceApp(settings, face_of("display"), quiet=True)
    window = app.window
    window.resize(1920, 1080)
    window.show()
    look("live", lambda: window.model is not None and window.model.live)
    print("live", time.monotonic(), flush=True)
    window.page.painted_call.connect(lambda call: print(call.ticket, time.monotonic(), flush=True))
    over = _Lines(sys.stdin)
    look("told to end", lambda: over.ended, 600)
    app.window.close()
    app.close()


def supervisor(stage):
    """How long the supervisor's GUI thread is away while numbers stream in, and while none do."""
    tables = stage.tables("supervisor")
    app = _face(stage, "supervisor", tables)
    window, hands = app.window, Hands(app.window)
    look("the link", lambda: window.live is not None)
    head = stage.supervisor()
    window.sign_in.username.setFocus()
    for text in (head.username, head.password):
        hands.type(text)
        hands.press(Qt.Key.Key_Return)
    look("the live page", lambda: window.live.live is not None)
    away, idle, repainted = Away(), Away(), []
    window.live.changed.connect(lambda: repainted.append(time.monotonic()))
    _wait(1.0)
    idle.start()
    _wait(IDLE_S)
    idle.stop()
    repainted.clear()
    device = stage.accounts()["kiosks"][1]
    stream = subprocess.Popen(
        [
            *(sys.executable, "-m", "benchmarks.bare_kiosk", stage.platform_url),
            *(device["device"], device["secret"], str(A_SECOND), str(STREAM_S)),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    look("the first come", lambda: bool(repainted), 30)
    away.start()
    look("the stream is over", lambda: stream.poll() is not None, STREAM_S + 30)
    away.stop()
    taken = int(stream.stdout.read())
    app.window.close()
    app.close()
    return {
        "away": away.milliseconds,
        "idle": idle.milliseconds,
        "a_second": taken / STREAM_S,
        "repaints": len(repainted),
    }


class _Lines:
    """Lines of a stream, `word seconds`, as they come; `ended` once there are no more."""

    def __init__(self, stream):
        self.seen = {}
        self.ended = False
        self._stream = stream
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self._stream:
            word, at = line.split()
            self.seen[word] = float(at)
        self.ended = True


class _BareListener:
    """The hall's events by nothing but requests; when each call was heard."""

    def __init__(self, url, device):
        self.seen = {}
        self._http = requests.Session()
        self._http.trust_env = False
        body = {"device": device["device"], "secret": device["secret"]}
        session = self._http.post(f"{url}/v1/device-sessions", json=body, timeout=20).json()
        self._answer = self._http.get(
            f"{url}/v1/events",
            headers={
                "Authorization": f"Bearer {session['access_token']}",
                "Accept": "text/event-stream",
            },
            stream=True,
            timeout=60,
        )
        self._answer.raise_for_status()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        kind = ""
        try:
            for line in self._answer.iter_lines(chunk_size=1):
                if line.startswith(b"event:"):
                    kind = line[6:].strip().decode()
                elif line.startswith(b"data:") and kind == "ticket-called":
                    self.seen.setdefault(json.loads(line[5:])["subject"], time.monotonic())
        except (requests.RequestException, AttributeError, ValueError):
            return  # closed

    def close(self):
        self._answer.close()
        self._http.close()


def _face(stage, name, tables):
    app = FaceApp(loads(tables, data_dir=stage.face_folder(name)), face_of(name), quiet=True)
    app.window.show()
    return app


def _wait(seconds):
    until = time.monotonic() + seconds
    look("time has passed", lambda: time.monotonic() > until, seconds + 10)


if __name__ == "__main__":
    question = sys.argv[1]
    if question == "display":
        display(*sys.argv[2:])
    else:
        with Stage() as _stage:
            print(json.dumps(globals()[question](_stage)), flush=True)
