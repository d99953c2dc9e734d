"""The program's log: a few bounded files beside the data, readable by their owner alone."""

from __future__ import annotations

import logging
import os
from io import TextIOWrapper
from pathlib import Path

from counter_app.privacy import without_numbers

FOLDER = "logs"
FILE_NAME = "counter.log"

_FILE_BYTES = 2_000_000
_FILES = 5
_QUIET = ("urllib3", "fontTools", "PIL", "keyring", "reportlab")


class PrivateFormatter(logging.Formatter):
    """Masks what looks like a number of a person in whole records, traces included."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one text without such numbers."""
        return without_numbers(super().format(record))


class _PrivateFile(logging.FileHandler):
    """A file for its owner alone; a full one becomes `name.1`, which becomes `name.2`, ...

    As logging.handlers has it, whose import brings sockets and pickles: a tenth of the time from
    start to first paint.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record, in a fresh file when the present one is full."""
        if self.stream is not None and self.stream.tell() >= _FILE_BYTES:
            try:
                self._turn_over()
            except OSError:
                self.handleError(record)  # goes on in the file there is
        super().emit(record)

    def _turn_over(self) -> None:
        if self.stream is not None:
            self.stream.close()
        name = Path(self.baseFilename)
        try:
            for number in range(_FILES - 1, 0, -1):
                older = name.with_name(f"{name.name}.{number}")
                if older.exists():
                    older.replace(name.with_name(f"{name.name}.{number + 1}"))
            name.replace(name.with_name(f"{name.name}.1"))
        finally:
            self.stream = self._open()

    def _open(self) -> TextIOWrapper:
        handle = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(handle, "a", encoding=self.encoding, errors=self.errors)


def install(data_dir: Path, level: int = logging.INFO) -> logging.Handler:
    """Send every record of this process to `data_dir`/logs/counter.log; the handler, to take off.

    Calling it again replaces the file. Raises OSError when the folder cannot be written.
    """
    folder = data_dir / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handler = _PrivateFile(
        folder / FILE_NAME,
        encoding="utf-8",
        errors="backslashreplace",
    )
    handler.setFormatter(
        PrivateFormatter("%(asctime)s %(levelname)s %(name)s %(threadName)s %(message)s")
    )
    uninstall()
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    return handler


def uninstall() -> None:
    """Send nothing to a file any more, and close it."""
    root = logging.getLogger()
    for old in [one for one in root.handlers if isinstance(one, _PrivateFile)]:
        root.removeHandler(old)
        old.close()
