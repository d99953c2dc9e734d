"""The display's face (叫号屏)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counter_app.settings import Settings
from ui.display.window import DisplayWindow
from ui.faces import Face
from ui.jobs import Jobs

if TYPE_CHECKING:
    from ui.assembly_display import Display


def _window(settings: Settings, jobs: Jobs) -> DisplayWindow:
    return DisplayWindow(jobs, full_screen=settings.display.full_screen)


def _assemble(settings: Settings) -> Display:
    from ui.assembly_display import assemble_display

    return assemble_display(settings)


FACE = Face("display", _window, _assemble, DisplayWindow.use)
