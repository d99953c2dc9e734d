"""The program's faces: one program, and what it is for depends on who stands before it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Generic, Protocol, TypeVar

from counter_app.settings import Settings
from ui.jobs import Jobs
from ui.window import FaceWindow


class Behind(Protocol):
    """What stands behind a face: links, devices, store. Built off the GUI thread."""

    def warm_up(self) -> None:
        """Do now what would make the first use slower than the next."""
        ...

    def stop_devices(self) -> None:
        """Let go of devices and streams, so that their threads can end."""
        ...

    def close(self) -> None:
        """Close the rest; every thread has ended."""
        ...


Window = TypeVar("Window", bound=FaceWindow)
Parts = TypeVar("Parts", bound=Behind)


@dataclass(frozen=True)
class Face(Generic[Window, Parts]):
    """One face: how its window is made, how what stands behind it, and how they meet.

    `window` imports no more than the first paint needs; `use` is called once `assemble` is done.
    """

    name: str
    window: Callable[[Settings, Jobs], Window]
    assemble: Callable[[Settings], Parts]
    use: Callable[[Window, Parts], None]


def face_of(name: str) -> Face[FaceWindow, Behind]:
    """The face of that name, from `ui/<name>/face.py`."""
    face: Face[FaceWindow, Behind] = import_module(f"ui.{name}.face").FACE
    return face
