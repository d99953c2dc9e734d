"""Builds what stands behind a kiosk's window from settings."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from counter_app.clock import SystemClock
from counter_app.devices.printer_escpos import EscPosPrinter
from counter_app.devices.voice import ChildProcessVoice
from counter_app.devices.wedge import WedgeRules
from counter_app.domain.codes import CodeBook
from counter_app.domain.signing_in import FactorKind, NextStep, StepKind, is_code
from counter_app.errors import HallError, PrinterError, SignInError
from counter_app.platform_link.link import Link
from counter_app.platform_link.shapes import SignedIn
from counter_app.platform_link.ticketing import HttpTicketing
from counter_app.ports import (
    CardReader,
    Clock,
    CodeCamera,
    JobOutcome,
    PrinterState,
    ScanGun,
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

    `voice` reads pages aloud for who asks for it. `may_leave` says whether somebody is a supervisor
    here (raises SignInError, PlatformError);
    `ring` rings for the staff and is None where nothing rings.
    """

    desk: TicketDesk
    clock: Clock
    voice: Voice
    codes: CodeBook
    reader: CardReader | None
    gun: ScanGun | None
    typed: WedgeRules | None  # how a gun is set that types
    camera: CodeCamera | None
    may_leave: Callable[[str, str, str], bool]
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

    def may_leave(username: str, password: str, code: str) -> bool:
        signed_in = link.sign_in(username, password, None)
        if isinstance(signed_in, NextStep):
            signed_in = _by_code(link, signed_in, code)
        try:
            return "supervisor" in signed_in.operator.roles
        finally:
            with suppress(HallError):  # it ends by itself
                link.sign_out(signed_in.session)

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
        may_leave=may_leave,
        ring=ring if bell else None,
    )


def _by_code(link: Link, step: NextStep, code: str) -> SignedIn:
    """The session behind a second factor that is a code; whatever else is asked is not done here.

    Raises SignInError (`sign_in.more_steps` too), PlatformError.
    """
    digits = "".join(code.split())
    asks_for_code = step.kind is StepKind.SECOND_FACTOR and FactorKind.TOTP in step.factors
    if not asks_for_code or not digits:
        raise SignInError("sign_in.more_steps")
    if not is_code(digits):
        raise SignInError("sign_in.code_incomplete")
    shown = {"sign_in": step.handle, "code": digits, "credential": None}
    found = link.enter("/v1/sessions/second-factor", shown)
    if isinstance(found, NextStep):
        raise SignInError("sign_in.more_steps")
    return found


def build_ticket_printer(settings: Settings) -> TicketPrinter:
    """The kiosk's printer."""
    if settings.ticket_printer.kind == "escpos":
        return EscPosPrinter(settings.ticket_printer.host, settings.ticket_printer.port)
    return _NoTicketPrinter()


def _made(facts: TicketFacts) -> bytes:
    from printing.tickets import ticket_bytes  # reads its library only when a ticket is made

    return ticket_bytes(facts)
