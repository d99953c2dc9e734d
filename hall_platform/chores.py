"""Chores: what is done from time to time, by one process of all on the same store.

A module lists its chores in chores.py. Each may be done again at any moment without harm: after a
restart they are done at once, and when a process dies another takes them over.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from hall_platform.context import Context
from hall_platform.faults import log_fault
from hall_platform.modules import parts

LOOK_SECONDS = 1.0  # how long a chore that is due may wait, and a lost process be missed


@dataclass(frozen=True)
class Chore:
    """Something to do every so often. `perform` reads the time from the context's clock."""

    name: str
    every: timedelta
    perform: Callable[[Context], None]


def all_chores() -> tuple[Chore, ...]:
    """Every module's chores, in the order of the modules."""
    found = tuple(chore for part in parts("chores").values() for chore in part.CHORES)
    names = [chore.name for chore in found]
    if len(set(names)) != len(names):
        raise ValueError(f"two chores have one name: {sorted(names)}")
    return found


class Rounds:
    """The thread that does the chores while the platform serves."""

    def __init__(self, context: Context, chores: Sequence[Chore] | None = None) -> None:
        self._context = context
        self._chores = all_chores() if chores is None else tuple(chores)
        self._due = dict.fromkeys((chore.name for chore in self._chores), 0.0)
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="chores", daemon=True)

    def start(self) -> None:
        """Begin; the first round is done at once."""
        self._thread.start()

    def stop(self) -> None:
        """End after the chore under way."""
        self._ending.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ending.is_set():
            if self._context.store.is_first():
                self._round()
            self._ending.wait(LOOK_SECONDS)

    def _round(self) -> None:
        for chore in self._chores:
            if self._ending.is_set():
                return
            if time.monotonic() >= self._due[chore.name]:
                self._do(chore)
                self._due[chore.name] = time.monotonic() + chore.every.total_seconds()

    def _do(self, chore: Chore) -> None:
        try:
            chore.perform(self._context)
        except Exception as fault:  # noqa: BLE001 - one chore's fault must not end the others
            log_fault(fault)  # a store that is away is seen again at the next time
