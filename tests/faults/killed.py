"""Counters killed at any moment, and the look at what is left (see counter_process.py)."""

from __future__ import annotations

import json
import os
import random
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from counter_process import Told
from scenes import Ahead, cases_in
from store_under_test import opened

from counter_app.domain.item import Item
from counter_app.domain.session import Session
from counter_app.domain.visit import TakenUp
from counter_app.platform_link.http import HttpPlatform
from counter_app.platform_link.link import Link
from counter_app.services.delivery import Delivery
from counter_app.store.local_store import LocalStore
from counter_app.store.vault import KeyFileVault

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PATIENCE_S = 60
ITEM = "城乡居民基本医疗保险参保登记"


@dataclass
class Finding:
    """What came of it all: every list of the first three ought to be empty."""

    lost: list[str] = field(default_factory=list)  # acknowledged, and not as acknowledged here
    missing: list[str] = field(default_factory=list)  # here, and not exactly so at the platform
    doubled: list[str] = field(default_factory=list)  # at the platform, and not here
    cases: int = 0


class Desk:
    """One window of a running platform: the store's folder and what the counter is told."""

    def __init__(self, platform, folder: Path, clerk: int = 0) -> None:
        self.platform = platform
        self.folder = folder
        account = platform.accounts["clerks"][clerk]
        self.window = account["window"]
        device = next(d for d in platform.accounts["devices"] if d["window"] == self.window)
        self.device, self.secret = device["device"], device["secret"]
        link = self.link()
        session: Session = link.sign_in(account["username"], account["password"], self.window)
        (summary,) = [one for one in link.items() if one.name == ITEM]
        item: Item = link.item(summary.code)
        self._told = folder.with_suffix(".told.json")
        self._told.write_bytes(msgspec.json.encode(Told(session, TakenUp(item))))
        self.acknowledged: dict[str, str] = {}
        self._before = self.at_platform()

    def link(self) -> HttpPlatform:
        return HttpPlatform(
            Link(self.platform.url, device=self.device, device_secret=lambda: self.secret)
        )

    def store(self) -> LocalStore:
        return LocalStore(self.folder, KeyFileVault(self.folder / "keys.json"))

    def told(self, **more) -> str:
        about = {"folder": str(self.folder), "told": str(self._told), "window": self.window}
        return json.dumps({**about, "device": self.device, "secret": self.secret, **more})

    def life(self, wait, **more) -> list[str]:
        """One life of a counter: `wait(process)` says when it is over. The refusals it said."""
        process = subprocess.Popen(
            [sys.executable, str(HERE / "counter_process.py"), self.told(**more)],
            cwd=ROOT,
            env={"PYTHONPATH": f"{ROOT}:{HERE}", "PATH": "/usr/bin:/bin"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        heard = Heard(process.stdout.fileno())
        try:
            wait(heard)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait(PATIENCE_S)
            heard.rest()  # what it said before it died counts
            process.stdout.close()
        self.acknowledged |= heard.accepted
        return heard.refused

    def killed(self, chance: random.Random, **more) -> None:
        """A life that ends anywhere: while starting, while working, or right after a word."""
        kind = chance.choice(("starting", "working", "working", "at a word"))
        if kind == "at a word":
            self.life(Heard.to_the_end, die_after=chance.randrange(1, 12), **more)
            return
        words = 0 if kind == "starting" else chance.randrange(1, 15)
        after_s = chance.uniform(0, 0.6 if kind == "starting" else 0.03)
        self.life(lambda heard: heard.words(words, after_s), **more)

    def lost(self) -> list[str]:
        """Acknowledged cases that the store does not have as they were told to the clerk."""
        store = self.store()
        try:
            here = cases_in(store)
            assert store.verify_audit().intact
            return [
                case
                for case, number in self.acknowledged.items()
                if case not in here or (not number.startswith("L-") and here[case] != number)
            ]
        finally:
            store.close()

    def delivered(self) -> Finding:
        """Start again, deliver everything to the well platform, and compare."""
        finding = Finding(lost=self.lost())
        store = self.store()
        delivery = Delivery(self.link(), store, Ahead())
        until = time.monotonic() + PATIENCE_S * 5
        while store.outbox().waiting and time.monotonic() < until:
            delivery.deliver_due()
        here, there = cases_in(store), self.at_platform()
        store.close()
        finding.cases = len(here)
        finding.missing = [case for case, number in here.items() if there.get(case) != number]
        finding.doubled = sorted(there.keys() - here.keys() - self._before.keys())
        return finding

    def at_platform(self) -> dict[str, str]:
        """Every case at the platform, with its number."""
        with opened(self.platform.data_dir) as store:
            rows = [tuple(row) for row in store.execute("SELECT id, number FROM cases")]
        assert len({number for _, number in rows}) == len(rows)
        return dict(rows)


class Heard:
    """What a counter says over its pipe."""

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._text = b""
        self._ended = False

    @property
    def _lines(self) -> list[list[str]]:
        whole, _, _ = self._text.rpartition(b"\n")
        return [line.split() for line in whole.decode().splitlines()]

    @property
    def accepted(self) -> dict[str, str]:
        return {line[1]: line[2] for line in self._lines if line[0] == "accepted"}

    @property
    def refused(self) -> list[str]:
        return [line[1] for line in self._lines if line[0] == "refused"]

    def words(self, count: int, after_s: float) -> None:
        """Listen to so many words, then for a moment more."""
        until = time.monotonic() + PATIENCE_S
        while len(self._lines) < count and not self._ended and time.monotonic() < until:
            self._listen(PATIENCE_S)
        until = time.monotonic() + after_s
        while not self._ended and time.monotonic() < until:
            self._listen(until - time.monotonic())

    def to_the_end(self) -> None:
        """Listen until it is gone."""
        self.words(1 << 30, 0)

    def rest(self) -> None:
        while not self._ended:
            self._listen(PATIENCE_S)

    def _listen(self, wait_s: float) -> None:
        if select.select([self._handle], [], [], max(0.0, wait_s))[0]:
            piece = os.read(self._handle, 65536)
            self._text += piece
            self._ended = not piece
