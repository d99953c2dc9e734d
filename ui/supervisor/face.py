"""The supervisor's face (大厅负责人)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counter_app.settings import Settings
from ui.faces import Face
from ui.jobs import Jobs
from ui.supervisor.window import SupervisorWindow

if TYPE_CHECKING:
    from ui.assembly_supervisor import AssembledSupervisor


def _window(settings: Settings, jobs: Jobs) -> SupervisorWindow:
    return SupervisorWindow(jobs, settings.ui.idle_lock_minutes)


def _assemble(settings: Settings) -> AssembledSupervisor:
    from ui.assembly_supervisor import assemble_supervisor

    return assemble_supervisor(settings)


FACE = Face("supervisor", _window, _assemble, SupervisorWindow.use)
