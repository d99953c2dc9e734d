"""What a counter is told from outside: one TOML file, a few variables of the environment.

Every setting has a default; an unknown one is refused with the nearest known name, because a
misspelt setting that is passed over is found only when it hurts.
"""

from __future__ import annotations

import os
import tomllib
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from counter_app.errors import SettingsError

APPLICATION = "hall-counter"

# Of what dataclasses can make, the sections below ask for the least: each method is compiled at
# every start, on the way to the first paint.


@dataclass(frozen=True, eq=False, repr=False, match_args=False)
class PlatformSettings:
    """Where the platform is, which device this counter is there, and whose certificate counts.

    `verify` is True, or the path of a bundle of CA certificates.
    """

    url: str = "http://127.0.0.1:8765"
    device: str = ""
    verify: bool | str = True


@dataclass(frozen=True, eq=False, repr=False, match_args=False)
class WindowSettings:
    """The code of the integrated window this counter stands at."""

    code: str = "01"


@dataclass(frozen=True, eq=False, repr=False, match_args=False)
class ReaderSettings:
    """The card reader: `kind` is "serial" or "none"."""

    kind: str = "none"
    port: str = ""
    baud: int = 115200


@dataclass(frozen=True, eq=False, repr=False, match_args=False)
class GunSettings:
    """The scan gun: `kind` is "serial", "hidpos", "wedge", "auto" or "none".

    "serial" is a gun on a virtual COM port, "hidpos" one in the HID-POS mode (`port` names its
    device, empty for the first found), "wedge" one that types; "auto" is all that can be had
    without a choice: the serial port if one is named, else HID-POS, and a gun that types besides.
    The rest says how the gun is set; see `counter_app.devices.wedge.WedgeRules`.
    """

    kind: str = "none"
    port: str = ""
    baud: int = 9600
    prefix: str = ""
    suffix: str = "enter"
    gap_ms: int = 50
    minimum: int = 6
    layout: str = "us"
    caps_lock: str = "ignored"
    alt_codes: str = "gbk"


@dataclass(frozen=True, eq=False, repr=False, match_args=False)
class CameraSettings:
    """The camera that reads codes: `kind` is "device", "film" or "none".

    A device is found by a part of its `name` or by its path in `source`, else it is the first one;
    `source` of a film is a file, or numbered pictures ("frame_%04d.png").
    """

    kind: str = "none"
    name: str = ""
    source: str = ""
    width: int = 1280
    height: int = 720


@dataclass(frozen=True, eq=False, repr=False, match_args=False)
class CodesSettings:
    """A city's own codes: a file of the form of `resources/codes/issuers.toml`; empty for none."""

    file: str = ""


@dataclass(frozen=True, eq=False, repr=False, match_args=False)
class PrinterSettings:
    """The printer: a queue of a CUPS server, PDFs into a folder, or none."""

    kind: str = "none"
    queue: str = ""
    folder: str = ""
    server: str = ""


@dataclass(frozen=True, eq=False, repr=False, match_args=False)
class TicketPrinterSettings:
    """The kiosk's 80 mm printer: "escpos" (ESC/POS over TCP) or "none"."""

    kind: str = "none"
    host: str = ""
    port: int = 9100


@dataclass(frozen=True, eq=False, repr=False, match_args=False)
class KioskSettings:
    """A kiosk: whether it fills the screen, seconds without a touch until it counts down, the bell.

    `bell` is the program that rings for the staff, with its arguments; empty for none.
    """

    full_screen: bool = True
    idle_s: int = 30
    bell: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False, repr=False, match_args=False)
class PhotoSettings:
    """The program that decodes a card's portrait and its arguments; empty for none."""

    command: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False, repr=False, match_args=False)
class DisplaySettings:
    """The display: whether it fills its screen without a frame."""

    full_screen: bool = True


@dataclass(frozen=True, eq=False, repr=False, match_args=False)
class VoiceSettings:
    """The program that speaks what it gets by standard input, and its arguments; empty for none.

    espeak-ng's plain `cmn` reads many characters as English letters and tones unless a dictionary
    is added that Debian leaves out; with `cmn-latn-pinyin` they are Mandarin.
    """

    command: tuple[str, ...] = ("espeak-ng", "-v", "cmn-latn-pinyin", "-s", "150", "--stdin")


@dataclass(frozen=True, eq=False, repr=False, match_args=False)
class StoreSettings:
    """Where the store's key lies: "keyring", or "key_file" for demonstrations (not protected)."""

    vault: str = "keyring"


@dataclass(frozen=True, eq=False, repr=False, match_args=False)
class UiSettings:
    """How the window looks, its language, and after how many idle minutes it locks."""

    theme: str = "light"
    language: str = "zh"
    scale: float = 1.0
    idle_lock_minutes: int = 5


@dataclass(frozen=True, eq=False, repr=False, match_args=False)
class Settings:
    """All settings of one counter; `data_dir` holds its store and its logs."""

    data_dir: Path
    platform: PlatformSettings = field(default_factory=PlatformSettings)
    window: WindowSettings = field(default_factory=WindowSettings)
    reader: ReaderSettings = field(default_factory=ReaderSettings)
    gun: GunSettings = field(default_factory=GunSettings)
    camera: CameraSettings = field(default_factory=CameraSettings)
    codes: CodesSettings = field(default_factory=CodesSettings)
    printer: PrinterSettings = field(default_factory=PrinterSettings)
    ticket_printer: TicketPrinterSettings = field(default_factory=TicketPrinterSettings)
    kiosk: KioskSettings = field(default_factory=KioskSettings)
    photo: PhotoSettings = field(default_factory=PhotoSettings)
    display: DisplaySettings = field(default_factory=DisplaySettings)
    voice: VoiceSettings = field(default_factory=VoiceSettings)
    store: StoreSettings = field(default_factory=StoreSettings)
    ui: UiSettings = field(default_factory=UiSettings)


_CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "reader.kind": ("serial", "none"),
        "gun.kind": ("serial", "hidpos", "wedge", "auto", "none"),
        "gun.suffix": ("enter", "lf", "tab", "etx", "none"),
        "gun.layout": ("us", "uk", "de", "fr"),
        "gun.caps_lock": ("ignored", "followed"),
        "gun.alt_codes": ("gbk", "unicode"),
        "camera.kind": ("device", "film", "none"),
        "printer.kind": ("cups", "file", "none"),
        "ticket_printer.kind": ("escpos", "none"),
        "store.vault": ("keyring", "key_file"),
        "ui.theme": ("light", "dark"),
        "ui.language": ("zh", "en"),
    }
)
_RANGES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "reader.baud": (9600, 230400),
        "gun.baud": (1200, 921600),
        "gun.gap_ms": (20, 150),
        "gun.minimum": (3, 64),
        "camera.width": (160, 7680),
        "camera.height": (120, 4320),
        "ticket_printer.port": (1, 65535),
        "kiosk.idle_s": (5, 600),
        "ui.scale": (0.75, 3.0),
        "ui.idle_lock_minutes": (1, 60),
    }
)
_NEEDED: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("reader.kind", "serial"): "reader.port",
        ("gun.kind", "serial"): "gun.port",
        ("camera.kind", "film"): "camera.source",
        ("printer.kind", "cups"): "printer.queue",
        ("printer.kind", "file"): "printer.folder",
        ("ticket_printer.kind", "escpos"): "ticket_printer.host",
    }
)
ENVIRONMENT: Mapping[str, str] = MappingProxyType(
    {
        "HALL_COUNTER_PLATFORM_URL": "platform.url",
        "HALL_COUNTER_PLATFORM_DEVICE": "platform.device",
        "HALL_COUNTER_WINDOW": "window.code",
        "HALL_COUNTER_READER_PORT": "reader.port",
        "HALL_COUNTER_GUN_PORT": "gun.port",
        "HALL_COUNTER_PRINTER_QUEUE": "printer.queue",
        "HALL_COUNTER_LANGUAGE": "ui.language",
    }
)
_DATA_DIR = "HALL_COUNTER_DATA_DIR"


def load(
    path: Path | None = None,
    *,
    data_dir: Path | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Settings:
    """The settings of the file `path`, changed by the environment (`ENVIRONMENT`).

    `data_dir` comes before HALL_COUNTER_DATA_DIR, and that before the system's usual place. A
    port given by the environment switches its device on. Raises SettingsError:
    `settings.unreadable` (`path`), `settings.unknown_key` (`key`, `hint`), `settings.invalid`
    (`key`).
    """
    tables = _read(path) if path is not None else {}
    return loads(tables, data_dir=data_dir, environ=environ)


def loads(
    tables: Mapping[str, object],
    *,
    data_dir: Path | None = None,
    environ: Mapping[str, str] = MappingProxyType({}),
) -> Settings:
    """The settings of tables already read; see `load`."""
    given = _flat(tables)
    for variable, key in ENVIRONMENT.items():
        if variable in environ:
            given[key] = environ[variable]
    for device in ("reader", "gun"):
        if f"HALL_COUNTER_{device.upper()}_PORT" in environ:
            given[f"{device}.kind"] = "serial"
    for key, value in given.items():
        _check_key(key)
        given[key] = _typed(key, value)
    for (key, choice), needed in _NEEDED.items():
        if given.get(key) == choice and not given.get(needed):
            raise SettingsError("settings.invalid", key=needed)
    if data_dir is None and environ.get(_DATA_DIR):
        data_dir = Path(environ[_DATA_DIR])
    return _built(data_dir or _usual_data_dir(), given)


def _read(path: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:  # tomllib raises all three
        raise SettingsError("settings.unreadable", path=str(path)) from error


def _flat(tables: Mapping[str, object]) -> dict[str, object]:
    """`section.key` for every setting of the file."""
    flat: dict[str, object] = {}
    for section, content in tables.items():
        if section not in _SECTIONS:
            raise _unknown(section, _SECTIONS)
        if not isinstance(content, Mapping):
            raise SettingsError("settings.invalid", key=section)
        flat.update({f"{section}.{key}": value for key, value in content.items()})
    return flat


def _check_key(key: str) -> None:
    if key not in _TYPES:
        raise _unknown(key, _TYPES)


def _unknown(key: str, known: Mapping[str, object]) -> SettingsError:
    import difflib  # only where something is wrong: starting does not pay for it

    nearest = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
    hint = f"→ {nearest[0]}" if nearest else ""
    return SettingsError(
        "settings.unknown_key", key=key, hint=hint, nearest=nearest[0] if nearest else ""
    )


def _typed(key: str, value: object) -> object:
    """The value as the setting's type. Raises SettingsError("settings.invalid")."""
    wanted = _TYPES[key]
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if wanted == tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise SettingsError("settings.invalid", key=key)
        return tuple(value)
    if wanted == bool | str:
        if value is False or not isinstance(value, bool | str):
            raise SettingsError("settings.invalid", key=key)
        return value
    if not isinstance(wanted, type) or type(value) is not wanted:
        raise SettingsError("settings.invalid", key=key)
    if key in _CHOICES and value not in _CHOICES[key]:
        raise SettingsError("settings.invalid", key=key, choices=_CHOICES[key])
    if key in _RANGES and isinstance(value, int | float):
        low, high = _RANGES[key]
        if not low <= value <= high:
            raise SettingsError("settings.invalid", key=key, low=low, high=high)
    return value


def _built(data_dir: Path, given: Mapping[str, object]) -> Settings:
    settings = Settings(data_dir)
    for section in _SECTIONS:
        values = {
            key.partition(".")[2]: value
            for key, value in given.items()
            if key.startswith(section + ".")
        }
        if values:
            changed = replace(getattr(settings, section), **values)
            settings = replace(settings, **{section: changed})
    return settings


def _usual_data_dir() -> Path:
    import platformdirs

    return Path(platformdirs.user_data_dir(APPLICATION, appauthor=False))


_SECTIONS: Mapping[str, type] = {
    name: kind for name, kind in typing.get_type_hints(Settings).items() if name != "data_dir"
}
_TYPES: Mapping[str, object] = {
    f"{section}.{name}": kind
    for section, content in _SECTIONS.items()
    for name, kind in typing.get_type_hints(content).items()
}
