"""Builds what stands behind a kiosk's window from settings."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from counter_app.clock import SystemClock
from counter_app.devices.printer_escpos import EscPosPrinter
from counter_app.devices.security_key import HidSecurityKey, origin_of
from counter_app.devices.voice import ChildProcessVoice
from counter_app.devices.wedge import WedgeRules
from counter_app.domain.codes import CodeBook
from counter_app.errors import PrinterError
from counter_app.platform_link.supervisor_check import HttpSupervisorCheck
from counter_app.platform_link.ticketing import HttpTicketing
from counter_app.ports import (
    CardReader,
    Clock,
    CodeCamera,
    JobOutcome,
    PrinterState,
    ScanGun,
    SecurityKey,
    SupervisorCheck,
    TicketPrinter,
    Voice,
)
from counter_app.ports.ticketing import TicketFacts
from counter_app.services.ticketing import TicketDesk
from counter_app.settings import Settings
from counter_app.store.owed_acts import OwedActsFile
from ui.assembly import (
    build_camera,
    build_link,
    build_reader,
    build_signer,
    load_code_book,
    open_vault,
)
from ui.assembly_gun import build_gun, wedge_rules

_BELL_TIMEOUT_S = 10
_READ_TIMEOUT_S = 120  # a whole page, slowly


@dataclass(frozen=True)
class KioskParts:
    """A kiosk's desk, devices, and what its staff do with it.

    `voice` reads pages aloud for who asks for it. `supervisor_check` says whether who signs in is a
    supervisor; `ring` rings for the staff and is None where nothing rings.
    """

    desk: TicketDesk
    clock: Clock
    voice: Voice
    codes: CodeBook
    reader: CardReader | None
    gun: ScanGun | None
    typed: WedgeRules | None  # how a gun is set that types
    camera: CodeCamera | None
    supervisor_check: SupervisorCheck
    security_key: SecurityKey
    ring: Callable[[], None] | None

    def warm_up(self) -> None:
        """Read the faces that tickets are set in, and what sets them."""
        import printing.tickets  # noqa: F401 - it takes half a second
        from printing.fonts import Face, cover

        cover("A", Face.HEI_BOLD)
        cover("A", Face.HEI)

    def stop_devices(self) -> None:
        """Let go of reader, gun and camera, and be silent."""
        for device in (self.reader, self.gun, self.camera):
            if device is not None:
                device.close()
        self.voice.close()

    def close(self) -> None:
        """Nothing else is held."""


class _NoTicketPrinter:
    """A kiosk without a printer: every number is kept by heart."""

    def put_out(self, ticket: bytes) -> JobOutcome:
        raise PrinterError("printer.missing")

    def state(self) -> PrinterState:
        return PrinterState.MISSING


def assemble_kiosk(settings: Settings) -> KioskParts:
    """The kiosk's parts. Raises StoreError, SettingsError."""
    vault = open_vault(settings)
    link = build_link(settings, vault, build_signer(vault))
    bell = list(settings.kiosk.bell)

    def ring() -> None:
        try:
            subprocess.run(bell, check=False, timeout=_BELL_TIMEOUT_S, capture_output=True)
        except (OSError, subprocess.TimeoutExpired):
            return

    clock = SystemClock()
    return KioskParts(
        desk=TicketDesk(
            HttpTicketing(link),
            build_ticket_printer(settings),
            _made,
            clock,
            OwedActsFile(settings.data_dir),
        ),
        clock=clock,
        voice=ChildProcessVoice(settings.voice.command, times=1, timeout_s=_READ_TIMEOUT_S),
        codes=load_code_book(settings),
        reader=build_reader(settings),
        gun=build_gun(settings),
        typed=wedge_rules(settings),
        camera=build_camera(settings),
        supervisor_check=HttpSupervisorCheck(link),
        security_key=HidSecurityKey(origin_of(settings.platform.url)),
        ring=ring if bell else None,
    )


def build_ticket_printer(settings: Settings) -> TicketPrinter:
    """The kiosk's printer."""
    if settings.ticket_printer.kind == "escpos":
        return EscPosPrinter(settings.ticket_printer.host, settings.ticket_printer.port)
    return _NoTicketPrinter()


def _made(facts: TicketFacts) -> bytes:
    from printing.tickets import ticket_bytes  # reads its library only when a ticket is made

    return ticket_bytes(facts)
