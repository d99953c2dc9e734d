"""What the counter asks of the devices on its desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from counter_app.domain.reading import CameraEvent, GunEvent, ReaderEvent


class CardReader(Protocol):
    """An ID-card reader (身份证阅读器). One thread calls `next_event`, any may call `close`."""

    def next_event(self, wait_s: float) -> ReaderEvent | None:
        """What happened next, or None after about `wait_s` seconds. Raises nothing expected."""
        ...

    def close(self) -> None:
        """Let go of the port; `next_event` returns None from then on."""
        ...


class ScanGun(Protocol):
    """A scan gun (扫码枪). One thread calls `next_event`, any may call `check` and `close`."""

    def next_event(self, wait_s: float) -> GunEvent | None:
        """What happened next, or None after about `wait_s` seconds. Raises nothing expected."""
        ...

    def check(self, wanted: bool) -> None:
        """Whether what is sent is told as it comes (`CodeSent`), whatever the settings say."""
        ...

    def close(self) -> None:
        """Let go of the port."""
        ...


class CodeInPicture(Protocol):
    """A code found in a picture; `corners` are its pixels (x, y), clockwise."""

    @property
    def format(self) -> str:
        """Its symbology, such as "QR Code" or "Code 128"."""
        ...

    @property
    def payload(self) -> bytes:
        """What it carries."""
        ...

    @property
    def corners(self) -> Sequence[tuple[float, float]]:
        """Where it stands."""
        ...


@dataclass(frozen=True, slots=True)
class CameraPicture:
    """A picture to look at: `width` × `height` pixels of three bytes, blue, green, red.

    `outlines` are the codes found in it, their corners in fractions of its width and height.
    """

    width: int
    height: int
    pixels: bytes = field(repr=False)
    outlines: tuple[tuple[tuple[float, float], ...], ...] = ()


class CodeCamera(Protocol):
    """A camera that reads codes. One thread calls `next_event`, any may call the rest."""

    def next_event(self, wait_s: float) -> CameraEvent | None:
        """What happened next, or None after about `wait_s` seconds. Raises nothing expected."""
        ...

    def show(self, wanted: bool) -> None:
        """Whether pictures are taken for somebody to see; the last one is forgotten either way."""
        ...

    def picture(self) -> CameraPicture | None:
        """The newest picture, once; until it is taken, no further PictureTaken comes."""
        ...

    def close(self) -> None:
        """Let go of the camera."""
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
