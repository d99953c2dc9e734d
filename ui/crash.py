"""Unexpected errors: log, keep the work, tell, close cleanly.

What the clerk accepted is on disk already; what is on the page is lost with it, and the sentence
says so. The log gets the trace, never the values.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType
from typing import TextIO

from counter_app.errors import HallError

log = logging.getLogger(__name__)

_told = False
_crash_file: TextIO | None = None


def install(data_dir: Path, *, quiet: bool) -> None:
    """Catch what nobody caught. `quiet` (no screen, tests) ends the program with exit code 70."""
    global _crash_file  # noqa: PLW0603 - one program a process
    uninstall()
    handle = os.open(data_dir / "crash.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    _crash_file = os.fdopen(handle, "a", encoding="utf-8")
    faulthandler.enable(_crash_file)

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            _leave(130)
            return
        written = trace_without_values(error.with_traceback(trace))
        log.critical("unexpected %s\n%s", kind.__name__, written)
        if quiet:
            sys.stderr.write(written + "\n")
        _tell(kind, quiet=quiet)

    sys.excepthook = hook
    threading.excepthook = lambda args: hook(
        args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
    )


def uninstall() -> None:
    """Leave the interpreter as it was found; at the end of the program."""
    global _crash_file  # noqa: PLW0603 - one program a process
    if _crash_file is None:
        return
    faulthandler.disable()
    _crash_file.close()
    _crash_file = None
    sys.excepthook = sys.__excepthook__
    threading.excepthook = threading.__excepthook__


# Their messages speak of names in the program and of types. Every other message may quote a value.
_OF_THE_PROGRAM = (AttributeError, HallError, ImportError, NameError, TypeError)


def trace_without_values(error: BaseException) -> str:
    """Where it happened and what led to it, the last first, by class and place alone."""
    parts: list[str] = []
    pending: list[BaseException] = [error]
    known: list[BaseException] = []
    while pending:
        one = pending.pop(0)
        if any(one is other for other in known):
            continue
        known.append(one)
        places = "".join(traceback.format_tb(one.__traceback__))
        said = f": {one}" if isinstance(one, _OF_THE_PROGRAM) else ""
        parts.append(f"{places}{type(one).__qualname__}{said}")
        pending.extend(one.exceptions if isinstance(one, BaseExceptionGroup) else ())
        before = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
        if before is not None:
            pending.append(before)
    return "\nafter\n".join(parts)


def _tell(kind: type[BaseException], *, quiet: bool) -> None:
    global _told  # noqa: PLW0603 - told once; a second error on the way out must not loop
    if _told:
        return
    _told = True
    if quiet:
        sys.stderr.write(f"hall-counter: unexpected {kind.__name__}, see the log\n")
    else:
        from PySide6.QtWidgets import QMessageBox

        from ui.words import tr

        QMessageBox.critical(
            None,
            tr("程序要关闭"),
            tr("程序遇到没有预料到的情况,要关闭了。已受理的办件都已保存,不会丢失。请重新打开程序。")
            + f"\n\nHC-CRASH {kind.__name__}",
        )
    _leave(70)


def _leave(code: int) -> None:
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance()
    if app is None:
        sys.exit(code)
    app.exit(code)
