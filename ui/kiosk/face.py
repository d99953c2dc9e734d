"""The kiosk's face (自助机)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counter_app.settings import Settings
from ui.faces import Face
from ui.jobs import Jobs
from ui.kiosk.window import KioskWindow

if TYPE_CHECKING:
    from ui.assembly_kiosk import KioskParts


def _window(settings: Settings, jobs: Jobs) -> KioskWindow:
    return KioskWindow(settings, jobs)


def _assemble(settings: Settings) -> KioskParts:
    from ui.assembly_kiosk import assemble_kiosk

    return assemble_kiosk(settings)


FACE = Face("kiosk", _window, _assemble, KioskWindow.use)
