"""Opens the window: nothing is imported before the first paint that the first paint does not need.

Order: umask, logs, crash hook, window; then, with the window on the screen, store, platform link,
devices and the worker process.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Generic

from PySide6.QtCore import QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from counter_app import logs
from counter_app.errors import StoreError
from counter_app.settings import Settings
from ui import crash, theme, words
from ui.faces import Face, Parts, Window, face_of
from ui.jobs import Jobs, Lane, ignored
from ui.window import FaceWindow

if TYPE_CHECKING:
    from ui.assembly import Assembled
    from ui.clerk.window import ClerkWindow


_HEAR_SIGNALS_MS = 200
_M_MMAP_THRESHOLD = -3  # malloc.h
_LARGE_BLOCK = 1024 * 1024


class FaceApp(Generic[Window, Parts]):
    """The program with the window of one face. `run` returns when everything is closed."""

    def __init__(
        self, settings: Settings, face: Face[Window, Parts], *, quiet: bool = False
    ) -> None:
        os.umask(0o077)  # whatever is written is the operator's alone
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        logs.install(settings.data_dir)
        crash.install(settings.data_dir, quiet=quiet)
        words.choose(settings.ui.language)
        existing = QApplication.instance()
        self.qt = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
        self.qt.setApplicationName("hall-counter")
        qInstallMessageHandler(_log_qt)
        theme.apply(self.qt, settings.ui.theme, settings.ui.scale)
        self._settings = settings
        self.jobs = Jobs()
        self._face = face
        self.window = face.window(settings, self.jobs)
        self.assembled: Parts | None = None
        self.window.painted.connect(lambda: QTimer.singleShot(0, self._painted))
        self.on_ready: Callable[[], None] | None = None
        self.on_painted: Callable[[], None] = self._assemble

    def run(self) -> int:
        """Show the window until it is closed; the exit code."""
        self.window.show()
        with _closed_by_signals(self.window):
            code = self.qt.exec()
        self.close()
        return code

    def close(self) -> None:
        """Stop every thread, device and process of this counter."""
        assembled = self.assembled
        if assembled is not None:
            assembled.stop_devices()
        self.jobs.close()
        if assembled is not None:
            assembled.close()
            self.assembled = None
        logs.uninstall()
        crash.uninstall()

    def _painted(self) -> None:
        gc.freeze()  # what is here now stays: later collections need not go through it
        gc.enable()
        _return_pictures_to_the_system()
        self.on_painted()

    def _assemble(self) -> None:
        settings, face = self._settings, self._face
        self.jobs.run(
            self.window, lambda: face.assemble(settings), self._ready, self.window.fail, Lane.DESK
        )

    def _ready(self, assembled: Parts) -> None:
        self.assembled = assembled
        self._face.use(self.window, assembled)
        self.jobs.run(self.window, assembled.warm_up, ignored, self.window.fail, Lane.PAPER)
        if self.on_ready is not None:
            self.on_ready()


def clerk_app(settings: Settings, *, quiet: bool = False) -> FaceApp[ClerkWindow, Assembled]:
    """The program as a clerk has it."""
    from ui.clerk.face import FACE

    return FaceApp(settings, FACE, quiet=quiet)


def run_window(
    settings: Settings,
    face: str = "clerk",
    *,
    until_painted: bool = False,
    attach: Callable[[FaceWindow], object] | None = None,
    place: Sequence[int] | None = None,
    quiet: bool = False,
) -> int:
    """The `hall-counter` command.

    `until_painted` ends it after the first paint, for measuring. `attach` ties the window to
    something from outside before it is shown; `place` is its left, top, width and height.
    """
    try:
        app = FaceApp(settings, face_of(face), quiet=quiet)
    except OSError as error:
        raise StoreError("store.unwritable") from error
    if until_painted:
        app.on_painted = _say_painted
    if place is not None:
        app.window.setGeometry(*place)
    if attach is not None:
        attach(app.window)
    return app.run()


def _return_pictures_to_the_system() -> None:
    """Have large blocks unmapped as soon as they are free, with what was in them.

    A page's picture takes 7 MB and shows a name. Left to itself, glibc learns to keep blocks of
    that size in its heap after the first is freed: 13 to 27 MB of papers of visits that are over.
    """
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    with suppress(OSError, AttributeError):  # another C library: nothing is lost but memory
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE_BLOCK)


def _say_painted() -> None:
    print(f"painted {time.monotonic_ns()}", flush=True)
    os._exit(0)  # nothing has begun that would have to be ended


_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def _log_qt(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    """What Qt has to say goes to the log, not onto the terminal."""
    logging.getLogger("qt").log(_QT_LEVELS.get(kind, logging.WARNING), "%s", text)


@contextmanager
def _closed_by_signals(window: FaceWindow) -> Iterator[None]:
    """A signal to end closes the window, so that everything is closed in its order."""
    numbers = [signal.SIGTERM, signal.SIGINT]
    if hasattr(signal, "SIGHUP"):
        numbers.append(signal.SIGHUP)
    before = {number: signal.signal(number, lambda *_: window.close()) for number in numbers}
    awake = QTimer()  # Python hears a signal only while it runs, and Qt may sleep for long
    awake.setInterval(_HEAR_SIGNALS_MS)
    awake.timeout.connect(lambda: None)
    awake.start()
    try:
        yield
    finally:
        awake.stop()
        for number, handler in before.items():
            signal.signal(number, handler)
