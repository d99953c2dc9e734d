"""What is around a counter, whoever sits at it: platform, devices, outbox, leased numbers.

The clerk's model asks for it; the sign-in page shows of it how many acts wait.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal

from counter_app.domain.outgoing import OutboxFigures
from counter_app.domain.reading import (
    CameraLost,
    CameraReady,
    GunLost,
    GunReady,
    ReaderLost,
    ReaderReady,
)
from counter_app.errors import HallError, PlatformUnreachable, StoreError
from counter_app.ports import AuditFinding, PrinterState
from counter_app.services.delivery import DeliveryRound
from ui.clerk.counter import Counter
from ui.jobs import Jobs, Lane
from ui.messages import message, message_of, outbox_message

_PULSE_MS = 5000
_DELIVER_MS = 1500
_CHECK_ON_MS = 20

NOT_CONFIGURED = "not_configured"  # the settings name no such device


@dataclass(frozen=True, slots=True)
class Devices:
    """The state of everything around the counter: a code, or "" when all is well."""

    reader: str = "reader.port_missing"
    gun: str = "gun.port_missing"
    camera: str = "camera.missing"
    printer: PrinterState = PrinterState.MISSING
    online: bool = False
    gun_types: bool = False  # a gun that types is waited for, beside one on a wire or alone


class Surroundings(QObject):
    """Feels for platform and devices and delivers what waits, signed in or not.

    Signals: `devices_changed`, `outbox_changed(OutboxFigures)`, `came_online`, `delivered` (a round
    of the outbox is done), `audit_broken(Message)`, `said(Message)`.
    """

    devices_changed = Signal()
    outbox_changed = Signal(object)
    came_online = Signal()
    delivered = Signal()
    audit_broken = Signal(object)
    said = Signal(object)

    def __init__(self, counter: Counter, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._counter = counter
        self._jobs = jobs
        self.devices = Devices()
        self.outbox = OutboxFigures(0, 0)
        self._window = ""  # where somebody is signed in
        self._delivering = False
        self._complained = ""
        self._gun_was_wired = False
        self._pulse = self._timer(_PULSE_MS, self.feel_pulse)
        self._deliver = self._timer(_DELIVER_MS, self._deliver_due)
        self._check_on = self._timer(_CHECK_ON_MS, self._check_audit)
        self._check_on.setSingleShot(True)

    def watch(self) -> None:
        """Feel for the platform and deliver what waits from now on.

        What was accepted leaves as the device's, after its operator went home and after a restart.
        """
        self._clear_finished()
        self._check_audit()
        self._pulse.start()
        self._deliver.start()
        self.refresh_figures()
        self.feel_pulse()

    def begin(self, window: str) -> None:
        """Somebody has signed in at that window: see to numbers and items."""
        self._window = window
        self.is_online()
        self._clear_finished()
        self.refresh_figures()
        self._top_up()
        self._keep_items()
        self._keep_calendar()
        self.feel_pulse()

    def end(self) -> None:
        """Nobody is signed in any more: no numbers are needed; what waits goes on leaving."""
        self._window = ""

    # -- devices and platform ----------------------------------------------------------------------

    def do_without(self, *, reader: bool, gun: bool, camera: bool) -> None:
        """The settings name no reader, no gun, no camera: that is no fault."""
        now = self.devices
        self._become(
            replace(
                now,
                reader=NOT_CONFIGURED if reader else now.reader,
                gun=NOT_CONFIGURED if gun else now.gun,
                camera=NOT_CONFIGURED if camera else now.camera,
            )
        )

    def also_typed(self) -> None:
        """A gun that types is there as long as the keyboard is, whatever a wire has."""
        self._become(replace(self.devices, gun="", gun_types=True))

    def hear(self, event: object) -> None:
        """A device is there or lost; whatever else it tells is not for here."""
        match event:
            case ReaderReady():
                self._become(replace(self.devices, reader=""))
            case ReaderLost(code=code):
                self._become(replace(self.devices, reader=code))
            case GunReady():
                self._gun_was_wired = True
                self._become(replace(self.devices, gun=""))
            case GunLost(code=code):
                self._become(replace(self.devices, gun=self._without_wire(code)))
            case CameraReady():
                self._become(replace(self.devices, camera=""))
            case CameraLost(code=code):
                self._become(replace(self.devices, camera=code))

    def _without_wire(self, code: str) -> str:
        """What it means that no gun answers on a wire: nothing, where none was ever there."""
        if not self.devices.gun_types or code != "gun.port_missing":
            return code
        return "gun.wire_lost" if self._gun_was_wired else ""

    def is_online(self) -> None:
        """The platform has just answered."""
        self._become(replace(self.devices, online=True))

    def platform_said(self, code: str) -> None:
        """What a question came to: some codes mean that the platform cannot be reached."""
        if code in PlatformUnreachable.codes:
            self._become(replace(self.devices, online=False))

    def feel_pulse(self) -> None:
        """Ask whether the platform is there, and how the printer is."""
        self._jobs.run(
            self,
            self._counter.platform_is_there,
            lambda there: self._become(replace(self.devices, online=there)),
            self._not_done,
        )
        self.look_at_printer()

    def look_at_printer(self) -> None:
        """Ask how the printer is."""
        self._jobs.run(
            self,
            self._counter.printer_state,
            lambda state: self._become(replace(self.devices, printer=state)),
            self._not_done,
        )

    # -- what waits for the platform ---------------------------------------------------------------

    def refresh_figures(self) -> None:
        """Count again what waits and what was refused."""

        def counted(figures: OutboxFigures) -> None:
            self.outbox = figures
            self.outbox_changed.emit(figures)

        self._jobs.run(self, self._counter.delivery.figures, counted, self._not_done, Lane.DESK)

    def _deliver_due(self) -> None:
        if self._delivering or not self.devices.online or not self.outbox.waiting:
            return
        self._delivering = True

        def delivered(round_: DeliveryRound) -> None:
            self._delivering = False
            self._complained = ""
            self.refresh_figures()
            if round_.refused:
                self.said.emit(outbox_message(OutboxFigures(0, round_.refused)))
            self.delivered.emit()

        def not_delivered(error: HallError) -> None:
            self._delivering = False
            self._not_done(error)

        self._jobs.run(self, self._counter.delivery.deliver_due, delivered, not_delivered)
        self._top_up()

    def _clear_finished(self) -> None:
        """Take off this counter what earlier days left finished."""
        self._jobs.run(
            self, self._counter.upkeep.clear_finished, lambda _: None, self._not_done, Lane.DESK
        )

    def _check_audit(self) -> None:
        """Check some of the audit, and a moment later some more: work comes between."""

        def checked(finding: AuditFinding | None) -> None:
            if finding is None:
                self._check_on.start()
            elif not finding.intact:
                self.audit_broken.emit(message("store.audit_broken", place=finding.broken_at))

        self._jobs.run(self, self._counter.upkeep.check_audit, checked, self._not_done, Lane.DESK)

    # -- what work without the platform needs ------------------------------------------------------

    def _top_up(self) -> None:
        """Lease official numbers ahead."""
        window, numbers = self._window, self._counter.numbers
        if window:
            self._jobs.run(self, lambda: numbers.top_up(window), lambda _: None, self._not_provided)

    def _keep_items(self) -> None:
        """Remember the items, so that the window can go on without the platform."""
        self._jobs.run(self, self._counter.reception.keep_items, lambda _: None, self._not_provided)

    def _keep_calendar(self) -> None:
        """Compute with the platform's working days, and know them without it."""
        calendar = self._counter.calendar
        self._jobs.run(self, calendar.bring_up_to_date, lambda _: None, self._not_provided)

    def _not_provided(self, error: HallError) -> None:
        """Nothing is lost by it now, and it is tried again; the store's own trouble is told."""
        self.platform_said(error.code)
        if isinstance(error, StoreError):
            self._not_done(error)

    def _not_done(self, error: HallError) -> None:
        """Told once, not at every beat of the pulse."""
        self.platform_said(error.code)
        if error.code != self._complained:
            self._complained = error.code
            self.said.emit(message_of(error))

    def _become(self, changed: Devices) -> None:
        before = self.devices
        if changed == before:
            return
        self.devices = changed
        self.devices_changed.emit()
        if changed.online and not before.online:
            self._deliver_due()
            self._keep_calendar()
            self.came_online.emit()

    def _timer(self, ms: int, what: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(ms)
        timer.timeout.connect(what)
        return timer
