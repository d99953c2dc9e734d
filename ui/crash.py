"""Unexpected errors: log, keep the work, tell, close cleanly.

What the clerk accepted is on disk already; what is on the page is lost with it, and the sentence
says so. The log gets the trace, never the values.
"""

from __future__ import annotations

import faulthandler
import logging
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType
from typing import TextIO

log = logging.getLogger(__name__)

_told = False
_crash_file: TextIO | None = None


def install(data_dir: Path, *, quiet: bool) -> None:
    """Catch what nobody caught. `quiet` (no screen, tests) ends the program with exit code 70."""
    global _crash_file  # noqa: PLW0603 - one program a process
    uninstall()
    _crash_file = (data_dir / "crash.log").open("a", encoding="utf-8")
    faulthandler.enable(_crash_file)

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            _leave(130)
            return
        log.critical("unexpected %s", kind.__name__, exc_info=(kind, error, trace))
        if quiet:
            traceback.print_exception(kind, error, trace)
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
