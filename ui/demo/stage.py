"""Everything around the window in a demonstration: platform, desk of devices, settings.

The platform and the devices are processes of their own that end when this one does; the folder is
removed at the end, so nothing is left behind.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from counter_app.devices.simulators.desk import SimulatedDesk
from counter_app.devices.simulators.network import SimulatedNetwork
from counter_app.settings import Settings, loads
from counter_app.store.vault import DEVICE_KEY, DEVICE_SECRET, KeyFileVault

PAST_DAYS = 14  # of a demonstration's hall, so that its figures have a past

_SEED_TIMEOUT_S = 60
_STOP_TIMEOUT_S = 10


def platform_command() -> list[str]:
    """How the platform is started: the program beside this one when frozen, else its module."""
    if getattr(sys, "frozen", False):
        return [str(Path(sys.executable).with_name("hall-platform"))]
    return [sys.executable, "-m", "hall_platform"]


@dataclass(frozen=True, repr=False)
class Account:
    """An invented clerk of the demonstration."""

    username: str
    password: str
    window: str


class Stage:
    """A demonstration's surroundings; use it as a context manager.

    `platform_url` is the platform itself, `is_set` tells that all of it stands, `settings` gives
    those of a counter that reaches the platform through the simulated network. The other faces'
    devices and networks begin when they are asked for. Raises RuntimeError when the platform does
    not start. The hall has `past_days` days of tickets behind it.
    """

    def __init__(self, past_days: int = 0) -> None:
        self._past_days = past_days
        self.folder = Path(tempfile.mkdtemp(prefix="hall-counter-demo-"))
        self.is_set = False
        self._platform: subprocess.Popen[str] | None = None
        self._desk: SimulatedDesk | None = None
        self._kiosk_desk: SimulatedDesk | None = None
        self._networks: dict[str, SimulatedNetwork] = {}
        self._end_first: list[Callable[[], object]] = []
        self.platform_url = ""

    def __enter__(self) -> Stage:
        try:
            self.begin()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()

    @property
    def desk(self) -> SimulatedDesk:
        """The simulated devices."""
        assert self._desk is not None
        return self._desk

    @property
    def kiosk_desk(self) -> SimulatedDesk:
        """A kiosk's own devices."""
        if self._kiosk_desk is None:
            self._kiosk_desk = SimulatedDesk()
            self._kiosk_desk.start(self.folder / "kiosk-desk", self.platform_url)
        return self._kiosk_desk

    def network(self, face: str) -> SimulatedNetwork:
        """The cable of a face without a desk of devices: `display` or `supervisor`."""
        if face not in self._networks:
            self._networks[face] = SimulatedNetwork(self.platform_url)
            self._networks[face].start()
        return self._networks[face]

    @property
    def spoken(self) -> Path:
        """What the display's voice was told, a line a time, where nobody can hear it."""
        return self.folder / "spoken.txt"

    @property
    def platform_folder(self) -> Path:
        """Where the platform keeps its database."""
        return self.folder / "platform"

    @property
    def database(self) -> Path:
        """The platform's database."""
        return self.platform_folder / "platform.sqlite"

    def begin(self) -> None:
        """Seed and start the platform, then the devices."""
        self._seed()
        self._serve(0)
        self._desk = SimulatedDesk()
        self._desk.start(self.folder / "desk", self.platform_url)
        counter = self.folder / "counter"
        self._keep_secret(counter, self._device()["secret"])
        self._register_key(counter, self._device())
        self.is_set = True

    def ends_first(self, end: Callable[[], object]) -> None:
        """Have that done before anything of the stage ends; what uses the stage ends itself so."""
        self._end_first.append(end)

    def end(self) -> None:
        """Stop everything and remove the folder."""
        while self._end_first:
            self._end_first.pop()()
        for desk in (self._desk, self._kiosk_desk):
            if desk is not None:
                desk.stop()
        self._desk = self._kiosk_desk = None
        for network in self._networks.values():
            network.stop()
        self._networks.clear()
        self._stop_platform()
        shutil.rmtree(self.folder, ignore_errors=True)

    def restart_platform(self) -> None:
        """Stop the platform and start it again where it was. Raises RuntimeError."""
        port = int(self.platform_url.rsplit(":", 1)[1])
        self._stop_platform()
        self._serve(port)

    def _stop_platform(self) -> None:
        platform, self._platform = self._platform, None
        if platform is None:
            return
        assert platform.stdin is not None
        platform.stdin.close()
        try:
            platform.wait(_STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            platform.kill()
            platform.wait()
        if platform.stdout is not None:
            platform.stdout.close()

    def account(self) -> Account:
        """A clerk; the counter stands at this clerk's window."""
        clerk = self.accounts()["clerks"][0]
        return Account(clerk["username"], clerk["password"], clerk["window"])

    def people(self) -> Sequence[Mapping[str, object]]:
        """The invented people, as the fields of their cards."""
        people: list[dict[str, object]] = self._people()["people"]
        return people

    def codes(self) -> Sequence[Mapping[str, str]]:
        """Open pre-applications: `code`, `item_name`, `number` of the applicant, `state`."""
        codes: list[dict[str, str]] = self._people()["preapplication_codes"]
        return codes

    def booked(self) -> Sequence[Mapping[str, str]]:
        """Appointments: `code`, `number` of the person, `service`, `day`, `start`."""
        booked: list[dict[str, str]] = self._people()["appointments"]
        return booked

    def settings(self) -> Settings:
        """Settings of a counter at this desk."""
        return loads(self.tables("clerk"), data_dir=self.folder / "counter")

    def kiosk_settings(self, *, number: int = 0, desk: SimulatedDesk | None = None) -> Settings:
        """Settings of one of the hall's kiosks, with the devices of this desk."""
        folder = self.folder / f"kiosk-{number}"
        device = self.accounts()["kiosks"][number]
        self._keep_secret(folder, device["secret"])
        return loads(_kiosk(desk or self.desk, device["device"]), data_dir=folder)

    def face_folder(self, face: str) -> Path:
        """Where a face keeps what it keeps, with its secret in it."""
        folder = self.folder / {"clerk": "counter", "kiosk": "kiosk-0"}.get(face, face)
        if face in ("kiosk", "display"):
            self._keep_secret(folder, self.accounts()[f"{face}s"][0]["secret"])
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def enrol(self, face: str) -> None:
        """The device of a face signs what it sends from now on; it has to be the only one."""
        if face in ("kiosk", "display"):
            self._register_key(self.face_folder(face), self.accounts()[f"{face}s"][0])

    def tables(self, face: str, *, played: bool = True) -> dict[str, dict[str, object]]:
        """A face's settings as the tables of their file.

        Played, no key is taken for a gun's, since keys come quicker than a person's, and a voice
        only writes down.
        """
        if face in ("clerk", "kiosk"):
            tables = self._at_a_desk(face)
            if not played:
                tables["gun"]["kind"] = "auto"  # on its port, and typing
            return tables
        tables = {"platform": {"url": self.network(face).url}, "store": {"vault": "key_file"}}
        if face == "display":
            tables["platform"]["device"] = self.accounts()["displays"][0]["device"]
            tables["display"] = {"full_screen": False}
            if played:
                tables["voice"] = {"command": ["tee", "-a", str(self.spoken)]}
        return tables

    def _at_a_desk(self, face: str) -> dict[str, dict[str, object]]:
        if face == "clerk":
            return _clerk(self.desk, self._device())
        return _kiosk(self.kiosk_desk, self.accounts()["kiosks"][0]["device"])

    def supervisor(self) -> Account:
        """The head of the hall."""
        hall = self.accounts()["kiosks"][0]["hall"]
        head = next(
            one
            for one in self.accounts()["staff"]
            if "supervisor" in one["roles"] and one["hall"] == hall
        )
        return Account(head["username"], head["password"], "")

    def _seed(self) -> None:
        done = subprocess.run(
            [
                *platform_command(),
                "seed",
                "--data-dir",
                str(self.platform_folder),
                "--accounts",
                str(self.folder / "accounts.json"),
                "--people",
                str(self.folder / "people.json"),
                "--past-days",
                str(self._past_days),
            ],
            check=False,
            capture_output=True,
            text=True,
            timeout=_SEED_TIMEOUT_S,
        )
        if done.returncode:
            raise RuntimeError(f"the platform could not be seeded: {done.stderr.strip()}")

    def _serve(self, port: int) -> None:
        self._platform = subprocess.Popen(
            [
                *platform_command(),
                "serve",
                "--data-dir",
                str(self.platform_folder),
                "--port",
                str(port),
                "--stop-with-stdin",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._platform.stdout is not None
        line = self._platform.stdout.readline()
        if "http://" not in line:
            raise RuntimeError("the platform did not start")
        self.platform_url = line[line.index("http://") :].strip()

    @staticmethod
    def _keep_secret(folder: Path, secret: str) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        KeyFileVault(folder / "keys.json").put(DEVICE_SECRET, secret.encode("utf-8"))

    def _register_key(self, folder: Path, device: Mapping[str, str]) -> None:
        """The device signs from now on, as after `hall-counter enrol`."""
        from counter_app.platform_link.link import Link
        from counter_app.platform_link.registration import register_key

        vault = KeyFileVault(folder / "keys.json")
        if vault.get(DEVICE_KEY) is None:
            name, secret = device["device"], device["secret"]
            link = Link(self.platform_url, device=name, device_secret=lambda: secret)
            vault.put(DEVICE_KEY, register_key(link, name, secret).kept())

    def accounts(self) -> dict[str, list[dict[str, str]]]:
        """What the seed invented to sign in with: clerks, staff, devices."""
        table: dict[str, list[dict[str, str]]] = _read(self.folder / "accounts.json")
        return table

    def _device(self) -> dict[str, str]:
        window = self.account().window
        return next(one for one in self.accounts()["devices"] if one["window"] == window)

    def _people(self) -> dict[str, list]:  # type: ignore[type-arg]  # two lists of two kinds
        people: dict[str, list] = _read(self.folder / "people.json")  # type: ignore[type-arg]
        return people


def _clerk(desk: SimulatedDesk, device: Mapping[str, str]) -> dict[str, dict[str, object]]:
    return {
        "platform": {"url": desk.platform, "device": device["device"]},
        "window": {"code": device["window"]},
        **_hands(desk),
        "printer": {"kind": "file", "folder": desk.printer},
        "store": {"vault": "key_file"},
    }


def _kiosk(desk: SimulatedDesk, device: str) -> dict[str, dict[str, object]]:
    return {
        "platform": {"url": desk.platform, "device": device},
        **_hands(desk),
        "ticket_printer": {"kind": "escpos", "host": "127.0.0.1", "port": desk.ticket_printer},
        "kiosk": {"full_screen": False},
        "store": {"vault": "key_file"},
    }


def _hands(desk: SimulatedDesk) -> dict[str, dict[str, object]]:
    """The devices that people use."""
    return {
        "reader": {"kind": "serial", "port": desk.reader},
        "gun": {"kind": "serial", "port": desk.gun},
    }


def _read(path: Path) -> dict:  # type: ignore[type-arg]  # whatever the platform wrote
    table: dict = json.loads(path.read_text(encoding="utf-8"))  # type: ignore[type-arg]
    return table
