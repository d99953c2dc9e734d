"""Builds a counter from settings; the only file that names concrete devices, links and stores."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import resources
from counter_app.clock import SystemClock
from counter_app.devices.card_reader import SerialCardReader
from counter_app.devices.photo import ChildProcessPhotoDecoder
from counter_app.devices.printer_cups import CupsPrinter
from counter_app.devices.printer_file import FilePrinter
from counter_app.devices.security_key import HidSecurityKey, origin_of
from counter_app.devices.wedge import WedgeRules
from counter_app.domain.codes import CodeBook
from counter_app.domain.deadlines import WorkingDays, YearTable
from counter_app.errors import HallError, PrinterError, SettingsError, StoreError
from counter_app.platform_link.calling import HttpQueue
from counter_app.platform_link.events import EventStream
from counter_app.platform_link.http import HttpPlatform
from counter_app.platform_link.link import Link
from counter_app.platform_link.signing import Signer
from counter_app.ports import (
    CardReader,
    CodeCamera,
    CodeInPicture,
    EventFeed,
    JobOutcome,
    JobState,
    Press,
    Printer,
    PrinterState,
    PrintJob,
    ScanGun,
    Vault,
)
from counter_app.services.acceptance import Acceptance
from counter_app.services.calendar import Calendar
from counter_app.services.calling import Calling
from counter_app.services.codes import Codes
from counter_app.services.delivery import Delivery
from counter_app.services.matters import Matters
from counter_app.services.numbers import Numbers
from counter_app.services.papers import Papers
from counter_app.services.reception import Reception
from counter_app.services.sign_in import SignIn
from counter_app.services.upkeep import Upkeep
from counter_app.settings import Settings
from counter_app.store.local_store import LocalStore
from counter_app.store.vault import DEVICE_KEY, DEVICE_SECRET, KeyFileVault, KeyringVault
from ui.assembly_gun import build_gun, wedge_rules
from ui.clerk.counter import Counter
from ui.worker_process import WorkerProcess

CALENDAR = "calendars/china.json"
CODES = "codes/issuers.toml"
# What changes who waits for this window, or whom it has in hand.
QUEUE_EVENTS = (
    "ticket-taken",
    "ticket-called",
    "ticket-recalled",
    "ticket-passed",
    "ticket-parked",
    "ticket-returned",
    "ticket-transferred",
    "ticket-finished",
    "ticket-void",
    "window-changed",
    "hall-arranged",
)


@dataclass(frozen=True)
class Assembled:
    """A counter with everything that has to be closed again."""

    counter: Counter
    store: LocalStore
    worker: WorkerProcess
    reader: CardReader | None
    gun: ScanGun | None
    typed: WedgeRules | None  # how a gun is set that types
    camera: CodeCamera | None
    feed: EventFeed

    def warm_up(self) -> None:
        """Have the worker process ready for the first paper."""
        self.worker.warm_up()

    def stop_devices(self) -> None:
        """Let go of reader, gun and camera, so that their threads can end."""
        for device in (self.reader, self.gun, self.camera):
            if device is not None:
                device.close()
        self.feed.close()

    def close(self) -> None:
        """End the worker process and close the store; threads must have ended before."""
        self.worker.close()
        self.store.close()


class _NoPrinter:
    """A counter without a printer; a paper asked for stays owed."""

    def submit(self, pdf: bytes, *, title: str) -> PrintJob:
        raise PrinterError("printer.missing")

    def outcome(self, job: PrintJob) -> JobOutcome:
        return JobOutcome(JobState.UNKNOWN)

    def state(self) -> PrinterState:
        return PrinterState.MISSING


def assemble(settings: Settings, *, press: Press | None = None) -> Assembled:
    """Open the store and build services over it. Raises StoreError, SettingsError.

    `press` replaces the worker process where a paper is made in the caller's own process.
    """
    vault = open_vault(settings)
    store = LocalStore(settings.data_dir, vault)
    try:
        return _around(store, vault, settings, press)
    except BaseException:
        store.close()
        raise


def _around(
    store: LocalStore, vault: KeyringVault | KeyFileVault, settings: Settings, press: Press | None
) -> Assembled:
    """The services over an open store, and all that stands around them."""
    clock = SystemClock()
    signer = build_signer(vault)
    link = build_link(settings, vault, signer)
    platform = HttpPlatform(link)
    calendar = Calendar(platform, store, clock, load_calendar())
    printer = build_printer(settings)
    book, queue = load_code_book(settings), HttpQueue(link)
    reader, gun = build_reader(settings), build_gun(settings)
    worker = WorkerProcess()  # the last to begin: nothing after it can fail

    def platform_is_there() -> bool:
        try:
            platform.health()
        except HallError:
            return False
        return True

    counter = Counter(
        clock=clock,
        sign_in=SignIn(platform, store, clock),
        security_key=HidSecurityKey(origin_of(settings.platform.url)),
        reception=Reception(platform, store, clock),
        acceptance=Acceptance(store, clock, calendar.table, settings.platform.device, signer),
        delivery=Delivery(platform, store, clock),
        matters=Matters(store, clock),
        numbers=Numbers(platform, store, clock),
        papers=Papers(store, press or worker, printer, clock),
        upkeep=Upkeep(store, clock),
        calendar=calendar,
        calling=Calling(queue),
        codes=Codes(book, platform, queue, store, clock),
        platform_is_there=platform_is_there,
        printer_state=printer.state,
        window=settings.window.code,
        key_is_protected=vault.protected,
    )
    feed = EventStream(link, QUEUE_EVENTS)
    typed, camera = wedge_rules(settings), build_camera(settings)
    return Assembled(counter, store, worker, reader, gun, typed, camera, feed)


def open_vault(settings: Settings) -> KeyringVault | KeyFileVault:
    """Where the keys are kept, as the settings say."""
    if settings.store.vault == "key_file":
        return KeyFileVault(settings.data_dir / "keys.json")
    return KeyringVault(str(settings.data_dir))


def build_signer(vault: Vault) -> Signer:
    """What signs with the device's key, if it has one."""
    return Signer(lambda: vault.get(DEVICE_KEY))


def build_link(settings: Settings, vault: Vault, signer: Signer) -> Link:
    """The platform, spoken to by the device of the settings. Raises SettingsError."""

    def device_secret() -> str:
        secret = vault.get(DEVICE_SECRET)
        if secret is None:
            raise StoreError("store.no_device_secret")
        return secret.decode("utf-8")

    return Link(
        settings.platform.url,
        device=settings.platform.device,
        device_secret=device_secret,
        verify=settings.platform.verify,
        signer=signer,
    )


def build_reader(settings: Settings) -> CardReader | None:
    """The card reader, or None where the counter has none."""
    if settings.reader.kind == "none":
        return None
    command = list(settings.photo.command)
    decoder = ChildProcessPhotoDecoder(command) if command else None
    return SerialCardReader(settings.reader.port, baud=settings.reader.baud, photo_decoder=decoder)


def build_camera(settings: Settings) -> CodeCamera | None:
    """The camera that reads codes, or None where the counter has none.

    OpenCV is loaded by the camera's thread, and not at all without a camera.
    """
    if settings.camera.kind == "none":
        return None
    from counter_app.devices.camera import CameraSource, CodeReadingCamera

    wanted = settings.camera
    source = CameraSource(wanted.kind, wanted.name, wanted.source, wanted.width, wanted.height)

    return CodeReadingCamera(source, _frame_reader())


def _frame_reader() -> Callable[[Any], Sequence[CodeInPicture]]:
    """Reads the codes of a camera's frames; what it needs is loaded at the first frame."""
    reader: list[Any] = []

    def read(frame: Any) -> Sequence[CodeInPicture]:
        if not reader:
            from counter_app.vision.code_reader import FrameReader

            reader.append(FrameReader())
        found: Sequence[CodeInPicture] = reader[0].read(frame)
        return found

    return read


def build_printer(settings: Settings) -> Printer:
    """The page printer."""
    if settings.printer.kind == "cups":
        return CupsPrinter(settings.printer.queue, settings.printer.server)
    if settings.printer.kind == "file":
        return FilePrinter(Path(settings.printer.folder))
    return _NoPrinter()


def load_code_book(settings: Settings) -> CodeBook:
    """The codes that came with the program, and before them a city's own. Raises SettingsError."""
    tables: list[Mapping[str, object]] = []
    if settings.codes.file:
        tables += _code_tables(Path(settings.codes.file))
    return CodeBook([*tables, *_code_tables(resources.path(CODES))])


def _code_tables(path: Path) -> list[Mapping[str, object]]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:  # tomllib raises all three
        raise SettingsError("settings.unreadable", path=str(path)) from error
    tables = found.pop("code", [])
    if found or not isinstance(tables, list):
        raise SettingsError("settings.invalid", key="codes.file")
    return tables


def load_calendar() -> WorkingDays:
    """The working days that came with the program; the platform's table may be newer."""
    table = json.loads(resources.path(CALENDAR).read_text(encoding="utf-8"))
    years = {
        int(year): YearTable(_days(entry["off"]), _days(entry["work"]), entry.get("source", ""))
        for year, entry in table["years"].items()
    }
    return WorkingDays(table["version"], years)


def _days(texts: list[str]) -> frozenset[date]:
    return frozenset(date.fromisoformat(text) for text in texts)
