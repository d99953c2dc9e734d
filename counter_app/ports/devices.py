"""What the counter asks of the devices on its desk."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from counter_app.domain.reading import GunEvent, ReaderEvent


class CardReader(Protocol):
    """An ID-card reader (身份证阅读器). One thread calls `next_event`, any may call `close`."""

    def next_event(self, wait_s: float) -> ReaderEvent | None:
        """What happened next, or None after about `wait_s` seconds. Raises nothing expected."""
        ...

    def close(self) -> None:
        """Let go of the port; `next_event` returns None from then on."""
        ...


class ScanGun(Protocol):
    """A scan gun (扫码枪). One thread calls `next_event`, any may call `close`."""

    def next_event(self, wait_s: float) -> GunEvent | None:
        """What happened next, or None after about `wait_s` seconds. Raises nothing expected."""
        ...

    def close(self) -> None:
        """Let go of the port."""
        ...


class PrinterState(Enum):
    """What the printer says of itself."""

    READY = "ready"
    LOW = "low"  # paper nearly out
    OUT = "out"  # out of paper
    STOPPED = "stopped"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class PrintJob:
    """A job handed to the print system."""

    id: str


class JobState(Enum):
    """What the print system says of a job."""

    QUEUED = "queued"
    PRINTING = "printing"
    COMPLETED = "completed"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class JobOutcome:
    """A job's state and the printer's reason as a code ("media-empty", ...)."""

    state: JobState
    reason: str = ""


class Printer(Protocol):
    """A page printer."""

    def submit(self, pdf: bytes, *, title: str) -> PrintJob:
        """Hand over a document. `title` must hold nothing personal.

        Raises PrinterError when nothing was taken. A connection lost after data was sent returns a
        job all the same, whose outcome is UNKNOWN.
        """
        ...

    def outcome(self, job: PrintJob) -> JobOutcome:
        """How the job stands now; raises nothing expected."""
        ...

    def state(self) -> PrinterState:
        """How the printer stands now; raises nothing expected."""
        ...
