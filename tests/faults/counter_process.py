"""A counter without a screen that accepts one case after another until it is killed.

Told by one JSON object: folder, told (what the platform gave: session, item taken up), window,
device; url and secret to lease numbers and deliver as well; acknowledge ("after" or "before" the
commit); die_after (acknowledgements after which it kills itself at once); largest_file (bytes).
Says `open`, then for each case `accepted <id> <number>` once the call has returned, or
`refused <code>` and ends.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import threading
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
from scenes import CALENDAR, visit

from counter_app.clock import SystemClock
from counter_app.domain.session import Session
from counter_app.domain.visit import TakenUp
from counter_app.errors import HallError, StoreError
from counter_app.platform_link.http import HttpPlatform
from counter_app.platform_link.link import Link
from counter_app.services.acceptance import Acceptance
from counter_app.services.delivery import Delivery
from counter_app.services.numbers import Numbers
from counter_app.store.local_store import LocalStore
from counter_app.store.vault import KeyFileVault

IMPATIENT = (0.5, 0.7)


class Told(msgspec.Struct):
    """What the platform gave in the morning."""

    session: Session
    taken_up: TakenUp


class Mouth:
    """Says lines, each in one write, and dies where it was told to."""

    def __init__(self, die_after: int | None) -> None:
        self._left = die_after

    def accepted(self, case) -> None:
        self.say(f"accepted {case.id} {case.shown_number}")
        if self._left is not None:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def say(self, line: str) -> None:
        os.write(1, f"{line}\n".encode())


class EagerStore(LocalStore):
    """The control: tells of a case when it is written, not when it is committed."""

    mouth: Mouth

    @contextmanager
    def transaction(self):
        with super().transaction() as transaction:
            added = []
            add_case = transaction.add_case
            transaction.add_case = lambda case: (add_case(case), added.append(case))
            yield transaction
            for case in added:
                self.mouth.accepted(case)


def deliver_for_ever(store, told, more: threading.Event) -> None:
    """Lease numbers ahead and deliver, whatever the network does."""
    platform = HttpPlatform(
        Link(
            told["url"],
            device=told["device"],
            device_secret=lambda: told["secret"],
            timeouts=IMPATIENT,
        )
    )
    clock = SystemClock()
    delivery = Delivery(platform, store, clock, chance=lambda: 0.0)
    numbers = Numbers(platform, store, clock)
    while True:
        with suppress(HallError):
            numbers.top_up(told["window"], keep=20, count=30)
        reached = delivery.deliver_due(10)
        if reached.confirmed == 0:
            more.wait(0.05)
            more.clear()


def main(told) -> None:
    if told.get("largest_file"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (told["largest_file"], resource.RLIM_INFINITY))
    mouth = Mouth(told.get("die_after"))
    folder = Path(told["folder"])
    eager = told.get("acknowledge") == "before"
    store = (EagerStore if eager else LocalStore)(folder, KeyFileVault(folder / "keys.json"))
    store.mouth = mouth
    mouth.say("open")
    more = threading.Event()
    if told.get("url"):
        threading.Thread(target=deliver_for_ever, args=(store, told, more), daemon=True).start()
    given = msgspec.json.decode(Path(told["told"]).read_bytes(), type=Told)
    clock = SystemClock()
    acceptance = Acceptance(store, clock, lambda: CALENDAR, told["device"])
    serial = 0
    while True:
        serial += 1
        now = visit(os.getpid() % 5000 * 40 + serial, clock.now(), given.taken_up)
        try:
            case = acceptance.accept(now, given.session, online=bool(told.get("url")))
        except StoreError as refusal:
            mouth.say(f"refused {refusal.code}")
            return
        if not eager:
            mouth.accepted(case)
        more.set()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
