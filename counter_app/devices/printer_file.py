"""A printer that writes PDFs into a folder: for demonstrations, tests, and offices without one.

It behaves like a printer: a state file in the folder (`state.json`, written by a simulator panel or
by hand) can take its paper away, stop it or unplug it, and jobs then wait, as real ones do.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import threading
from pathlib import Path

from counter_app.errors import PrinterError
from counter_app.ports import JobOutcome, JobState, PrinterState, PrintJob

STATE_NAME = "state.json"
REASONS = {  # keywords of RFC 8011, section 5.4.12
    PrinterState.OUT: "media-empty",
    PrinterState.LOW: "media-low",
    PrinterState.STOPPED: "paused",
    PrinterState.MISSING: "shutdown",
}

_BLOCKING = frozenset({PrinterState.OUT, PrinterState.STOPPED, PrinterState.MISSING})
_WAITING = ".waiting"


def set_state(folder: Path, state: PrinterState) -> None:
    """Turn the knob of the simulated printer in that folder. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(folder / STATE_NAME, json.dumps({"state": state.value}).encode("ascii"))


class FilePrinter:
    """Prints into `folder`: job 0001 with the title 990302…-SL becomes `0001-990302…-SL.pdf`.

    A PDF is there whole or not at all. Several threads may use it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._guard = threading.Lock()

    def submit(self, pdf: bytes, *, title: str) -> PrintJob:
        """Take a document. Raises PrinterError: missing, stopped, refused (the disk)."""
        state = self.state()
        if state is PrinterState.MISSING:
            raise PrinterError("printer.missing")
        if state is PrinterState.STOPPED:
            raise PrinterError("printer.stopped")
        with self._guard:
            try:
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                job = f"{self._last_number() + 1:04d}-{_file_name(title)}"
                _write(self._folder / f"{job}{_WAITING if state in _BLOCKING else '.pdf'}", pdf)
            except OSError as error:
                raise PrinterError("printer.refused") from error
        return PrintJob(job)

    def outcome(self, job: PrintJob) -> JobOutcome:
        """How the job stands; a job waits while there is no paper and comes out afterwards."""
        state = self.state()
        if not _is_job(job.id):
            return JobOutcome(JobState.UNKNOWN)
        with self._guard:
            done = self._folder / f"{job.id}.pdf"
            waiting = self._folder / f"{job.id}{_WAITING}"
            try:
                if waiting.exists():
                    if state in _BLOCKING:
                        return JobOutcome(JobState.PRINTING, REASONS[state])
                    waiting.replace(done)
                    _sync_folder(self._folder)
                found = done.exists()
            except OSError:
                return JobOutcome(JobState.UNKNOWN)
        return JobOutcome(JobState.COMPLETED if found else JobState.UNKNOWN)

    def state(self) -> PrinterState:
        """What the state file says; without one the printer is ready."""
        try:
            content = json.loads((self._folder / STATE_NAME).read_text(encoding="utf-8"))
            return PrinterState(content["state"])
        except FileNotFoundError:
            return PrinterState.READY
        except (OSError, ValueError, KeyError, TypeError):
            return PrinterState.STOPPED  # a state nobody can read is not "ready"

    def _last_number(self) -> int:
        found = (re.match(r"[0-9]{4,}(?=-)", name) for name in os.listdir(self._folder))
        return max((int(number.group()) for number in found if number), default=0)


def _file_name(title: str) -> str:
    """The title as far as every file system takes it."""
    return re.sub(r"[^0-9A-Za-z._-]+", "_", title)[:80].strip("._") or "paper"


def _is_job(job: str) -> bool:
    return re.fullmatch(r"[0-9]{4,}-[0-9A-Za-z._-]+", job) is not None


def _write(path: Path, content: bytes) -> None:
    """The whole file, on disk, under its name, or no file."""
    temporary = path.with_name(path.name + ".part")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
