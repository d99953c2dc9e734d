"""The clerk's face (窗口员)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counter_app.settings import Settings
from ui.clerk.window import ClerkWindow
from ui.faces import Face
from ui.jobs import Jobs

if TYPE_CHECKING:
    from ui.assembly import Assembled


def _window(settings: Settings, jobs: Jobs) -> ClerkWindow:
    return ClerkWindow(settings.window.code, jobs, settings.ui.idle_lock_minutes)


def _assemble(settings: Settings) -> Assembled:
    from ui.assembly import assemble

    return assemble(settings)


FACE = Face("clerk", _window, _assemble, ClerkWindow.use)
