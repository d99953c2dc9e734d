"""The only door off the GUI thread.

A lane is one thread or a few: `DESK` for what the local store keeps, in order; `NETWORK` for the
platform; `PAPER` for making and printing papers; `KEY` for a security key that waits for a finger.
Each other device has a thread of its own. Answers come back by one signal of this object, which
lives in the GUI thread; each job names its owner, and when that owner is gone the answer is
dropped. Every failure has a reader: `failed` is required.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

if TYPE_CHECKING:
    from _typeshed import OptExcInfo

from counter_app.errors import HallError

log = logging.getLogger(__name__)

Result = TypeVar("Result")

_POLL_S = 0.3


class Lane(Enum):
    """Which threads a job runs on, and how many there are."""

    DESK = 1
    PAPER = 2
    NETWORK = 3
    KEY = 4


_THREADS = {Lane.DESK: 1, Lane.PAPER: 1, Lane.NETWORK: 3, Lane.KEY: 1}


def ignored(_: object) -> None:
    """For a job of which nothing depends on what came of it."""


class Jobs(QObject):
    """Runs blocking work off the GUI thread and brings the answer back to it."""

    _answered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._lanes = {
            lane: ThreadPoolExecutor(count, thread_name_prefix=lane.name.lower())
            for lane, count in _THREADS.items()
        }
        self._closing = threading.Event()
        self._devices: list[threading.Thread] = []

    def run(
        self,
        owner: QObject,
        work: Callable[[], Result],
        done: Callable[[Result], None],
        failed: Callable[[HallError], None],
        lane: Lane = Lane.NETWORK,
    ) -> None:
        """Do `work` in `lane`; then `done(result)` or `failed(error)` in the GUI thread.

        An error that is no HallError goes to `sys.excepthook`, as one raised in a slot would.
        """
        if self._closing.is_set():
            return

        def task() -> None:
            try:
                result = work()
            except HallError as error:
                failure = error
                self._hand_over(owner, lambda: failed(failure))
            except Exception:  # noqa: BLE001 - handed whole to the crash hook in the GUI thread
                self._hand_over(self, _raising(sys.exc_info()))
            else:
                self._hand_over(owner, lambda: done(result))

        self._lanes[lane].submit(task)

    def tell(self, owner: QObject, heard: Callable[[Any], None], news: object) -> None:
        """What a job says before it is done: `heard(news)` in the GUI thread."""
        self._hand_over(owner, _call_with(heard, news))

    def listen(
        self,
        owner: QObject,
        name: str,
        next_event: Callable[[float], Any],
        heard: Callable[[Any], None],
    ) -> None:
        """Give a device a thread of its own; `heard(event)` in the GUI thread for each event.

        `next_event(wait_s)` gives the next event of the device, or None when there was none.
        """

        def loop() -> None:
            while not self._closing.is_set():
                try:
                    event = next_event(_POLL_S)
                except Exception:  # noqa: BLE001 - a device must not die unseen
                    self._hand_over(self, _raising(sys.exc_info()))
                    return
                if event is not None:
                    self._hand_over(owner, _call_with(heard, event))

        thread = threading.Thread(target=loop, name=f"device-{name}", daemon=True)
        self._devices.append(thread)
        thread.start()

    def close(self, wait_s: float = 10.0) -> None:
        """Refuse new jobs, drop the queued ones, wait for those running (each has its time-out)."""
        self._closing.set()
        for pool in self._lanes.values():
            pool.shutdown(wait=False, cancel_futures=True)
        for pool in self._lanes.values():
            pool.shutdown(wait=True)
        for thread in self._devices:
            thread.join(wait_s)

    def _hand_over(self, owner: QObject, answer: Callable[[], None]) -> None:
        if self._closing.is_set():
            return
        try:
            self._answered.emit((owner, answer))
        except RuntimeError:  # the program is ending and this object is gone
            log.debug("an answer came after the end")

    @Slot(object)
    def _deliver(self, message: tuple[QObject, Callable[[], None]]) -> None:
        owner, answer = message
        if shiboken6.isValid(owner) and not self._closing.is_set():
            answer()


def _call_with(heard: Callable[[Any], None], event: object) -> Callable[[], None]:
    return lambda: heard(event)


def _raising(trouble: OptExcInfo) -> Callable[[], None]:
    kind, error, trace = trouble
    assert kind is not None
    assert error is not None
    return lambda: sys.excepthook(kind, error, trace)
