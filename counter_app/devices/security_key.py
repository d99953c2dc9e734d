"""Security keys over USB HID (FIDO2, CTAP 2.2 and 1): `ports.SecurityKey`.

The counter is the WebAuthn client: it says itself for which address a key signs, and refuses a
platform that asks for another than its own, as a browser would. python-fido2 is loaded when a key
is first wanted; its list of public suffixes alone takes longer than a page to paint.
"""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from counter_app.errors import SecurityKeyError
from counter_app.ports.security_key import Told

if TYPE_CHECKING:
    from fido2.client import ClientError, Fido2Client
    from fido2.ctap import CtapDevice, CtapError

_LOOK_S = 0.3
LONGEST_SILENCE_S = 3.0  # a key that waits for a finger says so every 100 ms (CTAP 2.2, 11.2.9.2)
_FIDO_PAGE = b"\x06\xd0\xf1"  # usage page F1D0 in a report descriptor
_SYSFS = Path("/sys/class/hidraw")

Finder = Callable[[], Sequence["CtapDevice"]]
Ask = Callable[["Fido2Client", dict[str, Any]], Mapping[str, Any]]


def origin_of(url: str) -> str:
    """The origin (RFC 6454) a counter of the platform at `url` signs for.

    A platform on this very machine is `localhost`, the only host that is safe without TLS.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port
    with contextlib.suppress(ValueError):  # a name
        host = "localhost" if ip_address(host).is_loopback else host
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port and port != usual else "")


@dataclass(frozen=True, slots=True, repr=False)
class _Wanted:
    """What a key is asked for; `within` is where the options say whether it verifies its owner."""

    options: Mapping[str, Any]
    within: str
    ask: Ask
    pin: str | None
    told: Told
    stop: threading.Event


class HidSecurityKey:
    """The one security key that is plugged into this machine (`ports.SecurityKey`).

    `find` opens those there are, and raises SecurityKeyError for one that may not be opened.
    """

    def __init__(self, origin: str, find: Finder | None = None) -> None:
        self._origin = origin
        self._find = find

    def make(
        self, options: Mapping[str, Any], pin: str | None, told: Told, stop: threading.Event
    ) -> Mapping[str, Any] | None:
        """As promised by SecurityKey."""

        def ask(client: Fido2Client, wanted: Any) -> Mapping[str, Any]:
            return dict(client.make_credential(wanted, stop))

        return self._asked(_Wanted(options, "authenticatorSelection", ask, pin, told, stop))

    def sign(
        self, options: Mapping[str, Any], pin: str | None, told: Told, stop: threading.Event
    ) -> Mapping[str, Any] | None:
        """As promised by SecurityKey."""

        def ask(client: Fido2Client, wanted: Any) -> Mapping[str, Any]:
            return dict(client.get_assertion(wanted, stop).get_response(0))

        return self._asked(_Wanted(options, "", ask, pin, told, stop))

    def _asked(self, wanted: _Wanted) -> Mapping[str, Any] | None:
        device = self._wait_for_one(wanted.told, wanted.stop)
        if device is None:
            return None
        try:
            return _with(device, self._origin, wanted)
        finally:
            with contextlib.suppress(OSError):  # pulled
                device.close()

    def _wait_for_one(self, told: Told, stop: threading.Event) -> CtapDevice | None:
        """The one key, as soon as there is exactly one; None when stopped."""
        said = ""
        while not stop.is_set():
            state, device = self._look()
            if device is not None:
                return device
            if state != said:
                told(state)
                said = state
            stop.wait(_LOOK_S)
        return None

    def _look(self) -> tuple[str, CtapDevice | None]:
        try:
            there = (self._find or plugged_in)()
        except SecurityKeyError as refusal:
            return refusal.code, None
        if len(there) == 1:
            return "", there[0]
        for one in there:
            one.close()
        return ("security_key.several" if there else "security_key.none"), None


def _with(device: CtapDevice, origin: str, wanted: _Wanted) -> Mapping[str, Any] | None:
    """What the key gives; None when stopped. Raises SecurityKeyError."""
    from fido2.client import ClientError, DefaultClientDataCollector, Fido2Client
    from fido2.hid import ConnectionFailure
    from fido2.rpid import verify_rp_id

    options = dict(wanted.options.get("publicKey", wanted.options))
    if not verify_rp_id(_asked_for(options), origin):
        raise SecurityKeyError("security_key.wrong_place")
    try:
        client = Fido2Client(
            device,
            DefaultClientDataCollector(origin),
            _interaction(wanted.pin, wanted.told),
            extensions=(),  # none is asked for
        )
        if not _can_verify(client):
            _without_verification(options, wanted.within)
        return wanted.ask(client, options)
    except ClientError as failure:
        if wanted.stop.is_set():
            return None
        raise _translated(failure, device) from failure
    except (OSError, ConnectionFailure) as failure:
        if wanted.stop.is_set():
            return None
        raise SecurityKeyError("security_key.pulled") from failure
    except Exception as failure:  # whatever a broken key's bytes lead to in the library
        raise SecurityKeyError("security_key.unusable") from failure


def _asked_for(wanted: Mapping[str, Any]) -> str:
    """The relying party that a platform names."""
    party = wanted.get("rp")
    named = party.get("id") if isinstance(party, Mapping) else wanted.get("rpId")
    return named if isinstance(named, str) else ""


def _interaction(pin: str | None, told: Told) -> Any:
    """Answers the client's questions to a person: a PIN that is known already, or none."""
    from fido2.client import UserInteraction

    class Answers(UserInteraction):
        def prompt_up(self) -> None:
            told("security_key.touch")

        def request_pin(self, permissions: Any, rp_id: str | None) -> str | None:
            return pin

        def request_uv(self, permissions: Any, rp_id: str | None) -> bool:
            told("security_key.touch")  # a reader of fingerprints
            return True

    return Answers()


def _can_verify(client: Fido2Client) -> bool:
    """Whether the key has a PIN or a finger by which it knows its owner."""
    options = client.info.options
    return any(options.get(way) for way in ("uv", "clientPin", "bioEnroll"))


def _without_verification(wanted: dict[str, Any], within: str) -> None:
    """Ask a key that could know its owner, but was never told, for the touch alone.

    The platform prefers more and does not demand it; the client library would refuse such a key.
    """
    holder = dict(wanted.get(within) or {}) if within else wanted
    if holder.get("userVerification") == "required":
        return
    holder["userVerification"] = "discouraged"
    if within:
        wanted[within] = holder


def _translated(failure: ClientError, device: CtapDevice) -> SecurityKeyError:
    """What a refusal of the client or the key means to a person."""
    from fido2.client import ClientError, PinRequiredError
    from fido2.ctap import CtapError

    if isinstance(failure, PinRequiredError):
        return SecurityKeyError("security_key.pin_needed")
    cause = failure.cause
    if isinstance(cause, CtapError):
        code = _of_ctap(cause)
        left = _tries_left(device) if code == "security_key.pin_wrong" else None
        facts = {} if left is None else {"attempts_remaining": left}
        return SecurityKeyError(code, **facts)
    if failure.code == ClientError.ERR.TIMEOUT:
        return SecurityKeyError("security_key.not_touched")
    if failure.code == ClientError.ERR.DEVICE_INELIGIBLE:  # U2F, where no cause is told
        return SecurityKeyError("security_key.not_enrolled")
    return SecurityKeyError("security_key.unusable")


def _of_ctap(cause: CtapError) -> str:
    from fido2.ctap import CtapError

    error = CtapError.ERR
    known: dict[int, str] = {
        error.NO_CREDENTIALS: "security_key.not_enrolled",
        error.CREDENTIAL_EXCLUDED: "security_key.already_enrolled",
        error.PUAT_REQUIRED: "security_key.pin_needed",
        error.PIN_INVALID: "security_key.pin_wrong",
        error.PIN_AUTH_BLOCKED: "security_key.pin_paused",
        error.PIN_BLOCKED: "security_key.pin_blocked",
        error.KEEPALIVE_CANCEL: "security_key.not_touched",
        error.ACTION_TIMEOUT: "security_key.not_touched",
        error.USER_ACTION_TIMEOUT: "security_key.not_touched",
        error.OPERATION_DENIED: "security_key.not_touched",
    }
    return known.get(int(cause.code), "security_key.unusable")


def _tries_left(device: CtapDevice) -> int | None:
    """How often a PIN may still be tried, where the key says so."""
    from fido2.ctap import CtapError
    from fido2.ctap2.base import Ctap2
    from fido2.ctap2.pin import ClientPin

    try:
        return ClientPin(Ctap2(device)).get_pin_retries()[0]
    except (CtapError, ValueError, KeyError, OSError):
        return None


# finding them ------------------------------------------------------------------------------------


def plugged_in() -> Sequence[CtapDevice]:
    """The keys that are plugged in, opened.

    Raises SecurityKeyError("security_key.not_permitted") when there is one that this account may
    not open.
    """
    from fido2.hid import ConnectionFailure, CtapHidDevice, list_descriptors, open_connection

    found: list[CtapDevice] = []
    for descriptor in list_descriptors():  # type: ignore[no-untyped-call]
        try:
            connection = open_connection(descriptor)  # type: ignore[no-untyped-call]
        except PermissionError as refusal:
            raise SecurityKeyError("security_key.not_permitted") from refusal
        except OSError:
            continue  # pulled meanwhile
        try:
            found.append(CtapHidDevice(descriptor, _patient(connection)))
        except (OSError, ConnectionFailure):
            connection.close()
    if not found and _is_one_barred():
        raise SecurityKeyError("security_key.not_permitted")
    return found


def _patient(connection: Any) -> Any:
    """A connection that gives up on a key that says nothing, instead of waiting for ever."""
    handle = getattr(connection, "handle", None)
    if sys.platform != "linux" or not isinstance(handle, int):
        return connection
    import select

    read = connection.read_packet

    def read_packet() -> bytes:
        ready, _, _ = select.select([handle], [], [], LONGEST_SILENCE_S)
        if not ready:
            raise TimeoutError("the security key is silent")
        packet: bytes = read()
        return packet

    connection.read_packet = read_packet
    return connection


def _is_one_barred(devices: Path = Path("/dev"), described: Path = _SYSFS) -> bool:
    """Whether Linux knows a security key here whose device this account may not open.

    What kind of device it is can be read by everybody, the device itself cannot.
    """
    import os

    for one in described.glob("hidraw*"):
        try:
            is_key = _FIDO_PAGE in (one / "device" / "report_descriptor").read_bytes()
        except OSError:
            continue
        if is_key and not os.access(devices / one.name, os.R_OK | os.W_OK):
            return True
    return False
